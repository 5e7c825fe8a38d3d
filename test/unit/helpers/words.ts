import { expect } from 'vitest'
import { DATA_PTR } from './compile-testing.js'
import { Random } from './random.js'

const RANDOM_CASES = 4_000
const LIMIT = 1n << 256n
const MAX = LIMIT - 1n
const SIGN = 1n << 255n

const EDGES = [
  0n,
  1n,
  2n,
  3n,
  10n,
  0xffn,
  (1n << 32n) - 1n,
  1n << 32n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
  1n << 64n,
  (1n << 64n) + 1n,
  (1n << 128n) - 1n,
  1n << 128n,
  (1n << 192n) - 1n,
  1n << 192n,
  (1n << 224n) - 1n,
  1n << 224n,
  (1n << 224n) + 1n,
  SIGN - 1n,
  SIGN,
  SIGN + 1n,
  MAX - (1n << 64n),
  MAX - 1n,
  MAX,
]

/** Three operands; a spare word below them, since shifts destroy it as they do on the stack. */
export const A = DATA_PTR + 64
export const B = A + 32
export const C = A + 64
/** A place that overlaps no operand. */
export const APART = A + 256

export const signed = (word: bigint): bigint => BigInt.asIntN(256, word)
export const unsigned = (value: bigint): bigint => BigInt.asUintN(256, value)
const hex = (word: bigint): string => `0x${word.toString(16)}`

/** Compares and names the operands in the message; vitest's own `expect` is slow in long loops. */
export function check(actual: bigint, expected: bigint, ...operands: bigint[]): void {
  if (actual !== expected) expect(hex(actual), operands.map(hex).join(' ')).toBe(hex(expected))
}

export function* pairs(seed: bigint): Generator<[bigint, bigint]> {
  for (const a of EDGES) for (const b of EDGES) yield [a, b]
  const random = new Random(seed)
  for (let i = 0; i < RANDOM_CASES; i++) yield [random.nextWord(), random.nextWord()]
}

export function* words(seed: bigint): Generator<bigint> {
  yield* EDGES
  const random = new Random(seed)
  for (let i = 0; i < RANDOM_CASES; i++) yield random.nextWord()
}

export function* triples(seed: bigint): Generator<[bigint, bigint, bigint]> {
  for (const a of EDGES) for (const b of EDGES) for (const c of EDGES) yield [a, b, c]
  const random = new Random(seed)
  for (let i = 0; i < RANDOM_CASES; i++) {
    const c = random.nextWord()
    yield [random.nextWord(), random.nextWord(), c]
    // Neighbours of the modulus, and the same one again: the cached reciprocal.
    yield [unsigned(c - 1n), unsigned(c + BigInt(random.nextInt(3))), c]
  }
}
