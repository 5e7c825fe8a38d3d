/** Who signed: many recoveries of public keys at once, as bytes that threads can exchange. */

import { instantiateSecp256k1 } from '@bitauth/libauth/build/lib/crypto/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'

/** An item: the signed hash, r, s (32 bytes each), yParity (1). */
export const SIGNED_HASH_BYTES = 97
/** A result: 1 and the address, or 0 and anything where no key can have signed so. */
export const SIGNER_BYTES = 21

const SIGNATURE_AT = 32
const PARITY_AT = 96
/** An uncompressed public key is the byte 4, x and y. */
const PUBLIC_KEY_XY = 1
const ADDRESS_AT_IN_HASH = 12

/** @param items SIGNED_HASH_BYTES each @returns SIGNER_BYTES each */
export type RecoverSigners = (items: Uint8Array) => Uint8Array<ArrayBuffer>

let loaded: Promise<RecoverSigners> | undefined

/** Instantiates the curve's Wasm on the first call (about 20 ms); later ones share it. */
export function loadRecoverSigners(): Promise<RecoverSigners> {
  loaded ??= makeRecoverSigners()
  return loaded
}

async function makeRecoverSigners(): Promise<RecoverSigners> {
  const secp256k1 = await instantiateSecp256k1()
  return (items) => {
    const count = items.length / SIGNED_HASH_BYTES
    const signers = new Uint8Array(count * SIGNER_BYTES)
    for (let i = 0; i < count; i++) {
      const item = items.subarray(i * SIGNED_HASH_BYTES, (i + 1) * SIGNED_HASH_BYTES)
      const signature = item.subarray(SIGNATURE_AT, PARITY_AT)
      const parity = item[PARITY_AT] as 0 | 1
      const key = secp256k1.recoverPublicKeyUncompressed(
        signature,
        parity,
        item.subarray(0, SIGNATURE_AT),
      )
      // The library returns its errors as strings
      if (typeof key === 'string') continue
      signers[i * SIGNER_BYTES] = 1
      const hash = keccak_256(key.subarray(PUBLIC_KEY_XY))
      signers.set(hash.subarray(ADDRESS_AT_IN_HASH), i * SIGNER_BYTES + 1)
    }
    return signers
  }
}
