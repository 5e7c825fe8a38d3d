/** ECRECOVER, 0x01 (YP appendix E.1): hash, v, r, s in words of 32 bytes → address as a word. */

import { EMPTY_BYTES, bytesToBigInt } from '../../base/bytes.js'
import { keccak256 } from '../keccak256.js'
import { loadRecoverKey } from '../secp256k1.js'
import { slicePadded, type Precompile } from './precompile.js'

const INPUT_BYTES = 128
const WORD_BYTES = 32
const FIRST_V = 27n
const ADDRESS_START = 12

/** Fails never: what cannot be recovered gives no output. */
export async function loadEcrecover(): Promise<Precompile> {
  const recoverKey = await loadRecoverKey()
  return (input) => {
    const padded = slicePadded(input, 0, INPUT_BYTES)
    const v = bytesToBigInt(padded.subarray(WORD_BYTES, 2 * WORD_BYTES))
    if (v !== FIRST_V && v !== FIRST_V + 1n) return EMPTY_BYTES
    const hash = padded.subarray(0, WORD_BYTES)
    const key = recoverKey(hash, padded.subarray(2 * WORD_BYTES), v === FIRST_V ? 0 : 1)
    if (key === undefined) return EMPTY_BYTES
    const address = keccak256(key)
    address.fill(0, 0, ADDRESS_START)
    return address
  }
}
