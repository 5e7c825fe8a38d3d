import { bytesToHex } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import { keccak256 } from '../intake/keccak.js'

const HALF = 8

/** An address with capitals that tell misspellings (EIP-55). */
export function checksumAddress(address: Uint8Array | Hex): string {
  const hex = typeof address === 'string' ? address : bytesToHex(address)
  const digits = hex.slice(2).toLowerCase()
  const hash = bytesToHex(keccak256(new TextEncoder().encode(digits))).slice(2)
  const letters = [...digits].map((digit, i) =>
    parseInt(hash[i]!, 16) >= HALF ? digit.toUpperCase() : digit,
  )
  return `0x${letters.join('')}`
}
