/** Roots of ordered tries, hashed by the core over values that lie in linear memory. */

import type { Core } from '../wasm/core.js'

/** Values of an ordered trie: pointers and sizes in linear memory. */
export class TrieValues {
  readonly #pairs: Uint32Array
  #count = 0

  constructor(capacity: number) {
    this.#pairs = new Uint32Array(2 * capacity)
  }

  push(ptr: number, size: number): void {
    this.#pairs[2 * this.#count] = ptr
    this.#pairs[2 * this.#count + 1] = size
    this.#count++
  }

  /** Root of the trie that maps rlp(i) to value i, 32 bytes. */
  root(core: Core): Uint8Array {
    const ptr = core.allocateForBlock(Math.max(this.#count * 8, 8))
    core.memory.u32.set(this.#pairs.subarray(0, 2 * this.#count), ptr >>> 2)
    const out = core.exchange
    core.exports.orderedTrieRoot(ptr, this.#count, out)
    core.memory.refresh()
    return core.memory.copy(out, 32)
  }
}

/** The same for values of which only the leaves' hashes are there, 32 bytes each. */
export function rootOfLeaves(core: Core, leavesPtr: number, count: number): Uint8Array {
  const out = core.exchange
  core.exports.orderedTrieRootOfLeaves(leavesPtr, count, out)
  core.memory.refresh()
  return core.memory.copy(out, 32)
}

/** The root over bytes of JavaScript's. */
export function orderedRoot(core: Core, values: readonly Uint8Array[]): Uint8Array {
  const trie = new TrieValues(values.length)
  let size = 0
  for (const value of values) size += value.length
  let ptr = core.allocateForBlock(Math.max(size, 8))
  for (const value of values) {
    core.memory.write(ptr, value)
    trie.push(ptr, value.length)
    ptr += value.length
  }
  return trie.root(core)
}
