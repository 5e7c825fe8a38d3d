/** The hash of Ethereum: Keccak-256 with the padding from before FIPS 202. */

import { keccak_256 } from '@noble/hashes/sha3.js'

/** 32 bytes of any bytes. Whoever has a faster one (the core's) can hand it in. */
export type Keccak256 = (bytes: Uint8Array) => Uint8Array

export const keccak256: Keccak256 = keccak_256
