/** Arithmetic modulo n, inverses, halves and digits of factors in assembly/secp256k1. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  N,
  P,
  instantiateCurve,
  modulo,
  numbers,
  power,
  type CurveModule,
} from './helpers/curve-module.js'
import { Random } from './helpers/random.js'

const MANY = 2_000
/** 1^(1/3) modulo n, other than 1: SEC 2 does not have it, Gallant, Lambert and Vanstone do. */
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n
const A1 = 0x3086d221a7d46bcde86c90e49284eb15n
const B1 = -0xe4437ed6010e88286f547fa90abfe4c3n
const A2 = 0x114ca50f7a8e2f3f657c1108d9d44cfd8n
const B2 = A1
/** Of the rows of digits (assembly/secp256k1/layout.ts). */
const DIGITS = 0x6000
const ROWS = 129
const ROW_BYTES = 8

let curve: CurveModule

beforeAll(async () => {
  curve = await instantiateCurve()
})

const signed = (word: bigint): bigint => BigInt.asIntN(256, word)
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
/** k near which quotients by the lattice are about to be rounded the other way. */
function* roundings(): Generator<bigint> {
  for (let i = 1n; i < 200n; i++) {
    for (const b of [B2, -B1]) {
      const middle = ((2n * i + 1n) * N) / (2n * b)
      yield* [middle - 1n, middle, middle + 1n]
      yield* [N - middle, N - middle - 1n]
    }
  }
}

describe('numbers modulo the order', () => {
  it('multiply, reduce, change sign', () => {
    const random = new Random(1n)
    for (const a of numbers(random, MANY)) {
      const b = random.nextWord()
      const [pa, pb, to] = [curve.word(0, a), curve.word(1, b), curve.place(2)]
      curve.call('scalarMultiply', to, pa, pb)
      expect(curve.readWord(to)).toBe((a * b) % N)
      curve.call('scalarMultiply', to, pa, pa)
      expect(curve.readWord(to)).toBe((a * a) % N)
      curve.call('scalarReduce', pa, pa)
      expect(curve.readWord(pa)).toBe(a % N)
      curve.call('scalarNegate', pa, pa)
      expect(curve.readWord(pa)).toBe(modulo(-a, N))
    }
  })

  it('have inverses, as elements of the field have', () => {
    for (const m of [N, P]) {
      const modulus = curve.word(0, m)
      for (const value of numbers(new Random(2n), MANY)) {
        if (value % m === 0n) continue
        const x = curve.word(1, value % m)
        curve.call('invertModulo', x, x, modulus)
        const inverse = curve.readWord(x)
        expect((inverse * value) % m, `1/${value}`).toBe(1n)
        expect(inverse < m).toBe(true)
      }
    }
  })
})

describe('halves of a factor', () => {
  it('come from a basis of the lattice', () => {
    expect(power(LAMBDA, 3n, N)).toBe(1n)
    expect([modulo(A1 + B1 * LAMBDA, N), modulo(A2 + B2 * LAMBDA, N)]).toEqual([0n, 0n])
    expect(A1 * B2 - A2 * B1).toBe(N)
  })

  it('make it up, and are below 2^128', () => {
    const [k1, k2] = [curve.place(1), curve.place(2)]
    const factors = [...numbers(new Random(3n), MANY), ...roundings()]
    let [most1, most2] = [0n, 0n]
    for (const k of factors.map((it) => modulo(it, N))) {
      curve.call('splitScalar', k1, k2, curve.word(0, k))
      const [first, second] = [signed(curve.readWord(k1)), signed(curve.readWord(k2))]
      expect(modulo(first + second * LAMBDA, N)).toBe(k)
      most1 = magnitude(first) > most1 ? magnitude(first) : most1
      most2 = magnitude(second) > most2 ? magnitude(second) : most2
    }
    expect(most1).toBeLessThanOrEqual((A1 + A2) / 2n + 2n)
    expect(most2).toBeLessThanOrEqual((B2 - B1) / 2n + 2n)
    // The bounds are met nearly, so factors were hard
    expect(most1 * 10n).toBeGreaterThan(((A1 + A2) / 2n) * 9n)
  })
})

describe('digits of a factor', () => {
  it.each([5, 8, 10])('of width %i are few, odd, small, and make it up', (width) => {
    const random = new Random(4n)
    const edges = [0n, 1n, 15n, 16n, 31n, 2n ** 127n, 2n ** 128n - 1n, 2n ** 128n - 16n]
    const factors = [...edges, ...Array.from({ length: MANY }, () => random.nextWord() >> 128n)]
    for (const factor of factors.flatMap((it) => [it, -it])) {
      curve.call('clearDigits', DIGITS, ROWS)
      const column = random.nextInt(4)
      curve.call('writeDigits', curve.word(0, factor), width, DIGITS, ROWS, column)
      let [sum, last] = [0n, ROWS + width]
      for (let bit = ROWS - 1; bit >= 0; bit--) {
        const digit = curve.readI16(DIGITS + bit * ROW_BYTES + column * 2)
        sum = 2n * sum + BigInt(digit)
        if (digit === 0) continue
        expect(Math.abs(digit) % 2).toBe(1)
        expect(Math.abs(digit)).toBeLessThan(2 ** (width - 1))
        expect(last - bit).toBeGreaterThanOrEqual(width)
        last = bit
      }
      expect(sum).toBe(factor)
    }
  })
})
