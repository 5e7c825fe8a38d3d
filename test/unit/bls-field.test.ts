/** The extensions of the field, the curve and the pairings of assembly/bls, against noble. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { BLS, instantiateCurve, modulo, type CurveModule } from './helpers/curve-module.js'
import { Fp, Fp12, Fr, G1, G2, TAU_2, times, type Point1 } from './helpers/kzg-proofs.js'
import { Random } from './helpers/random.js'

const { Fp2, Fp6 } = bls12_381.fields
type F2 = ReturnType<typeof Fp2.create>
type F6 = ReturnType<typeof Fp6.create>
type F12 = ReturnType<typeof Fp12.create>

const FIELD = 64
const FIELD_2 = 2 * FIELD
const FIELD_6 = 3 * FIELD_2
/** Of the point that is worked on (assembly/bls/layout.ts). */
const POINT = 0x7e00
const X = 0xd201000000010000n
const REPEATS = 20

let curve: CurveModule
const random = new Random(1n)

beforeAll(async () => {
  curve = await instantiateCurve(BLS)
})

const some = (): bigint => {
  const kind = random.nextInt(8)
  if (kind < 2) return [0n, 1n, Fp.ORDER - 1n][random.nextInt(3)]!
  return random.nextBits(384) % Fp.ORDER
}
const some2 = (): F2 => ({ c0: some(), c1: some() })
const some6 = (): F6 => ({ c0: some2(), c1: some2(), c2: some2() })
const some12 = (): F12 => ({ c0: some6(), c1: some6() })

const write2 = (at: number, { c0, c1 }: F2): number => {
  curve.fieldAt(at + FIELD, c1)
  return curve.fieldAt(at, c0)
}
const write6 = (at: number, { c0, c1, c2 }: F6): number => {
  write2(at + FIELD_2, c1)
  write2(at + 2 * FIELD_2, c2)
  return write2(at, c0)
}
const write12 = (at: number, { c0, c1 }: F12): number => {
  write6(at + FIELD_6, c1)
  return write6(at, c0)
}
const read2 = (at: number): F2 => ({ c0: curve.readField(at), c1: curve.readField(at + FIELD) })
const read6 = (at: number): F6 => ({
  c0: read2(at), c1: read2(at + FIELD_2), c2: read2(at + 2 * FIELD_2),
})
const read12 = (at: number): F12 => ({ c0: read6(at), c1: read6(at + FIELD_6) })

/** Calls with a result at a place of its own. */
function result(name: string, ...operands: number[]): number {
  curve.call(name, curve.place(20), ...operands)
  return curve.place(20)
}

describe('extensions of the field', () => {
  it('multiply, square and invert in degree 2', () => {
    for (let i = 0; i < REPEATS; i++) {
      const [a, b] = [some2(), some2()]
      const [pa, pb] = [write2(curve.place(0), a), write2(curve.place(1), b)]
      expect(read2(result('field2Multiply', pa, pb))).toEqual(Fp2.mul(a, b))
      expect(read2(result('field2Square', pa))).toEqual(Fp2.sqr(a))
      if (!Fp2.is0(a)) expect(read2(result('field2Invert', pa))).toEqual(Fp2.inv(a))
    }
  })

  it('multiply and invert in degree 6', () => {
    for (let i = 0; i < REPEATS; i++) {
      const [a, b] = [some6(), some6()]
      const [pa, pb] = [write6(curve.place(0), a), write6(curve.place(1), b)]
      expect(read6(result('field6Multiply', pa, pb))).toEqual(Fp6.mul(a, b))
      expect(read6(result('field6Invert', pa))).toEqual(Fp6.inv(a))
    }
  })

  it('multiply, square, invert and raise to p in degree 12', () => {
    for (let i = 0; i < REPEATS; i++) {
      const [a, b] = [some12(), some12()]
      const [pa, pb] = [write12(curve.place(0), a), write12(curve.place(1), b)]
      expect(read12(result('field12Multiply', pa, pb))).toEqual(Fp12.mul(a, b))
      expect(read12(result('field12Square', pa))).toEqual(Fp12.sqr(a))
      expect(read12(result('field12Invert', pa))).toEqual(Fp12.inv(a))
      expect(read12(result('field12Frobenius', pa))).toEqual(Fp12.frobeniusMap(a, 1))
    }
  })

  it('stay right from square to square', () => {
    let a = some12()
    const at = write12(curve.place(0), a)
    for (let i = 0; i < 50; i++) {
      curve.call('field12Square', at, at)
      curve.call('field12Multiply', at, at, at)
      a = Fp12.pow(a, 4n)
      expect(read12(at)).toEqual(a)
    }
  })

  it('multiply by lines', () => {
    const [zero, one] = [Fp2.ZERO, Fp2.ONE]
    for (let i = 0; i < REPEATS; i++) {
      const [a, b, c] = [some12(), some2(), some2()]
      const line = { c0: { c0: b, c1: c, c2: zero }, c1: { c0: zero, c1: one, c2: zero } }
      const [at, lineAt] = [write12(curve.place(0), a), write2(curve.place(2), b)]
      write2(curve.place(2) + FIELD_2, c)
      curve.call('field12MultiplyByLine', at, lineAt)
      expect(read12(at)).toEqual(Fp12.mul(a, line))
    }
  })
})

