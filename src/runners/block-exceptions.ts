/**
 * The official names of why a block is invalid, and what we say of the same. Two generations of
 * names: those of execution-spec-tests, and those of retesteth and Aleth in the older tests.
 * Retesteth looks at a header's rules in an order of its own: where a block breaks two rules, the
 * name may be the one's and our reason the other's. A name has all such reasons.
 */

import { UNREADABLE, type Reason, type ReasonsOfNames } from './expected-exceptions.js'

/** Also what uses more than such a limit, which is looked at before. */
const GAS_LIMIT: readonly Reason[] = ['gas-limit-out-of-bounds', 'gas-above-limit']
const GAS_USED: readonly Reason[] = ['gas-above-limit', 'gas-limit-above-block']
const FORK_FIELDS: readonly Reason[] = ['header-field-missing', 'header-field-not-in-fork']
const PROOF_OF_WORK_FIELDS: readonly Reason[] = ['proof-of-work-field-not-zero', 'invalid-uncles']
/** From Paris on the difficulty to be is 0. */
const DIFFICULTY: readonly Reason[] = ['difficulty-mismatch', 'proof-of-work-field-not-zero']
const SEAL: readonly Reason[] = ['proof-of-work-invalid', 'proof-of-work-field-not-zero']
const TIMESTAMP: readonly Reason[] = ['timestamp-not-after-parent']
const DAO: readonly Reason[] = ['dao-extra-data-missing', 'dao-extra-data-refused']
const BASE_FEE: readonly Reason[] = ['base-fee-mismatch']
const EXCESS: readonly Reason[] = ['excess-blob-gas-mismatch']
const BLOB_GAS: readonly Reason[] = ['blob-gas-used-mismatch', 'blob-gas-above-limit']
const UNCLES: readonly Reason[] = ['invalid-uncles']
const UNCLE_PARENT: readonly Reason[] = ['uncle-parent-not-ancestor']
/** An ancestor, or an uncle of one, of more than 7 generations ago has a parent that is too old. */
const UNCLE_KNOWN: readonly Reason[] = [...UNCLES, ...UNCLE_PARENT]
/** A block that lacks a transaction, since the tool that made it has refused that. */
const NO_TRANSACTION: readonly Reason[] = ['gas-used-mismatch', ...GAS_USED, 'nonce-too-high']

