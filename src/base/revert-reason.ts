/** What a revert says, as Solidity encodes it. */

import { bytesToBigInt, bytesToHex } from './bytes.js'

/** `Error(string)` and `Panic(uint256)`. */
const ERROR = '0x08c379a0'
const PANIC = '0x4e487b71'
const SELECTOR_BYTES = 4
const WORD_BYTES = 32

/** Solidity's documentation, in the words that other clients use. */
const PANICS: Readonly<Record<string, string>> = {
  0: 'generic panic',
  1: 'assert(false)',
  17: 'arithmetic underflow or overflow',
  18: 'division or modulo by zero',
  33: 'enum overflow',
  34: 'invalid encoded storage byte array accessed',
  49: 'out-of-bounds array access; popping on an empty array',
  50: 'out-of-bounds access of an array or bytesN',
  65: 'out of memory',
  81: 'uninitialized function',
}

/** @returns undefined if it is neither of the two, or badly encoded */
export function revertReason(output: Uint8Array): string | undefined {
  if (output.length < SELECTOR_BYTES + WORD_BYTES) return undefined
  const selector = bytesToHex(output.subarray(0, SELECTOR_BYTES))
  const data = output.subarray(SELECTOR_BYTES)
  if (selector === PANIC) {
    const code = bytesToBigInt(data.subarray(0, WORD_BYTES))
    return PANICS[code.toString()] ?? `unknown panic code: 0x${code.toString(16)}`
  }
  return selector === ERROR ? readString(data) : undefined
}

/** One dynamic argument. */
function readString(data: Uint8Array): string | undefined {
  const start = numberAt(data, 0)
  const size = start === undefined ? undefined : numberAt(data, start)
  if (start === undefined || size === undefined) return undefined
  const from = start + WORD_BYTES
  return from + size <= data.length
    ? new TextDecoder().decode(data.slice(from, from + size))
    : undefined
}

/** @returns undefined where no such number can be meant */
function numberAt(data: Uint8Array, at: number): number | undefined {
  if (at + WORD_BYTES > data.length) return undefined
  const value = bytesToBigInt(data.subarray(at, at + WORD_BYTES))
  return value <= BigInt(data.length) ? Number(value) : undefined
}
