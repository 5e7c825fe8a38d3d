/**
 * The decoded stream: its layout, and the writing of basic blocks (record-writer.ts: of records).
 *
 *   decoded form    header | lines                                            (late-decoder.ts)
 *   segment         basic blocks | detours
 *   record          record-writer.ts
 *
 * Each basic block begins with a BEGIN record that holds the static gas of the whole block, the
 * words it needs on the stack and the words it adds at most, so that the interpreter checks once
 * for all. Hence gas is prepaid inside a block: GAS and SSTORE hold in their argument what of it
 * belongs to the instructions after them. An exceptional halt loses all gas and all effects, so
 * nobody can tell that it came some instructions early.
 *
 * Exports: DECODED_*, LINE_*, RECORD_*, BEGIN_*, and for the decoder the writer.
 */
import { OP_STOP } from '../abi/opcodes';
import { H_BEGIN, H_LATE, H_PUSH_JUMP } from './handlers';
import {
  FLOW_ENDS_BLOCK, FLOW_NEXT, FLOW_TERMINATES, gasOf, instructionTable, stackIn, stackOut,
} from '../forks/instruction-table';
import {
  RECORD_ARGUMENT, RECORD_IMMEDIATE, RECORD_SIZE, emit, output, setOutput, writeJump,
} from './record-writer';

export {
  RECORD_ARGUMENT, RECORD_IMMEDIATE, RECORD_SIZE, WIDE_RECORD_SIZE, append, appendDup, appendFused,
  appendPush, appendShr, appendWide, emit, emitWide,
} from './record-writer';

/** u32 pointer to the block that the code begins with, 0 = not decoded. */
export const DECODED_START = 0;
/** i32 DECODING that it was decoded for. */
export const DECODED_DECODING = 4;
/** u32 pointer to a bit for each byte of the code: the JUMPDESTs (jump-destinations.ts), 0 = they
 * have not been looked for. */
export const DECODED_DESTINATIONS = 8;
/** u32 pointer to a u32 for each byte of the code: the block of the JUMPDEST there, or 0. Code has
 * it once it has jumped so far by the stack that it is worth it. u32 how often it has. */
export const DECODED_JUMP_TABLE = 12;
export const DECODED_JUMPS = 16;
/** u32 number of the code (records.ts), 0 = initcode. */
export const DECODED_NUMBER = 20;
/** The lines follow. */
export const DECODED_HEADER_SIZE: usize = 24;

/** A line: 64 positions. No line reads as one of zeros: the null page. */
export const LINE_SHIFT: u32 = 6;
export const LINE_POSITIONS: u32 = 64;
export const LINE_BYTES: usize = 256;
const LINE_MASK: u32 = 63;

/** Fields of BEGIN. */
export const BEGIN_GAS: usize = 4;
export const BEGIN_NEEDS: usize = 8;
export const BEGIN_GROWS: usize = 12;

/** A detour: BEGIN of nothing, then LATE with a position, a jump to it, and whether that may be
 * another instruction than a JUMPDEST. */
export const DETOUR_SIZE: usize = 32;
export const DETOUR_POSITION: usize = 20;
const DETOUR_JUMP: usize = 24;
export const DETOUR_NEEDS_NONE: usize = 28;
/** Argument of a jump to such a position. */
const NEEDS_NONE: u32 = 1;

/** A jump target that is none; code is shorter. */
const NO_TARGET: u64 = 0xffffffff;

let table: usize = 0;

// The block being written: its BEGIN record and what it takes so far.
let block: usize = 0;
let blockGas: u32 = 0;
let wordsNeeded: i32 = 0;
let height: i32 = 0;
let maxHeight: i32 = 0;
/** Whether control can come to the next instruction from the one before it. */
export let isReachable: bool = false;

/** Where the next note of a JUMPDEST ends, growing downward: {u32 position, u32 block}. */
let notes: usize = 0;

// Lists of records to complete, newest first, linked through the upper half of their immediates.
/** Records of this block whose argument is the block's gas so far. */
let gasReaders: usize = 0;
/** Jumps whose immediate is still a position in the code. */
let jumps: usize = 0;

/** The implicit STOP. */
function endBlocks(): void {
  if (!isReachable) return;
  emit(OP_STOP);
  closeBlock();
}

// ---- segments (late-decoder.ts) -------------------------------------------------------

/** Where the pointer to a line is. */
@inline
export function placeOfLine(decoded: usize, line: u32): usize {
  return decoded + DECODED_HEADER_SIZE + (<usize>line << 2);
}

/** Bytes of the note of a JUMPDEST. */
export const NOTE_SIZE: usize = 8;

