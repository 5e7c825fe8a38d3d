/** Roots of ordered tries, hashed by the core over values that lie in linear memory. */

import { LEAVES_OF_VALUES } from '../../assembly/abi/records.js'
import type { Core } from '../wasm/core.js'
import type { LeafMaker, LeafPiece } from './leaf-pieces.js'

const HASH_BYTES = 32
/** Pointer and size. */
const PAIR_BYTES = 8
/** A millisecond of hashing. */
const BYTES_A_PIECE = 2 ** 18
/** The leaf of a shorter value may be a part of its parent. */
const LEAST_VALUE_BYTES = 31

/** The root over bytes of JavaScript's. */
export function orderedRoot(core: Core, values: readonly Uint8Array[]): Uint8Array {
  const out = core.exchange
  const placing = new Placing(core, values.length, values.reduce((sum, it) => sum + it.length, 0))
  for (const value of values) placing.place(value)
  core.exports.orderedTrieRoot(placing.pairs, values.length, out)
  core.memory.refresh()
  return core.memory.copy(out, HASH_BYTES)
}

/** The same, by all workers if there are many values. */
export async function orderedRootByAll(
  maker: LeafMaker,
  values: readonly Uint8Array[],
): Promise<Uint8Array> {
  const { core, itemsAPiece, pulse } = maker
  const total = values.length
  let bytes = 0
  let isShort = false
  const measure = (i: number): void => {
    const { length } = values[i]!
    bytes += length
    isShort ||= length < LEAST_VALUE_BYTES
  }
  const measuring = pulse.steps(total, measure)
  if (measuring !== undefined) await measuring
  if (isShort || (total <= itemsAPiece && bytes <= BYTES_A_PIECE)) {
    return orderedRoot(core, values)
  }
  const placing = new Placing(core, total, bytes)
  await pulse.steps(total, (i) => placing.place(values[i]!))
  const items = placing.pairs
  const leaves = core.allocateForBlock(total * HASH_BYTES)
  const pieces: LeafPiece[] = []
  for (let first = 0; first < total;) {
    const count = countOfPiece(values, first, itemsAPiece)
    pieces.push({
      kind: LEAVES_OF_VALUES,
      items: items + first * PAIR_BYTES,
      count,
      first,
      total,
      leaves: leaves + first * HASH_BYTES,
      ...{ out: 0, ends: 0, bloom: 0, roots: 0, gas: 0n },
    })
    first += count
  }
  await maker.make(pieces)
  await pulse.turn()
  return rootOfLeaves(core, leaves, total)
}

/** Values from `first` on that are hashed in about a millisecond; one at least. */
function countOfPiece(values: readonly Uint8Array[], first: number, most: number): number {
  const end = Math.min(first + most, values.length)
  let bytes = 0
  let i = first
  while (i < end && bytes < BYTES_A_PIECE) bytes += values[i++]!.length
  return i - first
}

/** The same for values of which only the leaves' hashes are there, 32 bytes each. */
export function rootOfLeaves(core: Core, leavesPtr: number, count: number): Uint8Array {
  const out = core.exchange
  core.exports.orderedTrieRootOfLeaves(leavesPtr, count, out)
  core.memory.refresh()
  return core.memory.copy(out, HASH_BYTES)
}

/** Writes values to linear memory, one after the other. */
class Placing {
  /** Pointer to pairs of u32 pointer and size. */
  readonly pairs: number
  readonly #core: Core
  #placed = 0
  #next: number

  /** @param size bytes of all values */
  constructor(core: Core, count: number, size: number) {
    this.#core = core
    this.pairs = core.allocateForBlock(Math.max(count * PAIR_BYTES, 8))
    this.#next = core.allocateForBlock(Math.max(size, 8))
  }

  place(value: Uint8Array): void {
    const { memory } = this.#core
    const at = (this.pairs + this.#placed++ * PAIR_BYTES) >>> 2
    memory.write(this.#next, value)
    memory.u32[at] = this.#next
    memory.u32[at + 1] = value.length
    this.#next += value.length
  }
}
