/** Indexes of accounts, slots and codes in linear memory: open addressing over u32 pointers. */

import { INDEX_ENTRIES, INDEX_MASK } from '../../assembly/abi/records.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** Pointers of an index, in no order that means anything. */
export function entriesOf({ u32 }: LinearMemory, index: number): number[] {
  const first = (index + INDEX_ENTRIES) >>> 2
  const count = u32[(index + INDEX_MASK) >>> 2]! + 1
  return [...u32.subarray(first, first + count)].filter((pointer) => pointer !== 0)
}
