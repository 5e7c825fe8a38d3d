/** P256VERIFY, 0x100 (EIP-7951): hash, r, s, x, y in words → 1, or nothing. Fails never. */

import { EMPTY_BYTES, bigIntToBytes, bytesToBigInt, hexToBytes } from '../../bytes.js'
import { FP_BYTES, FR_BYTES, G1_BYTES, isBelow, isZero, type Mcl } from './mcl.js'
import type { Precompile } from './precompile.js'

const WORD_BYTES = 32
const INPUT_BYTES = 160
/** FIPS 186-5: the field's modulus, the group's order, the base point. */
const MODULUS = hexToBytes('0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff')
const ORDER = hexToBytes('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
const BASE_X = hexToBytes('0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296')
const BASE_Y = hexToBytes('0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5')

export function p256Verify(mcl: Mcl): Precompile {
  const writePoint = (point: number, x: Uint8Array, y: Uint8Array): void => {
    mcl.writeFp(point, x)
    mcl.writeFp(point + FP_BYTES, y)
    mcl.call('Fp_setInt32', point + 2 * FP_BYTES, 1)
  }

  /** FIPS 186-5, 6.4.2, with a hash of 256 bits; x of the point is compared modulo n. */
  const verify = (
    hash: Uint8Array, r: Uint8Array, s: Uint8Array, x: Uint8Array, y: Uint8Array,
  ): boolean => {
    if (isZero(r) || !isBelow(r, ORDER) || isZero(s) || !isBelow(s, ORDER)) return false
    if (!isBelow(x, MODULUS) || !isBelow(y, MODULUS) || (isZero(x) && isZero(y))) return false
    mcl.begin(4 * G1_BYTES + 4 * FR_BYTES)
    const [base, key] = [mcl.take(G1_BYTES), mcl.take(G1_BYTES)]
    writePoint(key, x, y)
    if (mcl.call('G1_isValid', key) !== 1) return false
    writePoint(base, BASE_X, BASE_Y)
    const [u1, u2, inverse] = [mcl.take(FR_BYTES), mcl.take(FR_BYTES), mcl.take(FR_BYTES)]
    mcl.writeFr(inverse, s)
    mcl.call('Fr_inv', inverse, inverse)
    mcl.writeFr(u1, hash)
    mcl.call('Fr_mul', u1, u1, inverse)
    mcl.writeFr(u2, r)
    mcl.call('Fr_mul', u2, u2, inverse)
    mcl.call('G1_mul', base, base, u1)
    mcl.call('G1_mul', key, key, u2)
    mcl.call('G1_add', base, base, key)
    if (mcl.call('G1_isZero', base) === 1) return false
    mcl.call('G1_normalize', base, base)
    const found = bytesToBigInt(mcl.readFp(base, WORD_BYTES)) % bytesToBigInt(ORDER)
    return found === bytesToBigInt(r)
  }

  return (input) => {
    if (input.length !== INPUT_BYTES) return EMPTY_BYTES
    const [hash, r, s, x, y] = [0, 1, 2, 3, 4].map((i) =>
      input.subarray(i * WORD_BYTES, (i + 1) * WORD_BYTES),
    ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    return verify(hash, r, s, x, y) ? bigIntToBytes(1n, WORD_BYTES) : EMPTY_BYTES
  }
}
