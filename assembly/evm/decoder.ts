/**
 * Code to stream: bytes to records that the interpreter runs without looking at the code again.
 *
 *   decoded form    32 bytes header | u32 for each byte of code: jump table | stream
 *   record          u32 handler | u32 argument | u64 immediate          (handlers.ts)
 *
 * The stream is a sequence of basic blocks. Each begins with a BEGIN record that holds the static
 * gas of the whole block, the words it needs on the stack and the words it adds at most, so that
 * the interpreter checks once for all. Hence gas is prepaid inside a block: GAS and SSTORE hold in
 * their argument what of it belongs to the instructions after them. An exceptional halt loses all
 * gas and all effects, so nobody can tell that it came some instructions early.
 *
 * Code that no jump can reach is left out. Both passes are linear in the code, whatever it is:
 * nothing looks back, and looks ahead at most 9 bytes, and what lies past the end reads as zero
 * (STOP, and the rest of a truncated PUSH). Jump targets of immediate jumps are resolved at the end.
 *
 * Exports: decodedBytes, decodeInto, DECODED_*.
 */
import {
  OP_AND, OP_DUP1, OP_DUP16, OP_DUP4, OP_EQ, OP_GAS, OP_ISZERO, OP_JUMP, OP_JUMPDEST, OP_JUMPI,
  OP_LT, OP_PC, OP_PUSH0, OP_PUSH1, OP_PUSH32, OP_PUSH4, OP_PUSH9, OP_SHL, OP_SSTORE, OP_STOP,
  OP_SUB, OP_SWAP1,
} from '../abi/opcodes';
import { REV } from '../state/context';
import { u256Set } from '../u256/word';
import {
  H_BAD_JUMP, H_BEGIN, H_ISZERO_PUSH_JUMPI, H_PUSH, H_PUSH_DUP, H_PUSH_JUMP, H_PUSH_JUMPI,
  H_PUSH_WIDE, H_PUSH_WIDE_AND, H_SELECTOR_JUMPI, H_SWAP1_JUMP, H_UNDEFINED, NO_FUSION,
  fuseComparison, fuseDup, fusePair, fusePush, fusePushSwap1,
} from './handlers';
import {
  FLOW_ENDS_BLOCK, FLOW_NEXT, FLOW_TERMINATES, flowOf, gasOf, instructionTable, isDefinedIn,
  stackIn, stackOut,
} from './instruction-table';

/** u32 pointer to the record that a frame begins with. */
export const DECODED_START = 0;
/** u32 pointer to the jump table: record of the JUMPDEST at each byte of the code, or 0. */
export const DECODED_JUMP_TABLE = 4;
/** u32 revision that it was decoded for. */
export const DECODED_REVISION = 8;
export const DECODED_HEADER_SIZE: usize = 32;

export const RECORD_SIZE: usize = 16;
export const RECORD_ARGUMENT: usize = 4;
export const RECORD_IMMEDIATE: usize = 8;
/** A wide immediate follows its record. */
export const WIDE_RECORD_SIZE: usize = 48;
/** Fields of BEGIN. */
export const BEGIN_GAS: usize = 4;
export const BEGIN_NEEDS: usize = 8;
export const BEGIN_GROWS: usize = 12;

/** A block is cut when it costs more, so that its gas fits in 32 bits (CREATE is 32000). */
const MAX_BLOCK_GAS: u32 = 1 << 30;
/** No opcode has more static gas for its byte than LOG4, 1875: at least these bytes a cut block. */
const MIN_CUT_BLOCK_BYTES: u64 = 1 << 19;
/** Words that no stack holds, or holds besides others; larger numbers say no more. */
const TOO_MANY_WORDS: i32 = 2048;
/** More than there is, but no overflow when it is rounded up. */
const MOST_BYTES: u64 = 0xffff0000;
/** A jump target that is none; code is shorter. */
const NO_TARGET: u64 = 0xffffffff;

