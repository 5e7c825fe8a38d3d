/**
 * The decoded stream: its layout, and the writing of records and basic blocks.
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
 * Exports: DECODED_*, RECORD_*, BEGIN_*, and for the decoder the writer.
 */
import { OP_STOP } from '../abi/opcodes';
import { DECODING } from '../state/context';
import { u256Set } from '../u256/word';
import { H_BAD_JUMP, H_BEGIN } from './handlers';
import {
  FLOW_ENDS_BLOCK, FLOW_NEXT, gasOf, instructionTable, stackIn, stackOut,
} from './instruction-table';

/** u32 pointer to the record that a frame begins with. */
export const DECODED_START = 0;
/** u32 pointer to the jump table: record of the JUMPDEST at each byte of the code, or 0. */
export const DECODED_JUMP_TABLE = 4;
/** i32 DECODING that it was decoded for. */
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
/** No opcode has more static gas for its byte than LOG4, 1875: a cut block has at least these. */
export const MIN_CUT_BLOCK_BYTES: u64 = 1 << 19;
/** Words that no stack holds, or holds besides others; larger numbers say no more. */
const TOO_MANY_WORDS: i32 = 2048;
/** A jump target that is none; code is shorter. */
const NO_TARGET: u64 = 0xffffffff;

/** Where the next record goes. */
let output: usize = 0;
let table: usize = 0;

// The block being written: its BEGIN record and what it takes so far.
let block: usize = 0;
let blockGas: u32 = 0;
let wordsNeeded: i32 = 0;
let height: i32 = 0;
let maxHeight: i32 = 0;
/** Whether control can come to the next instruction from the one before it. */
export let isReachable: bool = false;

// Lists of records to complete, newest first, linked through the upper half of their immediates.
/** Records of this block whose argument is the block's gas so far. */
let gasReaders: usize = 0;
/** Jumps whose immediate is still a position in the code. */
let jumps: usize = 0;

/** Offset of the stream in the decoded form of `size` bytes. */
export function streamOffset(size: u32): u64 {
  return DECODED_HEADER_SIZE + ((<u64>size + 3) & ~3) * 4;
}

@inline
function jumpTableOf(decoded: usize): usize {
  return decoded + DECODED_HEADER_SIZE;
}

/** Writes the header and opens the first block; no byte is a jump destination yet. */
export function beginStream(decoded: usize, size: u32): void {
  table = instructionTable();
  output = decoded + <usize>streamOffset(size);
  jumps = 0;
  memory.fill(jumpTableOf(decoded), 0, <usize>size << 2);
  store<u32>(decoded, <u32>output, DECODED_START);
  store<u32>(decoded, <u32>jumpTableOf(decoded), DECODED_JUMP_TABLE);
  store<i32>(decoded, DECODING, DECODED_REVISION);
  openBlock();
}

/** The implicit STOP, and the targets of immediate jumps. */
export function endStream(decoded: usize, size: u32): void {
  if (isReachable) {
    emit(OP_STOP);
    closeBlock();
  }
  const badJump = <u32>output;
  emit(H_BEGIN);
  emit(H_BAD_JUMP);
  while (jumps != 0) {
    const record = jumps;
    jumps = load<u32>(record, RECORD_IMMEDIATE + 4);
    const position = load<u32>(record, RECORD_IMMEDIATE);
    const target = position < size
      ? load<u32>(jumpTableOf(decoded) + (<usize>position << 2))
      : 0;
    store<u64>(record, target != 0 ? target : badJump, RECORD_IMMEDIATE);
  }
}

// ---- records --------------------------------------------------------------------------

@inline
export function emit(handler: u32, argument: u32 = 0, value: u64 = 0): void {
  store<u32>(output, handler);
  store<u32>(output, argument, RECORD_ARGUMENT);
  store<u64>(output, value, RECORD_IMMEDIATE);
  output += RECORD_SIZE;
}

export function emitWide(handler: u32, l0: u64, l1: u64, l2: u64, l3: u64): void {
  emit(handler);
  u256Set(output, l0, l1, l2, l3);
  output += WIDE_RECORD_SIZE - RECORD_SIZE;
}

/** A jump to a position in the code, which becomes a pointer at the end. */
export function emitJump(handler: u32, argument: u32, position: u64): void {
  const record = output;
  emit(handler, argument, min(position, NO_TARGET) | (<u64>jumps << 32));
  jumps = record;
}

/** An instruction that needs the gas left; closeBlock sets the gas of those after it. */
export function emitGasReader(opcode: u32): void {
  const record = output;
  emit(opcode, blockGas, <u64>gasReaders << 32);
  gasReaders = record;
}

// ---- blocks ---------------------------------------------------------------------------

function openBlock(): void {
  block = output;
  blockGas = 0;
  wordsNeeded = 0;
  height = 0;
  maxHeight = 0;
  gasReaders = 0;
  isReachable = true;
  emit(H_BEGIN);
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
export function account(opcode: u32): void {
  blockGas += gasOf(table, opcode);
  const popped = stackIn(table, opcode);
  wordsNeeded = max(wordsNeeded, popped - height);
  height += stackOut(table, opcode) - popped;
  maxHeight = max(maxHeight, height);
}

/** What follows an instruction: the same block or another one. */
export function follow(flow: u32): void {
  if (flow == FLOW_NEXT) {
    if (blockGas <= MAX_BLOCK_GAS) return;
    flow = FLOW_ENDS_BLOCK;
  }
  closeBlock();
  if (flow == FLOW_ENDS_BLOCK) openBlock();
  else isReachable = false;
}

/** A JUMPDEST, still to be accounted for, at a position in the code: control may come here from
 * anywhere. */
export function beginJumpDestination(decoded: usize, position: u32): void {
  // After a JUMPI, say, a block has just begun: it is this one.
  const isFresh = isReachable && output == block + RECORD_SIZE && blockGas == 0;
  if (!isFresh) {
    if (isReachable) closeBlock();
    openBlock();
  }
  store<u32>(jumpTableOf(decoded) + (<usize>position << 2), <u32>block);
}
