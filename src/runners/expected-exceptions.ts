/**
 * The official names of why a transaction is invalid, and what we say of the same. Two generations
 * of names: those of execution-spec-tests, and those of retesteth in the older tests.
 */

import type { InvalidBlockReason, InvalidTransactionReason } from '../base/errors.js'

export type Reason = InvalidTransactionReason | InvalidBlockReason
export type ReasonsOfNames = Readonly<Record<string, readonly Reason[]>>

const FUNDS: Reason = 'insufficient-funds'
const COST: readonly Reason[] = [FUNDS, 'gas-cost-overflow']
const INTRINSIC_GAS: Reason = 'intrinsic-gas-too-low'
const FLOOR: Reason = 'gas-limit-below-floor'
const TYPE: Reason = 'type-not-supported'
const SIGNATURE: Reason = 'invalid-signature'
const OUT_OF_RANGE: Reason = 'field-out-of-range'
/** Bytes that are no transaction: which rule they break first is each decoder's own affair. */
export const UNREADABLE: readonly Reason[] = [
  'malformed-rlp',
  'malformed-field',
  OUT_OF_RANGE,
  'header-field-count',
  SIGNATURE,
  TYPE,
]
/** Blob gas of a block: before Osaka only the block's limit bounds the blobs of a transaction. */
const TOO_MANY_BLOBS: readonly Reason[] = ['blob-count-above-limit', 'blob-gas-above-limit']
/** The v of a legacy transaction holds chain and parity: which one is wrong is told by neither. */
const CHAIN: readonly Reason[] = ['wrong-chain-id', SIGNATURE]

