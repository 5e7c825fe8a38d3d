/** Arithmetic in the fields of assembly/p256 and assembly/bls, against bigints. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  BLS,
  P256,
  instantiateCurve,
  modulo,
  power,
  type CurveModule,
  type FieldShape,
} from './helpers/curve-module.js'
import { Random } from './helpers/random.js'

const MANY = 200

/** What limbs and sums may be, by the comments of field-product.ts. */
interface Limits {
  /** Of factors: their magnitudes, which are their sizes in multiples of p, too. */
  readonly factors: readonly (readonly [number, number])[]
  readonly squares: readonly number[]
  /** A size that a product stays below. */
  readonly size: number
}

const LIMITS: Record<string, Limits> = {
  p256: {
    factors: [[1, 1], [1, 7], [7, 2], [2, 7], [3, 4], [2.5, 5.6], [3.5, 4], [6, 2.3]],
    squares: [1, 2, 3, 3.7],
    size: 1,
  },
  bls: {
    factors: [[1, 1], [1, 15], [15, 2], [5, 6.8], [4, 8], [3, 11], [2.25, 15]],
    squares: [1, 2, 3, 5],
    size: 0.6,
  },
}

describe.each([P256, BLS])('the field of $folder', (shape) => {
  const { prime, limbs: count, limbBits, wordBytes } = shape
  const { factors, squares, size } = LIMITS[shape.folder]!
  let curve: CurveModule

  beforeAll(async () => {
    curve = await instantiateCurve(shape)
  })

  const result = (name: string, ...operands: number[]): number => {
    const to = curve.place(9)
    curve.call(name, to, ...operands)
    return to
  }

  /** Limbs of magnitude 1, of a number that is less than `size` p. */
  const expectReduced = (ptr: number): void => {
    const all = curve.readLimbs(ptr)
    const bound = 2 ** Number(limbBits - 1n) * (1 + 2 ** -10)
    for (const limb of all.slice(0, -1)) expect(Math.abs(limb)).toBeLessThanOrEqual(bound)
    expect(Math.abs(all.at(-1)!)).toBeLessThanOrEqual(topLimb(shape) * size + 1)
  }

  it('has elements that come from numbers and go back, reduced', () => {
    for (const value of numbersOf(shape, new Random(1n))) {
      const a = curve.field(0, value)
      expectReduced(a)
      expect(curve.readField(a)).toBe(value % prime)
      curve.call(shape.names.toWord, curve.place(1), a)
      expect(curve.readWord(curve.place(1))).toBe(value % prime)
    }
  })

  it('reduces limbs of any magnitude to numbers', () => {
    const random = new Random(2n)
    for (const magnitude of [1, 3, 6, 7]) {
      for (const limbs of limbsOf(shape, random, magnitude)) {
        curve.call(shape.names.toWord, curve.place(1), curve.limbs(0, limbs))
        expect(curve.readWord(curve.place(1))).toBe(curve.valueOf(limbs))
      }
    }
  })

  it('knows multiples of p from all others', () => {
    for (let k = -4; k <= 4; k++) {
      const multiple = roundedLimbs(shape, BigInt(k) * prime)
      expect(curve.call('fieldIsZero', curve.limbs(0, multiple)), `${k} p`).toBe(1)
      for (let i = 0; i < count; i++) {
        const other = multiple.map((limb, at) => limb + Number(at === i))
        expect(curve.call('fieldIsZero', curve.limbs(0, other)), `limb ${i}`).toBe(0)
      }
    }
  })

  it('has products, right and reduced for the largest magnitudes', () => {
    const random = new Random(3n)
    for (const [m, n] of factors) {
      for (const left of limbsOf(shape, random, m)) {
        for (const right of limbsOf(shape, random, n)) {
          const [a, b] = [curve.limbs(0, left), curve.limbs(1, right)]
          const product = result('fieldMultiply', a, b)
          expectReduced(product)
          const expected = (curve.valueOf(left) * curve.valueOf(right)) % prime
          expect(curve.readField(product)).toBe(expected)
        }
      }
    }
  })

  it('has squares, in any places', () => {
    const random = new Random(4n)
    for (const magnitude of squares) {
      for (const limbs of limbsOf(shape, random, magnitude)) {
        const a = curve.limbs(0, limbs)
        curve.call('fieldSquare', a, a)
        expectReduced(a)
        expect(curve.readField(a)).toBe(curve.valueOf(limbs) ** 2n % prime)
      }
    }
  })

  it('adds', () => {
    const random = new Random(5n)
    for (const a of limbsOf(shape, random, 3)) {
      const b = a.toReversed().map((limb, i) => (i === count - 1 ? 1 : limb))
      const sum = result('fieldAdd', curve.limbs(0, a), curve.limbs(1, b))
      expect(curve.readField(sum)).toBe(modulo(curve.valueOf(a) + curve.valueOf(b), prime))
    }
  })

  if (shape === P256) it('halves three times an element', () => {
    const random = new Random(6n)
    for (const a of limbsOf(shape, random, 1)) {
      const half = curve.readField(result('fieldHalfOfTriple', curve.limbs(0, a)))
      expect(modulo(2n * half, prime)).toBe(modulo(3n * curve.valueOf(a), prime))
    }
  })

  if (shape === BLS) it('adds two products, of magnitudes up to 34 together', () => {
    const random = new Random(7n)
    for (const [m, n] of [[1, 33], [17, 17], [4, 30], [33, 1]] as const) {
      for (const a of limbsOf(shape, random, m ** 0.5)) {
        for (const b of limbsOf(shape, random, n ** 0.5)) {
          const [pa, pb] = [curve.limbs(0, a), curve.limbs(1, b)]
          const sum = result('fieldAddProducts', pa, pa, pb, pb)
          expectReduced(sum)
          const expected = (curve.valueOf(a) ** 2n + curve.valueOf(b) ** 2n) % prime
          expect(curve.readField(sum)).toBe(expected)
        }
      }
    }
  })

  if (shape === BLS) it('reduces magnitudes up to 14 and sizes up to 14', () => {
    const random = new Random(8n)
    for (const magnitude of [1, 5, 10, 13, 14]) {
      for (const limbs of limbsOf(shape, random, magnitude, 14)) {
        const a = curve.limbs(0, limbs)
        const reduced = result('fieldReduce', a)
        expectReduced(reduced)
        expect(curve.readField(reduced)).toBe(curve.valueOf(limbs))
        const [negative, difference] = [curve.place(3), curve.place(4)]
        curve.call('fieldNegate', negative, a)
        expect(curve.readField(negative)).toBe(modulo(-curve.valueOf(limbs), prime))
        curve.call('fieldSubtract', difference, reduced, reduced)
        expect(curve.call('fieldIsZero', difference)).toBe(1)
      }
    }
  })

  if (shape === BLS) it('has inverses, and roots of squares', () => {
    for (const value of numbersOf(shape, new Random(9n)).slice(0, 60)) {
      const a = curve.field(0, value)
      expect(curve.readField(result('fieldInvert', a))).toBe(power(value, prime - 2n, prime))
      const hasRoot = power(value, (prime - 1n) / 2n, prime) !== prime - 1n
      expect(curve.call('fieldSquareRoot', curve.place(9), a)).toBe(Number(hasRoot))
      const square = curve.readField(curve.place(9)) ** 2n % prime
      expect(square === value % prime).toBe(hasRoot)
    }
  })

  it('takes numbers of all its bytes', () => {
    const all = 2n ** BigInt(8 * wordBytes) - 1n
    expect(curve.readField(curve.field(0, all))).toBe(all % prime)
  })
})

