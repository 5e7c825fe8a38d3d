// CREATE, CREATE2 and creating transactions: the new account, its constructor's frame, and the
// deposit of the code. Under actor semantics the child belongs to its creator's group until the
// barrier.

import { ARENA_RETURN_DATA } from '../abi/memory-map';
import {
  ACCOUNT_ADDRESS, ACCOUNT_CREATED_EPOCH, ACCOUNT_CREATOR, ACCOUNT_GROUP, TRACES_FRAMES,
  TRACE_TYPE_CREATE, VIEW_CODE, VIEW_NONCE,
} from '../abi/records';
import {
  STATUS_CREATE_COLLISION, STATUS_INITCODE_TOO_LARGE, STATUS_NONCE_OVERFLOW, STATUS_OUT_OF_GAS,
  STATUS_STATIC_VIOLATION, STATUS_SUCCESS, STATUS_TOO_DEEP, STATUS_UNPAID_VALUE,
} from '../abi/status';
import { keccak256 } from '../crypto/keccak256';
import {
  FIRST_NONCE, GAS_HASH_WORD, GAS_INITCODE_WORD, KEEPS_64TH, MAX_INITCODE_BYTES,
} from '../forks/rules';
import {
  GAS, IP, MEMORY, SELF, SP, STATIC, setInput, setKept, setMachine, setModes, setParties,
  setReturnData,
} from '../frames/frame';
import {
  FRAME_CREATED, FRAME_KIND, FRAME_OUTPUT_SIZE, FRAME_VALUE, KIND_CREATE, frameDepth, isTooDeep,
  markFrame, nextFrame, pushFrame,
} from '../frames/frames';
import { EPOCH, GROUP_NOW, TRACING } from '../memory/context';
import { ARENA } from '../memory/heap';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { noteCreation } from '../messages/in-flight';
import { accountAt } from '../state/accounts';
import { journalCreated } from '../state/journal';
import { hasStorage } from '../state/storage';
import {
  addBalance, hasBalance, liveNonce, setExists, setNonce, subBalance, touchAccount, viewOf,
} from '../state/view';
import { u256LoadAddress, u256StoreAddress, u256StoreBE } from '../u256/bytes';
import { u256Copy } from '../u256/word';
import { finishAt, haltFrame } from './ends';
import { expand } from './memory';
import { startInitcode } from './start';
import { traceFrame, traceReturn } from './trace';

const BYTES: usize = SCRATCH_EVM + 128;
const ADDRESS: usize = SCRATCH_EVM + 320;

/** kind 0 = CREATE, 1 = CREATE2. The static 32,000 are the instruction table's. */
export function createInstruction(kind: u32): void {
  if (STATIC) return haltFrame(STATUS_STATIC_VIOLATION);
  const value = SP;
  const result = SP + (kind == 0 ? 64 : 96);
  let gas = GAS - expand(SP + 32, SP + 64, GAS);
  if (gas < 0) return haltFrame(STATUS_OUT_OF_GAS);
  const size = load<u64>(SP, 64);
  const words = <i64>((size + 31) >> 5);
  if (size > MAX_INITCODE_BYTES) return haltFrame(STATUS_INITCODE_TOO_LARGE);
  gas -= GAS_INITCODE_WORD * words;
  if (kind == 1) gas -= GAS_HASH_WORD * words;
  if (gas < 0) return haltFrame(STATUS_OUT_OF_GAS);
  setKept(gas);
  const nonce = liveNonce(SELF);
  const refusal = whyRefused(value, nonce);
  const isTold = (TRACING & TRACES_FRAMES) != 0;
  if (refusal != STATUS_SUCCESS && !isTold) return finishAt(result, gas, 0);
  const code = size == 0 ? MEMORY : MEMORY + <usize>load<u64>(SP, 32);
  const created = kind == 0
    ? createAddress(SELF, nonce) : create2Address(SELF, SP + 96, code, <u32>size);
  const callGas = KEEPS_64TH ? gas - (gas >> 6) : gas;
  if (isTold) {
    const type = TRACE_TYPE_CREATE + kind;
    traceFrame(type, frameDepth() + 1, SELF, created, value, callGas, code, <u32>size);
    if (refusal != STATUS_SUCCESS) {
      traceReturn(frameDepth() + 1, refusal, callGas, 0, 0);
      return finishAt(result, gas, 0);
    }
  }
  setNonce(SELF, nonce + 1);
  touchAccount(created);
  if (isTaken(created)) {
    if (isTold) traceReturn(frameDepth() + 1, STATUS_CREATE_COLLISION, 0, 0, 0);
    return finishAt(result, gas - callGas, 0);
  }
  const frame = nextFrame();
  u256Copy(frame + FRAME_VALUE, value);
  markFrame(frame);
  subBalance(SELF, value);
  const creator = SELF;
  setMachine(IP, result, gas - callGas);
  pushFrame();
  enterConstructor(frame, created, creator, <u32>creator, code, <u32>size, callGas);
}

