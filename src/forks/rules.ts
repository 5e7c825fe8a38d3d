/**
 * What each revision changes for the host, as differences from the one before: who looks for a rule
 * asks here, and nobody compares revisions. The core's half of the table is assembly/forks; what
 * forks without a revision change is in forks.ts.
 */

import {
  REVISION_BERLIN,
  REVISION_BYZANTIUM,
  REVISION_CANCUN,
  REVISION_CONSTANTINOPLE,
  REVISION_HOMESTEAD,
  REVISION_ISTANBUL,
  REVISION_LATEST,
  REVISION_LONDON,
  REVISION_OSAKA,
  REVISION_PARIS,
  REVISION_PRAGUE,
  REVISION_SHANGHAI,
  REVISION_SPURIOUS,
} from '../../assembly/abi/revision.js'
import type { Fork } from './forks.js'

const WEI_PER_ETHER = 10n ** 18n

/** Fields of a header that Frontier does not have. */
export type AddedField =
  | 'baseFeePerGas'
  | 'withdrawalsRoot'
  | 'blobGasUsed'
  | 'excessBlobGas'
  | 'parentBeaconBlockRoot'
  | 'requestsHash'

export interface Rules {
  // ---- blocks
  readonly isProofOfStake: boolean
  /** Of a miner, in wei; 0 from Paris on. */
  readonly blockReward: bigint
  /** Of seconds, by which the difficulty falls once; 0 for Frontier's own rule. */
  readonly difficultyStep: bigint
  /** Whether the difficulty rises after a parent with uncles. */
  readonly difficultyHasUncles: boolean
  readonly maxBlockBytes: number
  /** In geth's order of looking at them. */
  readonly addedFields: readonly AddedField[]
  readonly hasBaseFee: boolean
  readonly hasWithdrawals: boolean
  readonly hasBlobs: boolean
  /** Whether blobs cost at least what so much gas of execution does. */
  readonly hasBlobBaseCost: boolean
  /** Whether a receipt has a status in place of a state root. */
  readonly hasStatus: boolean

  /** Whether accounts without code, nonce and balance stay in the state (before EIP-161). */
  readonly keepsEmptyAccounts: boolean

  // ---- calls of the protocol
  readonly storesBeaconRoot: boolean
  readonly storesParentHash: boolean
  readonly hasRequests: boolean

  // ---- transactions
  /** Types from 0 on. */
  readonly transactionTypes: number
  readonly hasChainId: boolean
  /** Whether `s` of a signature is at most half the order of the group. */
  readonly hasLowS: boolean
  readonly maxTransactionGas: bigint | undefined
  readonly maxInitcodeBytes: number
  readonly maxBlobsPerTransaction: number

  // ---- what code may do
  /** SELFDESTRUCT deletes only what the same transaction has created. */
  readonly destroysOnlyNew: boolean
  /** Code may be a designator of another account's. */
  readonly hasDelegation: boolean

  // ---- their intrinsic gas
  readonly gasCreate: number
  readonly gasDataNonzero: number
  readonly gasAccessListAddress: number
  readonly gasAccessListStorageKey: number
  readonly gasInitcodeWord: number
  readonly gasAuthorization: number
  /** Of a token of data at the least; 0 for no such floor. */
  readonly gasFloorToken: number
}

type Difference = readonly [revision: number, change: Partial<Rules>]

const FRONTIER: Rules = {
  isProofOfStake: false,
  blockReward: 5n * WEI_PER_ETHER,
  difficultyStep: 0n,
  difficultyHasUncles: false,
  maxBlockBytes: Infinity,
  addedFields: [],
  hasBaseFee: false,
  hasWithdrawals: false,
  hasBlobs: false,
  hasBlobBaseCost: false,
  hasStatus: false,
  keepsEmptyAccounts: true,
  storesBeaconRoot: false,
  storesParentHash: false,
  hasRequests: false,
  transactionTypes: 1,
  hasChainId: false,
  hasLowS: false,
  maxTransactionGas: undefined,
  maxInitcodeBytes: Infinity,
  maxBlobsPerTransaction: Infinity,
  destroysOnlyNew: false,
  hasDelegation: false,
  gasCreate: 0,
  gasDataNonzero: 68,
  gasAccessListAddress: 0,
  gasAccessListStorageKey: 0,
  gasInitcodeWord: 0,
  gasAuthorization: 0,
  gasFloorToken: 0,
}