function coordinates(point: Point1): [number, number] {
  const { x, y } = point.toAffine()
  return [curve.field(0, x), curve.field(1, y)]
}

function expectPoint(expected: Point1, what: string): void {
  const isInfinity = curve.call('pointIsInfinity') !== 0
  expect(isInfinity, what).toBe(expected.is0())
  if (isInfinity) return
  const [x, y, z] = [0, 1, 2].map((i) => curve.readField(POINT + i * FIELD)) as [
    bigint, bigint, bigint,
  ]
  const inverse = Fp.inv(z)
  const affine = { x: (x * inverse ** 2n) % Fp.ORDER, y: (y * inverse ** 3n) % Fp.ORDER }
  expect(affine, what).toEqual(expected.toAffine())
}

describe('points', () => {
  it('double and add, with any of the two the other, its negative or infinity', () => {
    for (let n = 0; n < 10; n++) {
      let sum = times(G1.BASE, 1n + random.nextBits(250))
      curve.call('setPoint', ...coordinates(sum))
      for (let step = 0; step < 20; step++) {
        const kind = random.nextInt(5)
        if (kind === 0) {
          curve.call('doublePoint')
          sum = sum.double()
        } else {
          const other =
            sum.is0() || kind > 2 ? times(G1.BASE, BigInt(random.nextInt(5) + 1)) : sum
          const isNegative = kind % 2
          curve.call('addAffine', ...coordinates(other), isNegative)
          sum = isNegative === 1 ? sum.subtract(other) : sum.add(other)
        }
        expectPoint(sum, `step ${step} of ${n}`)
      }
    }
  })

  it('are multiplied by x², also outside the subgroup', () => {
    for (const k of [1n, 2n, 3n ** 90n]) {
      curve.call('setMultipleOfXSquared', ...coordinates(times(G1.BASE, k)))
      expectPoint(times(G1.BASE, k * X * X), `${k}`)
    }
    // Of order 3, and x² is 1 modulo 3
    const outside = G1.fromAffine({ x: 0n, y: 2n })
    curve.call('setMultipleOfXSquared', ...coordinates(outside))
    expectPoint(outside, 'of order 3')
  })

  it('add up in multiples, whatever the factors', () => {
    curve.call('makeGeneratorTable')
    const edges = [0n, 1n, 2n, Fr.ORDER - 1n, X * X, X * X - 1n, Fr.ORDER - X * X, 2n ** 128n]
    const check = (u1: bigint, u2: bigint, k: bigint): void => {
      const point = times(G1.BASE, k)
      const [a, b] = [curve.word(5, u1), curve.word(6, u2)]
      curve.call('sumOfMultiples', a, b, ...coordinates(point))
      expectPoint(times(G1.BASE, u1 + u2 * k), `${u1} + ${u2} · ${k}`)
    }
    for (const u1 of edges) for (const u2 of edges) check(u1, u2, 7n)
    for (let i = 0; i < 30; i++) {
      const [u1, u2] = [random.nextWord() % Fr.ORDER, random.nextWord() % Fr.ORDER]
      check(u1, u2, 1n + random.nextBits(200))
    }
    for (const k of [1n, -1n, 3n, X * X, -X * X]) {
      for (const u of [1n, 5n, X * X, random.nextBits(250)]) {
        const factor = modulo(u, Fr.ORDER)
        for (const other of [-u * k, u * k, u]) check(modulo(other, Fr.ORDER), factor, k)
      }
    }
  })
})

describe('pairings', () => {
  it('are those of noble', () => {
    curve.call('makeLines')
    const place = (i: number, point: Point1): number => {
      const { x, y } = point.toAffine()
      const inverse = Fp.inv(y)
      curve.fieldAt(curve.place(i) + FIELD, inverse)
      return curve.fieldAt(curve.place(i), modulo(-x * inverse, Fp.ORDER))
    }
    for (const [k, l] of [[1n, 1n], [2n, 5n], [3n ** 99n, 5n ** 80n]] as const) {
      const [first, second] = [times(G1.BASE, k), times(G1.BASE, l)]
      curve.call('multiplyMillerLoops', curve.place(20), place(0, first), place(1, second))
      const product = Fp12.mul(
        bls12_381.pairing(first, G2.BASE), bls12_381.pairing(second, TAU_2),
      )
      // x is negative: the inverse
      const power = Fp12.finalExponentiate(read12(curve.place(20)))
      expect(Fp12.mul(power, product)).toEqual(Fp12.ONE)
    }
  })

  it('are 1 after the exponentiation for powers of r, and for no others', () => {
    for (let i = 0; i < 5; i++) {
      const a = some12()
      const at = write12(curve.place(0), a)
      expect(curve.call('isOneAfterExponentiation', at)).toBe(0)
      const power = Fp12.pow(a, Fr.ORDER)
      expect(curve.call('isOneAfterExponentiation', write12(curve.place(0), power))).toBe(1)
    }
  })
})
