/** The bloom filter of logs: 2,048 bits, 3 for each address and topic (YP 4.4.1). */

export const BLOOM_BYTES = 256
const BITS_PER_ITEM = 3
const BIT_MASK = 2047

/** Sets the bits of an item. @param hash where its keccak256 begins in `source` */
export function addToBloom(
  bloom: Uint8Array,
  bloomAt: number,
  source: Uint8Array,
  hash: number,
): void {
  for (let i = 0; i < BITS_PER_ITEM; i++) {
    const bit = ((source[hash + 2 * i]! << 8) | source[hash + 2 * i + 1]!) & BIT_MASK
    bloom[bloomAt + BLOOM_BYTES - 1 - (bit >> 3)]! |= 1 << (bit & 7)
  }
}

/** Joins a filter into another. */
export function joinBloom(into: Uint8Array, from: Uint8Array): void {
  for (let i = 0; i < BLOOM_BYTES; i++) into[i]! |= from[i]!
}
