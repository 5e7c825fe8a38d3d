/** alt_bn128: addition 0x06, multiplication 0x07 (EIP-196), pairing check 0x08 (EIP-197). */

import { bn254 } from '@noble/curves/bn254.js'
import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import { bigIntToBytes, bytesToBigInt } from '../../bytes.js'
import { slicePadded, type Precompile } from './precompile.js'

const { Fp, Fp2 } = bn254.fields
const G1 = bn254.G1.Point
const G2 = bn254.G2.Point
type G1Point = WeierstrassPoint<bigint>
type G2Point = InstanceType<typeof G2>

const WORD_BYTES = 32
const G1_BYTES = 64
const PAIR_BYTES = 192

export const bn254Add: Precompile = (input) => {
  const padded = slicePadded(input, 0, 2 * G1_BYTES)
  const a = readG1(padded, 0)
  const b = readG1(padded, G1_BYTES)
  return a === undefined || b === undefined ? undefined : writeG1(a.add(b))
}

export const bn254Mul: Precompile = (input) => {
  const padded = slicePadded(input, 0, G1_BYTES + WORD_BYTES)
  const point = readG1(padded, 0)
  if (point === undefined) return undefined
  const scalar = bytesToBigInt(padded.subarray(G1_BYTES)) % G1.Fn.ORDER
  return writeG1(scalar === 0n ? G1.ZERO : point.multiplyUnsafe(scalar))
}

/** 1 if the product of the pairings is 1. */
export const bn254Pairing: Precompile = (input) => {
  if (input.length % PAIR_BYTES !== 0) return undefined
  const pairs: { g1: G1Point; g2: G2Point }[] = []
  for (let at = 0; at < input.length; at += PAIR_BYTES) {
    const g1 = readG1(input, at)
    const g2 = readG2(input, at + G1_BYTES)
    if (g1 === undefined || g2 === undefined) return undefined
    // Infinity pairs to 1, and the library refuses it
    if (!g1.is0() && !g2.is0()) pairs.push({ g1, g2 })
  }
  const product = bn254.pairingBatch(pairs)
  return bigIntToBytes(bn254.fields.Fp12.eql(product, bn254.fields.Fp12.ONE) ? 1n : 0n, WORD_BYTES)
}

/** Undefined if a coordinate is not below the modulus or the point is not on the curve. */
function readG1(input: Uint8Array, at: number): G1Point | undefined {
  const x = bytesToBigInt(input.subarray(at, at + WORD_BYTES))
  const y = bytesToBigInt(input.subarray(at + WORD_BYTES, at + G1_BYTES))
  if (x >= Fp.ORDER || y >= Fp.ORDER) return undefined
  if (x === 0n && y === 0n) return G1.ZERO
  return valid(() => {
    const point = G1.fromAffine({ x, y })
    // The group's order is prime: on the curve is in the group
    point.assertValidity()
    return point
  })
}

/** The imaginary part comes first. Undefined also outside the subgroup. */
function readG2(input: Uint8Array, at: number): G2Point | undefined {
  const [x1, x0, y1, y0] = [0, 1, 2, 3].map((i) =>
    bytesToBigInt(input.subarray(at + i * WORD_BYTES, at + (i + 1) * WORD_BYTES)),
  ) as [bigint, bigint, bigint, bigint]
  if ([x0, x1, y0, y1].some((value) => value >= Fp.ORDER)) return undefined
  if ([x0, x1, y0, y1].every((value) => value === 0n)) return G2.ZERO
  return valid(() => {
    const point = G2.fromAffine({
      x: Fp2.fromBigTuple([x0, x1]),
      y: Fp2.fromBigTuple([y0, y1]),
    })
    point.assertValidity()
    return point
  })
}

function writeG1(point: G1Point): Uint8Array {
  const output = new Uint8Array(G1_BYTES)
  if (point.is0()) return output
  const { x, y } = point.toAffine()
  output.set(bigIntToBytes(x, WORD_BYTES), 0)
  output.set(bigIntToBytes(y, WORD_BYTES), WORD_BYTES)
  return output
}

/** The library tells of a bad point by throwing. */
function valid<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