/** Before anything is done and all gas comes back; STATUS_SUCCESS if it is not. */
@inline
function whyRefused(value: usize, nonce: u64): u32 {
  if (isTooDeep()) return STATUS_TOO_DEEP;
  if (!hasBalance(SELF, value)) return STATUS_UNPAID_VALUE;
  return nonce == u64.MAX_VALUE ? STATUS_NONCE_OVERFLOW : STATUS_SUCCESS;
}

/** The constructor's frame, whose record (with FRAME_VALUE) is the current one. */
export function enterConstructor(
  frame: usize, created: usize, caller: usize, creator: u32, code: usize, size: u32, gas: i64,
): void {
  store<u32>(frame, KIND_CREATE, FRAME_KIND);
  store<u32>(frame, <u32>created, FRAME_CREATED);
  store<u32>(frame, 0, FRAME_OUTPUT_SIZE);
  journalCreated(created);
  store<u64>(created, EPOCH, ACCOUNT_CREATED_EPOCH);
  store<u32>(created, GROUP_NOW, ACCOUNT_GROUP);
  store<u32>(created, creator, ACCOUNT_CREATOR);
  noteCreation(created);
  setExists(created, true);
  if (FIRST_NONCE != 0) setNonce(created, FIRST_NONCE);
  addBalance(created, frame + FRAME_VALUE);
  setParties(created, caller, frame + FRAME_VALUE);
  setModes(false, false);
  setInput(code, 0);
  setReturnData(ARENA + ARENA_RETURN_DATA, 0);
  startInitcode(code, size, gas);
}

/** EIP-684 and EIP-7610: an address with code, a nonce or storage is taken. */
export function isTaken(account: usize): bool {
  const view = viewOf(account, false);
  return load<u32>(view, VIEW_CODE) != 0 || load<u64>(view, VIEW_NONCE) != 0 || hasStorage(account);
}

/** keccak256(rlp([creator, nonce]))[12..]. */
export function createAddress(creator: usize, nonce: u64): usize {
  const bytes = SCRATCH + BYTES;
  store<u8>(bytes, 0x94, 1);
  u256StoreAddress(bytes + 2, creator + ACCOUNT_ADDRESS);
  let size: u32 = 22;
  if (nonce < 0x80) {
    store<u8>(bytes + size, nonce == 0 ? 0x80 : <u8>nonce);
    size++;
  } else {
    const length = (71 - <u32>clz<u64>(nonce)) >> 3;
    store<u8>(bytes + size, <u8>(0x80 + length));
    size++;
    for (let i = length; i > 0; i--) {
      store<u8>(bytes + size, <u8>(nonce >> ((i - 1) << 3)));
      size++;
    }
  }
  store<u8>(bytes, <u8>(0xc0 + size - 1));
  return accountOfHash(bytes, size);
}

/** keccak256(0xff ‖ creator ‖ salt ‖ keccak256(initcode))[12..] (EIP-1014). */
function create2Address(creator: usize, salt: usize, code: usize, size: u32): usize {
  const bytes = SCRATCH + BYTES;
  keccak256(bytes + 53, code, size);
  store<u8>(bytes, 0xff);
  u256StoreAddress(bytes + 1, creator + ACCOUNT_ADDRESS);
  u256StoreBE(bytes + 21, salt);
  return accountOfHash(bytes, 85);
}

function accountOfHash(bytes: usize, size: u32): usize {
  const address = SCRATCH + ADDRESS;
  keccak256(address + 32, bytes, size);
  u256LoadAddress(address, address + 32 + 12);
  return accountAt(address);
}
