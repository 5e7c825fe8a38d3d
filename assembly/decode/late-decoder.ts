/**
 * Code is decoded as far as it runs: a contract has many functions, and most blocks call few of
 * them. Decoding all of the code that a block of mainnet calls wrote 20 MB, of which a tenth ever
 * ran, and took twice as long as running it.
 *
 *   decoded form   header | u32 for each line of 64 bytes of code, 0 = none of it is decoded
 *   line           u32 for each of its bytes: the block of the JUMPDEST there
 *   segment        basic blocks from an entrance (the first byte, or a JUMPDEST that was jumped to)
 *                  to the first instruction without a successor, or to a JUMPDEST that was decoded
 *                  before, or for 256 bytes | a detour for each immediate jump
 *
 * So a call costs what it runs, also where code was never decoded, or is no more (code-cache.ts).
 * All of it is the worker's own.
 *
 * Exports: enterCode, enterAgain, beginCode, firstBlock, blockOf, decodeLate, destinationAt,
 * jumpTarget, segmentBytes.
 */
import { CODE_BUDGET } from '../abi/memory-map';
import { OP_JUMPDEST, OP_PUSH32, OP_PUSH9, OP_STOP } from '../abi/opcodes';
import { TRACES_ACCESS, TRACES_STEPS } from '../abi/records';
import {
  CODE, CODE_SIZE, DECODED, GAS, IP, JUMP_TABLE, SP, setDecoded, setMachine,
} from '../frames/frame';
import { DECODING, TRACING } from '../memory/context';
import {
  addDecoded, codeGeneration, codeRoom, findDecoded, makeRoom, makeRoomAnyway, takeCode,
  takeCodeUpTo,
} from './code-cache';
import { byteAt, codeSize, isBetween, positionAfter, setReader, table } from './code-reader';
import { decodeInstruction } from './decoder';
import { FLOW_ENDS_BLOCK, FLOW_TERMINATES, flowOf } from '../forks/instruction-table';
import {
  NO, UNKNOWN, destinationBytes, findDestinations, isDestination,
} from './jump-destinations';
import {
  DECODED_DECODING, DECODED_DESTINATIONS, DECODED_HEADER_SIZE, DECODED_JUMPS, DECODED_JUMP_TABLE,
  DECODED_NUMBER, DECODED_START, DETOUR_NEEDS_NONE, DETOUR_POSITION, DETOUR_SIZE, LINE_BYTES,
  LINE_POSITIONS, LINE_SHIFT, NOTE_SIZE, RECORD_SIZE, beginSegment, blockAt, emitBridge,
  emitContinuation, endSegment, isReachable, leadJump, placeOfLine,
} from './stream';
import { RECORDS_OF_TRACED, decodeTraced, emitTrace, isTold } from './traced-decoder';

/** Looking in lines takes some 10 ns more than in a jump table; that is four bytes a byte. */
const JUMPS_WORTH_A_TABLE: u32 = 256;

/** A segment that goes on is cut after so many bytes of code. */
const MOST_BYTES: u32 = 256;
/** Entrance, implicit STOP with its TRACE, bridge or continuation with its detour; an instruction
 * that began before the cut and is fused with some behind it. */
const ROOM_FOR_ENDS: u32 = 16 * <u32>RECORD_SIZE;

/** Finds the decoded form of the running frame's code, or begins one. `number`: of its record. */
@inline
export function enterCode(number: u32): void {
  const found = findDecoded(number);
  if (found == 0 || load<i32>(found, DECODED_DECODING) != DECODING) beginCode(number);
  else setDecoded(found, load<u32>(found, DECODED_JUMP_TABLE));
}

/** The same of code that may be initcode: 0. */
export function enterAgain(number: u32): void {
  if (number == 0) beginCode(0);
  else enterCode(number);
}

/** Begins the decoded form of the running frame's code; without a number it is not found again. */
export function beginCode(number: u32): void {
  const lines = (<u64>CODE_SIZE + LINE_POSITIONS - 1) >> LINE_SHIFT;
  const decoded = addDecoded(number, <u32>DECODED_HEADER_SIZE + <u32>(lines << 2));
  store<i32>(decoded, DECODING, DECODED_DECODING);
  store<u32>(decoded, number, DECODED_NUMBER);
  setDecoded(decoded, 0);
}

/** Room for `bytes`. Returns whether all had to be dropped for it; then the code is begun anew. */
function reserve(bytes: u32): bool {
  const number = load<u32>(DECODED, DECODED_NUMBER);
  if (!makeRoom(bytes)) return false;
  beginCode(number);
  makeRoomAnyway(bytes);
  return true;
}

/** The block that the code begins with. */
@inline
export function firstBlock(): usize {
  const block = <usize>load<u32>(DECODED, DECODED_START);
  return block != 0 ? block : decodeFirst();
}

function decodeFirst(): usize {
  const block = blockFrom(0);
  store<u32>(DECODED, <u32>block, DECODED_START);
  return block;
}

/** A block that begins at an instruction of the running frame's code. */
export function blockOf(position: u32): usize {
  const block = position < CODE_SIZE ? blockAt(DECODED, position) : 0;
  return block != 0 ? block : blockFrom(position);
}

/** A jump of the running frame has come to where its target is not decoded: IP is after LATE. False
 * if there is no JUMPDEST. */
