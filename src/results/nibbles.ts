/** Paths in tries: nibbles, and their hex-prefix form (YP appendix C). */

import { encodeRlp } from '../intake/rlp.js'

const ODD = 1
const LEAF = 2

/** The high nibble of each byte first. */
export function nibblesOf(bytes: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(2 * bytes.length)
  bytes.forEach((byte, i) => {
    nibbles[2 * i] = byte >> 4
    nibbles[2 * i + 1] = byte & 15
  })
  return nibbles
}

/** Key of the item `index` of an ordered trie. */
export function indexNibbles(index: number): Uint8Array {
  return nibblesOf(encodeRlp(index))
}

export function encodePath(nibbles: Uint8Array, isLeaf: boolean): Uint8Array {
  const isOdd = nibbles.length % 2
  const bytes = new Uint8Array((nibbles.length >> 1) + 1)
  bytes[0] = ((isLeaf ? LEAF : 0) | isOdd) << 4
  if (isOdd === 1) bytes[0] |= nibbles[0]!
  for (let i = isOdd; i < nibbles.length; i += 2) {
    bytes[(i + isOdd) / 2 + (isOdd === 1 ? 0 : 1)] = (nibbles[i]! << 4) | nibbles[i + 1]!
  }
  return bytes
}

/** Undefined if the bytes are the form of no path. */
export function decodePath(
  bytes: Uint8Array,
): { readonly nibbles: Uint8Array; readonly isLeaf: boolean } | undefined {
  const flag = (bytes[0] ?? 0xff) >> 4
  const isOdd = (flag & ODD) !== 0
  if (flag > (ODD | LEAF) || (!isOdd && (bytes[0]! & 15) !== 0)) return undefined
  return { nibbles: nibblesOf(bytes).subarray(isOdd ? 1 : 2), isLeaf: (flag & LEAF) !== 0 }
}

/** How many nibbles they have in common. */
export function commonLength(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  let i = 0
  while (i < length && a[i] === b[i]) i++
  return i
}
