/** ECRECOVER, 0x01 (YP appendix E.1): hash, v, r, s in words of 32 bytes → address as a word. */

import { instantiateSecp256k1 } from '@bitauth/libauth/build/lib/crypto/secp256k1.js'
import { EMPTY_BYTES, bytesToBigInt } from '../../bytes.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { slicePadded, type Precompile } from './precompile.js'

const INPUT_BYTES = 128
const WORD_BYTES = 32
const FIRST_V = 27n
/** The key's first byte says that it is uncompressed. */
const KEY_XY = 1
const ADDRESS_START = 12

/** Fails never: what cannot be recovered gives no output. */
export async function loadEcrecover(): Promise<Precompile> {
  const secp256k1 = await instantiateSecp256k1()
  return (input) => {
    const padded = slicePadded(input, 0, INPUT_BYTES)
    const v = bytesToBigInt(padded.subarray(WORD_BYTES, 2 * WORD_BYTES))
    if (v !== FIRST_V && v !== FIRST_V + 1n) return EMPTY_BYTES
    const recoveryId = v === FIRST_V ? 0 : 1
    const signature = padded.subarray(2 * WORD_BYTES)
    const hash = padded.subarray(0, WORD_BYTES)
    const key = secp256k1.recoverPublicKeyUncompressed(signature, recoveryId, hash)
    // The library returns its errors as strings
    if (typeof key === 'string') return EMPTY_BYTES
    const address = keccak_256(key.subarray(KEY_XY))
    address.fill(0, 0, ADDRESS_START)
    return address
  }
}
