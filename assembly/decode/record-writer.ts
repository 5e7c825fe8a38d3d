/**
 * The records of the decoded stream, and how they are joined to superinstructions (fusion.ts says
 * which) while they are written: by looking back at the last three, never ahead.
 *
 *   record   u32 handler | u32 argument | u64 immediate                    (handlers.ts)
 *
 * The checks of a basic block stay those of its instructions, whatever becomes of them.
 *
 * Exports: RECORD_*, WIDE_RECORD_SIZE, and the writer.
 */
import { OP_DUP1, OP_DUP16, OP_JUMP, OP_POP, OP_SWAP1 } from '../abi/opcodes';
import { u256Set } from '../u256/word';
import { isBetween } from './code-reader';
import {
  NO_FUSION, fuse, fuseImmediate, fuseJump, fuseStore, isInPlace, isSecond, join, onTop, swapsOf,
} from './fusion';
import {
  H_DUP_ISZERO_PUSH_JUMPI, H_DUP_PUSH_JUMPI, H_DUP_SHR, H_DUP_SHR_AND, H_DUP_SHR_MASK,
  H_EQ_ISZERO_PUSH_JUMPI, H_ISZERO_PUSH_JUMPI, H_LT_PUSH_JUMPI, H_POP_JUMP, H_POP_POP, H_PUSH,
  H_PUSH_ADD, H_PUSH_AND, H_PUSH_DUP, H_PUSH_DUP_ADD, H_PUSH_DUP_AND, H_PUSH_JUMPI, H_PUSH_SHR,
  H_PUSH_WIDE, H_SWAP1_POP, H_SWAP1_POP_DUP1, H_SWAP_POP_POP,
} from './handlers';
import { MOST_SMALL, packComparison, packField, packOperands } from './operands';

export const RECORD_SIZE: usize = 16;
export const RECORD_ARGUMENT: usize = 4;
export const RECORD_IMMEDIATE: usize = 8;
/** A wide immediate follows its record. */
export const WIDE_RECORD_SIZE: usize = 48;

/** Where the next record goes. */
export let output: usize = 0;
/** The record that the next instruction may become part of, and those before it; 0 if none. */
let last: usize = 0;
let beforeLast: usize = 0;
let third: usize = 0;

export function setOutput(place: usize): void {
  output = place;
}

@inline
function handlerOf(record: usize): u32 {
  return load<u32>(record);
}

@inline
function argumentOf(record: usize): u32 {
  return load<u32>(record, RECORD_ARGUMENT);
}

@inline
function immediateOf(record: usize): u64 {
  return load<u64>(record, RECORD_IMMEDIATE);
}

@inline
function rewrite(record: usize, handler: u32, argument: u32): void {
  store<u32>(record, handler);
  store<u32>(record, argument, RECORD_ARGUMENT);
}

/** Whether there is such a record, and it is a DUPn. */
@inline
function isDup(record: usize): bool {
  return record != 0 && isBetween(handlerOf(record), OP_DUP1, OP_DUP16);
}

// ---- writing --------------------------------------------------------------------------

/** A record that no later instruction becomes part of. */
@inline
export function emit(handler: u32, argument: u32 = 0, value: u64 = 0): void {
  rewrite(output, handler, argument);
  store<u64>(output, value, RECORD_IMMEDIATE);
  output += RECORD_SIZE;
  last = 0;
}

@inline
function write(handler: u32, argument: u32, value: u64): void {
  const record = output;
  const previous = last;
  third = previous != 0 ? beforeLast : 0;
  emit(handler, argument, value);
  last = record;
  beforeLast = previous;
}

/** The next record is written over it: there is one in every block. */
@inline
function dropLast(): void {
  output = last;
  last = beforeLast;
  beforeLast = third;
  third = 0;
}

/** A pushed value of at most 8 bytes: begins what later instructions may become part of. */
export function appendPush(value: u64): void {
  write(H_PUSH, 0, value);
}

/** DUPn, which becomes one with a PUSH before it; holds the distance of its word from the top. */
export function appendDup(opcode: u32): void {
  const distance = (opcode - OP_DUP1) << 5;
  const first = last != 0 ? handlerOf(last) : NO_FUSION;
  if (first == H_PUSH) rewrite(last, H_PUSH_DUP, distance);
  else if (first == H_SWAP1_POP && opcode == OP_DUP1) rewrite(last, H_SWAP1_POP_DUP1, 0);
  else write(opcode, distance, 0);
}

/** An opcode, which becomes one with the record before it where that is a superinstruction. */
export function append(opcode: u32): void {
  if (last != 0) {
    const first = handlerOf(last);
    if (opcode == OP_JUMP ? joinJump(first) : opcode == OP_POP && joinPop(first)) return;
    const argument = argumentOf(last);
    const value = immediateOf(last);
    const fused = fuse(first, argument, value, opcode);
    if (fused != NO_FUSION) {
      store<u32>(last, fused);
      if (isSecond(fused)) joinLast();
      return;
    }
    if (first == H_PUSH_DUP && opcode == OP_SWAP1 && argument != 0) {
      // PUSH DUPn SWAP1 is DUP PUSH.
      rewrite(last, OP_DUP1 + (argument >> 5) - 1, argument - 32);
      store<u64>(last, 0, RECORD_IMMEDIATE);
      write(H_PUSH, 0, value);
      return;
    }
  }
  write(opcode, 0, 0);
}

/** PUSH `count` SHR. */
export function appendShr(count: u64): void {
  write(H_PUSH_SHR, 0, count);
  joinLast();
}

/** A superinstruction that another one may be made of. */
export function appendFused(handler: u32, argument: u32, value: u64): void {
  write(handler, argument, value);
}

