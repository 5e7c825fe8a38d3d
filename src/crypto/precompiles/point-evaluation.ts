/**
 * Point evaluation, 0x0a (EIP-4844): versioned hash, z, y, commitment, proof. One pairing check
 * takes the place of a KZG library, which needs seconds to load.
 */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bigIntToBytes, bytesEqual, bytesToBigInt, concatBytes, hexToBytes } from '../../bytes.js'
import { isOne, type G1Point } from './bls12-381.js'
import type { Precompile } from './precompile.js'

const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point
const { ORDER } = G1.Fn

const INPUT_BYTES = 192
const KZG_VERSION = 0x01
const FIELD_ELEMENTS_PER_BLOB = 4096n

/** [τ]₂ of the ceremony of mainnet: the second G2 point of its trusted setup. */
const TAU_G2 = G2.fromBytes(
  hexToBytes(
    '0xb5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d' +
      '2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e2' +
      '3926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
  ),
)

const OUTPUT = concatBytes(bigIntToBytes(FIELD_ELEMENTS_PER_BLOB, 32), bigIntToBytes(ORDER, 32))

/** Is `proof` one that the polynomial of `commitment` has the value y at z? */
export const pointEvaluation: Precompile = (input) => {
  if (input.length !== INPUT_BYTES) return undefined
  const commitmentBytes = input.subarray(96, 144)
  const hash = sha256(commitmentBytes)
  hash[0] = KZG_VERSION
  if (!bytesEqual(hash, input.subarray(0, 32))) return undefined
  const z = bytesToBigInt(input.subarray(32, 64))
  const y = bytesToBigInt(input.subarray(64, 96))
  if (z >= ORDER || y >= ORDER) return undefined
  const commitment = readPoint(commitmentBytes)
  const proof = readPoint(input.subarray(144, 192))
  if (commitment === undefined || proof === undefined) return undefined
  return verify(commitment, z, y, proof) ? OUTPUT.slice() : undefined
}

/** e(C − [y]₁, G₂) = e(proof, [τ]₂ − [z]₂) */
function verify(commitment: G1Point, z: bigint, y: bigint, proof: G1Point): boolean {
  const left = commitment.subtract(multiply(G1.BASE, y))
  const right = TAU_G2.subtract(z === 0n ? G2.ZERO : G2.BASE.multiplyUnsafe(z))
  const pairs = [
    { g1: left, g2: G2.BASE },
    { g1: proof.negate(), g2: right },
  ]
  return isOne(pairs.filter(({ g1, g2 }) => !g1.is0() && !g2.is0()))
}

function multiply(point: G1Point, scalar: bigint): G1Point {
  return scalar === 0n ? G1.ZERO : point.multiplyUnsafe(scalar)
}

/** A compressed point of the subgroup, which the library refuses by throwing. */
function readPoint(bytes: Uint8Array): G1Point | undefined {
  try {
    const point = G1.fromBytes(bytes)
    return point.is0() || point.isTorsionFree() ? point : undefined
  } catch {
    return undefined
  }
}
