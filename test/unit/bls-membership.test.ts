/** Members of the groups of BLS12-381, and results of Miller loops: assembly/bls and noble. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { bigIntToBytes, concatBytes } from '../../src/base/bytes.js'
import { loadBls, type Bls } from '../../src/crypto/bls.js'
import { power } from './helpers/curve-module.js'
import { Fp, Fp12, Fr, G1, G2, times, type Point1 } from './helpers/kzg-proofs.js'
import { Random } from './helpers/random.js'

const { Fp2 } = bls12_381.fields
type F2 = ReturnType<typeof Fp2.create>
type Point2 = typeof G2.BASE
type F12 = ReturnType<typeof Fp12.create>

const P = Fp.ORDER
/** Of the twist: points on it by those in G2. */
const COFACTOR_2 = BigInt(
  '0x5d543a95414e7f1091d50792876a202cd91de4547085abaa68a205b2e5a7ddfa628f1cb4d9e82ef21537e293a6691ae1616ec6e786f0c70cf1c38e31c7238e5',
)
const random = new Random(1n)
let bls: Bls

beforeAll(async () => {
  bls = await loadBls()
})

const number = (value: bigint): Uint8Array => bigIntToBytes(value, 48)
const isInG1 = (x: bigint, y: bigint): boolean => bls.isInG1(concatBytes(number(x), number(y)))
const isInG2 = (x: F2, y: F2): boolean =>
  bls.isInG2(concatBytes(...[x.c0, x.c1, y.c0, y.c1].map(number)))

const in1 = (point: Point1): boolean => isInG1(point.toAffine().x, point.toAffine().y)
const in2 = (point: Point2): boolean => isInG2(point.toAffine().x, point.toAffine().y)

/** A point of the curve, nearly always outside the subgroup. */
function outside1(x: bigint): Point1 | undefined {
  const square = (x ** 3n + 4n) % P
  const y = power(square, (P + 1n) / 4n, P)
  return y ** 2n % P === square ? G1.fromAffine({ x, y }) : undefined
}
function outside2(x: F2): Point2 | undefined {
  const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), { c0: 4n, c1: 4n })
  try {
    return G2.fromAffine({ x, y: Fp2.sqrt(square) })
  } catch {
    return undefined
  }
}

describe('G1', () => {
  it('has multiples of its generator, and nothing else', () => {
    for (const k of [1n, 2n, 3n, Fr.ORDER - 1n, 2n ** 64n, 7n ** 80n]) {
      const point = times(G1.BASE, k)
      expect(in1(point)).toBe(true)
      const { x, y } = point.toAffine()
      expect(isInG1(x, (y + 1n) % P)).toBe(false)
      expect(isInG1((x + 1n) % P, y)).toBe(false)
    }
    let found = 0
    for (let x = 0n; x < 30n; x++) {
      const point = outside1(x)
      if (point === undefined) continue
      found++
      expect(point.isTorsionFree()).toBe(false)
      expect(in1(point), `${x}`).toBe(false)
      expect(in1(point.negate())).toBe(false)
      expect(in1(point.add(times(G1.BASE, 5n)))).toBe(false)
      // (0, 2) is of order 3, so infinity is left of it
      if (x > 0n) expect(in1(point.clearCofactor())).toBe(true)
    }
    expect(found).toBeGreaterThan(5)
  })
})

describe('G2', () => {
  it('has multiples of its generator, and nothing else', () => {
    for (const k of [1n, 2n, 3n, Fr.ORDER - 1n, 2n ** 64n, 7n ** 80n]) {
      const point = G2.BASE.multiply(k)
      expect(in2(point)).toBe(true)
      const { x, y } = point.toAffine()
      for (const part of ['c0', 'c1'] as const) {
        expect(isInG2(x, { ...y, [part]: (y[part] + 1n) % P })).toBe(false)
        expect(isInG2({ ...x, [part]: (x[part] + 1n) % P }, y)).toBe(false)
      }
    }
    let found = 0
    for (let i = 0n; i < 30n; i++) {
      const point = outside2({ c0: i % 5n, c1: i / 5n })
      if (point === undefined) continue
      found++
      expect(point.isTorsionFree()).toBe(false)
      expect(in2(point), `${i}`).toBe(false)
      expect(in2(point.add(G2.BASE.multiply(9n)))).toBe(false)
      expect(in2(point.clearCofactor())).toBe(true)
    }
    expect(found).toBeGreaterThan(5)
  })

  it('has no points of the small orders that its twist has', () => {
    const point = outside2({ c0: 2n, c1: 0n }) ?? outside2({ c0: 1n, c1: 1n })!
    // Of an order that divides the cofactor
    const small = multiplyUnsafe(point, Fr.ORDER)
    expect(small.is0()).toBe(false)
    expect(in2(small)).toBe(false)
    for (const prime of [13n, 23n, 2713n, 11953n, 262069n]) {
      expect(COFACTOR_2 % prime).toBe(0n)
      const tiny = multiplyUnsafe(small, COFACTOR_2 / prime)
      if (!tiny.is0()) expect(in2(tiny), `order ${prime}`).toBe(false)
    }
  })
})

describe('what a Miller loop gives', () => {
  const partsOf = ({ c0, c1 }: F12): Uint8Array =>
    concatBytes(
      ...[c0.c0, c0.c1, c0.c2, c1.c0, c1.c1, c1.c2]
        .flatMap((part) => [part.c0, part.c1])
        .map((part) => number(part).reverse()),
    )

  it('is 1 in the end for powers of r, and for no others', () => {
    const some2 = (): F2 => ({ c0: random.nextBits(384) % P, c1: random.nextBits(384) % P })
    const some6 = () => ({ c0: some2(), c1: some2(), c2: some2() })
    for (let i = 0; i < 3; i++) {
      const a = { c0: some6(), c1: some6() }
      expect(bls.isTargetOne(partsOf(a))).toBe(false)
      expect(bls.isTargetOne(partsOf(Fp12.pow(a, Fr.ORDER)))).toBe(true)
    }
    expect(bls.isTargetOne(partsOf(Fp12.ONE))).toBe(true)
  })
})

/** By doubling and adding: noble multiplies by less than r. */
function multiplyUnsafe(point: Point2, k: bigint): Point2 {
  let sum = G2.ZERO
  for (const bit of k.toString(2)) {
    sum = sum.double()
    if (bit === '1') sum = sum.add(point)
  }
  return sum
}
