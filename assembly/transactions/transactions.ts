// Ethereum semantics: a whole transaction, with synchronous calls, on the live state (Yellow Paper
// 6).
// And system calls, which both semantics make at the edges of a block.

import {
  ARENA_RETURN_DATA, BLOCK_GAS_LIMIT, BLOCK_GAS_USED, ENV_BASE_FEE, ENV_COINBASE_ACCOUNT,
  KEEP_OUTPUTS,
} from '../abi/memory-map';
import {
  CREATOR_TRANSACTION, TRACES_FRAMES, TRACE_TYPE_CALL,
  TRACE_TYPE_CREATE, TX_AUTHORIZATION_REFUND, TX_CREATED, TX_DATA, TX_DATA_SIZE, TX_GAS_FINAL,
  TX_GAS_LIMIT, TX_GAS_PRICE, TX_GAS_USED, TX_INTRINSIC_GAS, TX_IS_CREATE, TX_LOGS, TX_LOG_COUNT,
  TX_NONCE, TX_REFUND, TX_RETURN_DATA, TX_RETURN_SIZE, TX_SENDER, TX_SENDER_ACCOUNT, TX_SIZE,
  TX_STATUS, TX_TO, TX_VALUE,
} from '../abi/records';
import {
  ADMITTED, STATUS_CREATE_COLLISION, STATUS_PRECOMPILE_FAILURE, STATUS_SUCCESS,
} from '../abi/status';
import { createAddress, enterConstructor, isTaken } from '../evm/creates';
import { OUTCOME, OUTCOME_GAS, OUTPUT, OUTPUT_SIZE } from '../evm/ends';
import { interpret } from '../evm/interpreter';
import { enterPrecompile } from '../evm/outermost';
import { startCode } from '../evm/start';
import { HAS_EMPTY_DELETION } from '../forks/rules';
import { traceFrame, traceReturn } from '../evm/trace';
import { LOG_COUNT, LOG_HEAD, beginEffects } from '../frames/effects';
import {
  DONE, setDelivered, setDone, setInput, setModes, setParties, setReturnData, setTransaction,
} from '../frames/frame';
import {
  FRAME, FRAME_CREATED, FRAME_KIND, FRAME_VALUE, KIND_CALL, firstFrame, markFrame, undoFrame,
} from '../frames/frames';
import { REFUND, TRACING, nextEpoch, setRefund } from '../memory/context';
import { ARENA, allocateForBlock } from '../memory/heap';
import { beginEndlessSlice, beginSlice, isSpent, spend } from '../memory/slice';
import { accountAt } from '../state/accounts';
import { codeToRun } from '../state/delegation';
import { deleteMarked, touchForDeletion } from '../state/deletion';
import { becomeOwner } from '../state/owner';
import {
  addBalance, liveCode, liveExists, precompileOf, setExists, subBalance, touchAccount,
  warmFromStart, warmNothing,
} from '../state/view';
import { u256Copy, u256IsZero } from '../u256/word';
import { authorize, charge, check } from './admission';
import { returnGas } from './settlement';
import { warmTransaction } from './warm-list';

/** EIP-4788 and others: the caller of system calls, and their gas. */
const SYSTEM_GAS: i64 = 30000000;
/** The time of so much gas at once: 1 ms of most code, 10 of the slowest. */
const RUN_GAS: u32 = 1000000;
/** What a call says whose code has not ended since the slice is spent. */
const NOT_ENDED: u32 = 0xffffffff;

/** The transaction or call in progress, 0 if none is: its code goes on in the next slice. */
let current: usize = 0;
/** It has code that runs, or is to run. */
let runs: bool = false;
let status: u32 = 0;
let gasLeft: i64 = 0;
/** Output of the last transaction or system call, until the next one. */
let result: usize = 0;
let resultBytes: u32 = 0;

export function resultPtr(): usize {
  return result;
}

export function resultSize(): u32 {
  return resultBytes;
}

