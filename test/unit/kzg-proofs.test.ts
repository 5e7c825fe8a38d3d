/**
 * Point evaluation by assembly/bls, and by noble's pairings. ACTOR_EVM_PROOFS says how many random
 * proofs (20).
 */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { bigIntToBytes, bytesToHex } from '../../src/base/bytes.js'
import { POINT_EVALUATION } from '../../src/crypto/precompiles/numbers.js'
import { compute, type Precompile } from '../../src/crypto/precompiles/precompile.js'
import { loadVerifier } from '../../src/crypto/precompiles/verifiers.js'
import { fromEnvironment } from '../support/from-environment.js'
import {
  Fp, Fp12, Fr, G1, G2, TAU_1, TAU_2, inputFrom, inputOf, isRight, proofOf, times,
  type Point1, type Proof,
} from './helpers/kzg-proofs.js'
import { Random } from './helpers/random.js'

const PROOFS = fromEnvironment('ACTOR_EVM_PROOFS', 20)
const R = Fr.ORDER
const COMPRESSED = 0x80
const INFINITY = 0x40
const LARGER_Y = 0x20
const OUTPUT =
  '0x0000000000000000000000000000000000000000000000000000000000001000' +
  '73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001'

let precompile: Precompile

beforeAll(async () => {
  precompile = await loadVerifier(POINT_EVALUATION)
})

function accepts(input: Uint8Array): boolean {
  const output = compute(precompile, input)
  if (output !== undefined) expect(bytesToHex(output)).toBe(OUTPUT)
  return output !== undefined
}

function agreed(proof: Proof): boolean {
  const answer = accepts(inputOf(proof))
  expect(isRight(proof), `${proof.z} ${proof.y}`).toBe(answer)
  return answer
}

describe('the points that proofs are about', () => {
  it('have the same τ in both groups', () => {
    const [left, right] = [bls12_381.pairing(TAU_1, G2.BASE), bls12_381.pairing(G1.BASE, TAU_2)]
    expect(Fp12.eql(left, right)).toBe(true)
  })
})

describe('proofs', () => {
  it(`are accepted where noble's pairings say so, in ${PROOFS} random cases`, () => {
    const random = new Random(1n)
    const below = (): bigint => random.nextBits(256) % R
    let right = 0
    for (let i = 0; i < PROOFS; i++) {
      const good = proofOf(below(), below(), below())
      expect(accepts(inputOf(good)), `proof ${i}`).toBe(true)
      const bad = [
        { ...good, z: (good.z + 1n) % R },
        { ...good, y: R - 1n - good.y },
        { ...good, commitment: good.commitment.add(G1.BASE) },
        { ...good, proof: good.proof.negate() },
      ][i % 4]!
      right += Number(agreed(bad))
    }
    expect(right).toBe(0)
  }, 36_000_000)

  it('are right for z, y and coefficients at their edges', () => {
    const edges = [0n, 1n, 2n, R - 1n, R - 2n, 2n ** 128n, 0xd201000000010000n ** 2n]
    for (const z of edges) {
      for (const b of [1n, R - 1n]) expect(accepts(inputOf(proofOf(5n, b, z)))).toBe(true)
      expect(accepts(inputOf(proofOf(z, 7n, 3n)))).toBe(true)
      // y is 0
      expect(accepts(inputOf(proofOf(-7n * z, 7n, z)))).toBe(true)
    }
  })

  it('are at infinity for constants, and only for these', () => {
    for (const a of [0n, 1n, R - 1n, 3n ** 99n]) {
      const constant = proofOf(a, 0n, 77n)
      expect(constant.proof.is0()).toBe(true)
      expect(agreed(constant)).toBe(true)
      expect(agreed({ ...constant, y: (constant.y + 1n) % R })).toBe(false)
      expect(agreed({ ...constant, proof: G1.BASE })).toBe(false)
    }
    // The commitment at infinity, and not the proof
    const line = proofOf(1n, 1n, 5n)
    expect(agreed({ ...line, commitment: G1.ZERO })).toBe(false)
    expect(agreed({ ...line, proof: G1.ZERO })).toBe(false)
    // The sum is infinity, and not the proof: C = y G - z π
    const { proof } = line
    const sum = times(G1.BASE, 9n).subtract(times(proof, 4n))
    expect(agreed({ commitment: sum, z: 4n, y: 9n, proof })).toBe(false)
    expect(agreed({ commitment: sum, z: 4n, y: 9n, proof: proof.negate() })).toBe(false)
  })

  it('are right where points of the sum are equal or opposite', () => {
    const x2 = 0xd201000000010000n ** 2n
    for (const b of [1n, 2n, 3n, 15n, 127n, x2, R - x2]) {
      for (const z of [1n, 2n, 127n, x2, x2 + 1n, R - 1n]) {
        for (const a of [0n, b * z, -b * z, -2n * b * z]) {
          expect(accepts(inputOf(proofOf(a, b, z))), `${a} ${b} ${z}`).toBe(true)
        }
      }
    }
  })

  it('are refused for z and y that are not below the order', () => {
    const { commitment, z, y, proof } = proofOf(3n, 4n, 5n)
    const points = [commitment.toBytes(true), proof.toBytes(true)] as const
    expect(accepts(inputFrom(points[0], z, y, points[1]))).toBe(true)
    expect(accepts(inputFrom(points[0], z + R, y, points[1]))).toBe(false)
    expect(accepts(inputFrom(points[0], z, y + R, points[1]))).toBe(false)
    const zero = proofOf(0n, 0n, 0n)
    const infinity = zero.proof.toBytes(true)
    expect(accepts(inputFrom(infinity, 0n, 0n, infinity))).toBe(true)
    expect(accepts(inputFrom(infinity, R, 0n, infinity))).toBe(false)
    expect(accepts(inputFrom(infinity, 0n, R, infinity))).toBe(false)
  })

  it('are refused with another hash, version or length', () => {
    const input = inputOf(proofOf(3n, 4n, 5n))
    for (const at of [0, 1, 31]) {
      const other = input.slice()
      other[at]! ^= 1
      expect(accepts(other)).toBe(false)
    }
    for (const length of [0, 191]) expect(accepts(input.subarray(0, length))).toBe(false)
    expect(accepts(Uint8Array.of(...input, 0))).toBe(false)
  })
})

