/**
 * Pieces of what ordered tries are made of, as records of the core, which encodes and hashes them
 * (assembly/trie/leaf-pieces.ts).
 */

import { LEAF_PIECES } from '../../assembly/abi/memory-map.js'
import {
  LEAF_PIECE_BLOOM,
  LEAF_PIECE_BYTES,
  LEAF_PIECE_COUNT,
  LEAF_PIECE_ENDS,
  LEAF_PIECE_FIRST,
  LEAF_PIECE_GAS,
  LEAF_PIECE_ITEMS,
  LEAF_PIECE_KIND,
  LEAF_PIECE_LEAVES,
  LEAF_PIECE_OUT,
  LEAF_PIECE_ROOTS,
  LEAF_PIECE_SIZE,
  LEAF_PIECE_TOTAL,
} from '../../assembly/abi/records.js'
import type { Pulse } from '../base/pulse.js'
import type { Core } from '../wasm/core.js'

/** Pointers are 0 where there is nothing. */
export interface LeafPiece {
  /** LEAVES_OF_*. */
  readonly kind: number
  /** Pointer to the piece's items. */
  readonly items: number
  readonly count: number
  /** Index of its first item in the trie, and how many items that has. */
  readonly first: number
  readonly total: number
  /** Where the hashes of its leaves go, 32 bytes each. */
  readonly leaves: number
  /** Where its encodings go, and where each ends (u32). */
  readonly out: number
  readonly ends: number
  /** Of receipts: the bloom filter, the state roots, and the gas used before them. */
  readonly bloom: number
  readonly roots: number
  readonly gas: bigint
}

/** Runs pieces, on all workers if that is worth waking them. */
export interface LeafMaker {
  readonly core: Core
  readonly workers: number
  readonly pulse: Pulse
  /** Items of a piece that is neither too small to be claimed nor too large to be shared out. */
  readonly itemsAPiece: number
  /** @returns pointer to the pieces' records, which last until the next block */
  make(pieces: readonly LeafPiece[]): Promise<number>
}

/** @returns pointer to the records */
export function placePieces(core: Core, pieces: readonly LeafPiece[]): number {
  const first = core.allocateForBlock(Math.max(pieces.length * LEAF_PIECE_SIZE, 8))
  const { memory } = core
  const { u32 } = memory
  pieces.forEach((piece, i) => {
    const record = first + i * LEAF_PIECE_SIZE
    u32[(record + LEAF_PIECE_KIND) >>> 2] = piece.kind
    u32[(record + LEAF_PIECE_ITEMS) >>> 2] = piece.items
    u32[(record + LEAF_PIECE_COUNT) >>> 2] = piece.count
    u32[(record + LEAF_PIECE_FIRST) >>> 2] = piece.first
    u32[(record + LEAF_PIECE_TOTAL) >>> 2] = piece.total
    u32[(record + LEAF_PIECE_LEAVES) >>> 2] = piece.leaves
    u32[(record + LEAF_PIECE_OUT) >>> 2] = piece.out
    u32[(record + LEAF_PIECE_ENDS) >>> 2] = piece.ends
    u32[(record + LEAF_PIECE_BYTES) >>> 2] = 0
    u32[(record + LEAF_PIECE_BLOOM) >>> 2] = piece.bloom
    u32[(record + LEAF_PIECE_ROOTS) >>> 2] = piece.roots
    memory.writeU64(record + LEAF_PIECE_GAS, piece.gas)
  })
  u32[LEAF_PIECES >>> 2] = first
  return first
}

/** How many bytes the encodings of a piece are. */
export function bytesOfPiece({ memory }: Core, records: number, index: number): number {
  return memory.u32[(records + index * LEAF_PIECE_SIZE + LEAF_PIECE_BYTES) >>> 2]!
}
