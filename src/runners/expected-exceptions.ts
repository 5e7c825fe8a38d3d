/**
 * The official names of why a transaction is invalid, and what we say of the same. Two generations
 * of names: those of execution-spec-tests, and those of retesteth in the older tests.
 */

import type { InvalidBlockReason, InvalidTransactionReason } from '../errors.js'

type Reason = InvalidTransactionReason | InvalidBlockReason

const FUNDS = 'insufficient-funds'
const INTRINSIC_GAS = 'intrinsic-gas-too-low'
const TYPE = 'type-not-supported'

const REASONS: Readonly<Record<string, readonly Reason[]>> = {
  TYPE_1_TX_PRE_FORK: [TYPE],
  TYPE_2_TX_PRE_FORK: [TYPE],
  TYPE_3_TX_PRE_FORK: [TYPE],
  TYPE_4_TX_PRE_FORK: [TYPE],
  TR_TypeNotSupported: [TYPE],
  INTRINSIC_GAS_TOO_LOW: [INTRINSIC_GAS],
  TR_IntrinsicGas: [INTRINSIC_GAS],
  IntrinsicGas: [INTRINSIC_GAS],
  INTRINSIC_GAS_BELOW_FLOOR_GAS_COST: ['gas-limit-below-floor'],
  INSUFFICIENT_ACCOUNT_FUNDS: [FUNDS],
  TR_NoFunds: [FUNDS],
  TR_NoFundsOrGas: [FUNDS, INTRINSIC_GAS],
  NONCE_IS_MAX: ['nonce-is-max'],
  TR_NonceHasMaxValue: ['nonce-is-max'],
  NONCE_MISMATCH_TOO_LOW: ['nonce-too-low'],
  NONCE_MISMATCH_TOO_HIGH: ['nonce-too-high'],
  GAS_ALLOWANCE_EXCEEDED: ['gas-limit-above-block'],
  TR_GasLimitReached: ['gas-limit-above-block'],
  GAS_LIMIT_EXCEEDS_MAXIMUM: ['gas-limit-above-cap'],
  GASLIMIT_PRICE_PRODUCT_OVERFLOW: ['gas-cost-overflow'],
  INSUFFICIENT_MAX_FEE_PER_GAS: ['fee-cap-below-base-fee'],
  TR_FeeCapLessThanBlocks: ['fee-cap-below-base-fee'],
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS: ['tip-above-fee-cap'],
  TR_TipGtFeeCap: ['tip-above-fee-cap'],
  SENDER_NOT_EOA: ['sender-not-eoa'],
  SenderNotEOA: ['sender-not-eoa'],
  INITCODE_SIZE_EXCEEDED: ['initcode-too-large'],
  TR_InitCodeLimitExceeded: ['initcode-too-large'],
  INVALID_CHAINID: ['wrong-chain-id'],
  TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH: ['blob-version-unknown'],
  TR_BLOBVERSION_INVALID: ['blob-version-unknown'],
  INSUFFICIENT_MAX_FEE_PER_BLOB_GAS: ['blob-fee-cap-below-base-fee'],
  TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED: ['blob-gas-above-limit'],
  // Before Osaka only the block's limit bounds the blobs of a transaction
  TYPE_3_TX_BLOB_COUNT_EXCEEDED: ['blob-count-above-limit', 'blob-gas-above-limit'],
  TR_BLOBLIST_OVERSIZE: ['blob-count-above-limit', 'blob-gas-above-limit'],
  TYPE_3_TX_ZERO_BLOBS: ['blob-list-empty'],
  TR_EMPTYBLOB: ['blob-list-empty'],
  TYPE_3_TX_CONTRACT_CREATION: ['blob-creates-contract'],
  TR_BLOBCREATE: ['blob-creates-contract'],
  TYPE_3_TX_WITH_FULL_BLOBS: ['blobs-attached'],
  TYPE_4_EMPTY_AUTHORIZATION_LIST: ['authorization-list-empty'],
  TYPE_4_TX_CONTRACT_CREATION: ['set-code-creates-contract'],
}

/** What comes before the name proper. */
const PREFIX = 'TransactionException.'

/**
 * Our reasons for an expected exception, which may be alternatives joined by `|`.
 * @returns undefined if a name is not known
 */
export function reasonsOf(expected: string): readonly string[] | undefined {
  const reasons: string[] = []
  for (const name of expected.split('|')) {
    const plain = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name
    const known = REASONS[plain]
    if (known === undefined) return undefined
    reasons.push(...known)
  }
  return reasons
}
