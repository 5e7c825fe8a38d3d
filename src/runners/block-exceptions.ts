/**
 * The official names of why a block is invalid, and what we say of the same. Two generations of
 * names: those of execution-spec-tests, and those of retesteth in the older tests.
 */

import type { InvalidBlockReason } from '../errors.js'
import { reasonsOf } from './expected-exceptions.js'

const GAS_LIMIT: InvalidBlockReason = 'gas-limit-out-of-bounds'
const FORK_FIELDS: readonly InvalidBlockReason[] = [
  'header-field-missing',
  'header-field-not-in-fork',
]
/** Bytes that are no block, or have a transaction that is none. */
const UNREADABLE: readonly string[] = [
  'malformed-rlp',
  'field-out-of-range',
  'header-field-count',
  'invalid-signature',
  'type-not-supported',
]
const PROOF_OF_WORK_FIELDS: readonly InvalidBlockReason[] = [
  'proof-of-work-field-not-zero',
  'invalid-uncles',
]
const UNCLE_PARENT: InvalidBlockReason = 'uncle-parent-not-ancestor'

const REASONS: Readonly<Record<string, readonly string[]>> = {
  // Form
  INCORRECT_BLOCK_FORMAT: [
    ...[...FORK_FIELDS, ...UNREADABLE, ...PROOF_OF_WORK_FIELDS],
    ...['withdrawals-missing', 'withdrawals-not-in-fork'],
  ],
  RLP_BLOCK_LIMIT_EXCEEDED: ['block-too-large'],
  RLP_WITHDRAWALS_NOT_READ: ['withdrawals-missing'],
  RLP_ExpectedAsList: ['withdrawals-missing'],
  INPUT_UNMARSHAL_ERROR: UNREADABLE,
  INPUT_UNMARSHAL_ADDRESS_ERROR: UNREADABLE,
  // Header
  UNKNOWN_PARENT: ['unknown-parent'],
  UNKNOWN_PARENT_ZERO: ['unknown-parent'],
  UnknownParent: ['unknown-parent'],
  UnknownParent2: ['unknown-parent'],
  INVALID_BLOCK_NUMBER: ['number-not-next'],
  InvalidNumber: ['number-not-next'],
  INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT: ['timestamp-not-after-parent'],
  InvalidTimestampOlderParent: ['timestamp-not-after-parent'],
  InvalidTimestampEqualParent: ['timestamp-not-after-parent'],
  InvalidTimestamp: ['timestamp-not-after-parent'],
  EXTRA_DATA_TOO_BIG: ['extra-data-too-long'],
  ExtraDataTooBig: ['extra-data-too-long'],
  EXTRA_DATA_INVALID_DAO: ['dao-extra-data-missing'],
  ExtraDataIncorrectDAO: ['dao-extra-data-missing'],
  INVALID_GASLIMIT: [GAS_LIMIT],
  GASLIMIT_TOO_BIG: [GAS_LIMIT],
  InvalidGasLimit: [GAS_LIMIT],
  InvalidGasLimit2: [GAS_LIMIT],
  InvalidGasLimit3: [GAS_LIMIT],
  '1559BlockImportImpossible_TargetGasLow': [GAS_LIMIT],
  '1559BlockImportImpossible_TargetGasHigh': [GAS_LIMIT],
  '1559BlockImportImpossible_InitialGasLimitInvalid': [GAS_LIMIT],
  // From Paris on the difficulty to be is 0
  INVALID_DIFFICULTY: ['difficulty-mismatch', 'proof-of-work-field-not-zero'],
  InvalidDifficulty: ['difficulty-mismatch', 'proof-of-work-field-not-zero'],
  InvalidDifficulty2: ['difficulty-mismatch', 'proof-of-work-field-not-zero'],
  InvalidDifficulty_TooLarge: UNREADABLE,
  InvalidBlockNonce: ['proof-of-work-invalid'],
  InvalidBlockMixHash: ['proof-of-work-invalid'],
  IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS: ['proof-of-work-field-not-zero'],
  PostParisDifficultyIsNot0: ['proof-of-work-field-not-zero'],
  PostMergeDifficultyIsNot0: ['proof-of-work-field-not-zero'],
  INVALID_BASEFEE_PER_GAS: ['base-fee-mismatch'],
  '1559BlockImportImpossible_BaseFeeWrong': ['base-fee-mismatch'],
  INCORRECT_EXCESS_BLOB_GAS: ['excess-blob-gas-mismatch'],
  INCORRECT_BLOB_GAS_USED: ['blob-gas-used-mismatch'],
  BLOB_GAS_USED_ABOVE_LIMIT: ['blob-gas-above-limit'],
  // Said by the engine API alone, which hands over the hashes beside the block
  INVALID_VERSIONED_HASHES: ['blob-version-unknown'],
  // A header of another fork
  IMPORT_IMPOSSIBLE_SHANGHAI: FORK_FIELDS,
  ShanghaiBlockImportImpossible: FORK_FIELDS,
  IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI: FORK_FIELDS,
  ParisBlockImportImpossible: FORK_FIELDS,
  '1559BlockImportImpossible_HeaderIsLegacy': FORK_FIELDS,
  IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT: FORK_FIELDS,
  IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT: FORK_FIELDS,
  LegacyBlockImportImpossible2: FORK_FIELDS,
  IMPORT_IMPOSSIBLE_LEGACY: FORK_FIELDS,
  LegacyBlockImportImpossible: FORK_FIELDS,
  // A block of proof of work where proof of stake is due
  '3675PreParis1559BlockRejected': PROOF_OF_WORK_FIELDS,
  '3675PreMerge1559BlockRejected': PROOF_OF_WORK_FIELDS,
  '3675PoWBlockRejected': PROOF_OF_WORK_FIELDS,
  IMPORT_IMPOSSIBLE_LONDON_OVER_PARIS: PROOF_OF_WORK_FIELDS,
  IMPORT_IMPOSSIBLE_PARIS_WRONG_POW: PROOF_OF_WORK_FIELDS,
  // And the other way round
  '3675PoSBlockRejected': ['difficulty-mismatch'],
  IMPORT_IMPOSSIBLE_PARIS_WRONG_POS: ['difficulty-mismatch'],
  // Body
  INVALID_WITHDRAWALS_ROOT: ['withdrawals-root-mismatch'],
  InvalidWithdrawals: ['withdrawals-root-mismatch'],
  IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS: ['invalid-uncles'],
  PostParisUncleHashIsNotEmpty: ['invalid-uncles'],
  PostMergeUncleHashIsNotEmpty: ['invalid-uncles'],
  TOO_MANY_UNCLES: ['invalid-uncles'],
  TooManyUncles: ['invalid-uncles'],
  UNCLE_IN_CHAIN: ['invalid-uncles'],
  UncleInChain: ['invalid-uncles'],
  UNCLE_IS_ANCESTOR: ['invalid-uncles'],
  UncleIsAncestor: ['invalid-uncles'],
  // Of the block, or of another uncle
  UNCLE_IS_BROTHER: [UNCLE_PARENT, 'invalid-uncles'],
  UncleIsBrother: [UNCLE_PARENT, 'invalid-uncles'],
  UNCLE_PARENT_INCORRECT: [UNCLE_PARENT],
  UNCLE_UNKNOWN_PARENT: [UNCLE_PARENT],
  UncleParentIsNotAncestor: [UNCLE_PARENT],
  InvalidUncleParentHash: [UNCLE_PARENT],
  INVALID_UNCLES_HASH: ['uncles-hash-mismatch'],
  InvalidUnclesHash: ['uncles-hash-mismatch'],
  INVALID_TRANSACTIONS_ROOT: ['transactions-root-mismatch'],
  InvalidTransactionsRoot: ['transactions-root-mismatch'],
  // Result
  INVALID_GAS_USED: ['gas-used-mismatch'],
  InvalidGasUsed: ['gas-used-mismatch'],
  INVALID_GAS_USED_ABOVE_LIMIT: ['gas-above-limit'],
  GAS_USED_OVERFLOW: ['gas-limit-above-block', 'gas-above-limit'],
  // Of a gas limit of 0 too: whatever is used is above it
  TooMuchGasUsed: ['gas-limit-above-block', 'gas-above-limit', GAS_LIMIT],
  BlockGasLimitReached: ['gas-limit-above-block'],
  INVALID_LOG_BLOOM: ['logs-bloom-mismatch'],
  InvalidLogBloom: ['logs-bloom-mismatch'],
  INVALID_STATE_ROOT: ['state-root-mismatch'],
  InvalidStateRoot: ['state-root-mismatch'],
  INVALID_RECEIPTS_ROOT: ['receipts-root-mismatch'],
  InvalidReceiptsStateRoot: ['receipts-root-mismatch'],
  INVALID_REQUESTS: ['requests-hash-mismatch'],
  INVALID_DEPOSIT_EVENT_LAYOUT: ['invalid-deposit-log'],
  SYSTEM_CONTRACT_EMPTY: ['system-contract-missing'],
  SYSTEM_CONTRACT_CALL_FAILED: ['system-call-failed'],
}

/** Blocks of old tests that must be refused, for a reason that the tests do not state. */
export const ANY_REASON = 'any reason'

const PREFIX = /^(BlockException|TransactionException)\./
/** A hundred names of how RLP can be malformed. */
const RLP_NAME = /^(TR_)?RLP_|^OVERSIZE_RLP|_VALUE_TOO/

/**
 * Our reasons for an expected exception: names joined by `|`, in old tests by `OR`.
 * @returns undefined if a name is not known
 */
export function blockReasonsOf(expected: string): readonly string[] | undefined {
  const reasons: string[] = []
  for (const name of expected.split('|')) {
    const plain = name.replace(PREFIX, '')
    const known = REASONS[plain] ?? (RLP_NAME.test(plain) ? UNREADABLE : reasonsOf(name))
    if (known === undefined) return undefined
    reasons.push(...known)
  }
  return reasons
}
