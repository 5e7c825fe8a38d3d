/**
 * Code of accounts is decoded as far as it runs: a contract has many functions, and most blocks
 * call few of them. Decoding all of the code that a block of mainnet calls wrote 20 MB, of which a
 * tenth ever ran, and took twice as long as running it.
 *
 *   decoded form   header | u32 for each byte of code: jump table
 *   segment        basic blocks from an entrance (the first byte, or a JUMPDEST that was jumped to)
 *                  to the first instruction without a successor, or to a JUMPDEST that was decoded
 *                  before | a detour for each immediate jump
 *
 * No byte is decoded twice. Segments are written under a lock and become visible to other workers
 * when the jump table, which holds 0 until then, or a jump record points at them.
 *
 * Exports: beginCode, decodeLate, destinationAt.
 */
import { LOCK_CODES } from '../abi/memory-map';
import { OP_JUMPDEST, OP_PUSH32, OP_PUSH9 } from '../abi/opcodes';
import { DECODING } from '../state/context';
import { allocate, giveBack } from '../state/heap';
import { acquire, release } from '../state/lock';
import {
  byteAt, codeSize, isBetween, positionAfter, setCode, table,
} from './code-reader';
import { MOST_BYTES, decodeInstruction } from './decoder';
import { CODE, CODE_SIZE, DECODED, GAS, IP, JUMP_TABLE, SP, setMachine } from './frame';
import { FLOW_ENDS_BLOCK, FLOW_TERMINATES, flowOf } from './instruction-table';
import { isDestination } from './jump-destinations';
import {
  DECODED_DESTINATIONS, DECODED_HEADER_SIZE, DECODED_JUMP_TABLE, DECODED_REVISION, DECODED_START,
  DESTINATIONS_DECODED, DESTINATIONS_UNKNOWN, DETOUR_POSITION, DETOUR_SIZE, MIN_CUT_BLOCK_BYTES,
  NOTE_SIZE, RECORD_SIZE, beginSegment, emitBridge, endSegment, isReachable, leadJump, streamOffset,
} from './stream';

/** The decoded form of code, with its first segment. */
export function beginCode(bytes: usize, size: u32): usize {
  acquire(LOCK_CODES);
  const decoded = allocate(<u32>min<u64>(streamOffset(size), MOST_BYTES));
  store<u32>(decoded, <u32>(decoded + DECODED_HEADER_SIZE), DECODED_JUMP_TABLE);
  store<i32>(decoded, DECODING, DECODED_REVISION);
  store<u32>(decoded, DESTINATIONS_UNKNOWN, DECODED_DESTINATIONS);
  setCode(bytes, size);
  store<u32>(decoded, <u32>decodeSegment(decoded, 0), DECODED_START);
  release(LOCK_CODES);
  return decoded;
}

/** A jump of the running frame has come to where its target is not decoded: IP is after LATE. False
 * if there is no JUMPDEST. */
export function decodeLate(): bool {
  const detour = IP - DETOUR_SIZE;
  const block = destinationAt(load<u32>(detour, DETOUR_POSITION));
  if (block == 0) return false;
  leadJump(detour, block);
  setMachine(block, SP, GAS);
  return true;
}

/** The block at a position in the running frame's code; 0 if there is no JUMPDEST. */
export function destinationAt(position: u32): usize {
  if (position >= CODE_SIZE || load<u32>(DECODED, DECODED_DESTINATIONS) == DESTINATIONS_DECODED) {
    return 0;
  }
  acquire(LOCK_CODES);
  let block = blockAt(JUMP_TABLE, position);
  if (block == 0) {
    setCode(CODE, CODE_SIZE);
    if (isDestination(DECODED, position)) block = decodeSegment(DECODED, position);
  }
  release(LOCK_CODES);
  return block;
}

/** Decodes from an entrance on; returns its block. */
function decodeSegment(decoded: usize, start: u32): usize {
  const jumpTable = decoded + DECODED_HEADER_SIZE;
  const bytes = segmentBytes(jumpTable, start);
  const place = allocate(bytes);
  const end = place + bytes;
  beginSegment(place, end);
  let pc = start;
  do {
    const opcode = byteAt(pc);
    const known = opcode == OP_JUMPDEST ? blockAt(jumpTable, pc) : 0;
    if (known != 0) emitBridge(known);
    else pc = decodeInstruction(decoded, pc, opcode);
  } while (isReachable && pc < codeSize);
  giveBack(endSegment(jumpTable, start, pc, end), end);
  return place;
}

@inline
function blockAt(jumpTable: usize, pc: u32): usize {
  return load<u32>(jumpTable + (<usize>pc << 2));
}

/** An upper bound, a multiple of 8. */
function segmentBytes(jumpTable: usize, start: u32): u32 {
  // Entrance, implicit STOP or bridge; blocks cut for their gas.
  let bytes: u64 = (3 + <u64>codeSize / MIN_CUT_BLOCK_BYTES) * RECORD_SIZE;
  let pc = start;
  while (pc < codeSize) {
    const opcode = byteAt(pc);
    if (opcode == OP_JUMPDEST) {
      // Written, not read: a page that is read first is faulted in twice.
      if (atomic.add<u32>(jumpTable + (<usize>pc << 2), 0) != 0) break;
      bytes += NOTE_SIZE;
    }
    bytes += isBetween(opcode, OP_PUSH9, OP_PUSH32) ? 3 * RECORD_SIZE : RECORD_SIZE;
    const flow = flowOf(table, opcode);
    if (flow == FLOW_ENDS_BLOCK) bytes += RECORD_SIZE + DETOUR_SIZE;
    if (flow == FLOW_TERMINATES) {
      bytes += DETOUR_SIZE;
      break;
    }
    pc = positionAfter(pc, opcode);
  }
  return <u32>min<u64>(bytes, MOST_BYTES);
}
