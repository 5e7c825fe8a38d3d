/** ECDSA signatures over secp256k1: their ranges, and the meaning of v. */

import { InvalidTransactionError, type ErrorPlace } from '../base/errors.js'

export interface Signature {
  /** As encoded: 27/28 or EIP-155's in legacy transactions, else `yParity`. */
  readonly v: bigint
  /** 0 or 1: whether the y of the signature's point is odd. */
  readonly yParity: number
  readonly r: bigint
  readonly s: bigint
}

export const SIGNATURE_FIELDS: readonly string[] = ['v', 'yParity', 'r', 's']

/** Order of secp256k1's group. */
export const SECP256K1_N =
  0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n
/** Largest s that EIP-2 allows. */
export const SECP256K1_HALF_N = SECP256K1_N / 2n

/** Pre-EIP-155 v = 27 + yParity; EIP-155's is 35 + yParity + 2 × chain id. */
const LEGACY_V = 27n
const EIP155_V = 35n

/** Chain and parity out of a legacy v. */
export function legacySignature(
  v: bigint,
  place: ErrorPlace,
): { chainId: bigint | null; yParity: number } {
  if (v === LEGACY_V || v === LEGACY_V + 1n) return { chainId: null, yParity: Number(v - LEGACY_V) }
  if (v >= EIP155_V) {
    const rest = v - EIP155_V
    return { chainId: rest >> 1n, yParity: Number(rest & 1n) }
  }
  throw invalidSignature({ ...place, field: 'v' }, '27, 28 or at least 35', v)
}

/** The v of a legacy transaction on a chain, or without one. */
export function legacyV(chainId: bigint | null, yParity: number): bigint {
  return BigInt(yParity) + (chainId === null ? LEGACY_V : EIP155_V + 2n * chainId)
}

/** What holds in every fork; that s is low from Homestead on is a rule of transactions. */
export function checkSignatureRange(signature: Signature, place: ErrorPlace): void {
  const { yParity, r, s } = signature
  if (yParity !== 0 && yParity !== 1) {
    throw invalidSignature({ ...place, field: 'yParity' }, '0 or 1', yParity)
  }
  if (r === 0n || r >= SECP256K1_N) {
    throw invalidSignature({ ...place, field: 'r' }, 'from 1 to the order of the group − 1', r)
  }
  if (s === 0n || s >= SECP256K1_N) {
    throw invalidSignature({ ...place, field: 's' }, 'from 1 to the order of the group − 1', s)
  }
}

function invalidSignature(
  place: ErrorPlace,
  expected: string,
  got: unknown,
): InvalidTransactionError {
  const details = { place, expected, got }
  return new InvalidTransactionError('invalid-signature', 'transaction refused', details)
}