export function decodeLate(): bool {
  const detour = IP - DETOUR_SIZE;
  const position = load<u32>(detour, DETOUR_POSITION);
  const generation = codeGeneration();
  const block = load<u32>(detour, DETOUR_NEEDS_NONE) != 0
    ? blockOf(position) : destinationAt(position);
  if (block == 0) return false;
  if (codeGeneration() == generation) leadJump(detour, block);
  setMachine(block, SP, GAS);
  return true;
}

/** The block at a position in the running frame's code; 0 if there is no JUMPDEST. */
export function destinationAt(position: u32): usize {
  if (position >= CODE_SIZE) return 0;
  const block = blockAt(DECODED, position);
  if (block != 0) return block;
  setReader(CODE, CODE_SIZE);
  let verdict = isDestination(load<u32>(DECODED, DECODED_DESTINATIONS), position);
  if (verdict == UNKNOWN) verdict = isDestination(findAll(), position);
  return verdict == NO ? 0 : blockFrom(position);
}

/** The same for a jump by the stack: where they are many, the code gets a jump table. */
export function jumpTarget(position: u32): usize {
  const jumpTable = <usize>load<u32>(DECODED, DECODED_JUMP_TABLE);
  // A deeper frame may have made it
  if (jumpTable != JUMP_TABLE) setDecoded(DECODED, jumpTable);
  const jumps = load<u32>(DECODED, DECODED_JUMPS) + 1;
  store<u32>(DECODED, jumps, DECODED_JUMPS);
  if (jumps == JUMPS_WORTH_A_TABLE) makeJumpTable();
  return destinationAt(position);
}

/** Not where everything else would be dropped for it. */
function makeJumpTable(): void {
  const bytes = <u64>CODE_SIZE << 2;
  if (bytes > <u64>(load<u32>(CODE_BUDGET) >> 2)) return;
  if (reserve(<u32>bytes)) return;
  const jumpTable = takeCode(<u32>bytes);
  const lines = (CODE_SIZE + LINE_POSITIONS - 1) >> LINE_SHIFT;
  for (let i: u32 = 0; i < lines; i++) {
    const line = <usize>load<u32>(placeOfLine(DECODED, i));
    if (line == 0) continue;
    const first = <usize>i * LINE_BYTES;
    memory.copy(jumpTable + first, line, min(LINE_BYTES, <usize>bytes - first));
  }
  store<u32>(DECODED, <u32>jumpTable, DECODED_JUMP_TABLE);
  setDecoded(DECODED, jumpTable);
}

function findAll(): usize {
  reserve(destinationBytes());
  const bits = takeCode(destinationBytes());
  findDestinations(bits);
  store<u32>(DECODED, <u32>bits, DECODED_DESTINATIONS);
  return bits;
}

/** Decodes from an entrance on; returns its block. */
function blockFrom(start: u32): usize {
  setReader(CODE, CODE_SIZE);
  let bytes = segmentBytes(start);
  if (reserve(bytes)) {
    // Nothing is known any more where it ended before
    bytes = segmentBytes(start);
    makeRoomAnyway(bytes);
  }
  const place = codeRoom();
  const end = place + bytes;
  beginSegment(place, end);
  let pc = start;
  while (isReachable && pc < codeSize) {
    if (pc - start >= MOST_BYTES) {
      emitContinuation(pc);
      break;
    }
    const opcode = byteAt(pc);
    const known = opcode == OP_JUMPDEST && pc != start ? blockAt(DECODED, pc) : 0;
    if (known != 0) emitBridge(known);
    else pc = isTold(opcode) ? decodeTraced(pc, opcode) : decodeInstruction(pc, opcode);
  }
  // Without code nothing runs, not even STOP.
  const isTraced = (TRACING & TRACES_STEPS) != 0;
  if (isTraced && isReachable && codeSize != 0) emitTrace(pc, OP_STOP);
  takeCodeUpTo(endSegment(DECODED, start, pc, end));
  return place;
}

/** An upper bound of what the segment from `start` on takes. */
export function segmentBytes(start: u32): u32 {
  // Entrance and ends.
  let bytes: u32 = ROOM_FOR_ENDS;
  let line: u32 = u32.MAX_VALUE;
  let pc = start;
  while (pc < codeSize && pc - start < MOST_BYTES) {
    const opcode = byteAt(pc);
    if (opcode == OP_JUMPDEST) {
      if (pc != start && blockAt(DECODED, pc) != 0) break;
      bytes += <u32>NOTE_SIZE + <u32>RECORD_SIZE;
      if (pc >> LINE_SHIFT != line) bytes += <u32>LINE_BYTES;
      line = pc >> LINE_SHIFT;
    }
    bytes += isBetween(opcode, OP_PUSH9, OP_PUSH32) ? 3 * <u32>RECORD_SIZE : <u32>RECORD_SIZE;
    if ((TRACING & (TRACES_STEPS | TRACES_ACCESS)) != 0) {
      bytes += RECORDS_OF_TRACED * <u32>RECORD_SIZE;
    }
    const flow = flowOf(table, opcode);
    if (flow == FLOW_ENDS_BLOCK) bytes += <u32>(RECORD_SIZE + DETOUR_SIZE);
    if (flow == FLOW_TERMINATES) {
      bytes += <u32>DETOUR_SIZE;
      break;
    }
    pc = positionAfter(pc, opcode);
  }
  return bytes;
}