// The code being decoded, and where the next record goes.
let code: usize = 0;
let codeSize: u32 = 0;
let table: usize = 0;
let output: usize = 0;

// The block being decoded: its BEGIN record and what it takes so far.
let block: usize = 0;
let blockGas: u32 = 0;
let wordsNeeded: i32 = 0;
let height: i32 = 0;
let maxHeight: i32 = 0;
/** Whether control can come to the next instruction from the one before it. */
let isReachable: bool = false;

// Lists of records to complete, newest first, linked through the upper half of their immediates.
/** Records of this block whose argument is the block's gas so far. */
let gasReaders: usize = 0;
/** Jumps whose immediate is still a position in the code. */
let jumps: usize = 0;

// ---- size -----------------------------------------------------------------------------------------

/** An upper bound of the bytes that `decodeInto` writes; MOST_BYTES if it is even more. */
export function decodedBytes(source: usize, size: u32): u32 {
  setSource(source, size);
  // Entry, implicit STOP, bad jump; blocks cut for their gas.
  let records: u64 = 4 + <u64>size / MIN_CUT_BLOCK_BYTES;
  let pc: u32 = 0;
  while (pc < size) {
    const opcode = byteAt(pc);
    pc = positionAfter(pc, opcode);
    records += 1;
    if (isBetween(opcode, OP_PUSH9, OP_PUSH32)) records += 2;
    const flow = flowOf(table, opcode);
    if (flow == FLOW_ENDS_BLOCK) records += 1;
    else if (flow == FLOW_TERMINATES) pc = nextJumpDestination(pc);
  }
  const bytes = streamOffset(size) + records * RECORD_SIZE;
  return <u32>min(bytes, MOST_BYTES);
}

/** Offset of the stream in the decoded form. */
function streamOffset(size: u32): u64 {
  return (DECODED_HEADER_SIZE + ((<u64>size + 3) & ~3) * 4);
}

// ---- reading the code -----------------------------------------------------------------------------

function setSource(source: usize, size: u32): void {
  code = source;
  codeSize = size;
  table = instructionTable();
}

@inline
function byteAt(pc: u32): u32 {
  return pc < codeSize ? <u32>load<u8>(code + pc) : 0;
}

@inline
function isBetween(opcode: u32, first: u32, last: u32): bool {
  return opcode - first <= last - first;
}

@inline
function isPush(opcode: u32): bool {
  return isBetween(opcode, OP_PUSH1, OP_PUSH32);
}

/** Past the end at most by 32, so no overflow: code is shorter than the memory. */
@inline
function positionAfter(pc: u32, opcode: u32): u32 {
  return isPush(opcode) ? pc + 2 + opcode - OP_PUSH1 : pc + 1;
}

/** The first JUMPDEST from `pc` on, which is no push data, or the end. */
function nextJumpDestination(pc: u32): u32 {
  while (pc < codeSize) {
    const opcode = <u32>load<u8>(code + pc);
    if (opcode == OP_JUMPDEST) return pc;
    pc = positionAfter(pc, opcode);
  }
  return codeSize;
}

/** The number in `length` ≤ 8 bytes. */
function immediate(pc: u32, length: u32): u64 {
  let value: u64 = 0;
  for (let i: u32 = 0; i < length; i++) value = (value << 8) | <u64>byteAt(pc + i);
  return value;
}

// ---- writing records ------------------------------------------------------------------------------

@inline
function emit(handler: u32, argument: u32, value: u64): void {
  store<u32>(output, handler);
  store<u32>(output, argument, RECORD_ARGUMENT);
  store<u64>(output, value, RECORD_IMMEDIATE);
  output += RECORD_SIZE;
}

/** A jump to the position `target` of the code, which becomes a pointer at the end. */
function emitJump(handler: u32, argument: u32, target: u64): void {
  const position = target < <u64>codeSize ? target : NO_TARGET;
  const record = output;
  emit(handler, argument, position | (<u64>jumps << 32));
  jumps = record;
}