/** The highest limb of p. */
const topLimb = ({ prime, limbs, limbBits }: FieldShape): number =>
  Number(prime >> (limbBits * BigInt(limbs - 1)))

/** Limbs of a magnitude, of a number within `size` p: all at their ends, alternating, or random. */
function* limbsOf(
  shape: FieldShape, random: Random, magnitude: number, size = magnitude,
): Generator<number[]> {
  const lower = Math.floor(magnitude * 2 ** Number(shape.limbBits - 1n))
  const ends = Array.from({ length: shape.limbs }, (_, i) =>
    i === shape.limbs - 1 ? Math.floor(size * topLimb(shape)) : Math.min(lower, 2 ** 31 - 1),
  )
  const signs = [() => 1, () => -1, (i: number) => (i % 2) * 2 - 1, () => random.nextInt(2) * 2 - 1]
  for (const sign of signs) yield ends.map((end, i) => end * sign(i))
  for (let n = 0; n < 10; n++) {
    yield ends.map((end) => (random.nextInt(2) === 1 ? 1 : -1) * random.nextInt(end + 1))
  }
}

/** A number by limbs that are rounded to the nearest. */
function roundedLimbs({ limbs, limbBits }: FieldShape, value: bigint): number[] {
  return Array.from({ length: limbs }, (_, i) => {
    const limb = i === limbs - 1 ? value : BigInt.asIntN(Number(limbBits), value)
    value = (value - limb) >> limbBits
    return Number(limb)
  })
}

/** Numbers at which carries and reductions may go wrong, and random ones. */
function numbersOf({ prime, wordBytes, limbBits, limbs }: FieldShape, random: Random): bigint[] {
  const bits = BigInt(8 * wordBytes)
  const edges = [0n, 1n, 2n, 2n ** 32n, 2n ** 64n, 2n ** 128n, 2n ** 255n]
  const one = 2n ** limbBits - 1n
  const ones = Array.from({ length: limbs - 1 }, (_, i) => one << (limbBits * BigInt(i)))
  return [
    ...edges, ...edges.map((it) => prime - it), ...ones,
    ...[prime + 1n, (prime - 1n) / 2n, 2n ** bits - 1n],
    ...Array.from({ length: MANY }, () => random.nextBits(Number(bits))),
  ]
}