/** The block of the JUMPDEST at a position of the code, or 0. */
@inline
export function blockAt(decoded: usize, position: u32): usize {
  const line = <usize>load<u32>(placeOfLine(decoded, position >> LINE_SHIFT));
  return load<u32>(line + (<usize>(position & LINE_MASK) << 2));
}

/** Opens the first block of a segment; notes of its JUMPDESTs grow down from `end`. */
export function beginSegment(place: usize, end: usize): void {
  table = instructionTable();
  setOutput(place);
  jumps = 0;
  notes = end;
  openBlock();
}

/** Goes on in a block that has been decoded before. */
export function emitBridge(target: usize): void {
  emit(H_PUSH_JUMP, 0, target);
  follow(FLOW_TERMINATES);
}

/** Goes on at another instruction, in a segment of its own. */
export function emitContinuation(position: u32): void {
  emitJump(H_PUSH_JUMP, NEEDS_NONE, position);
  follow(FLOW_TERMINATES);
}

/**
 * Completes the segment of the code from `first` up to `after`, whose notes begin at `end`; returns
 * where it ends.
 */
export function endSegment(decoded: usize, first: u32, after: u32, end: usize): usize {
  endBlocks();
  const detours = output;
  while (jumps != 0) {
    const record = jumps;
    jumps = load<u32>(record, RECORD_IMMEDIATE + 4);
    emitDetour(record);
  }
  const detoursEnd = output;
  for (let note = notes; note < end; note += NOTE_SIZE) {
    enter(decoded, load<u32>(note), load<u32>(note, 4));
  }
  for (let detour = detours; detour < detoursEnd; detour += DETOUR_SIZE) {
    const position = load<u32>(detour, DETOUR_POSITION);
    if (position < first || position >= after) continue;
    const known = blockAt(decoded, position);
    if (known != 0) leadJump(detour, known);
  }
  return output;
}

/** Into its line, which comes behind the segment if it is not there yet, and the jump table. */
function enter(decoded: usize, position: u32, block: u32): void {
  const place = placeOfLine(decoded, position >> LINE_SHIFT);
  let line = <usize>load<u32>(place);
  if (line == 0) {
    line = output;
    setOutput(line + LINE_BYTES);
    memory.fill(line, 0, LINE_BYTES);
    store<u32>(place, <u32>line);
  }
  store<u32>(line + (<usize>(position & LINE_MASK) << 2), block);
  const jumpTable = <usize>load<u32>(decoded, DECODED_JUMP_TABLE);
  if (jumpTable != 0) store<u32>(jumpTable + (<usize>position << 2), block);
}

/** Where a jump leads as long as its target has not been decoded. */
function emitDetour(jump: usize): void {
  const position = load<u32>(jump, RECORD_IMMEDIATE);
  const isPlain = load<u32>(jump) == H_PUSH_JUMP;
  const needsNone = isPlain && load<u32>(jump, RECORD_ARGUMENT) == NEEDS_NONE;
  store<u64>(jump, output, RECORD_IMMEDIATE);
  emit(H_BEGIN);
  emit(H_LATE, position, <u64>jump | (<u64>u32(needsNone) << 32));
}

/** The jump of a detour takes the direct way from now on. */
export function leadJump(detour: usize, target: usize): void {
  store<u32>(load<u32>(detour, DETOUR_JUMP), <u32>target, RECORD_IMMEDIATE);
}

// ---- records with something to complete -----------------------------------------------

/** A jump to a position in the code, which becomes a pointer at the end. */
export function emitJump(handler: u32, argument: u32, position: u64): void {
  jumps = writeJump(handler, argument, min(position, NO_TARGET) | (<u64>jumps << 32));
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
  store<u32>(block, <u32>wordsNeeded << 5, BEGIN_NEEDS);
  store<u32>(block, <u32>maxHeight << 5, BEGIN_GROWS);
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
@inline
export function follow(flow: u32): void {
  if (flow != FLOW_NEXT) endBlock(flow);
}

function endBlock(flow: u32): void {
  closeBlock();
  if (flow == FLOW_ENDS_BLOCK) openBlock();
  else isReachable = false;
}

/** A JUMPDEST, still to be accounted for, at a position in the code: control may come here from
 * anywhere. */
export function beginJumpDestination(position: u32): void {
  // After a JUMPI, say, a block has just begun: it is this one.
  const isFresh = isReachable && output == block + RECORD_SIZE && blockGas == 0;
  if (!isFresh) {
    if (isReachable) closeBlock();
    openBlock();
  }
  notes -= NOTE_SIZE;
  store<u32>(notes, position);
  store<u32>(notes, <u32>block, 4);
}
