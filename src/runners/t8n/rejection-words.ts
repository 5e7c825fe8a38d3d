/**
 * Why a transaction is rejected, in the words with which geth's own messages begin: test generators
 * tell the reasons apart by them.
 */

import type { ActorEvmError } from '../../errors.js'

const NO_ADDRESS =
  'rlp: input string too short for common.Address, decoding into (types.Transaction)'

const WORDS: Readonly<Record<string, string>> = {
  'type-not-supported': 'transaction type not supported',
  'invalid-signature': 'invalid transaction v, r, s values',
  'wrong-chain-id': 'invalid chain id for signer',
  'sender-not-eoa': 'sender not an eoa',
  'nonce-too-low': 'nonce too low',
  'nonce-too-high': 'nonce too high',
  'nonce-is-max': 'nonce has max value',
  'insufficient-funds': 'insufficient funds for gas * price + value',
  'intrinsic-gas-too-low': 'intrinsic gas too low',
  'gas-limit-below-floor': 'insufficient gas for floor data gas cost',
  'gas-limit-above-block': 'gas limit reached',
  'gas-limit-above-cap': 'transaction gas limit too high',
  'gas-cost-overflow': 'insufficient funds for gas * price + value',
  'fee-cap-below-base-fee': 'max fee per gas less than block base fee',
  'tip-above-fee-cap': 'max priority fee per gas higher than max fee per gas',
  'initcode-too-large': 'max initcode size exceeded',
  'blob-list-empty': 'blob transaction missing blob hashes',
  'blob-count-above-limit': 'blob transaction has too many blobs',
  'blob-version-unknown': 'blob has invalid hash version',
  'blob-creates-contract': `${NO_ADDRESS}(types.BlobTx).To`,
  'blob-fee-cap-below-base-fee': 'max fee per blob gas less than block blob gas fee',
  'blob-gas-above-limit': 'blob gas would exceed maximum allowance',
  'blob-gas-above-block': 'blob gas would exceed maximum allowance',
  'authorization-list-empty': 'EIP-7702 transaction with empty auth list',
  'set-code-creates-contract': `${NO_ADDRESS}(types.SetCodeTx).To`,
}

export function rejectionText(error: ActorEvmError): string {
  const words = WORDS[error.reason ?? '']
  return words === undefined ? error.message : `${words}: ${error.message}`
}