export const BLOCK_NAMES: ReasonsOfNames = {
  // Form
  INCORRECT_BLOCK_FORMAT: [
    ...[...FORK_FIELDS, ...UNREADABLE, ...PROOF_OF_WORK_FIELDS],
    ...(['withdrawals-missing', 'withdrawals-not-in-fork'] as const),
  ],
  RLP_BLOCK_LIMIT_EXCEEDED: ['block-too-large'],
  RLP_WITHDRAWALS_NOT_READ: ['withdrawals-missing', ...UNREADABLE],
  RLP_ExpectedAsList: ['withdrawals-missing', ...UNREADABLE],
  INPUT_UNMARSHAL_ERROR: UNREADABLE,
  INPUT_UNMARSHAL_SIZE_ERROR: UNREADABLE,
  INPUT_UNMARSHAL_ADDRESS_ERROR: UNREADABLE,
  InvalidBlockFormat: UNREADABLE,
  InvalidBlockHeaderItemCount: UNREADABLE,
  BadRLP: UNREADABLE,
  BadCast: UNREADABLE,
  OversizeRLP: UNREADABLE,
  UndersizeRLP: UNREADABLE,
  InvalidDifficultyRLP: UNREADABLE,
  InvalidDifficulty_TooLarge: UNREADABLE,
  INVALID_BLOCK_HASH: ['hash-mismatch'],
  // Header
  UNKNOWN_PARENT: ['unknown-parent'],
  UNKNOWN_PARENT_ZERO: ['unknown-parent'],
  UnknownParent: ['unknown-parent'],
  InvalidParentHash: ['unknown-parent'],
  INVALID_BLOCK_NUMBER: ['number-not-next'],
  InvalidNumber: ['number-not-next'],
  INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT: TIMESTAMP,
  InvalidTimestamp: TIMESTAMP,
  InvalidTimestampOlderParent: TIMESTAMP,
  InvalidTimestampEqualParent: TIMESTAMP,
  BlockHeaderTimestampInvalid: TIMESTAMP,
  EXTRA_DATA_TOO_BIG: ['extra-data-too-long'],
  ExtraDataTooBig: ['extra-data-too-long'],
  EXTRA_DATA_INVALID_DAO: DAO,
  ExtraDataIncorrect: DAO,
  ExtraDataIncorrectDAO: DAO,
  INVALID_GASLIMIT: GAS_LIMIT,
  GASLIMIT_TOO_BIG: GAS_LIMIT,
  InvalidGasLimit: GAS_LIMIT,
  // Of a transaction, whose gas limit is no number
  InvalidGasLimit4: UNREADABLE,
  InvalidGasLimit5: UNREADABLE,
  '1559BlockImportImpossible_TargetGasLow': GAS_LIMIT,
  '1559BlockImportImpossible_TargetGasHigh': GAS_LIMIT,
  '1559BlockImportImpossible_InitialGasLimitInvalid': GAS_LIMIT,
  INVALID_DIFFICULTY: DIFFICULTY,
  InvalidDifficulty: DIFFICULTY,
  InvalidBlockNonce: SEAL,
  InvalidBlockMixHash: SEAL,
  IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS: PROOF_OF_WORK_FIELDS,
  PostParisDifficultyIsNot0: PROOF_OF_WORK_FIELDS,
  PostMergeDifficultyIsNot0: PROOF_OF_WORK_FIELDS,
  INVALID_BASEFEE_PER_GAS: BASE_FEE,
  '1559BlockImportImpossible_BaseFeeWrong': BASE_FEE,
  '1559BlockImportImpossible_InitialBaseFeeWrong': BASE_FEE,
  INCORRECT_EXCESS_BLOB_GAS: EXCESS,
  'invalid excess blob gas': EXCESS,
  'invalid excessBlobGas': EXCESS,
  INCORRECT_BLOB_GAS_USED: BLOB_GAS,
  BLOB_GAS_USED_ABOVE_LIMIT: ['blob-gas-above-limit'],
  'invalid blob gas used': BLOB_GAS,
  // Said by the engine API alone, which hands over the hashes beside the block
  INVALID_VERSIONED_HASHES: ['blob-version-unknown'],
  // A header of another fork
  IMPORT_IMPOSSIBLE_SHANGHAI: FORK_FIELDS,
  ShanghaiBlockImportImpossible: FORK_FIELDS,
  IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI: FORK_FIELDS,
  ParisBlockImportImpossible: FORK_FIELDS,
  MergeBlockImportImpossible: FORK_FIELDS,
  '1559BlockImportImpossible_HeaderIsLegacy': FORK_FIELDS,
  '1559verifyParent': FORK_FIELDS,
  IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT: FORK_FIELDS,
  IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT: FORK_FIELDS,
  IMPORT_IMPOSSIBLE_LEGACY: [...FORK_FIELDS, ...GAS_LIMIT],
  LegacyBlockImportImpossible: [...FORK_FIELDS, ...GAS_LIMIT],
  'invalid pre fork blob fields': FORK_FIELDS,
  'blob fields missing post fork': FORK_FIELDS,
  // A block of proof of work where proof of stake is due
  '3675PreParis1559BlockRejected': PROOF_OF_WORK_FIELDS,
  '3675PreMerge1559BlockRejected': PROOF_OF_WORK_FIELDS,
  '3675PoWBlockRejected': PROOF_OF_WORK_FIELDS,
  IMPORT_IMPOSSIBLE_LONDON_OVER_PARIS: PROOF_OF_WORK_FIELDS,
  IMPORT_IMPOSSIBLE_PARIS_WRONG_POW: PROOF_OF_WORK_FIELDS,
  // And the other way round
  '3675PoSBlockRejected': ['difficulty-mismatch'],
  IMPORT_IMPOSSIBLE_PARIS_WRONG_POS: ['difficulty-mismatch'],
  // Uncles
  IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS: PROOF_OF_WORK_FIELDS,
  PostParisUncleHashIsNotEmpty: PROOF_OF_WORK_FIELDS,
  PostMergeUncleHashIsNotEmpty: PROOF_OF_WORK_FIELDS,
  TOO_MANY_UNCLES: UNCLES,
  TooManyUncles: UNCLES,
  UNCLE_IN_CHAIN: UNCLE_KNOWN,
  UncleInChain: UNCLE_KNOWN,
  UNCLE_IS_ANCESTOR: UNCLE_KNOWN,
  UncleIsAncestor: UNCLE_KNOWN,
  // Of the block, or of another uncle
  UNCLE_IS_BROTHER: UNCLE_KNOWN,
  UncleIsBrother: UNCLE_KNOWN,
  UncleTooOld: UNCLE_KNOWN,
  UNCLE_PARENT_INCORRECT: UNCLE_PARENT,
  UNCLE_UNKNOWN_PARENT: UNCLE_PARENT,
  UncleParentIsNotAncestor: UNCLE_PARENT,
  UncleParentNotInChain: UNCLE_PARENT,
  InvalidUncleParentHash: UNCLE_PARENT,
  // Body
  INVALID_UNCLES_HASH: ['uncles-hash-mismatch'],
  InvalidUnclesHash: ['uncles-hash-mismatch'],
  INVALID_TRANSACTIONS_ROOT: ['transactions-root-mismatch'],
  InvalidTransactionsRoot: ['transactions-root-mismatch'],
  INVALID_WITHDRAWALS_ROOT: ['withdrawals-root-mismatch'],
  InvalidWithdrawals: ['withdrawals-root-mismatch'],
  // Result
  INVALID_GAS_USED: ['gas-used-mismatch'],
  InvalidGasUsed: ['gas-used-mismatch'],
  InvalidGasUsed2: NO_TRANSACTION,
  INVALID_GAS_USED_ABOVE_LIMIT: ['gas-above-limit'],
  GAS_USED_OVERFLOW: GAS_USED,
  // Of a gas limit of 0 too: whatever is used is above it
  TooMuchGasUsed: [...GAS_USED, 'gas-limit-out-of-bounds'],
  TooMuchGasUsed2: NO_TRANSACTION,
  BlockGasLimitReached: GAS_USED,
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