/** An instruction that needs the gas left; closeBlock sets the gas of those after it. */
function emitGasReader(opcode: u32): void {
  const record = output;
  emit(opcode, blockGas, <u64>gasReaders << 32);
  gasReaders = record;
}

function openBlock(): void {
  block = output;
  blockGas = 0;
  wordsNeeded = 0;
  height = 0;
  maxHeight = 0;
  gasReaders = 0;
  isReachable = true;
  emit(H_BEGIN, 0, 0);
}

function closeBlock(): void {
  store<u32>(block, blockGas, BEGIN_GAS);
  store<u32>(block, <u32>min(wordsNeeded, TOO_MANY_WORDS) << 5, BEGIN_NEEDS);
  store<u32>(block, <u32>min(maxHeight, TOO_MANY_WORDS) << 5, BEGIN_GROWS);
  while (gasReaders != 0) {
    const record = gasReaders;
    gasReaders = load<u32>(record, RECORD_IMMEDIATE + 4);
    store<u32>(record, blockGas - load<u32>(record, RECORD_ARGUMENT), RECORD_ARGUMENT);
    store<u64>(record, 0, RECORD_IMMEDIATE);
  }
}

/** Adds an instruction to what the block takes. */
function account(opcode: u32): void {
  blockGas += gasOf(table, opcode);
  const popped = stackIn(table, opcode);
  wordsNeeded = max(wordsNeeded, popped - height);
  height += stackOut(table, opcode) - popped;
  maxHeight = max(maxHeight, height);
}

/** Closes the block after an instruction, if that ends it. */
function follow(flow: u32): void {
  if (flow == FLOW_NEXT) return;
  closeBlock();
  if (flow == FLOW_ENDS_BLOCK) openBlock();
  else isReachable = false;
}

// ---- decoding -------------------------------------------------------------------------------------

/** Writes the decoded form of `size` bytes at `source` to `dst`, aligned to 8. */
export function decodeInto(dst: usize, source: usize, size: u32): void {
  setSource(source, size);
  const jumpTable = dst + DECODED_HEADER_SIZE;
  memory.fill(jumpTable, 0, <usize>size << 2);
  output = dst + <usize>streamOffset(size);
  jumps = 0;
  store<u32>(dst, <u32>output, DECODED_START);
  store<u32>(dst, <u32>jumpTable, DECODED_JUMP_TABLE);
  store<i32>(dst, REV, DECODED_REVISION);
  openBlock();
  let pc: u32 = 0;
  while (pc < size) {
    const opcode = byteAt(pc);
    if (opcode == OP_JUMPDEST) pc = decodeJumpDestination(pc, jumpTable);
    else if (isPush(opcode)) pc = decodePush(pc, opcode);
    else pc = decodePlain(pc, opcode);
    if (!isReachable) pc = nextJumpDestination(pc);
    else if (blockGas > MAX_BLOCK_GAS) follow(FLOW_ENDS_BLOCK);
  }
  if (isReachable) {
    emit(OP_STOP, 0, 0);
    closeBlock();
  }
  resolveJumps(jumpTable);
}

function decodeJumpDestination(pc: u32, jumpTable: usize): u32 {
  // After a JUMPI, say, a block has just begun: it is this one.
  const isFresh = isReachable && output == block + RECORD_SIZE && blockGas == 0;
  if (!isFresh) {
    if (isReachable) closeBlock();
    openBlock();
  }
  store<u32>(jumpTable + (<usize>pc << 2), <u32>block);
  account(OP_JUMPDEST);
  return pc + 1;
}

/** One instruction that is neither PUSH nor JUMPDEST, or several as one; returns what follows. */
function decodePlain(pc: u32, opcode: u32): u32 {
  if (!isDefinedIn(table, opcode)) {
    emit(H_UNDEFINED, opcode, 0);
    follow(FLOW_TERMINATES);
    return pc + 1;
  }
  const fused = decodeFused(pc, opcode);
  if (fused != 0) return fused;
  account(opcode);
  if (opcode == OP_GAS || opcode == OP_SSTORE) emitGasReader(opcode);
  else if (opcode == OP_PUSH0) return decodePushed(pc + 1, 0);
  else if (opcode == OP_PC) emit(H_PUSH, 0, pc);
  else emit(opcode, 0, 0);
  follow(flowOf(table, opcode));
  return pc + 1;
}

