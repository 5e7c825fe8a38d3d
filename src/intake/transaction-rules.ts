/**
 * The rules of validity that need no account: fork, chain, signature, form, gas, and what a block
 * grants. Those about nonce, code and balance of the sender are the core's (its admission.ts).
 */

import { UINT256_LIMIT, UINT64_LIMIT } from '../base/bytes.js'
import {
  InvalidBlockError,
  InvalidTransactionError,
  type ErrorPlace,
  type InvalidTransactionReason,
} from '../base/errors.js'
import { GAS_PER_BLOB } from '../forks/forks.js'
import { intrinsicGas, type IntrinsicGas } from './intrinsic-gas.js'
import { SECP256K1_HALF_N } from './signature.js'
import { BLOB_TYPE, LEGACY_TYPE, SET_CODE_TYPE, type Transaction } from './transaction.js'
import type { Rules } from '../forks/rules.js'

const UINT64_MAX = UINT64_LIMIT - 1n
const UINT192_LIMIT = 1n << 192n
/** EIP-4844: the version byte of a hash that commits by KZG. */
const KZG_VERSION = 0x01

/** What a block grants. */
export interface BlockLimits {
  readonly gasLimit: bigint
  readonly baseFeePerGas: bigint
  readonly blobBaseFee: bigint
  /** Left by the transactions before. */
  readonly blobGas: number
}

export interface TransactionRules {
  readonly fork: Rules
  readonly chainId: bigint
  /** Without them those rules are left out that are about the block. */
  readonly block?: BlockLimits
}

/**
 * Checks what can be checked of a transaction without the state, in geth's order (docs/RULES.md).
 * @returns its intrinsic and floor gas, for whoever executes it
 * @throws InvalidTransactionError with the first rule that is broken; InvalidBlockError if the
 *   block has no room for its blobs
 */
export function checkTransaction(
  tx: Transaction,
  rules: TransactionRules,
  place: ErrorPlace = {},
): IntrinsicGas {
  return goThrough(tx, rules, (reason, field, expected, got) => {
    const details = { place: { ...place, field }, expected, got }
    if (reason === 'blob-gas-above-limit') {
      throw new InvalidBlockError(reason, 'the block has too many blobs', details)
    }
    throw new InvalidTransactionError(reason, 'transaction refused', details)
  })
}

/** All rules of `checkTransaction` that a transaction breaks, in the same order. */
export function brokenRules(tx: Transaction, rules: TransactionRules): Reason[] {
  const reasons: Reason[] = []
  goThrough(tx, rules, (reason) => void reasons.push(reason))
  return reasons
}

type Reason = InvalidTransactionReason | 'blob-gas-above-limit'
type Refuse = (reason: Reason, field: string, expected: string, got: unknown) => void