function begin(tx: usize): void {
  becomeOwner();
  nextEpoch();
  beginEffects(0);
  setTransaction(tx);
  setDelivered(0);
  firstFrame();
  setDone(false);
  setRefund(0);
}

/** Whatever was in progress will not go on. */
export function forgetTransaction(): void {
  current = 0;
}

/** Executes transactions, which lie one after the other, until one is refused, or the slice is
 *  spent; tells how many have ended: TX_STATUS of the next one says why, or ADMITTED. The next
 *  slice begins with it, whether or not it has been begun. */
export function executeEach(first: usize, count: u32): u32 {
  beginSlice(RUN_GAS);
  for (let i: u32 = 0; i < count; i++) {
    const tx = first + <usize>i * TX_SIZE;
    if (current != tx) {
      if (isSpent()) return i;
      const verdict = beginTransaction(tx);
      if (verdict != ADMITTED) {
        store<u32>(tx, verdict, TX_STATUS);
        return i;
      }
      // What comes before and after the code, and takes some 300 ns
      spend(load<i64>(tx, TX_INTRINSIC_GAS));
    }
    if (!endTransaction(tx)) return i;
  }
  return count;
}

/** Executes the transaction alone; ADMITTED, or why it is invalid (then nothing has changed), or
 *  NOT_ENDED if `goOnTransaction` is due. */
export function executeTransaction(tx: usize): u32 {
  beginSlice(RUN_GAS);
  const verdict = beginTransaction(tx);
  return verdict != ADMITTED || endTransaction(tx) ? verdict : NOT_ENDED;
}

/** Goes on with the transaction that has not ended; ADMITTED or NOT_ENDED. */
export function goOnTransaction(tx: usize): u32 {
  beginSlice(RUN_GAS);
  return endTransaction(tx) ? ADMITTED : NOT_ENDED;
}

/** Everything up to the first instruction; ADMITTED, or why it is invalid. */
function beginTransaction(tx: usize): u32 {
  begin(tx);
  const verdict = check(tx, load<u64>(BLOCK_GAS_LIMIT) - load<u64>(BLOCK_GAS_USED));
  if (verdict != ADMITTED) return verdict;
  const sender = <usize>load<u32>(tx, TX_SENDER_ACCOUNT);
  warmFromStart(sender);
  charge(tx, false);
  authorize(tx);
  const gas = load<i64>(tx, TX_GAS_LIMIT) - load<i64>(tx, TX_INTRINSIC_GAS);
  const isCreate = load<u32>(tx, TX_IS_CREATE) != 0;
  const to = isCreate ? createAddress(sender, load<u64>(tx, TX_NONCE)) : accountAt(tx + TX_TO);
  touchAccount(to);
  warmTransaction(tx);
  store<u32>(tx, 0, TX_CREATED);
  if (isCreate) construct(tx, sender, to, gas);
  else call(tx, sender, to, gas);
  return ADMITTED;
}

/** Runs the transaction's code, if it has any, and all that follows; whether it has ended. */
function endTransaction(tx: usize): bool {
  if (!runCode(tx)) return false;
  if (status == STATUS_SUCCESS && load<u32>(tx, TX_IS_CREATE) != 0) {
    store<u32>(tx, load<u32>(FRAME, FRAME_CREATED), TX_CREATED);
  }
  settle(tx);
  keepOutcome(tx);
  deleteMarked();
  const used = load<u64>(BLOCK_GAS_USED);
  store<u64>(BLOCK_GAS_USED, used + load<u64>(tx, TX_GAS_FINAL));
  return true;
}

/** Runs the code of a transaction or call, unless there is none; whether it has ended. */
function runCode(tx: usize): bool {
  // If a trap comes, this has been forgotten.
  current = 0;
  if (!runs) return true;
  interpret();
  if (!DONE) {
    current = tx;
    return false;
  }
  // A frame that fails has undone itself.
  if (OUTCOME == STATUS_PRECOMPILE_FAILURE) undoFrame();
  done(OUTCOME, OUTCOME_GAS, OUTPUT, OUTPUT_SIZE);
  return true;
}