/** Of a list, what is added to it. */
const DIFFERENCES: readonly Difference[] = [
  // EIP-2
  [REVISION_HOMESTEAD, { gasCreate: 32_000, hasLowS: true, difficultyStep: 10n }],
  // EIP-155, EIP-161
  [REVISION_SPURIOUS, { hasChainId: true, keepsEmptyAccounts: false }],
  // EIP-100, EIP-649, EIP-658
  [
    REVISION_BYZANTIUM,
    {
      difficultyStep: 9n,
      difficultyHasUncles: true,
      blockReward: 3n * WEI_PER_ETHER,
      hasStatus: true,
    },
  ],
  // EIP-1234
  [REVISION_CONSTANTINOPLE, { blockReward: 2n * WEI_PER_ETHER }],
  // EIP-2028
  [REVISION_ISTANBUL, { gasDataNonzero: 16 }],
  // EIP-2718, EIP-2930
  [
    REVISION_BERLIN,
    { transactionTypes: 2, gasAccessListAddress: 2_400, gasAccessListStorageKey: 1_900 },
  ],
  // EIP-1559
  [REVISION_LONDON, { transactionTypes: 3, hasBaseFee: true, addedFields: ['baseFeePerGas'] }],
  // EIP-3675
  [REVISION_PARIS, { isProofOfStake: true, blockReward: 0n }],
  // EIP-3860: twice the largest code of EIP-170; EIP-4895
  [
    REVISION_SHANGHAI,
    {
      maxInitcodeBytes: 2 * 24_576,
      gasInitcodeWord: 2,
      hasWithdrawals: true,
      addedFields: ['withdrawalsRoot'],
    },
  ],
  // EIP-4788, EIP-4844, EIP-6780
  [
    REVISION_CANCUN,
    {
      transactionTypes: 4,
      hasBlobs: true,
      destroysOnlyNew: true,
      storesBeaconRoot: true,
      addedFields: ['parentBeaconBlockRoot', 'excessBlobGas', 'blobGasUsed'],
    },
  ],
  // EIP-2935, EIP-7623, EIP-7685, EIP-7702
  [
    REVISION_PRAGUE,
    {
      transactionTypes: 5,
      gasAuthorization: 25_000,
      gasFloorToken: 10,
      hasDelegation: true,
      storesParentHash: true,
      hasRequests: true,
      addedFields: ['requestsHash'],
    },
  ],
  // EIP-7594, EIP-7825, EIP-7918, EIP-7934: 10 MiB of a message between nodes, less 2 MiB for the
  // consensus layer
  [
    REVISION_OSAKA,
    {
      maxBlobsPerTransaction: 6,
      maxTransactionGas: 1n << 24n,
      hasBlobBaseCost: true,
      maxBlockBytes: 8 * 2 ** 20,
    },
  ],
]

const TABLE: readonly Rules[] = Array.from({ length: REVISION_LATEST + 1 }, (_, revision) =>
  DIFFERENCES.filter(([since]) => since <= revision).reduce(
    (rules, [, change]) => ({
      ...rules,
      ...change,
      addedFields: [...rules.addedFields, ...(change.addedFields ?? [])],
    }),
    FRONTIER,
  ),
)

export function rulesOf({ revision }: Pick<Fork, 'revision'>): Rules {
  return TABLE[revision]!
}

/** All fields that were ever added, in geth's order of looking at them. */
export const ADDED_FIELDS = TABLE[REVISION_LATEST]!.addedFields
