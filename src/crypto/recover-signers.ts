/** Who signed: many recoveries of public keys at once, as bytes that threads can exchange. */

import type { Keccak256 } from './keccak256.js'
import { loadRecoverKey } from './secp256k1.js'

/** An item: the signed hash, r, s (32 bytes each), yParity (1). */
export const SIGNED_HASH_BYTES = 97
/** A result: 1 and the address, or 0 and anything where no key can have signed so. */
export const SIGNER_BYTES = 21

const SIGNATURE_AT = 32
const PARITY_AT = 96
/** An address is the last 20 bytes of the key's hash. */
const ADDRESS_AT_IN_HASH = 12

/** @param items SIGNED_HASH_BYTES each @returns SIGNER_BYTES each */
export type RecoverSigners = (items: Uint8Array) => Uint8Array<ArrayBuffer>

export async function loadRecoverSigners(hash: Keccak256): Promise<RecoverSigners> {
  const recoverKey = await loadRecoverKey()
  return (items) => {
    const count = items.length / SIGNED_HASH_BYTES
    const signers = new Uint8Array(count * SIGNER_BYTES)
    for (let i = 0; i < count; i++) {
      const item = items.subarray(i * SIGNED_HASH_BYTES, (i + 1) * SIGNED_HASH_BYTES)
      const signature = item.subarray(SIGNATURE_AT, PARITY_AT)
      const key = recoverKey(item.subarray(0, SIGNATURE_AT), signature, item[PARITY_AT]!)
      if (key === undefined) continue
      signers[i * SIGNER_BYTES] = 1
      signers.set(hash(key).subarray(ADDRESS_AT_IN_HASH), i * SIGNER_BYTES + 1)
    }
    return signers
  }
}
