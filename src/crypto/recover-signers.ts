/** Who signed: many recoveries of public keys at once, as bytes that threads can exchange. */

import { RECOVERY_ITEM_BYTES, RECOVERY_KEY_BYTES } from '../../assembly/abi/recovery.js'
import type { Keccak256 } from './keccak256.js'
import { loadRecoverKeys } from './secp256k1.js'

/** An item: the signed hash, r, s (32 bytes each), yParity (1). */
export const SIGNED_HASH_BYTES = RECOVERY_ITEM_BYTES
/** A result: 1 and the address, or 0 and anything where no key can have signed so. */
export const SIGNER_BYTES = 21

/** An address is the last 20 bytes of the key's hash. */
const ADDRESS_AT_IN_HASH = 12

/** @param items SIGNED_HASH_BYTES each @returns SIGNER_BYTES each */
export type RecoverSigners = (items: Uint8Array) => Uint8Array<ArrayBuffer>

export async function loadRecoverSigners(hash: Keccak256): Promise<RecoverSigners> {
  const recoverKeys = await loadRecoverKeys()
  return (items) => {
    const keys = recoverKeys(items)
    const count = keys.length / RECOVERY_KEY_BYTES
    const signers = new Uint8Array(count * SIGNER_BYTES)
    for (let i = 0; i < count; i++) {
      if (keys[i * RECOVERY_KEY_BYTES] === 0) continue
      const key = keys.subarray(i * RECOVERY_KEY_BYTES + 1, (i + 1) * RECOVERY_KEY_BYTES)
      signers[i * SIGNER_BYTES] = 1
      signers.set(hash(key).subarray(ADDRESS_AT_IN_HASH), i * SIGNER_BYTES + 1)
    }
    return signers
  }
}
