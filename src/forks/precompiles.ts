/** Precompiles by the names of EIP-7910, which forks have them, and where. */

import type { Hex } from '../base/types.js'
import type { Fork } from './forks.js'
import { rulesOf } from './rules.js'

const PRECOMPILES: readonly (readonly [name: string, number: number, since: Since])[] = [
  ['ECREC', 0x1, 'always'],
  ['SHA256', 0x2, 'always'],
  ['RIPEMD160', 0x3, 'always'],
  ['ID', 0x4, 'always'],
  ['MODEXP', 0x5, 'always'],
  ['BN254_ADD', 0x6, 'always'],
  ['BN254_MUL', 0x7, 'always'],
  ['BN254_PAIRING', 0x8, 'always'],
  ['BLAKE2F', 0x9, 'always'],
  ['KZG_POINT_EVALUATION', 0xa, 'hasBlobs'],
  ['BLS12_G1ADD', 0xb, 'hasRequests'],
  ['BLS12_G1MSM', 0xc, 'hasRequests'],
  ['BLS12_G2ADD', 0xd, 'hasRequests'],
  ['BLS12_G2MSM', 0xe, 'hasRequests'],
  ['BLS12_PAIRING_CHECK', 0xf, 'hasRequests'],
  ['BLS12_MAP_FP_TO_G1', 0x10, 'hasRequests'],
  ['BLS12_MAP_FP2_TO_G2', 0x11, 'hasRequests'],
  ['P256VERIFY', 0x100, 'hasBlobBaseCost'],
]
type Since = 'always' | 'hasBlobs' | 'hasRequests' | 'hasBlobBaseCost'

const ADDRESS_DIGITS = 40

/** From Istanbul on. */
export function namedPrecompiles(fork: Fork): [name: string, address: Hex][] {
  const rules = rulesOf(fork)
  const there = PRECOMPILES.filter(([, , since]) => since === 'always' || rules[since])
  return there.map(([name, number]) => {
    return [name, `0x${number.toString(16).padStart(ADDRESS_DIGITS, '0')}`]
  })
}

/** From Istanbul on. */
export function activePrecompiles(fork: Fork): Hex[] {
  return namedPrecompiles(fork).map(([, address]) => address)
}
