/** Points of assembly/secp256k1, above all the sums that its formulas do not cover. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  N,
  P,
  instantiateCurve,
  modulo,
  power,
  type CurveModule,
} from './helpers/curve-module.js'
import { Random } from './helpers/random.js'

const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n
/** Of the point that is worked on (assembly/secp256k1/layout.ts). */
const POINT = 0x5c00
const FIELD_BYTES = 40

const G = secp256k1.Point.BASE
type Point = typeof G

let curve: CurveModule

beforeAll(async () => {
  curve = await instantiateCurve()
})

/** k·P for any k; noble has 1 to n - 1. */
const times = (point: Point, k: bigint): Point =>
  modulo(k, N) === 0n ? secp256k1.Point.ZERO : point.multiply(modulo(k, N))

/** Writes a point's coordinates. @returns where */
function coordinates(point: Point): [number, number] {
  const { x, y } = point.toAffine()
  return [curve.field(0, x), curve.field(1, y)]
}

function expectPoint(expected: Point, what: string): void {
  const isInfinity = curve.call('pointIsInfinity') !== 0
  expect(isInfinity, what).toBe(expected.is0())
  if (isInfinity) return
  const [x, y, z] = [0, 1, 2].map((i) => curve.readField(POINT + i * FIELD_BYTES)) as [
    bigint, bigint, bigint,
  ]
  const inverse = power(z, P - 2n, P)
  const affine = { x: (x * inverse ** 2n) % P, y: (y * inverse ** 3n) % P }
  expect(affine, what).toEqual(expected.toAffine())
}

describe('points', () => {
  it('double and add, with any of the two the other, its negative or infinity', () => {
    const random = new Random(1n)
    for (let n = 0; n < 30; n++) {
      const start = times(G, 1n + random.nextBits(255))
      curve.call('setPoint', ...coordinates(start))
      let sum = start
      for (let step = 0; step < 20; step++) {
        const kind = random.nextInt(5)
        if (kind === 0) {
          curve.call('doublePoint')
          sum = sum.double()
        } else {
          // The sum itself, its negative, or another
          const other = sum.is0() || kind > 2 ? times(G, BigInt(random.nextInt(5) + 1)) : sum
          const isNegative = kind % 2
          curve.call('addAffine', ...coordinates(other), isNegative)
          sum = isNegative === 1 ? sum.subtract(other) : sum.add(other)
        }
        expectPoint(sum, `step ${step} of ${n}`)
      }
    }
  })

  it('are infinity where opposite points meet, and go on from there', () => {
    const [x, y] = coordinates(G)
    curve.call('setPoint', x, y)
    curve.call('addAffine', x, y, 1)
    expectPoint(secp256k1.Point.ZERO, 'G - G')
    curve.call('doublePoint')
    expectPoint(secp256k1.Point.ZERO, '2·0')
    curve.call('addAffine', x, y, 1)
    expectPoint(G.negate(), '-G')
    curve.call('setInfinity')
    expectPoint(secp256k1.Point.ZERO, 'infinity')
  })
})

describe('u1·G + u2·P', () => {
  const check = (u1: bigint, u2: bigint, point: Point): void => {
    const [x, y] = coordinates(point)
    const [a, b] = [modulo(u1, N), modulo(u2, N)]
    curve.call('sumOfMultiples', curve.word(2, a), curve.word(3, b), x, y)
    expectPoint(times(G, a).add(times(point, b)), `${a} G + ${b} P`)
  }

  it('is right for random factors and points', () => {
    const random = new Random(2n)
    for (let i = 0; i < 200; i++) {
      check(random.nextWord(), random.nextWord(), times(G, 1n + random.nextBits(255)))
    }
  })

  it('is right where a factor is 0 or next to the order', () => {
    const edges = [0n, 1n, 2n, 3n, N - 1n, N - 2n, LAMBDA, N - LAMBDA, LAMBDA + 1n, 2n ** 128n]
    for (const u1 of edges) for (const u2 of edges) check(u1, u2, times(G, 7n))
  })

  it('is right where P is a small multiple of G or λ·G, and sums meet', () => {
    const random = new Random(3n)
    const multiples = [1n, 2n, 3n, 5n, 31n, 127n, -1n, -2n, -3n, -127n]
    for (const multiple of multiples.flatMap((it) => [it, it * LAMBDA])) {
      const point = times(G, multiple)
      const inverse = power(multiple, N - 2n, N)
      for (const u2 of [1n, 15n, LAMBDA, random.nextBits(255)]) {
        // The halves of the sum are alike, opposite, or nearly so
        for (const u1 of [u2 * multiple, -u2 * multiple, u2, -u2, u2 * inverse, u2 * LAMBDA]) {
          for (const more of [0n, 1n]) check(u1 + more, u2, point)
        }
      }
    }
  })
})
