/** P256VERIFY, 0x100 (EIP-7951): hash, r, s, x, y in words → 1, or nothing. Fails never. */

import { p256 } from '@noble/curves/nist.js'
import { EMPTY_BYTES, bigIntToBytes, bytesToBigInt } from '../../bytes.js'
import type { Precompile } from './precompile.js'

const WORD_BYTES = 32
const INPUT_BYTES = 160
const { Point } = p256

export const p256Verify: Precompile = (input) => {
  if (input.length !== INPUT_BYTES) return EMPTY_BYTES
  const [hash, r, s, x, y] = [0, 1, 2, 3, 4].map((i) =>
    bytesToBigInt(input.subarray(i * WORD_BYTES, (i + 1) * WORD_BYTES)),
  ) as [bigint, bigint, bigint, bigint, bigint]
  return verify(hash, r, s, x, y) ? bigIntToBytes(1n, WORD_BYTES) : EMPTY_BYTES
}

/** FIPS 186-5, 6.4.2, with a hash of 256 bits; x of the point is compared modulo n. */
function verify(hash: bigint, r: bigint, s: bigint, x: bigint, y: bigint): boolean {
  const { Fn, Fp } = Point
  if (r === 0n || r >= Fn.ORDER || s === 0n || s >= Fn.ORDER) return false
  if (x >= Fp.ORDER || y >= Fp.ORDER || (x === 0n && y === 0n)) return false
  const { a, b } = Point.CURVE()
  const cubic = Fp.add(Fp.mul(Fp.add(Fp.sqr(x), a), x), b)
  if (!Fp.eql(Fp.sqr(y), cubic)) return false
  const inverse = Fn.inv(s)
  const u1 = Fn.mul(Fn.create(hash), inverse)
  const u2 = Fn.mul(r, inverse)
  const key = Point.fromAffine({ x, y })
  const left = u1 === 0n ? Point.ZERO : Point.BASE.multiplyUnsafe(u1)
  const sum = left.add(key.multiplyUnsafe(u2))
  return !sum.is0() && Fn.create(sum.toAffine().x) === r
}
