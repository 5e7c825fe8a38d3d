/** What a call has failed with, in geth's words. */

import { bytesToBigInt, hexToBytes } from '../base/bytes.js'
import type { Hex, Outcome } from '../base/types.js'
import { REVERTED, RpcError } from './rpc-error.js'

const ERROR_SELECTOR = '0x08c379a0'
const PANIC_SELECTOR = '0x4e487b71'
const SELECTOR_BYTES = 4
const WORD = 32

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

/** `execution reverted`, and why, if the contract says it as Solidity does. */
export function revertMessage(output: Hex): string {
  const reason = reasonOf(output)
  return reason === undefined ? 'execution reverted' : `execution reverted: ${reason}`
}

export function revertError(output: Hex): RpcError {
  return new RpcError(REVERTED, revertMessage(output), output)
}

function reasonOf(output: Hex): string | undefined {
  const data = hexToBytes(output).subarray(SELECTOR_BYTES)
  if (output.startsWith(ERROR_SELECTOR)) return textOf(data)
  if (!output.startsWith(PANIC_SELECTOR) || data.length < WORD) return undefined
  const code = bytesToBigInt(data.subarray(0, WORD))
  return PANICS[`${code}`] ?? `unknown panic code: 0x${code.toString(16)}`
}

/** ABI: an offset, and there a size and the bytes. */
function textOf(data: Uint8Array): string | undefined {
  const wordAt = (at: number): number | undefined => {
    const word = data.subarray(at, at + WORD)
    const value = word.length === WORD ? bytesToBigInt(word) : undefined
    return value === undefined || value > BigInt(data.length) ? undefined : Number(value)
  }
  const offset = wordAt(0)
  const size = offset === undefined ? undefined : wordAt(offset)
  if (offset === undefined || size === undefined) return undefined
  const text = data.subarray(offset + WORD, offset + WORD + size)
  return text.length === size ? new TextDecoder().decode(text) : undefined
}

const WORDS: Readonly<Record<Outcome, string>> = {
  success: '',
  revert: 'execution reverted',
  'out-of-gas': 'out of gas',
  'stack-underflow': 'stack underflow',
  'stack-overflow': 'stack limit reached 1024 (1023)',
  'bad-jump': 'invalid jump destination',
  'undefined-instruction': 'invalid opcode',
  'invalid-instruction': 'invalid opcode: INVALID',
  'static-violation': 'write protection',
  'return-data-bounds': 'return data out of bounds',
  'precompile-failure': 'execution failed in a precompile',
  'create-collision': 'contract address collision',
  'code-too-large': 'max code size exceeded',
  'code-starts-with-ef': 'invalid code: must not begin with 0xef',
  'initcode-too-large': 'max initcode size exceeded',
  'nonce-overflow': 'nonce uint64 overflow',
  refused: 'insufficient balance for transfer',
}

/** Of one that did not revert. */
export function failureWords(outcome: Outcome): string {
  return WORDS[outcome]
}
