/**
 * Recovery of public keys over secp256k1 where size does not matter: the library of Bitcoin Core in
 * Wasm, 144 kB gzip and 9,000 recoveries a second. Browsers get secp256k1-browser.ts instead.
 */

// The entry of the package loads 130 ms worth of other modules; its version is pinned
import { instantiateSecp256k1 } from '@bitauth/libauth/build/lib/crypto/secp256k1.js'

/** An uncompressed public key is the byte 4, x and y. */
const KEY_XY = 1

/**
 * @param hash 32 bytes, what was signed
 * @param signature r and s, 32 bytes each
 * @param yParity 0 or 1
 * @returns x and y of the public key, 64 bytes; undefined where no key can have signed so
 */
export type RecoverKey = (
  hash: Uint8Array,
  signature: Uint8Array,
  yParity: number,
) => Uint8Array | undefined

let loaded: Promise<RecoverKey> | undefined

/** Instantiates the Wasm on the first call (about 20 ms); later ones share it. */
export function loadRecoverKey(): Promise<RecoverKey> {
  // No random seed: blinding protects secret keys, and none is used here
  loaded ??= instantiateSecp256k1().then((library) => (hash, signature, yParity) => {
    const id = yParity as 0 | 1
    const key = library.recoverPublicKeyUncompressed(signature, id, hash)
    // The library returns its errors as strings
    return typeof key === 'string' ? undefined : key.subarray(KEY_XY)
  })
  return loaded
}