export const TRANSACTION_NAMES: ReasonsOfNames = {
  // execution-spec-tests
  TYPE_NOT_SUPPORTED: [TYPE],
  TYPE_1_TX_PRE_FORK: [TYPE],
  TYPE_2_TX_PRE_FORK: [TYPE],
  TYPE_3_TX_PRE_FORK: [TYPE],
  TYPE_3_TX_ZERO_BLOBS_PRE_FORK: [TYPE, 'blob-list-empty'],
  TYPE_4_TX_PRE_FORK: [TYPE],
  INTRINSIC_GAS_TOO_LOW: [INTRINSIC_GAS],
  INTRINSIC_GAS_BELOW_FLOOR_GAS_COST: [FLOOR],
  INTRINSIC_NO_FLOOR_GAS: [FLOOR],
  INSUFFICIENT_ACCOUNT_FUNDS: COST,
  NONCE_IS_MAX: ['nonce-is-max'],
  NONCE_TOO_BIG: ['nonce-is-max'],
  NONCE_OVERFLOW: [OUT_OF_RANGE],
  NONCE_MISMATCH_TOO_LOW: ['nonce-too-low'],
  NONCE_MISMATCH_TOO_HIGH: ['nonce-too-high'],
  GAS_ALLOWANCE_EXCEEDED: ['gas-limit-above-block'],
  GAS_LIMIT_EXCEEDS_MAXIMUM: ['gas-limit-above-cap'],
  GASLIMIT_PRICE_PRODUCT_OVERFLOW: COST,
  INSUFFICIENT_MAX_FEE_PER_GAS: ['fee-cap-below-base-fee'],
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS: ['tip-above-fee-cap'],
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2: ['tip-above-fee-cap'],
  SENDER_NOT_EOA: ['sender-not-eoa'],
  INITCODE_SIZE_EXCEEDED: ['initcode-too-large'],
  INVALID_CHAINID: CHAIN,
  TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH: ['blob-version-unknown'],
  INSUFFICIENT_MAX_FEE_PER_BLOB_GAS: ['blob-fee-cap-below-base-fee'],
  TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED: ['blob-gas-above-limit'],
  TYPE_3_TX_BLOB_COUNT_EXCEEDED: TOO_MANY_BLOBS,
  TYPE_3_TX_ZERO_BLOBS: ['blob-list-empty'],
  TYPE_3_TX_CONTRACT_CREATION: ['blob-creates-contract'],
  TYPE_3_TX_WITH_FULL_BLOBS: ['blobs-attached'],
  TYPE_4_EMPTY_AUTHORIZATION_LIST: ['authorization-list-empty'],
  TYPE_4_TX_CONTRACT_CREATION: ['set-code-creates-contract'],
  TYPE_4_INVALID_AUTHORITY_SIGNATURE: UNREADABLE,
  TYPE_4_INVALID_AUTHORITY_SIGNATURE_S_TOO_HIGH: UNREADABLE,
  TYPE_4_INVALID_AUTHORIZATION_FORMAT: UNREADABLE,
  INVALID_SIGNATURE_VRS: [SIGNATURE],
  EC_RECOVERY_FAIL: [SIGNATURE],
  ADDRESS_TOO_SHORT: [OUT_OF_RANGE],
  ADDRESS_TOO_LONG: [OUT_OF_RANGE],
  GASLIMIT_OVERFLOW: [OUT_OF_RANGE],
  GASPRICE_OVERFLOW: [OUT_OF_RANGE],
  PRIORITY_OVERFLOW: [OUT_OF_RANGE],
  VALUE_OVERFLOW: [OUT_OF_RANGE],
  // retesteth
  TR_TypeNotSupported: [TYPE],
  TR_TypeNotSupportedBlob: [TYPE],
  LegacyBlockBaseFeeTransaction: [TYPE],
  TR_IntrinsicGas: [INTRINSIC_GAS],
  IntrinsicGas: [INTRINSIC_GAS],
  TR_NoFunds: COST,
  TR_NoFundsValue: COST,
  TR_NoFundsOrGas: [...COST, INTRINSIC_GAS],
  // A value that is no number; geth's reader let it pass, and the sender could not pay it
  TR_RLP_WRONGVALUE: [...COST, ...UNREADABLE],
  TR_NonceHasMaxValue: ['nonce-is-max'],
  NonceMax: ['nonce-is-max'],
  NonceTooLong: [OUT_OF_RANGE],
  TR_NonceTooLow: ['nonce-too-low'],
  TR_NonceTooHigh: ['nonce-too-high'],
  TR_GasLimitReached: ['gas-limit-above-block'],
  GasLimitPriceProductOverflow: COST,
  TR_FeeCapLessThanBlocks: ['fee-cap-below-base-fee'],
  TR_FeeCapLessThanBlocksORNoFunds: ['fee-cap-below-base-fee', ...COST],
  TR_FeeCapLessThanBlocksORGasLimitReached: ['fee-cap-below-base-fee', 'gas-limit-above-block'],
  TR_TipGtFeeCap: ['tip-above-fee-cap'],
  '1559PriorityFeeGreaterThanBaseFee': ['tip-above-fee-cap'],
  SenderNotEOA: ['sender-not-eoa'],
  SenderNotEOAorNoCASH: ['sender-not-eoa', ...COST],
  TR_InitCodeLimitExceeded: ['initcode-too-large'],
  InvalidChainID: CHAIN,
  TR_BLOBVERSION_INVALID: ['blob-version-unknown'],
  TR_BLOBLIST_OVERSIZE: TOO_MANY_BLOBS,
  TR_EMPTYBLOB: ['blob-list-empty'],
  TR_BLOBCREATE: ['blob-creates-contract'],
  TR_BlobDecodeError: ['blobs-attached', 'blob-creates-contract', ...UNREADABLE],
  InvalidVRS: [SIGNATURE],
  InvalidTransactionVRS: [SIGNATURE],
  ECRecoveryFail: [SIGNATURE],
  AddressTooShort: [OUT_OF_RANGE],
  AddressTooLong: [OUT_OF_RANGE],
  InvalidV: UNREADABLE,
  InvalidR: UNREADABLE,
  InvalidS: UNREADABLE,
  InvalidData: UNREADABLE,
  InvalidTo: UNREADABLE,
  InvalidValue: UNREADABLE,
  InvalidGasPrice: UNREADABLE,
  InvalidMaxFeePerGas: UNREADABLE,
  InvalidMaxPriorityFeePerGas: UNREADABLE,
  '1559BaseFeeTooLarge': UNREADABLE,
  TR_TooShort: UNREADABLE,
  // Aleth, and its account of a transaction's nonce
  OutOfGas: [INTRINSIC_GAS],
  OutOfGasBase: [INTRINSIC_GAS],
  OutOfGasIntrinsic: [INTRINSIC_GAS],
  NotEnoughCash: COST,
  InvalidNonce: ['nonce-too-low', 'nonce-too-high', ...UNREADABLE],
  InvalidSignature: [SIGNATURE],
  ZeroSignatureTransaction: [SIGNATURE],
  InvalidTransactionFormat: UNREADABLE,
  // The first execution-spec-tests, in words
  'Transaction without funds': COST,
  'insufficient account balance': COST,
  insufficient_account_balance: COST,
  'intrinsic gas too low': [INTRINSIC_GAS],
  'max initcode size exceeded': ['initcode-too-large'],
  'insufficient max fee per gas': ['fee-cap-below-base-fee'],
  'insufficient max fee per blob gas': ['blob-fee-cap-below-base-fee'],
  'invalid max fee per blob gas': ['blob-fee-cap-below-base-fee'],
  'invalid blob versioned hash': ['blob-version-unknown'],
  'zero blob tx': ['blob-list-empty'],
  'too many blobs': TOO_MANY_BLOBS,
  too_many_blobs_tx: TOO_MANY_BLOBS,
  invalid_blob_count: [...TOO_MANY_BLOBS, 'blob-list-empty'],
  'tx type 3 not allowed pre-Cancun': [TYPE],
  'invalid transaction': ['blobs-attached', 'blob-creates-contract', ...UNREADABLE],
}