/** A superinstruction that does not begin with PUSH; returns the position after it, or 0. */
function decodeFused(pc: u32, opcode: u32): u32 {
  const next = byteAt(pc + 1);
  if (isBetween(opcode, OP_LT, OP_ISZERO)) return decodeComparison(pc, opcode);
  if (isBetween(opcode, OP_DUP1, OP_DUP4)) {
    if (opcode == OP_DUP1 && isPush(next)) return decodeSelector(pc, next);
    return emitFused(fuseDup(opcode - OP_DUP1 + 1, next), opcode, next) ? pc + 2 : 0;
  }
  if (opcode == OP_SWAP1 && next == OP_JUMP) {
    account(OP_SWAP1);
    account(OP_JUMP);
    emit(H_SWAP1_JUMP, 0, 0);
    follow(FLOW_TERMINATES);
    return pc + 2;
  }
  return emitFused(fusePair(opcode, next), opcode, next) ? pc + 2 : 0;
}

function emitFused(handler: u32, first: u32, second: u32): bool {
  if (handler == NO_FUSION) return false;
  account(first);
  account(second);
  emit(handler, 0, 0);
  return true;
}

/** LT, GT, SLT, SGT, EQ and ISZERO before ISZERO? PUSH1…4 JUMPI. */
function decodeComparison(pc: u32, opcode: u32): u32 {
  const isNegated = opcode != OP_ISZERO && byteAt(pc + 1) == OP_ISZERO;
  const push = isNegated ? pc + 2 : pc + 1;
  const end = jumpIfAfter(push);
  if (end == 0) return 0;
  account(opcode);
  if (isNegated) account(OP_ISZERO);
  const handler = opcode == OP_ISZERO ? H_ISZERO_PUSH_JUMPI : fuseComparison(opcode, isNegated);
  emitJumpIf(handler, 0, push);
  return end;
}

/** DUP1 PUSH1…4 EQ PUSH1…4 JUMPI; `push` is the opcode after DUP1. */
function decodeSelector(pc: u32, push: u32): u32 {
  const length = push - OP_PUSH0;
  if (length > 4 || byteAt(pc + 2 + length) != OP_EQ) return 0;
  const end = jumpIfAfter(pc + 3 + length);
  if (end == 0) return 0;
  account(OP_DUP1);
  account(push);
  account(OP_EQ);
  emitJumpIf(H_SELECTOR_JUMPI, <u32>immediate(pc + 2, length), pc + 3 + length);
  return end;
}

/** The position after PUSH1…4 JUMPI at `pc`, or 0 if something else is there. */
function jumpIfAfter(pc: u32): u32 {
  const push = byteAt(pc);
  if (!isBetween(push, OP_PUSH1, OP_PUSH4)) return 0;
  const end = positionAfter(pc, push);
  return byteAt(end) == OP_JUMPI ? end + 1 : 0;
}

/** The jump of a superinstruction that ends with the PUSH at `pc` and JUMPI. */
function emitJumpIf(handler: u32, argument: u32, pc: u32): void {
  const push = byteAt(pc);
  account(push);
  account(OP_JUMPI);
  emitJump(handler, argument, immediate(pc + 1, push - OP_PUSH0));
  follow(FLOW_ENDS_BLOCK);
}

