/**
 * The block's transactions in pieces that workers admit, and later settle, side by side: all of one
 * sender's are in one piece, in block order, and touch no account that another piece touches.
 */

import { JOB_ENDS, JOB_TRANSACTIONS } from '../../assembly/abi/memory-map.js'
import { canDivideSenders, isWorthDividing } from '../messages/senders.js'
import type { PreparedBlock } from '../prepare-block.js'
import type { Core } from '../wasm/core.js'

/** So many for each worker that one long piece, or one slow core, does not hold the others up. */
const PIECES_PER_WORKER = 16
const MAX_PIECES = 256

/** Writes the pieces where the core looks for them. @returns how many */
export function placeSenderPieces(
  core: Core,
  block: PreparedBlock,
  records: Uint32Array,
  workers: number,
  isForced: boolean,
): number {
  const { transactions } = block
  const isWorthIt = workers > 1 && (isForced || isWorthDividing(transactions))
  if (!isWorthIt || !canDivideSenders(transactions)) {
    writePieces(core, records, Uint32Array.of(records.length))
    return 1
  }
  const pieces = Math.min(workers * PIECES_PER_WORKER, MAX_PIECES, Math.max(records.length, 1))
  const { sorted, ends } = sortByPiece(records, block.senders, pieces)
  writePieces(core, sorted, ends)
  return pieces
}

/** Counting sort: keeps the order within a piece. */
function sortByPiece(
  records: Uint32Array,
  senders: readonly Uint8Array[],
  pieces: number,
): { sorted: Uint32Array; ends: Uint32Array } {
  const pieceOf = new Uint16Array(records.length)
  const ends = new Uint32Array(pieces)
  for (let i = 0; i < records.length; i++) {
    const piece = hashOf(senders[i]!) % pieces
    pieceOf[i] = piece
    ends[piece]!++
  }
  const next = new Uint32Array(pieces)
  for (let piece = 1; piece < pieces; piece++) {
    next[piece] = ends[piece - 1]!
    ends[piece]! += ends[piece - 1]!
  }
  const sorted = new Uint32Array(records.length)
  for (let i = 0; i < records.length; i++) sorted[next[pieceOf[i]!]!++] = records[i]!
  return { sorted, ends }
}

/** Addresses are hashes; who grinds them into one piece loses the parallelism, and nothing else. */
function hashOf(address: Uint8Array): number {
  return (address[19]! | (address[18]! << 8)) ^ address[0]!
}

function writePieces(core: Core, sorted: Uint32Array, ends: Uint32Array): void {
  const ptr = core.allocateForBlock(Math.max(sorted.byteLength + ends.byteLength, 8))
  const { u32 } = core.memory
  u32.set(sorted, ptr >>> 2)
  u32.set(ends, (ptr >>> 2) + sorted.length)
  u32[JOB_TRANSACTIONS >>> 2] = ptr
  u32[JOB_ENDS >>> 2] = ptr + sorted.byteLength
}
