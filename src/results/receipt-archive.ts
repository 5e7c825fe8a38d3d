/**
 * Receipts as `receiptsRoot` commits to them, written by the core (assembly/trie/receipts.ts), and
 * the one copy that remains of them.
 */

import { LEAVES_OF_RECEIPTS, TX_GAS_FINAL } from '../../assembly/abi/records.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import { bytesOfPiece, type LeafMaker, type LeafPiece } from './leaf-pieces.js'
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
  const { core, itemsAPiece, pulse } = maker
  const count = records.length
  const items = core.allocateForBlock(Math.max(count * (2 * POINTER_BYTES + HASH_BYTES), 8))
  const ends = items + count * POINTER_BYTES
  const leaves = ends + count * POINTER_BYTES
  core.memory.u32.set(records, items >>> 2)
  const roots = placeRoots(core, stateRoots)
  const pieces = await planPieces(maker, { items, ends, leaves, roots }, records)
  const made = await maker.make(pieces)
  const joined = await joinPieces(maker, pieces, made, count)
  // The root is one step, of 25 ms for 100,000: nothing is to come before it in its turn
  if (count > itemsAPiece) await pulse.turn()
  return {
    ...joined,
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

/** The encodings of all pieces as one, and where each begins. @param made the pieces' records */
async function joinPieces(
  { core, pulse }: LeafMaker,
  pieces: readonly LeafPiece[],
  made: number,
  receipts: number,
): Promise<Pick<ReceiptArchive, 'rlp' | 'offsets'>> {
  const { memory } = core
  const sizes = pieces.map((_, i) => bytesOfPiece(core, made, i))
  const rlp = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0))
  const offsets = new Uint32Array(receipts + 1)
  let before = 0
  const join = (i: number): void => {
    const { count, ends, first, out } = pieces[i]!
    rlp.set(memory.bytes.subarray(out, out + sizes[i]!), before)
    const at = ends >>> 2
    for (let n = 0; n < count; n++) offsets[first + n + 1] = before + memory.u32[at + n]!
    before += sizes[i]!
  }
  await pulse.steps(pieces.length, join)
  return { rlp, offsets }
}

async function planPieces(
  { core, itemsAPiece, pulse }: LeafMaker,
  { items, ends, leaves, roots }: Pick<LeafPiece, 'items' | 'ends' | 'leaves' | 'roots'>,
  records: Uint32Array,
): Promise<LeafPiece[]> {
  const total = records.length
  const countFrom = (first: number): number => Math.min(itemsAPiece, total - first)
  const itemsFrom = (first: number): number => items + first * POINTER_BYTES
  const pieces: LeafPiece[] = []
  let gas = 0n
  const plan = (i: number): void => {
    const first = i * itemsAPiece
    const count = countFrom(first)
    const room = core.exports.roomForReceipts(itemsFrom(first), count) >>> 0
    pieces.push({
      kind: LEAVES_OF_RECEIPTS,
      items: itemsFrom(first),
      count,
      first,
      total,
      leaves: leaves + first * HASH_BYTES,
      out: core.allocateForBlock(room),
      ends: ends + first * POINTER_BYTES,
      bloom: core.allocateForBlock(BLOOM_BYTES),
      roots: roots === 0 ? 0 : roots + first * HASH_BYTES,
      gas,
    })
    gas += sumGas(core.memory, records, first, count)
  }
  await pulse.steps(Math.ceil(total / itemsAPiece), plan)
  return pieces
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
