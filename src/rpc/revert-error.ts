/** What a call has failed with, in geth's words. */

import { hexToBytes } from '../base/bytes.js'
import { revertReason } from '../base/revert-reason.js'
import type { Hex, Outcome } from '../base/types.js'
import { REVERTED, RpcError } from './rpc-error.js'

/** `execution reverted`, and why, if the contract says it as Solidity does. */
export function revertMessage(output: Hex): string {
  const reason = revertReason(hexToBytes(output))
  return reason === undefined ? 'execution reverted' : `execution reverted: ${reason}`
}

export function revertError(output: Hex): RpcError {
  return new RpcError(REVERTED, revertMessage(output), output)
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
