/** The compression function of BLAKE2b (RFC 7693) as precompile 0x09 takes it (EIP-152). */
import { MAX_U64, concatBytes } from './bytes.js'

const IV = [
  0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n,
]

/** The order of message words, per round; round r uses row r modulo 10. */
const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
] as const

/** Columns, then diagonals of the 4 × 4 matrix of words. */
const LANES = [
  [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
  [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
] as const

function rotateRight(word: bigint, count: bigint): bigint {
  return (word >> count | word << (64n - count)) & MAX_U64
}

function mix(v: bigint[], lane: readonly [number, number, number, number], x: bigint, y: bigint) {
  const [a, b, c, d] = lane
  const at = (index: number): bigint => v[index] as bigint
  v[a] = at(a) + at(b) + x & MAX_U64
  v[d] = rotateRight(at(d) ^ at(a), 32n)
  v[c] = at(c) + at(d) & MAX_U64
  v[b] = rotateRight(at(b) ^ at(c), 24n)
  v[a] = at(a) + at(b) + y & MAX_U64
  v[d] = rotateRight(at(d) ^ at(a), 16n)
  v[c] = at(c) + at(d) & MAX_U64
  v[b] = rotateRight(at(b) ^ at(c), 63n)
}

/** `input`: rounds (4, big-endian), h (64), m (128), t (16), final flag (1); returns h (64). */
export function blake2f(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.length)
  const wordsAt = (offset: number, count: number): bigint[] => (
    Array.from({ length: count }, (_, index) => view.getBigUint64(offset + 8 * index, true))
  )
  const rounds = view.getUint32(0)
  const h = wordsAt(4, 8)
  const m = wordsAt(68, 16)
  const [t0, t1] = wordsAt(196, 2) as [bigint, bigint]
  const v = [...h, ...IV]
  v[12] = (v[12] as bigint) ^ t0
  v[13] = (v[13] as bigint) ^ t1
  if (input[212] === 1) v[14] = (v[14] as bigint) ^ MAX_U64
  for (let round = 0; round < rounds; round++) {
    const order = SIGMA[round % 10] as readonly number[]
    const wordOf = (place: number): bigint => m[order[place] as number] as bigint
    LANES.forEach((lane, index) => mix(v, lane, wordOf(2 * index), wordOf(2 * index + 1)))
  }
  return concatBytes(...h.map((word, index) => {
    const bytes = new Uint8Array(8)
    const mixed = word ^ (v[index] as bigint) ^ (v[index + 8] as bigint)
    new DataView(bytes.buffer).setBigUint64(0, mixed, true)
    return bytes
  }))
}
