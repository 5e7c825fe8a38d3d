/**
 * Keccak-512 with the padding from before FIPS 202, which Ethash uses; mostly on 64 bytes that are
 * 16 little-endian words, where no bytes need to be made of them.
 */

import { keccakP } from '@noble/hashes/sha3.js'

export { keccak_512 as keccak512 } from '@noble/hashes/sha3.js'

const STATE_WORDS = 50
const INPUT_WORDS = 16
/** Behind 64 bytes of input, in a block of 72: the first and the last bit of the padding. */
const FIRST_PADDING = 0x01
const LAST_PADDING = 0x80000000

/** Holds nothing between calls. */
const STATE = new Uint32Array(STATE_WORDS)

/** Replaces 16 words by their hash. */
export function keccak512Words(words: Uint32Array): void {
  STATE.fill(0)
  STATE.set(words)
  STATE[INPUT_WORDS] = FIRST_PADDING
  STATE[INPUT_WORDS + 1] = LAST_PADDING
  keccakP(STATE)
  for (let i = 0; i < INPUT_WORDS; i++) words[i] = STATE[i]!
}