/** A pushed word of more than 8 bytes; AND may follow. */
export function appendWide(l0: u64, l1: u64, l2: u64, l3: u64): void {
  const record = output;
  emitWide(H_PUSH_WIDE, l0, l1, l2, l3);
  last = record;
  beforeLast = 0;
}

export function emitWide(handler: u32, l0: u64, l1: u64, l2: u64, l3: u64): void {
  emit(handler);
  u256Set(output, l0, l1, l2, l3);
  output += WIDE_RECORD_SIZE - RECORD_SIZE;
}

/** A jump, with its condition and the words for that if they have just been copied. Returns the
 * record. */
export function writeJump(handler: u32, argument: u32, value: u64): usize {
  if ((handler == H_PUSH_JUMPI || handler == H_ISZERO_PUSH_JUMPI) && isDup(last)) {
    handler = handler == H_PUSH_JUMPI ? H_DUP_PUSH_JUMPI : H_DUP_ISZERO_PUSH_JUMPI;
    argument = argumentOf(last);
    dropLast();
  } else if (isBetween(handler, H_LT_PUSH_JUMPI, H_EQ_ISZERO_PUSH_JUMPI)) {
    const fused = isImmediateOperand() ? fuseImmediate(handler) : NO_FUSION;
    if (fused != NO_FUSION) {
      handler = fused;
      argument = packComparison(argumentOf(last) - 32, <u32>immediateOf(last));
      dropLast();
    } else {
      argument = takeOperands();
    }
  }
  const record = output;
  emit(handler, argument, value);
  return record;
}

/** Whether PUSH DUPn comes last, of a small immediate and another word. */
@inline
function isImmediateOperand(): bool {
  if (last == 0 || handlerOf(last) != H_PUSH_DUP) return false;
  return argumentOf(last) != 0 && immediateOf(last) <= MOST_SMALL;
}

/** Operands of a comparison, where they lie if they have just been copied. */
function takeOperands(): u32 {
  if (!isDup(last)) return packOperands(0, 32, 64);
  const first = argumentOf(last);
  dropLast();
  if (!isDup(last)) return packOperands(first, 0, 32);
  const second = argumentOf(last);
  dropLast();
  return packOperands(first == 0 ? second : first - 32, second, 0);
}

// ---- joining --------------------------------------------------------------------------

/** Joins the last record, where another superinstruction ends with it, to those before. */
function joinLast(): void {
  if (beforeLast == 0) return;
  const first = handlerOf(beforeLast);
  const second = handlerOf(last);
  if (second == H_DUP_SHR_AND) joinMask(first);
  else if (second == H_PUSH_SHR && first == H_PUSH_DUP) swapPush();
  else if (swapsOf(second) != 0) joinStore(first, swapsOf(second));
  else if (isDup(beforeLast) && (second == H_PUSH_ADD || second == H_PUSH_AND)) joinDup(second);
  else joinPair(join(first, second));
}

/** Two records to one with the argument of the first and the immediate of the second. */
function joinPair(joined: u32): void {
  if (joined == NO_FUSION) return;
  store<u32>(beforeLast, joined);
  store<u64>(beforeLast, immediateOf(last), RECORD_IMMEDIATE);
  dropLast();
}

/** PUSH DUPn, PUSH SHR: PUSH, DUPn PUSH SHR. Most often AND follows. */
function swapPush(): void {
  const distance = argumentOf(beforeLast);
  rewrite(beforeLast, H_PUSH, 0);
  rewrite(last, H_DUP_SHR, distance);
}

/** PUSH, DUPn PUSH SHR AND: a field of a word. */
function joinMask(first: u32): void {
  const distance = argumentOf(last);
  if (first != H_PUSH || distance == 0) return;
  rewrite(beforeLast, H_DUP_SHR_MASK, packField(distance - 32, <u32>immediateOf(last)));
  dropLast();
}

/** DUPn, PUSH ADD or PUSH AND: as if the value had been pushed first. */
function joinDup(second: u32): void {
  const distance = argumentOf(beforeLast);
  joinPair(second == H_PUSH_ADD ? H_PUSH_DUP_ADD : H_PUSH_DUP_AND);
  store<u32>(last, distance + 32, RECORD_ARGUMENT);
}

/** POPs or SWAP1 POP, JUMP. */
function joinJump(first: u32): bool {
  const operands = fuseJump(first);
  if (operands != 0) rewrite(last, H_POP_JUMP, operands);
  return operands != 0;
}

/** SWAPn POP, POP. */
function joinPop(first: u32): bool {
  const n = swapsOf(first);
  if (n == 1) rewrite(last, H_POP_POP, 0);
  else if (n != 0) rewrite(last, H_SWAP_POP_POP, n << 5);
  return n != 0;
}

/** An operation, SWAPn POP: its result goes where it is to be. */
function joinStore(first: u32, n: u32): void {
  if (n == 1 && joinCopy(first)) return;
  const fused = fuseStore(first);
  if (fused == NO_FUSION) return;
  rewrite(beforeLast, fused, (n + 1) << 5);
  dropLast();
}

/** What changes a copy of the top, SWAP1 POP: changes the top. False if there is no copy. */
function joinCopy(first: u32): bool {
  const argument = argumentOf(beforeLast);
  const handler = onTop(first, argument);
  if (handler != NO_FUSION) {
    rewrite(beforeLast, handler, 0);
    dropLast();
    return true;
  }
  if (third == 0 || handlerOf(third) != OP_DUP1 || !isInPlace(first)) return false;
  rewrite(third, first, argument == 0 ? 0 : argument - 32);
  store<u64>(third, immediateOf(beforeLast), RECORD_IMMEDIATE);
  dropLast();
  output = last;
  last = beforeLast;
  beforeLast = 0;
  return true;
}
