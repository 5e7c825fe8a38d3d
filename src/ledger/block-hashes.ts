/** The last 256 hashes, for BLOCKHASH. */

import { PreparedBlock } from '../intake/prepare-block.js'
import type { KeptBlock } from './kept-block.js'

const WINDOW = 256
const HASH_BYTES = 32

/** At most 255 before it, oldest first. */
export function ancestorsOf(block: KeptBlock): KeptBlock[] {
  const ancestors: KeptBlock[] = []
  let at = block.parent
  while (at !== undefined && ancestors.length < WINDOW - 1) {
    ancestors.push(at)
    at = at.parent
  }
  return ancestors.reverse()
}

/** The same with its own, as linear memory has them: block n at n mod 256, last byte first. */
export function hashesUpTo(block: KeptBlock): Uint8Array {
  const hashes = new Uint8Array(WINDOW * HASH_BYTES)
  for (const { hashBytes, number } of [...ancestorsOf(block), block]) {
    const at = Number(number % BigInt(WINDOW)) * HASH_BYTES
    for (let i = 0; i < HASH_BYTES; i++) hashes[at + i] = hashBytes[HASH_BYTES - 1 - i]!
  }
  return hashes
}

/** To execute it again: with the hashes of its own branch. None of the first block. */
export function preparedAgain({ parent, prepared }: KeptBlock): PreparedBlock | undefined {
  if (prepared === undefined || parent === undefined) return prepared
  const environment = { ...prepared.environment, knownHashes: hashesUpTo(parent) }
  return new PreparedBlock({ ...prepared, environment })
}
