/** BLS12-381: 0x0b … 0x11 (EIP-2537). Field elements are 64 bytes, the first 16 zero. */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bigIntToBytes, bytesToBigInt } from '../../bytes.js'
import type { Precompile } from './precompile.js'

const { Fp, Fp2, Fp12 } = bls12_381.fields
const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point
export type G1Point = InstanceType<typeof G1>
export type G2Point = InstanceType<typeof G2>

const FIELD_BYTES = 64
const SCALAR_BYTES = 32
const G1_BYTES = 128
const G2_BYTES = 256
const WORD_BYTES = 32

// The declared types of 2.4.0 are those of the map before its cofactor is cleared
const mapToG1 = bls12_381.G1.mapToCurve as unknown as (element: bigint) => G1Point
const mapToG2 = bls12_381.G2.mapToCurve as unknown as (element: readonly bigint[]) => G2Point

/** What the two groups have in common, as far as the formats go. */
interface Group<P> {
  readonly bytes: number
  readonly zero: P
  /** Undefined if not on the curve, or not in the subgroup where that is asked for. */
  read(input: Uint8Array, at: number, inSubgroup: boolean): P | undefined
  write(point: P): Uint8Array
}

interface Point<P> {
  add(other: P): P
  multiplyUnsafe(scalar: bigint): P
  is0(): boolean
}

const GROUP_1: Group<G1Point> = {
  bytes: G1_BYTES,
  zero: G1.ZERO,
  read(input, at, inSubgroup) {
    const x = readField(input, at)
    const y = readField(input, at + FIELD_BYTES)
    if (x === undefined || y === undefined) return undefined
    if (x === 0n && y === 0n) return G1.ZERO
    if (!Fp.eql(Fp.sqr(y), Fp.add(Fp.mul(Fp.sqr(x), x), G1.CURVE().b))) return undefined
    const point = G1.fromAffine({ x, y })
    return inSubgroup && !point.isTorsionFree() ? undefined : point
  },
  write(point) {
    if (point.is0()) return new Uint8Array(G1_BYTES)
    const { x, y } = point.toAffine()
    return writeFields([x, y])
  },
}

const GROUP_2: Group<G2Point> = {
  bytes: G2_BYTES,
  zero: G2.ZERO,
  read(input, at, inSubgroup) {
    const parts = [0, 1, 2, 3].map((i) => readField(input, at + i * FIELD_BYTES))
    const [x0, x1, y0, y1] = parts
    if (x0 === undefined || x1 === undefined || y0 === undefined || y1 === undefined) {
      return undefined
    }
    if (parts.every((part) => part === 0n)) return G2.ZERO
    const x = Fp2.fromBigTuple([x0, x1])
    const y = Fp2.fromBigTuple([y0, y1])
    if (!Fp2.eql(Fp2.sqr(y), Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.CURVE().b))) return undefined
    const point = G2.fromAffine({ x, y })
    return inSubgroup && !point.isTorsionFree() ? undefined : point
  },
  write(point) {
    if (point.is0()) return new Uint8Array(G2_BYTES)
    const { x, y } = point.toAffine()
    return writeFields([x.c0, x.c1, y.c0, y.c1])
  },
}

export const g1Add = addition(GROUP_1)
export const g1Msm = multiScalar(GROUP_1)
export const g2Add = addition(GROUP_2)
export const g2Msm = multiScalar(GROUP_2)

/** 1 if the product of the pairings is 1. */
export const blsPairing: Precompile = (input) => {
  const pairBytes = G1_BYTES + G2_BYTES
  if (input.length === 0 || input.length % pairBytes !== 0) return undefined
  const pairs: { g1: G1Point; g2: G2Point }[] = []
  for (let at = 0; at < input.length; at += pairBytes) {
    const g1 = GROUP_1.read(input, at, true)
    const g2 = GROUP_2.read(input, at + G1_BYTES, true)
    if (g1 === undefined || g2 === undefined) return undefined
    // Infinity pairs to 1, and the library refuses it
    if (!g1.is0() && !g2.is0()) pairs.push({ g1, g2 })
  }
  return bigIntToBytes(isOne(pairs) ? 1n : 0n, WORD_BYTES)
}

export const mapFpToG1: Precompile = (input) => {
  if (input.length !== FIELD_BYTES) return undefined
  const element = readField(input, 0)
  if (element === undefined) return undefined
  return GROUP_1.write(mapToG1(element))
}

export const mapFp2ToG2: Precompile = (input) => {
  if (input.length !== 2 * FIELD_BYTES) return undefined
  const c0 = readField(input, 0)
  const c1 = readField(input, FIELD_BYTES)
  if (c0 === undefined || c1 === undefined) return undefined
  return GROUP_2.write(mapToG2([c0, c1]))
}

/** Whether the product of the pairings is 1; no point is infinity. */
export function isOne(pairs: { g1: G1Point; g2: G2Point }[]): boolean {
  return Fp12.eql(bls12_381.pairingBatch(pairs), Fp12.ONE)
}

/** Additions do not check the subgroup. */
function addition<P extends Point<P>>(group: Group<P>): Precompile {
  return (input) => {
    if (input.length !== 2 * group.bytes) return undefined
    const a = group.read(input, 0, false)
    const b = group.read(input, group.bytes, false)
    return a === undefined || b === undefined ? undefined : group.write(a.add(b))
  }
}

function multiScalar<P extends Point<P>>(group: Group<P>): Precompile {
  const termBytes = group.bytes + SCALAR_BYTES
  return (input) => {
    if (input.length === 0 || input.length % termBytes !== 0) return undefined
    let sum = group.zero
    for (let at = 0; at < input.length; at += termBytes) {
      const point = group.read(input, at, true)
      if (point === undefined) return undefined
      const start = at + group.bytes
      const scalar = bytesToBigInt(input.subarray(start, start + SCALAR_BYTES)) % G1.Fn.ORDER
      if (scalar !== 0n && !point.is0()) sum = sum.add(point.multiplyUnsafe(scalar))
    }
    return group.write(sum)
  }
}

/** Undefined if not below the modulus. */
function readField(input: Uint8Array, at: number): bigint | undefined {
  const value = bytesToBigInt(input.subarray(at, at + FIELD_BYTES))
  return value < Fp.ORDER ? value : undefined
}

function writeFields(values: readonly bigint[]): Uint8Array {
  const output = new Uint8Array(values.length * FIELD_BYTES)
  values.forEach((value, i) => output.set(bigIntToBytes(value, FIELD_BYTES), i * FIELD_BYTES))
  return output
}
