/** ECDSA over secp256k1 with secret keys, by a library that was audited for that. */

import { secp256k1 } from '@noble/curves/secp256k1.js'
import { ADDRESS_BYTES, HASH_BYTES, bytesToBigInt } from '../base/bytes.js'
import { keccak256 } from './keccak.js'

/**
 * Signs a hash, deterministically (RFC 6979) and with low s.
 * @param secretKey 32 bytes
 */
export function signHash(
  hash: Uint8Array,
  secretKey: Uint8Array,
): { yParity: number; r: bigint; s: bigint } {
  // The recovered format is 1 byte of parity, 32 of r, 32 of s
  const bytes = secp256k1.sign(hash, secretKey, { prehash: false, format: 'recovered' })
  return {
    yParity: bytes[0]!,
    r: bytesToBigInt(bytes.subarray(1, 33)),
    s: bytesToBigInt(bytes.subarray(33, 65)),
  }
}

export function isSecretKey(bytes: Uint8Array): boolean {
  return secp256k1.utils.isValidSecretKey(bytes)
}

/**
 * Whose key it is: 20 bytes.
 * @param secretKey 32 bytes, a valid key
 */
export function addressOfKey(secretKey: Uint8Array): Uint8Array {
  // The uncompressed format has one byte in front
  const publicKey = secp256k1.getPublicKey(secretKey, false).subarray(1)
  return keccak256(publicKey).slice(HASH_BYTES - ADDRESS_BYTES)
}