function keepOutcome(tx: usize): void {
  store<u32>(tx, status, TX_STATUS);
  store<u32>(tx, <u32>LOG_HEAD, TX_LOGS);
  store<u32>(tx, LOG_COUNT, TX_LOG_COUNT);
  // The next transaction writes over it
  if (resultBytes != 0 && load<u32>(KEEP_OUTPUTS) != 0) {
    const copy = allocateForBlock(resultBytes);
    memory.copy(copy, result, resultBytes);
    result = copy;
  }
  store<u32>(tx, <u32>result, TX_RETURN_DATA);
  store<u32>(tx, resultBytes, TX_RETURN_SIZE);
}

function construct(tx: usize, sender: usize, created: usize, gas: i64): void {
  if ((TRACING & TRACES_FRAMES) != 0) traceOutermost(TRACE_TYPE_CREATE, tx, sender, created, gas);
  if (isTaken(created)) return doneAtOnce(STATUS_CREATE_COLLISION, 0);
  u256Copy(FRAME + FRAME_VALUE, tx + TX_VALUE);
  markFrame(FRAME);
  subBalance(sender, tx + TX_VALUE);
  enterConstructor(FRAME, created, sender, CREATOR_TRANSACTION, load<u32>(tx, TX_DATA),
    load<u32>(tx, TX_DATA_SIZE), gas);
  runs = true;
}

function call(tx: usize, sender: usize, to: usize, gas: i64): void {
  store<u32>(FRAME, KIND_CALL, FRAME_KIND);
  u256Copy(FRAME + FRAME_VALUE, tx + TX_VALUE);
  if ((TRACING & TRACES_FRAMES) != 0) traceOutermost(TRACE_TYPE_CALL, tx, sender, to, gas);
  markFrame(FRAME);
  moveValue(sender, to, tx + TX_VALUE);
  const number = precompileOf(to);
  if (number != 0) return callPrecompile(number, tx, sender, to, gas);
  const code = codeToRun(to);
  if (code == 0) return doneAtOnce(STATUS_SUCCESS, gas);
  enter(code, to, sender, load<u32>(tx, TX_DATA), load<u32>(tx, TX_DATA_SIZE), gas);
}

function traceOutermost(type: u32, tx: usize, from: usize, to: usize, gas: i64): void {
  const data = <usize>load<u32>(tx, TX_DATA);
  traceFrame(type, 0, from, to, tx + TX_VALUE, gas, data, load<u32>(tx, TX_DATA_SIZE));
}

/** Without any code having run. */
function doneAtOnce(outcome: u32, left: i64): void {
  if ((TRACING & TRACES_FRAMES) != 0) traceReturn(0, outcome, left, 0, 0);
  done(outcome, left, 0, 0);
}

function enter(code: usize, to: usize, from: usize, data: usize, size: u32, gas: i64): void {
  setParties(to, from, FRAME + FRAME_VALUE);
  setModes(false, false);
  setInput(data, size);
  setReturnData(ARENA + ARENA_RETURN_DATA, 0);
  startCode(code, gas);
  runs = true;
}

/** Before EIP-161 a call makes its target; after it, an empty target is deleted. */
function moveValue(from: usize, to: usize, value: usize): void {
  if (!u256IsZero(value)) {
    subBalance(from, value);
    addBalance(to, value);
  } else if (HAS_EMPTY_DELETION) {
    touchForDeletion(to);
  } else if (!liveExists(to)) {
    setExists(to, true);
  }
}

function callPrecompile(number: u32, tx: usize, sender: usize, to: usize, gas: i64): void {
  enterPrecompile(number, to, sender, load<u32>(tx, TX_DATA), load<u32>(tx, TX_DATA_SIZE), gas);
  runs = true;
}