describe('points of proofs', () => {
  const good = proofOf(3n, 4n, 5n)
  /** The commitment and the proof have the bytes, where the other is right. */
  const acceptsEither = (bytes: Uint8Array): boolean[] => [
    accepts(inputFrom(bytes, good.z, good.y, good.proof.toBytes(true))),
    accepts(inputFrom(good.commitment.toBytes(true), good.z, good.y, bytes)),
  ]

  it('have flags of one kind only', () => {
    for (const flags of [0, LARGER_Y, INFINITY, INFINITY | LARGER_Y, 0xe0, 0xc0]) {
      for (const point of [good.commitment, good.proof]) {
        const bytes = point.toBytes(true)
        bytes[0] = (bytes[0]! & 0x1f) | flags
        expect(acceptsEither(bytes), `flags ${flags}`).toEqual([false, false])
      }
    }
  })

  it('have the y that the flag says', () => {
    const { commitment, proof, z, y } = good
    const mirrored = (point: Point1): Uint8Array => {
      const bytes = point.toBytes(true)
      bytes[0]! ^= LARGER_Y
      expect(bytes).toEqual(point.negate().toBytes(true))
      return bytes
    }
    expect(accepts(inputFrom(mirrored(commitment), z, y, proof.toBytes(true)))).toBe(false)
    expect(accepts(inputFrom(commitment.toBytes(true), z, y, mirrored(proof)))).toBe(false)
    expect(accepts(inputFrom(mirrored(commitment), z, R - y, mirrored(proof)))).toBe(true)
  })

  it('are at infinity in one form only', () => {
    const constant = proofOf(6n, 0n, 1n)
    const commitment = constant.commitment.toBytes(true)
    const acceptsProof = (bytes: Uint8Array): boolean =>
      accepts(inputFrom(commitment, 1n, 6n, bytes))
    const infinity = new Uint8Array(48)
    infinity[0] = COMPRESSED | INFINITY
    expect(acceptsProof(infinity)).toBe(true)
    for (const first of [0x40, 0xe0, 0x60, 0x00, 0x80]) {
      expect(acceptsProof(Uint8Array.of(first, ...infinity.subarray(1)))).toBe(false)
    }
    for (const at of [0, 1, 8, 47]) {
      const other = infinity.slice()
      other[at]! |= 1
      expect(acceptsProof(other)).toBe(false)
    }
  })

  it('are on the curve, in the subgroup, with x below p', () => {
    let [onCurve, offCurve] = [0, 0]
    for (let x = 0n; x < 24n; x++) {
      const square = (x ** 3n + 4n) % Fp.ORDER
      const isOnCurve = Fp.pow(square, (Fp.ORDER - 1n) / 2n) === 1n
      if (isOnCurve) onCurve++
      else offCurve++
      // None of these is of the subgroup
      for (const flags of [COMPRESSED, COMPRESSED | LARGER_Y]) {
        const bytes = bigIntToBytes(x, 48)
        bytes[0]! |= flags
        expect(acceptsEither(bytes)).toEqual([false, false])
      }
    }
    expect(Math.min(onCurve, offCurve)).toBeGreaterThan(5)
    for (const x of [Fp.ORDER, Fp.ORDER + 1n, 2n ** 381n - 1n]) {
      const bytes = bigIntToBytes(x, 48)
      bytes[0]! |= COMPRESSED
      expect(acceptsEither(bytes)).toEqual([false, false])
    }
  })

  it('are refused with a part outside the subgroup, that pairings would not see', () => {
    // x = 0: of order 3
    const outside = G1.fromAffine({ x: 0n, y: 2n })
    const { commitment, proof, z, y } = good
    const right = inputOf(good)
    expect(accepts(right)).toBe(true)
    expect(compressed(commitment)).toEqual(commitment.toBytes(true))
    for (const sign of [outside, outside.negate()]) {
      const bytes = compressed(commitment.add(sign))
      expect(accepts(inputFrom(bytes, z, y, proof.toBytes(true)))).toBe(false)
      const other = compressed(proof.add(sign))
      expect(accepts(inputFrom(commitment.toBytes(true), z, y, other))).toBe(false)
    }
  })
})

/** Noble writes points of the subgroup only. */
function compressed(point: Point1): Uint8Array {
  const { x, y } = point.toAffine()
  const bytes = bigIntToBytes(x, 48)
  bytes[0]! |= COMPRESSED | (y > (Fp.ORDER - 1n) / 2n ? LARGER_Y : 0)
  return bytes
}
