/**
 * Receipts as `receiptsRoot` commits to them, written by the core (assembly/trie/receipts.ts), and
 * the one copy that remains of them.
 */

import { LEAVES_OF_RECEIPTS, TX_GAS_FINAL } from '../../assembly/abi/records.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import type { LeafMaker, LeafPiece } from './leaf-pieces.js'
import { rootOfLeaves } from './roots.js'

const BLOOM_BYTES = 256
const HASH_BYTES = 32
const POINTER_BYTES = 4

export interface ReceiptArchive {
  /** The encodings, one by one: type byte (if typed) and `rlp([status, gas, bloom, logs])`. */
  readonly rlp: Uint8Array
  /** Where each begins, and where the last one ends. */
  readonly offsets: Uint32Array
  readonly root: Uint8Array
  /** The filter of the whole block. */
  readonly logsBloom: Uint8Array
}

/**
 * @param records the transactions', with all logs in their chains
 * @param stateRoots after each transaction before Byzantium, 32 bytes; none since
 */
export async function archiveReceipts(
  maker: LeafMaker,
  records: Uint32Array,
  stateRoots: readonly Uint8Array[],
): Promise<ReceiptArchive> {
  const { core } = maker
  const count = records.length
  const items = core.allocateForBlock(Math.max(count * (2 * POINTER_BYTES + HASH_BYTES), 8))
  const ends = items + count * POINTER_BYTES
  const leaves = ends + count * POINTER_BYTES
  core.memory.u32.set(records, items >>> 2)
  const roots = placeRoots(core, stateRoots)
  const pieces = planPieces(maker, { items, ends, leaves, roots }, records)
  const made = await maker.make(pieces)
  const { exports, memory } = core
  const size = count === 0 ? 0 : exports.joinPieces(made, pieces.length) >>> 0
  const offsets = new Uint32Array(count + 1)
  offsets.set(memory.u32.subarray(ends >>> 2, (ends >>> 2) + count), 1)
  return {
    rlp: memory.copy(pieces[0]?.out ?? 0, size),
    offsets,
    root: rootOfLeaves(core, leaves, count),
    logsBloom: joinBlooms(core, pieces),
  }
}

/** What `count` transactions from `first` on have used, exactly: also more than 2^53. */
export function sumGas(
  memory: LinearMemory,
  records: Uint32Array,
  first: number,
  count: number,
): bigint {
  let sum = 0
  for (let i = first; i < first + count; i++) sum += memory.readU64(records[i]! + TX_GAS_FINAL)
  if (sum <= Number.MAX_SAFE_INTEGER) return BigInt(sum)
  let exact = 0n
  for (const record of records.subarray(first, first + count)) {
    exact += memory.u64[(record + TX_GAS_FINAL) >>> 3]!
  }
  return exact
}

/** The memory that they write to is in one place, in their order. */
function planPieces(
  { core, itemsAPiece }: LeafMaker,
  { items, ends, leaves, roots }: Pick<LeafPiece, 'items' | 'ends' | 'leaves' | 'roots'>,
  records: Uint32Array,
): LeafPiece[] {
  const total = records.length
  const countFrom = (first: number): number => Math.min(itemsAPiece, total - first)
  const itemsFrom = (first: number): number => items + first * POINTER_BYTES
  const rooms: number[] = []
  for (let first = 0; first < total; first += itemsAPiece) {
    rooms.push(core.exports.roomForReceipts(itemsFrom(first), countFrom(first)) >>> 0)
  }
  let out = core.allocateForBlock(rooms.reduce((sum, room) => sum + room, 8))
  let gas = 0n
  return rooms.map((room, i) => {
    const first = i === 0 ? 0 : i * itemsAPiece
    const count = countFrom(first)
    const piece = {
      kind: LEAVES_OF_RECEIPTS,
      items: itemsFrom(first),
      count,
      first,
      total,
      leaves: leaves + first * HASH_BYTES,
      out,
      ends: ends + first * POINTER_BYTES,
      bloom: core.allocateForBlock(BLOOM_BYTES),
      roots: roots === 0 ? 0 : roots + first * HASH_BYTES,
      gas,
    }
    out += room
    gas += sumGas(core.memory, records, first, count)
    return piece
  })
}

function joinBlooms({ memory }: Core, pieces: readonly LeafPiece[]): Uint8Array {
  const joined = new Uint8Array(BLOOM_BYTES)
  for (const { bloom } of pieces) {
    for (let i = 0; i < BLOOM_BYTES; i++) joined[i]! |= memory.bytes[bloom + i]!
  }
  return joined
}

function placeRoots(core: Core, stateRoots: readonly Uint8Array[]): number {
  if (stateRoots.length === 0) return 0
  const ptr = core.allocateForBlock(stateRoots.length * HASH_BYTES)
  stateRoots.forEach((root, i) => core.memory.write(ptr + i * HASH_BYTES, root))
  return ptr
}
