/**
 * Point evaluation, 0x0a (EIP-4844): versioned hash, z, y, commitment, proof. One pairing check
 * takes the place of a KZG library, which needs seconds to load.
 */

import { sha256 } from '@noble/hashes/sha2.js'
import { bigIntToBytes, bytesEqual, bytesToBigInt, concatBytes, hexToBytes } from '../../bytes.js'
import { MODULUS } from './bls12-381.js'
import { FP_BYTES, FR_BYTES, G1_BYTES, G2_BYTES, Mcl, isBelow, isZero } from './mcl.js'
import type { Precompile } from './precompile.js'

const INPUT_BYTES = 192
const KZG_VERSION = 0x01
const FIELD_ELEMENTS_PER_BLOB = 4096n
/** The order of the groups. */
const ORDER = hexToBytes('0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001')
const HALF_MODULUS = (bytesToBigInt(MODULUS) - 1n) / 2n

// The flags of a compressed point (EIP-2537's and ZCash's common format): in the first byte
const COMPRESSED = 0x80
const INFINITY = 0x40
const LARGER_Y = 0x20
const FLAGS = COMPRESSED | INFINITY | LARGER_Y

/** Affine coordinates of the groups' generators, each element 48 bytes; in G2 c0, c1 of x, of y. */
const BASE_1 = hexToBytes(
  '0x17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb' +
    '08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1',
)
const BASE_2 = hexToBytes(
  '0x024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8' +
    '13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e' +
    '0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801' +
    '0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be',
)
/** [τ]₂ of the ceremony of mainnet: the second G2 point of its trusted setup. */
const TAU_2 = hexToBytes(
  '0x185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2' +
    '15bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72' +
    '014353bdb96b626dd7d5ee8599d1fca2131569490e28de18e82451a496a9c9794ce26d105941f383ee689bfbbb832a99' +
    '1666c54b0a32529503432fcae0181b4bef79de09fc63671fda5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154f',
)

const OUTPUT = concatBytes(bigIntToBytes(FIELD_ELEMENTS_PER_BLOB, 32), ORDER)

/** Is `proof` one that the polynomial of `commitment` has the value y at z? */
export function pointEvaluation(mcl: Mcl): Precompile {
  const writePoint = (point: number, coordinates: Uint8Array): void => {
    const elements = coordinates.length / FP_BYTES
    for (let i = 0; i < elements; i++) {
      const element = coordinates.subarray(i * FP_BYTES, (i + 1) * FP_BYTES)
      mcl.writeFp(point + i * FP_BYTES, element)
    }
    mcl.call('Fp_setInt32', point + elements * FP_BYTES, 1)
    if (elements === 4) mcl.call('Fp_clear', point + 5 * FP_BYTES)
  }

  /** A compressed point of the subgroup; false if it is none. */
  const readPoint = (point: number, bytes: Uint8Array): boolean => {
    const flags = bytes[0]! & FLAGS
    const x = bytes.slice()
    x[0]! &= ~FLAGS
    if ((flags & COMPRESSED) === 0) return false
    if ((flags & INFINITY) !== 0) {
      mcl.call('G1_clear', point)
      return (flags & LARGER_Y) === 0 && isZero(x)
    }
    if (!isBelow(x, MODULUS)) return false
    // y² = x³ + 4
    const y = point + FP_BYTES
    const four = mcl.take(FP_BYTES)
    mcl.writeFp(point, x)
    mcl.call('Fp_sqr', y, point)
    mcl.call('Fp_mul', y, y, point)
    mcl.call('Fp_setInt32', four, 4)
    mcl.call('Fp_add', y, y, four)
    if (mcl.call('Fp_squareRoot', y, y) !== 0) return false
    const isLarger = bytesToBigInt(mcl.readFp(y, FP_BYTES)) > HALF_MODULUS
    if (isLarger !== ((flags & LARGER_Y) !== 0)) mcl.call('Fp_neg', y, y)
    mcl.call('Fp_setInt32', point + 2 * FP_BYTES, 1)
    return mcl.call('G1_isValid', point) === 1 && mcl.call('G1_isValidOrder', point) === 1
  }

  /** e(C − [y]₁, G₂) · e(−proof, [τ]₂ − [z]₂) = 1. The points are the first of two vectors. */
  const verify = (g1: number, g2: number, z: Uint8Array, y: Uint8Array): boolean => {
    const [scalar, base1, base2] = [mcl.take(FR_BYTES), mcl.take(G1_BYTES), mcl.take(G2_BYTES)]
    writePoint(base1, BASE_1)
    mcl.writeFr(scalar, y)
    mcl.call('G1_mul', base1, base1, scalar)
    mcl.call('G1_sub', g1, g1, base1)
    mcl.call('G1_neg', g1 + G1_BYTES, g1 + G1_BYTES)
    writePoint(g2, BASE_2)
    writePoint(base2, BASE_2)
    mcl.writeFr(scalar, z)
    mcl.call('G2_mul', base2, base2, scalar)
    writePoint(g2 + G2_BYTES, TAU_2)
    mcl.call('G2_sub', g2 + G2_BYTES, g2 + G2_BYTES, base2)
    return mcl.isPairingOne(...withoutInfinity(g1, g2))
  }

  /** The pairs that have no point at infinity, moved to the front. */
  const withoutInfinity = (g1: number, g2: number): [number, number, number] => {
    const isThere = (i: number): boolean =>
      mcl.call('G1_isZero', g1 + i * G1_BYTES) !== 1 &&
      mcl.call('G2_isZero', g2 + i * G2_BYTES) !== 1
    if (isThere(0)) return [g1, g2, isThere(1) ? 2 : 1]
    return [g1 + G1_BYTES, g2 + G2_BYTES, isThere(1) ? 1 : 0]
  }

  return (input) => {
    if (input.length !== INPUT_BYTES) return undefined
    const commitmentBytes = input.subarray(96, 144)
    const hash = sha256(commitmentBytes)
    hash[0] = KZG_VERSION
    if (!bytesEqual(hash, input.subarray(0, 32))) return undefined
    const z = input.subarray(32, 64)
    const y = input.subarray(64, 96)
    if (!isBelow(z, ORDER) || !isBelow(y, ORDER)) return undefined
    mcl.begin(4 * (G1_BYTES + G2_BYTES) + Mcl.PAIRING_BYTES)
    const [g1, g2] = [mcl.take(2 * G1_BYTES), mcl.take(2 * G2_BYTES)]
    if (!readPoint(g1, commitmentBytes)) return undefined
    if (!readPoint(g1 + G1_BYTES, input.subarray(144, 192))) return undefined
    return verify(g1, g2, z, y) ? OUTPUT.slice() : undefined
  }
}
