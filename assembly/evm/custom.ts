// Precompiles that an embedder has added: the host runs them, and asks here for their storage and
// for messages to send.

import {
  CUSTOM_CALLER, CUSTOM_FORBIDDEN, CUSTOM_GAS, CUSTOM_OUTPUT, CUSTOM_OUT_OF_GAS,
  CUSTOM_PRECOMPILES, CUSTOM_REFUSED, CUSTOM_REVERTED, CUSTOM_SENT, CUSTOM_STATIC, CUSTOM_VALUE,
} from '../abi/custom-precompile';
import { SLOT_VALUE } from '../abi/records';
import { SELF } from '../frames/frame';
import { isOutermost } from '../frames/frames';
import { ACTOR, WATCHING } from '../memory/context';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { spend } from '../memory/slice';
import { REFUSED, emit } from '../messages/emission';
import { watchSlot } from '../partial/watch';
import { HOST_TIME_PER_GAS, hostCustom } from '../precompiles/host';
import { FIRST_CUSTOM } from '../precompiles/table';
import { accountAt } from '../state/accounts';
import { JOURNAL, revertTo } from '../state/journal';
import { slotAt, snapshotValue, writeSlot } from '../state/storage';
import { isOwned, liveNonce, setNonce, viewOf } from '../state/view';
import { u256Copy, u256Eq, u256IsZero } from '../u256/word';

/** 32 bytes. */
const CALL: usize = SCRATCH_EVM + 1024;

/** Its account. */
let self: usize = 0;

/** Where its output lies, and whether it reverts with it. */
export let CUSTOM_PLACE: usize = 0;
export let CUSTOM_REVERTS: bool = false;

/** Before a call: who takes part in it. `value`: pointer to a word, 0 = none. */
export function setCustomParties(
  account: usize, caller: usize, value: usize, isStatic: bool,
): void {
  const call = SCRATCH + CALL;
  self = account;
  store<u32>(call, <u32>caller, CUSTOM_CALLER);
  store<u32>(call, <u32>value, CUSTOM_VALUE);
  store<u32>(call, u32(isStatic || !isOwned(account)), CUSTOM_STATIC);
}

/** Gas that it has left; valid after `runCustom`. */
export function customGasLeft(): i64 {
  return load<i64>(SCRATCH + CALL, CUSTOM_GAS);
}

/** Size of the output, or below 0 if it fails. What it has changed stays if it succeeds alone. */
export function runCustom(row: u32, input: usize, size: u32, gas: i64): i32 {
  const call = SCRATCH + CALL;
  store<i64>(call, gas, CUSTOM_GAS);
  const mark = JOURNAL;
  const answer = hostCustom(CUSTOM_PRECOMPILES + row - FIRST_CUSTOM, input, size, call);
  spend(HOST_TIME_PER_GAS * (gas - customGasLeft()));
  CUSTOM_PLACE = load<u32>(call, CUSTOM_OUTPUT);
  CUSTOM_REVERTS = answer <= CUSTOM_REVERTED;
  if (answer < 0) revertTo(mark);
  return CUSTOM_REVERTS ? CUSTOM_REVERTED - answer : answer;
}

/** Word of its own storage at `key` to `out`: as it is, or, of one that it may not change, as the
 *  round began. */
export function customLoad(key: usize, out: usize): void {
  if (!isOwned(self)) return snapshotValue(out, self, key);
  u256Copy(out, ownSlot(key) + SLOT_VALUE);
}

function ownSlot(key: usize): usize {
  viewOf(self, false);
  const slot = slotAt(self, key);
  if (WATCHING != 0) watchSlot(self, slot);
  return slot;
}

/** Whether it may. */
export function customStore(key: usize, value: usize): bool {
  if (load<u32>(SCRATCH + CALL, CUSTOM_STATIC) != 0) return false;
  const slot = ownSlot(key);
  if (u256Eq(slot + SLOT_VALUE, value)) return true;
  // Without it, an account that has nothing but storage is deleted as an empty one (EIP-161)
  if (liveNonce(self) == 0) setNonce(self, 1);
  writeSlot(self, slot, value);
  return true;
}

/** Sends a message as CALL does; `gas` is a word. Returns CUSTOM_SENT or why not. */
export function customSend(to: usize, value: usize, data: usize, size: u32, gas: usize): u32 {
  const call = SCRATCH + CALL;
  if (!ACTOR || load<u32>(call, CUSTOM_STATIC) != 0 || !isOutermost()) return CUSTOM_FORBIDDEN;
  if (SELF != self) return CUSTOM_FORBIDDEN;
  const target = accountAt(to);
  const left = emit(target, value, !u256IsZero(value), data, size, gas, load<i64>(call));
  if (left == REFUSED) return CUSTOM_REFUSED;
  if (left < 0) return CUSTOM_OUT_OF_GAS;
  store<i64>(call, left, CUSTOM_GAS);
  return CUSTOM_SENT;
}