function done(outcome: u32, left: i64, output: usize, size: u32): void {
  runs = false;
  status = outcome;
  gasLeft = left;
  result = output;
  resultBytes = size;
}

/** Unused gas to the sender, the fee to the fee recipient. */
function settle(tx: usize): void {
  const used = load<i64>(tx, TX_GAS_LIMIT) - gasLeft;
  store<i64>(tx, used, TX_GAS_USED);
  const counted = REFUND + load<i64>(tx, TX_AUTHORIZATION_REFUND);
  store<i64>(tx, counted, TX_REFUND);
  const fee = returnGas(tx, used, counted);
  const coinbase = <usize>load<u32>(ENV_COINBASE_ACCOUNT);
  if (!u256IsZero(fee) || !HAS_EMPTY_DELETION) addBalance(coinbase, fee);
  else touchForDeletion(coinbase);
}

/** EIP-4788, EIP-2935, EIP-7002, EIP-7251: call a system contract. Returns 0 if it has no code,
 *  NOT_ENDED if `goOnCall` is due, else 1 + STATUS_*; the output is at result. `address`: 24 bytes
 *  of limbs. */
export function systemCall(address: usize, data: usize, size: u32): u32 {
  resultBytes = 0;
  const to = accountAt(address);
  if (liveCode(to) == 0) return 0;
  const tx = allocateForBlock(TX_SIZE);
  memory.fill(tx, 0, TX_SIZE);
  store<u64>(tx, 0xfffffffffffffffe, TX_SENDER);
  store<u64>(tx, 0xffffffffffffffff, TX_SENDER + 8);
  store<u64>(tx, 0xffffffff, TX_SENDER + 16);
  memory.copy(tx + TX_TO, address, 24);
  store<u32>(tx, <u32>data, TX_DATA);
  store<u32>(tx, size, TX_DATA_SIZE);
  store<i64>(tx, SYSTEM_GAS, TX_GAS_LIMIT);
  u256Copy(tx + TX_GAS_PRICE, ENV_BASE_FEE);
  beginCall(tx);
  current = tx;
  return goOnCall();
}

/** Goes on with the system call that has not ended; returns what `systemCall` does. */
export function goOnCall(): u32 {
  const tx = current;
  beginSlice(RUN_GAS);
  return endCall(tx) ? 1 + status : NOT_ENDED;
}

/** The message call of a transaction and nothing else: no admission, no fee, no transfer of its
 * value (the official VM tests). All of TX_GAS_LIMIT is the call's, and no account is warm. */
export function callMessage(tx: usize): void {
  beginEndlessSlice();
  beginCall(tx);
  endCall(tx);
}

function beginCall(tx: usize): void {
  const sender = accountAt(tx + TX_SENDER);
  const to = accountAt(tx + TX_TO);
  begin(tx);
  warmNothing();
  store<u32>(FRAME, KIND_CALL, FRAME_KIND);
  u256Copy(FRAME + FRAME_VALUE, tx + TX_VALUE);
  markFrame(FRAME);
  const gas = load<i64>(tx, TX_GAS_LIMIT);
  if ((TRACING & TRACES_FRAMES) != 0) traceOutermost(TRACE_TYPE_CALL, tx, sender, to, gas);
  const code = codeToRun(to);
  if (code == 0) doneAtOnce(STATUS_SUCCESS, gas);
  else enter(code, to, sender, load<u32>(tx, TX_DATA), load<u32>(tx, TX_DATA_SIZE), gas);
}

/** Whether it has ended. */
function endCall(tx: usize): bool {
  if (!runCode(tx)) return false;
  if (status == STATUS_SUCCESS) deleteMarked();
  store<i64>(tx, load<i64>(tx, TX_GAS_LIMIT) - gasLeft, TX_GAS_USED);
  keepOutcome(tx);
  return true;
}
