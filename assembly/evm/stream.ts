/**
 * The decoded stream: its layout, and the writing of basic blocks (record-writer.ts: of records).
 *
 *   decoded form    32 bytes header | u32 for each byte of code: jump table | stream
 *   record          record-writer.ts
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
import { H_BAD_JUMP, H_BEGIN, H_LATE, H_PUSH_JUMP } from './handlers';
import {
  FLOW_ENDS_BLOCK, FLOW_NEXT, FLOW_TERMINATES, gasOf, instructionTable, stackIn, stackOut,
} from './instruction-table';
import {
  RECORD_ARGUMENT, RECORD_IMMEDIATE, RECORD_SIZE, emit, output, setOutput, writeJump,
} from './record-writer';

export {
  RECORD_ARGUMENT, RECORD_IMMEDIATE, RECORD_SIZE, WIDE_RECORD_SIZE, append, appendDup, appendFused,
  appendPush, appendShr, appendWide, emit, emitWide,
} from './record-writer';

/** u32 pointer to the record that a frame begins with. */
export const DECODED_START = 0;
/** u32 pointer to the jump table: record of the JUMPDEST at each byte of the code, or 0. */
export const DECODED_JUMP_TABLE = 4;
/** i32 DECODING that it was decoded for. */
export const DECODED_REVISION = 8;
/** u32 pointer to a bit for each byte of the code: the JUMPDESTs (jump-destinations.ts). Or one of
 * the two below. */
export const DECODED_DESTINATIONS = 12;
/** All are in the jump table. */
export const DESTINATIONS_DECODED: u32 = 0;
/** It has not been made. */
export const DESTINATIONS_UNKNOWN: u32 = 1;
export const DECODED_HEADER_SIZE: usize = 32;

/** Fields of BEGIN. */
export const BEGIN_GAS: usize = 4;
export const BEGIN_NEEDS: usize = 8;
export const BEGIN_GROWS: usize = 12;

/** A detour: BEGIN of nothing, then LATE with the position of a JUMPDEST and a jump to it. */
export const DETOUR_SIZE: usize = 32;
export const DETOUR_POSITION: usize = 20;
const DETOUR_JUMP: usize = 24;

/** A block is cut when it costs more, so that its gas fits in 32 bits (CREATE is 32000). */
const MAX_BLOCK_GAS: u32 = 1 << 30;
/** No opcode has more static gas for its byte than LOG4, 1875: a cut block has at least these. */
export const MIN_CUT_BLOCK_BYTES: u64 = 1 << 19;
/** Words that no stack holds, or holds besides others; larger numbers say no more. */
const TOO_MANY_WORDS: i32 = 2048;
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

/** Where the next note of a JUMPDEST ends, growing downward: {u32 position, u32 block}. 0 if they
 * go into the jump table at once. */
let notes: usize = 0;

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
  setOutput(decoded + <usize>streamOffset(size));
  jumps = 0;
  notes = 0;
  memory.fill(jumpTableOf(decoded), 0, <usize>size << 2);
  store<u32>(decoded, <u32>output, DECODED_START);
  store<u32>(decoded, <u32>jumpTableOf(decoded), DECODED_JUMP_TABLE);
  store<i32>(decoded, DECODING, DECODED_REVISION);
  store<u32>(decoded, DESTINATIONS_DECODED, DECODED_DESTINATIONS);
  openBlock();
}

/** The implicit STOP, and the targets of immediate jumps. */
export function endStream(decoded: usize, size: u32): void {
  endBlocks();
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

/** The implicit STOP. */
function endBlocks(): void {
  if (!isReachable) return;
  emit(OP_STOP);
  closeBlock();
}

// ---- segments (late-decoder.ts) -------------------------------------------------------

/** Bytes of the note of a JUMPDEST. */
export const NOTE_SIZE: usize = 8;

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

/**
 * Completes the segment of the code from `first` up to `after`, whose notes begin at `end`, and
 * lets other workers see it; returns where it ends.
 */
export function endSegment(jumpTable: usize, first: u32, after: u32, end: usize): usize {
  endBlocks();
  const detours = output;
  while (jumps != 0) {
    const record = jumps;
    jumps = load<u32>(record, RECORD_IMMEDIATE + 4);
    emitDetour(record);
  }
  // Whoever finds a block in the jump table finds it complete: its jumps lead to detours by now.
  for (let note = notes; note < end; note += NOTE_SIZE) {
    atomic.store<u32>(jumpTable + (<usize>load<u32>(note) << 2), load<u32>(note, 4));
  }
  memory.fill(notes, 0, end - notes);
  for (let detour = detours; detour < output; detour += DETOUR_SIZE) {
    const position = load<u32>(detour, DETOUR_POSITION);
    if (position < first || position >= after) continue;
    const known = load<u32>(jumpTable + (<usize>position << 2));
    if (known != 0) leadJump(detour, known);
  }
  return output;
}

/** Where a jump leads as long as its target has not been decoded. */
function emitDetour(jump: usize): void {
  const position = load<u32>(jump, RECORD_IMMEDIATE);
  store<u64>(jump, output, RECORD_IMMEDIATE);
  emit(H_BEGIN);
  emit(H_LATE, position, jump);
}

/** The jump of a detour takes the direct way from now on. */
export function leadJump(detour: usize, target: usize): void {
  const jump = <usize>load<u32>(detour, DETOUR_JUMP);
  atomic.store<u32>(jump + RECORD_IMMEDIATE, <u32>target);
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
@inline
export function follow(flow: u32): void {
  if (flow != FLOW_NEXT || blockGas > MAX_BLOCK_GAS) endBlock(flow);
}

function endBlock(flow: u32): void {
  if (flow == FLOW_NEXT) flow = FLOW_ENDS_BLOCK;
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
  if (notes == 0) {
    store<u32>(jumpTableOf(decoded) + (<usize>position << 2), <u32>block);
  } else {
    notes -= NOTE_SIZE;
    store<u32>(notes, position);
    store<u32>(notes, <u32>block, 4);
  }
}
