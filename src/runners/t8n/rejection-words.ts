/**
 * Why a transaction is rejected, in geth's words: test generators tell the reasons apart by them.
 * Where geth's decoder of RLP speaks, only the part is told by which generators go.
 */

import { keccak256 } from '../../intake/keccak.js'
import type { Transaction } from '../../intake/transaction.js'
import { bytesToHex } from '../../base/bytes.js'
import type { ActorEvmError } from '../../base/errors.js'
import { GAS_PER_BLOB } from '../../forks/forks.js'
import type { Rules } from '../../forks/rules.js'

const NO_ADDRESS =
  'rlp: input string too short for common.Address, decoding into (types.Transaction)'
const FUNDS = 'insufficient funds for gas * price + value'
const UINT256_LIMIT = 1n << 256n
const KZG_VERSION = 1

/** What geth's words are about. */
export interface RejectionFacts {
  readonly tx: Transaction
  readonly sender: Uint8Array
  /** Of the sender, as the transaction finds it. */
  readonly account: { readonly nonce: bigint; readonly balance: bigint; readonly codeSize: number }
  readonly baseFeePerGas: bigint
  readonly blobBaseFee: bigint
  readonly chainId: bigint
  /** Of the fork. */
  readonly rules: Rules
  /** Of the block with this transaction, and the most it may be. */
  readonly blobGas: number
  readonly maxBlobGas: number
}

/** Of a transaction that cannot be read, or has no sender. */
const UNREAD: Readonly<Record<string, string>> = {
  'type-not-supported': 'transaction type not supported',
  'invalid-signature': 'invalid transaction v, r, s values',
  'blob-creates-contract': `${NO_ADDRESS}(types.BlobTx).To`,
  'set-code-creates-contract': `${NO_ADDRESS}(types.SetCodeTx).To`,
}

export function unreadText({ message, reason = '' }: ActorEvmError): string {
  return UNREAD[reason] ?? message
}

/** When the environment does not say what a blob costs. */
export const NO_BLOB_FEE = 'blob tx used but field env.ExcessBlobGas missing'

export function rejectionText(error: ActorEvmError, facts: RejectionFacts): string {
  const words = WORDS[error.reason ?? '']
  return words === undefined ? unreadText(error) : words(facts, checksummed(facts.sender), error)
}

type Words = (facts: RejectionFacts, sender: string, error: ActorEvmError) => string

const nonce =
  (what: string): Words =>
    ({ account, tx }, sender) =>
      `${what}: address ${sender}, tx: ${tx.nonce} state: ${account.nonce}`

const WORDS: Readonly<Record<string, Words>> = {
  'wrong-chain-id': ({ chainId, tx }) =>
    `invalid chain id for signer: have ${tx.chainId} want ${chainId}`,
  'nonce-too-low': nonce('nonce too low'),
  'nonce-too-high': nonce('nonce too high'),
  'nonce-is-max': ({ account }, sender) =>
    `nonce has max value: address ${sender}, nonce: ${account.nonce}`,
  'gas-limit-above-cap': ({ rules, tx }) =>
    `transaction gas limit too high (cap: ${rules.maxTransactionGas}, tx: ${tx.gasLimit})`,
  'sender-not-eoa': ({ account }, sender) =>
    `sender not an eoa: address ${sender}, len(code): ${account.codeSize}`,
  'tip-above-fee-cap': ({ tx }, sender) =>
    `max priority fee per gas higher than max fee per gas: address ${sender}, ` +
    `maxPriorityFeePerGas: ${tx.maxPriorityFeePerGas}, maxFeePerGas: ${tx.maxFeePerGas}`,
  'fee-cap-below-base-fee': ({ baseFeePerGas, tx }, sender) =>
    `max fee per gas less than block base fee: address ${sender}, ` +
    `maxFeePerGas: ${tx.maxFeePerGas}, baseFee: ${baseFeePerGas}`,
  'blob-list-empty': () => 'blob transaction missing blob hashes',
  'blob-count-above-limit': () => 'blob transaction has too many blobs',
  'blob-version-unknown': ({ tx }) =>
    `blob ${tx.blobVersionedHashes.findIndex(([first]) => first !== KZG_VERSION)} ` +
    'has invalid hash version',
  'blob-fee-cap-below-base-fee': ({ blobBaseFee, tx }, sender) =>
    `max fee per blob gas less than block blob gas fee: address ${sender} ` +
    `blobGasFeeCap: ${tx.maxFeePerBlobGas}, blobBaseFee: ${blobBaseFee}`,
  'blob-gas-above-limit': ({ blobGas, maxBlobGas }) =>
    `blob gas (${blobGas}) would exceed maximum allowance ${maxBlobGas}`,
  'authorization-list-empty': (_, sender) =>
    `EIP-7702 transaction with empty auth list (sender ${sender})`,
  'initcode-too-large': ({ rules, tx }) =>
    `max initcode size exceeded: code size ${tx.data.length} limit ${rules.maxInitcodeBytes}`,
  'gas-limit-above-block': () => 'gas limit reached',
  'gas-cost-overflow': funds,
  'insufficient-funds': funds,
  'intrinsic-gas-too-low': gas('intrinsic gas too low'),
  'gas-limit-below-floor': gas('insufficient gas for floor data gas cost'),
}

function gas(what: string): Words {
  return ({ tx }, _, { expected = '' }) =>
    `${what}: have ${tx.gasLimit}, want ${expected.replace('at least ', '')}`
}

function funds({ account, tx }: RejectionFacts, sender: string): string {
  const blobGas = BigInt(tx.blobVersionedHashes.length * GAS_PER_BLOB)
  const gasCost = tx.gasLimit * tx.maxFeePerGas
  const cost = gasCost + tx.value + blobGas * tx.maxFeePerBlobGas
  if (cost >= UINT256_LIMIT) return `${FUNDS}: address ${sender} required balance exceeds 256 bits`
  return `${FUNDS}: address ${sender} have ${account.balance} want ${cost}`
}

/** EIP-55. */
function checksummed(address: Uint8Array): string {
  const digits = bytesToHex(address).slice(2)
  const hash = bytesToHex(keccak256(new TextEncoder().encode(digits))).slice(2)
  const letters = [...digits].map((digit, i) => (hash[i]! >= '8' ? digit.toUpperCase() : digit))
  return `0x${letters.join('')}`
}
