/** What BLOCKHASH finds in the official tests: of block n, keccak256 of n in decimal digits. */

import { BLOCK_HASH_WINDOW } from '../../assembly/abi/rules.js'
import { keccak256 } from '../intake/keccak.js'
import { bytesToHex, parseQuantity } from '../base/bytes.js'
import type { Hex } from '../base/types.js'

const HASHES_SEEN = BigInt(BLOCK_HASH_WINDOW)

/** Hashes of the blocks that the block `currentNumber` can see. */
export function testBlockHashes(currentNumber: string): Record<string, Hex> {
  const number = parseQuantity(currentNumber, 'env.currentNumber')
  const hashes: Record<string, Hex> = {}
  const first = number > HASHES_SEEN ? number - HASHES_SEEN : 0n
  for (let n = first; n < number; n++) {
    hashes[`${n}`] = bytesToHex(keccak256(new TextEncoder().encode(`${n}`)))
  }
  return hashes
}
