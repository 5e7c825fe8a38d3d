/**
 * The official names of why a transaction is invalid, and what we say of the same. Two generations
 * of names: those of execution-spec-tests, and those of retesteth in the older tests.
 */

import type { InvalidBlockReason, InvalidTransactionReason } from '../errors.js'

type Reason = InvalidTransactionReason | InvalidBlockReason

const FUNDS = 'insufficient-funds'
const INTRINSIC_GAS = 'intrinsic-gas-too-low'
const TYPE = 'type-not-supported'
const SIGNATURE = 'invalid-signature'
const OUT_OF_RANGE = 'field-out-of-range'
/** Bytes that are no transaction: which rule they break first is each decoder's own affair. */
const UNREADABLE: readonly Reason[] = ['malformed-rlp', OUT_OF_RANGE, SIGNATURE]

const REASONS: Readonly<Record<string, readonly Reason[]>> = {
  TYPE_NOT_SUPPORTED: [TYPE],
  TYPE_1_TX_PRE_FORK: [TYPE],
  TYPE_2_TX_PRE_FORK: [TYPE],
  TYPE_3_TX_PRE_FORK: [TYPE],
  TYPE_3_TX_ZERO_BLOBS_PRE_FORK: [TYPE, 'blob-list-empty'],
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
  NONCE_TOO_BIG: ['nonce-is-max'],
  NONCE_MISMATCH_TOO_LOW: ['nonce-too-low'],
  TR_NonceTooLow: ['nonce-too-low'],
  NONCE_MISMATCH_TOO_HIGH: ['nonce-too-high'],
  TR_NonceTooHigh: ['nonce-too-high'],
  GAS_ALLOWANCE_EXCEEDED: ['gas-limit-above-block'],
  TR_GasLimitReached: ['gas-limit-above-block'],
  GAS_LIMIT_EXCEEDS_MAXIMUM: ['gas-limit-above-cap'],
  GASLIMIT_PRICE_PRODUCT_OVERFLOW: ['gas-cost-overflow'],
  INSUFFICIENT_MAX_FEE_PER_GAS: ['fee-cap-below-base-fee'],
  TR_FeeCapLessThanBlocks: ['fee-cap-below-base-fee'],
  TR_FeeCapLessThanBlocksORNoFunds: ['fee-cap-below-base-fee', FUNDS],
  TR_FeeCapLessThanBlocksORGasLimitReached: ['fee-cap-below-base-fee', 'gas-limit-above-block'],
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS: ['tip-above-fee-cap'],
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2: ['tip-above-fee-cap'],
  TR_TipGtFeeCap: ['tip-above-fee-cap'],
  SENDER_NOT_EOA: ['sender-not-eoa'],
  SenderNotEOA: ['sender-not-eoa'],
  SenderNotEOAorNoCASH: ['sender-not-eoa', FUNDS],
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
  TYPE_4_INVALID_AUTHORITY_SIGNATURE: UNREADABLE,
  TYPE_4_INVALID_AUTHORITY_SIGNATURE_S_TOO_HIGH: UNREADABLE,
  TYPE_4_INVALID_AUTHORIZATION_FORMAT: UNREADABLE,
  INVALID_SIGNATURE_VRS: [SIGNATURE],
  InvalidTransactionVRS: [SIGNATURE],
  EC_RECOVERY_FAIL: [SIGNATURE],
  ADDRESS_TOO_SHORT: [OUT_OF_RANGE],
  ADDRESS_TOO_LONG: [OUT_OF_RANGE],
  NONCE_OVERFLOW: [OUT_OF_RANGE],
  GASLIMIT_OVERFLOW: [OUT_OF_RANGE],
  GASPRICE_OVERFLOW: [OUT_OF_RANGE],
  PRIORITY_OVERFLOW: [OUT_OF_RANGE],
  VALUE_OVERFLOW: [OUT_OF_RANGE],
}

/** What comes before the name proper. */
const PREFIX = 'TransactionException.'
/** A hundred names of how RLP can be malformed. */
const RLP_NAME = /^(TR_)?RLP_|^TRANSACTION_VALUE_TOO/

/**
 * Our reasons for an expected exception, which may be alternatives joined by `|`.
 * @returns undefined if a name is not known
 */
export function reasonsOf(expected: string): readonly string[] | undefined {
  const reasons: string[] = []
  for (const name of expected.split('|')) {
    const plain = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name
    const known = REASONS[plain] ?? (RLP_NAME.test(plain) ? UNREADABLE : undefined)
    if (known === undefined) return undefined
    reasons.push(...known)
  }
  return reasons
}
