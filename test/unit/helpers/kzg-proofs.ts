/** Proofs of polynomials of degree 1, by noble: they need no more of the setup than [τ]₁. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bigIntToBytes, concatBytes } from '../../../src/base/bytes.js'
import { modulo } from './curve-module.js'

export const { Fp12, Fp, Fr } = bls12_381.fields
export const G1 = bls12_381.G1.Point
export const G2 = bls12_381.G2.Point
export type Point1 = typeof G1.BASE

/** [τ]₁ of mainnet's ceremony: e([τ]₁, G₂) is e(G₁, [τ]₂), which a test checks. */
export const TAU_1 = G1.fromHex(
  'ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81',
)
export const TAU_2 = G2.fromHex(
  'b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72' +
    '185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
)

export interface Proof {
  readonly commitment: Point1
  readonly z: bigint
  readonly y: bigint
  readonly proof: Point1
}

export const times = (point: Point1, k: bigint): Point1 =>
  modulo(k, Fr.ORDER) === 0n ? G1.ZERO : point.multiply(modulo(k, Fr.ORDER))

/** That a + b·X is a + b·z at z. */
export function proofOf(a: bigint, b: bigint, z: bigint): Proof {
  return {
    commitment: times(G1.BASE, a).add(times(TAU_1, b)),
    z: modulo(z, Fr.ORDER),
    y: modulo(a + b * z, Fr.ORDER),
    proof: times(G1.BASE, b),
  }
}

/** e(C - [y]₁, G₂) = e(π, [τ]₂ - [z]₂) */
export function isRight({ commitment, z, y, proof }: Proof): boolean {
  const left = commitment.subtract(times(G1.BASE, y))
  const zG2 = z === 0n ? G2.ZERO : G2.BASE.multiply(z)
  const pairs = [
    { g1: left, g2: G2.BASE },
    { g1: proof.negate(), g2: TAU_2.subtract(zG2) },
  ].filter(({ g1 }) => !g1.is0())
  if (pairs.length === 0) return true
  return Fp12.eql(bls12_381.pairingBatch(pairs), Fp12.ONE)
}

/** What the precompile takes. */
export const inputOf = ({ commitment, z, y, proof }: Proof): Uint8Array =>
  inputFrom(commitment.toBytes(true), z, y, proof.toBytes(true))

export function inputFrom(
  commitment: Uint8Array, z: bigint, y: bigint, proof: Uint8Array,
): Uint8Array {
  const hash = sha256(commitment)
  hash[0] = 1
  return concatBytes(hash, bigIntToBytes(z, 32), bigIntToBytes(y, 32), commitment, proof)
}