function decodePush(pc: u32, opcode: u32): u32 {
  const mask = decodeMask(pc);
  if (mask != 0) return mask;
  account(opcode);
  const end = positionAfter(pc, opcode);
  let length = opcode - OP_PUSH0;
  while (length > 8 && byteAt(end - length) == 0) length--;
  if (length <= 8) return decodePushed(end, immediate(end - length, length));
  u256Set(
    output + RECORD_SIZE,
    immediate(end - 8, 8),
    immediate(end - min<u32>(length, 16), min<u32>(length, 16) - 8),
    length > 16 ? immediate(end - min<u32>(length, 24), min<u32>(length, 24) - 16) : 0,
    length > 24 ? immediate(end - length, length - 24) : 0,
  );
  return decodeWide(end);
}

/**
 * PUSH1 1 PUSH1 1 PUSH1 n SHL SUB, by which solc writes 2^n - 1, most often an address mask
 * (n = 160): becomes one immediate. Returns the position after it, or 0.
 */
function decodeMask(pc: u32): u32 {
  if (immediate(pc, 4) != 0x60016001 || byteAt(pc + 4) != OP_PUSH1) return 0;
  if (byteAt(pc + 6) != OP_SHL || byteAt(pc + 7) != OP_SUB || !isDefinedIn(table, OP_SHL)) return 0;
  account(OP_PUSH1);
  account(OP_PUSH1);
  account(OP_PUSH1);
  account(OP_SHL);
  account(OP_SUB);
  const bits = byteAt(pc + 5);
  const word = output + RECORD_SIZE;
  u256Set(word, ones(bits), ones(bits - 64), ones(bits - 128), ones(bits - 192));
  return decodeWide(pc + 8);
}

/** The lowest limb of 2^bits - 1; none for negative numbers. */
function ones(bits: i32): u64 {
  if (bits <= 0) return 0;
  return bits >= 64 ? u64.MAX_VALUE : ((<u64>1) << <u64>bits) - 1;
}

/** The record of a wide immediate, which is in its place, and perhaps the AND at `pc`. */
function decodeWide(pc: u32): u32 {
  const isMasking = byteAt(pc) == OP_AND;
  if (isMasking) account(OP_AND);
  emit(isMasking ? H_PUSH_WIDE_AND : H_PUSH_WIDE, 0, 0);
  output += WIDE_RECORD_SIZE - RECORD_SIZE;
  return isMasking ? pc + 1 : pc;
}

/** A pushed value of at most 8 bytes, and perhaps what uses it at `pc`; returns what follows. */
function decodePushed(pc: u32, value: u64): u32 {
  const opcode = byteAt(pc);
  if (isDefinedIn(table, opcode)) {
    if (opcode == OP_JUMP || opcode == OP_JUMPI) {
      account(opcode);
      emitJump(opcode == OP_JUMP ? H_PUSH_JUMP : H_PUSH_JUMPI, 0, value);
      follow(flowOf(table, opcode));
      return pc + 1;
    }
    if (isBetween(opcode, OP_DUP1, OP_DUP16)) {
      account(opcode);
      emit(H_PUSH_DUP, (opcode - OP_DUP1) << 5, value);
      return pc + 1;
    }
    const second = byteAt(pc + 1);
    const handler = opcode == OP_SWAP1 ? fusePushSwap1(second) : fusePush(value, opcode);
    if (handler != NO_FUSION) {
      account(opcode);
      if (opcode == OP_SWAP1) account(second);
      emit(handler, 0, value);
      return opcode == OP_SWAP1 ? pc + 2 : pc + 1;
    }
  }
  emit(H_PUSH, 0, value);
  return pc;
}

/** Turns positions into records; what is no JUMPDEST into a block that halts. */
function resolveJumps(jumpTable: usize): void {
  const badJump = <u32>output;
  emit(H_BEGIN, 0, 0);
  emit(H_BAD_JUMP, 0, 0);
  while (jumps != 0) {
    const record = jumps;
    jumps = load<u32>(record, RECORD_IMMEDIATE + 4);
    const position = load<u32>(record, RECORD_IMMEDIATE);
    const target = position < codeSize ? load<u32>(jumpTable + (<usize>position << 2)) : 0;
    store<u64>(record, target != 0 ? target : badJump, RECORD_IMMEDIATE);
  }
}
