/** Arithmetic modulo p of assembly/secp256k1, against bigints. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  P,
  instantiateCurve,
  modulo,
  numbers,
  power,
  valueOfLimbs,
  type CurveModule,
} from './helpers/curve-module.js'
import { Random } from './helpers/random.js'

const MANY = 300
const HALF_LIMB = 2 ** 28
/** Magnitude 1, with what a last carry may add. */
const REDUCED = HALF_LIMB * (1 + 2 ** -10)
/** Factors whose magnitudes multiply to at most 14. */
const MAGNITUDES = [
  [1, 1], [1, 7], [7, 2], [2, 7], [3, 4], [2.5, 5.6], [3.5, 4], [4, 3.5], [6, 2.3],
] as const

let curve: CurveModule

beforeAll(async () => {
  curve = await instantiateCurve()
})

/** Limbs of a magnitude: all at its ends, alternating, or random. */
function* limbsOf(random: Random, magnitude: number): Generator<number[]> {
  const top = Math.floor(magnitude * REDUCED)
  const signs = [() => 1, () => -1, (i: number) => (i % 2) * 2 - 1, () => random.nextInt(2) * 2 - 1]
  for (const sign of signs) yield Array.from({ length: 9 }, (_, i) => top * sign(i))
  for (let n = 0; n < 20; n++) {
    yield Array.from({ length: 9 }, () => random.nextInt(2 * top + 1) - top)
  }
}

const magnitudeOf = (limbs: readonly number[]): number => Math.max(...limbs.map(Math.abs))

describe('elements of the field', () => {
  it('come from words and go back, reduced', () => {
    for (const value of numbers(new Random(1n), MANY)) {
      const a = curve.field(0, value)
      expect(magnitudeOf(curve.readLimbs(a))).toBeLessThanOrEqual(REDUCED)
      expect(curve.readField(a)).toBe(value % P)
      curve.call('fieldToWord', curve.place(1), a)
      expect(curve.readWord(curve.place(1))).toBe(value % P)
    }
  })

  it('are reduced from any limbs up to magnitude 7, also multiples of p', () => {
    const random = new Random(2n)
    for (const magnitude of [1, 3, 6, 7]) {
      for (const limbs of limbsOf(random, magnitude)) {
        curve.call('fieldToWord', curve.place(1), curve.limbs(0, limbs))
        expect(curve.readWord(curve.place(1))).toBe(modulo(valueOfLimbs(limbs), P))
      }
    }
    for (let k = -100; k <= 100; k++) {
      const limbs = [-977 * k, -8 * k, 0, 0, 0, 0, 0, 0, 2 ** 24 * k]
      for (const more of [0, 1, -1]) {
        const a = curve.limbs(0, [limbs[0]! + more, ...limbs.slice(1)])
        curve.call('fieldToWord', curve.place(1), a)
        expect(curve.readWord(curve.place(1))).toBe(modulo(BigInt(more), P))
      }
    }
  })

  it('are zero where they are multiples of p, and nowhere else', () => {
    for (let k = -15; k <= 15; k++) {
      const limbs = [-977 * k, -8 * k, 0, 0, 0, 0, 0, 0, 2 ** 24 * k]
      expect(curve.call('fieldIsZero', curve.limbs(0, limbs)), `${k} p`).toBe(1)
      for (let i = 0; i < 9; i++) {
        const other = limbs.map((limb, at) => limb + Number(at === i))
        expect(curve.call('fieldIsZero', curve.limbs(0, other)), `limb ${i}`).toBe(0)
      }
    }
  })
})

describe('products', () => {
  it('are right and reduced for the largest magnitudes', () => {
    const random = new Random(3n)
    for (const [m, n] of MAGNITUDES) {
      for (const left of limbsOf(random, m)) {
        for (const right of limbsOf(random, n)) {
          const [a, b] = [curve.limbs(0, left), curve.limbs(1, right)]
          curve.call('fieldMultiply', curve.place(2), a, b)
          const expected = modulo(valueOfLimbs(left) * valueOfLimbs(right), P)
          expect(curve.readField(curve.place(2))).toBe(expected)
          expect(magnitudeOf(curve.readLimbs(curve.place(2)))).toBeLessThanOrEqual(REDUCED)
        }
      }
    }
  })

  it('are squares, too, up to magnitude 3.7, in any places', () => {
    const random = new Random(4n)
    for (const magnitude of [1, 2, 3, 3.7]) {
      for (const limbs of limbsOf(random, magnitude)) {
        const a = curve.limbs(0, limbs)
        const expected = modulo(valueOfLimbs(limbs) ** 2n, P)
        curve.call('fieldMultiply', curve.place(1), a, a)
        expect(curve.readField(curve.place(1))).toBe(expected)
        curve.call('fieldSquare', a, a)
        expect(curve.readField(a)).toBe(expected)
        expect(magnitudeOf(curve.readLimbs(a))).toBeLessThanOrEqual(REDUCED)
      }
    }
  })

  it('have roots where they are squares', () => {
    for (const value of numbers(new Random(5n), 50)) {
      const hasRoot = power(value, (P - 1n) / 2n, P) !== P - 1n
      const a = curve.field(0, value)
      expect(curve.call('fieldSquareRoot', curve.place(1), a)).toBe(Number(hasRoot))
      const square = power(curve.readField(curve.place(1)), 2n, P)
      expect(square === value % P).toBe(hasRoot)
    }
  })
})

describe('sums', () => {
  it('are right, limb by limb or carried', () => {
    const random = new Random(6n)
    for (const a of limbsOf(random, 3)) {
      for (const b of limbsOf(random, 1)) {
        const reversed = b.toReversed()
        const [x, y, z] = [a, b, reversed].map((it) => valueOfLimbs(it)) as [bigint, bigint, bigint]
        const [pa, pb] = [curve.limbs(0, a), curve.limbs(1, b)]
        const pc = curve.limbs(2, reversed)
        const result = (name: string, ...args: number[]): bigint => {
          curve.call(name, ...args)
          return curve.readField(args[0]!)
        }
        const [to, also] = [curve.place(4), curve.place(5)]
        expect(result('fieldSubtract', to, pa, pb)).toBe(modulo(x - y, P))
        expect(result('fieldNegate', to, pa)).toBe(modulo(-x, P))
        expect(result('fieldSubtractTwice', to, also, pa, pb)).toBe(modulo(x - 2n * y, P))
        expect(curve.readField(also)).toBe(modulo(3n * y - x, P))
        expect(result('fieldHalfOfTriple', to, pb)).toBe(modulo(3n * y * ((P + 1n) / 2n), P))
        expect(magnitudeOf(curve.readLimbs(to))).toBeLessThanOrEqual(2.5 * REDUCED)
        const carried = [
          [result('fieldCarry', to, pa), x],
          [result('fieldSubtractCarried', to, pa, pb), x - y],
          [result('fieldSubtractThrice', to, pb, pb, pc), -2n * z],
          [result('fieldSubtractThrice', to, pa, pb, pc), x - y - 2n * z],
        ] as const
        for (const [got, expected] of carried) expect(got).toBe(modulo(expected, P))
        expect(magnitudeOf(curve.readLimbs(to))).toBeLessThanOrEqual(REDUCED)
      }
    }
  })
})
