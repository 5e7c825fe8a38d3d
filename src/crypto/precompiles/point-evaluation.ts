/**
 * Point evaluation, 0x0a (EIP-4844): versioned hash, z, y, commitment, proof.
 */

import { sha256 } from '@noble/hashes/sha2.js'
import { bigIntToBytes, bytesEqual, concatBytes, hexToBytes } from '../../base/bytes.js'
import type { Bls } from '../bls.js'
import type { Precompile } from './precompile.js'

const INPUT_BYTES = 192
const HASH_BYTES = 32
const COMMITMENT_START = 96
const COMMITMENT_END = 144
const KZG_VERSION = 0x01
const FIELD_ELEMENTS_PER_BLOB = 4096n
/** The order of the groups of BLS12-381. */
const ORDER = hexToBytes('0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001')
const OUTPUT = concatBytes(bigIntToBytes(FIELD_ELEMENTS_PER_BLOB, HASH_BYTES), ORDER)

export function pointEvaluation({ verifyProof }: Bls): Precompile {
  return (input) => {
    if (input.length !== INPUT_BYTES) return undefined
    const hash = sha256(input.subarray(COMMITMENT_START, COMMITMENT_END))
    hash[0] = KZG_VERSION
    if (!bytesEqual(hash, input.subarray(0, HASH_BYTES))) return undefined
    return verifyProof(input.subarray(HASH_BYTES)) ? OUTPUT.slice() : undefined
  }
}
