// Emission: a CALL to another contract becomes a message (PROTOCOL 4, 6).

import {
  BLOCK_ROUND, G_MESSAGE, G_MESSAGE_WORD, MAX_ROUNDS,
} from '../abi/memory-map';
import {
  MESSAGE_CAP, MESSAGE_DATA, MESSAGE_DATA_SIZE, MESSAGE_FLAGS, MESSAGE_FROM_ACCOUNT, MESSAGE_GAS,
  MESSAGE_OPEN, MESSAGE_PARENT, MESSAGE_SIZE, MESSAGE_TO_ACCOUNT, MESSAGE_TX, MESSAGE_VALUE,
} from '../abi/records';
import { CALL_STIPEND } from '../abi/rules';
import { addEmission } from '../frames/effects';
import { DELIVERED, SELF, TX } from '../frames/frame';
import { allocateForBlock } from '../memory/heap';
import { hasBalance, subBalance } from '../state/view';
import { u256Copy, u256SaturatedU64 } from '../u256/word';
import { noteEmission } from './in-flight';

/** No message was emitted and nothing was paid for one. */
export const REFUSED: i64 = i64.MIN_VALUE;

/** CALL to another contract. `operand`: word of the gas operand; `left`: gas after the call's
 * costs. Returns the gas that stays with the frame, below 0 if the emission cannot be paid, or
 * REFUSED. */
export function emit(
  target: usize, value: usize, hasValue: bool, input: usize, size: u32, operand: usize, left: i64,
): i64 {
  if (hasValue && !hasBalance(SELF, value)) return REFUSED;
  if (load<u32>(BLOCK_ROUND) + 1 >= load<u32>(MAX_ROUNDS)) return REFUSED;
  const words = <i64>((<u64>size + 31) >> 5);
  let gas = left - <i64>load<u32>(G_MESSAGE) - words * <i64>load<u32>(G_MESSAGE_WORD);
  if (gas < 0) return gas;
  const stipend: i64 = hasValue ? CALL_STIPEND : 0;
  const cap = u256SaturatedU64(operand);
  const message = newMessage(SELF, target, value, input, size);
  store<u64>(message, cap, MESSAGE_CAP);
  if (cap < <u64>(gas - (gas >> 6))) {
    gas -= <i64>cap;
    store<i64>(message, <i64>cap + stipend, MESSAGE_GAS);
  } else {
    store<i64>(message, stipend, MESSAGE_GAS);
    store<u32>(message, MESSAGE_OPEN, MESSAGE_FLAGS);
  }
  store<u32>(message, <u32>DELIVERED, MESSAGE_PARENT);
  store<u32>(message, <u32>TX, MESSAGE_TX);
  if (hasValue) subBalance(SELF, value);
  addEmission(message);
  noteEmission(SELF, target);
  return gas;
}

/** A zeroed message record with its parties, value and a copy of the data. */
export function newMessage(
  from: usize, to: usize, value: usize, data: usize, size: u32,
): usize {
  const message = allocateForBlock(MESSAGE_SIZE);
  memory.fill(message, 0, MESSAGE_SIZE);
  u256Copy(message + MESSAGE_VALUE, value);
  store<u32>(message, <u32>from, MESSAGE_FROM_ACCOUNT);
  store<u32>(message, <u32>to, MESSAGE_TO_ACCOUNT);
  if (size != 0) {
    const copy = allocateForBlock(size);
    memory.copy(copy, data, size);
    store<u32>(message, <u32>copy, MESSAGE_DATA);
    store<u32>(message, size, MESSAGE_DATA_SIZE);
  }
  return message;
}