function goThrough(tx: Transaction, rules: TransactionRules, refuse: Refuse): IntrinsicGas {
  const { block, fork } = rules
  checkSender(tx, rules, refuse)
  const blobGas = tx.blobVersionedHashes.length * GAS_PER_BLOB
  if (block !== undefined && blobGas > block.blobGas) {
    refuse('blob-gas-above-limit', 'blobGasUsed', `at most ${block.blobGas} blob gas left`, blobGas)
  }
  if (tx.nonce === UINT64_MAX) {
    refuse('nonce-is-max', 'nonce', 'less than 2^64 − 1', tx.nonce)
  }
  if (fork.maxTransactionGas !== undefined && tx.gasLimit > fork.maxTransactionGas) {
    refuse('gas-limit-above-cap', 'gasLimit', `at most ${fork.maxTransactionGas}`, tx.gasLimit)
  }
  checkFees(tx, rules, refuse)
  if (tx.type === BLOB_TYPE) checkBlobs(tx, rules, refuse)
  if (tx.type === SET_CODE_TYPE && tx.authorizationList.length === 0) {
    refuse('authorization-list-empty', 'authorizationList', 'at least 1 authorization', 0)
  }
  if (tx.to === null && tx.data.length > fork.maxInitcodeBytes) {
    refuse('initcode-too-large', 'data', `at most ${fork.maxInitcodeBytes} bytes`, tx.data)
  }
  if (block !== undefined && tx.gasLimit > block.gasLimit) {
    const expected = `at most ${block.gasLimit}, the block's`
    refuse('gas-limit-above-block', 'gasLimit', expected, tx.gasLimit)
  }
  // A gas limit is below 2^64; the product of two bigints takes longer than all other checks
  if (tx.maxFeePerGas >= UINT192_LIMIT && tx.gasLimit * tx.maxFeePerGas >= UINT256_LIMIT) {
    refuse('gas-cost-overflow', 'gasLimit', 'a gas cost below 2^256 wei', tx.gasLimit)
  }
  const gas = intrinsicGas(tx, fork)
  if (tx.gasLimit < gas.intrinsic) {
    refuse('intrinsic-gas-too-low', 'gasLimit', `at least ${gas.intrinsic}`, tx.gasLimit)
  }
  if (tx.gasLimit < gas.floor) {
    refuse('gas-limit-below-floor', 'gasLimit', `at least ${gas.floor}`, tx.gasLimit)
  }
  return gas
}

/** What has to hold for a sender to be known: type, chain, signature. */
function checkSender(
  tx: Transaction,
  { chainId, fork }: TransactionRules,
  refuse: Refuse,
): void {
  if (tx.type >= fork.transactionTypes) {
    refuse('type-not-supported', 'type', 'a type of the fork', tx.type)
  }
  if (tx.chainId !== null && tx.type === LEGACY_TYPE && !fork.hasChainId) {
    refuse('invalid-signature', 'v', '27 or 28 (before EIP-155)', tx.v)
  }
  if (tx.chainId !== null && tx.chainId !== chainId) {
    refuse('wrong-chain-id', 'chainId', `${chainId}`, tx.chainId)
  }
  if (fork.hasLowS && tx.s > SECP256K1_HALF_N) {
    refuse('invalid-signature', 's', 'at most half the order of the group (EIP-2)', tx.s)
  }
}

function checkFees(tx: Transaction, { block, fork }: TransactionRules, refuse: Refuse): void {
  if (tx.maxPriorityFeePerGas > tx.maxFeePerGas) {
    const expected = `at most maxFeePerGas, ${tx.maxFeePerGas}`
    refuse('tip-above-fee-cap', 'maxPriorityFeePerGas', expected, tx.maxPriorityFeePerGas)
  }
  if (block === undefined || !fork.hasBaseFee) return
  if (tx.maxFeePerGas < block.baseFeePerGas) {
    const expected = `at least ${block.baseFeePerGas}`
    refuse('fee-cap-below-base-fee', 'maxFeePerGas', expected, tx.maxFeePerGas)
  }
}

function checkBlobs(tx: Transaction, { block, fork }: TransactionRules, refuse: Refuse): void {
  const field = 'blobVersionedHashes'
  const { length } = tx.blobVersionedHashes
  if (length === 0) refuse('blob-list-empty', field, 'at least 1 blob', length)
  if (length > fork.maxBlobsPerTransaction) {
    const expected = `at most ${fork.maxBlobsPerTransaction} blobs`
    refuse('blob-count-above-limit', field, expected, length)
  }
  for (const hash of tx.blobVersionedHashes) {
    if (hash[0] !== KZG_VERSION) {
      refuse('blob-version-unknown', field, `version ${KZG_VERSION}`, hash[0])
    }
  }
  if (block !== undefined && tx.maxFeePerBlobGas < block.blobBaseFee) {
    const expected = `at least ${block.blobBaseFee}`
    refuse('blob-fee-cap-below-base-fee', 'maxFeePerBlobGas', expected, tx.maxFeePerBlobGas)
  }
}
