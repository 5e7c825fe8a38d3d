/** What goes into the reference and what comes out. */
import type { Log } from './activation.js'
import type { Address, Hex, Numeric } from './bytes.js'
import type { Alloc, AllocAccount } from './world.js'

export interface AccessListEntry {
  address: Address
  storageKeys: Hex[]
}

export interface ReferenceAuthorization {
  chainId: Numeric
  address: Address
  nonce: Numeric
  /** The recovered signer; null if the signature is none. */
  authority: Address | null
}

/** A decoded transaction with its sender recovered. */
export interface ReferenceTransaction {
  hash: Hex
  sender: Address
  type: number
  nonce: Numeric
  gasLimit: Numeric
  /** Types 0 and 1; stands for both fees below. */
  gasPrice?: Numeric
  maxFeePerGas?: Numeric
  maxPriorityFeePerGas?: Numeric
  /** Null or absent: creates a contract. */
  to?: Address | null
  value?: Numeric
  data?: Hex
  accessList?: AccessListEntry[]
  maxFeePerBlobGas?: Numeric
  blobVersionedHashes?: Hex[]
  authorizationList?: ReferenceAuthorization[]
}

export interface ReferenceEnv {
  number: Numeric
  timestamp: Numeric
  gasLimit: Numeric
  baseFeePerGas: Numeric
  coinbase: Address
  prevRandao?: Hex
  parentHash?: Hex
  parentBeaconBlockRoot?: Hex
  excessBlobGas?: Numeric
  /** Hashes by decimal or hex block number. */
  blockHashes?: Record<string, Hex>
  /** Amounts in gwei. */
  withdrawals?: { address: Address; amount: Numeric }[]
}

export interface ReferenceParameters {
  gMessage?: Numeric
  gWord?: Numeric
  /** Rounds are numbered 0 … maxRounds − 1. */
  maxRounds?: number
}

export interface ReferenceInput {
  chainId: Numeric
  parameters?: ReferenceParameters
  env: ReferenceEnv
  alloc: Alloc
  transactions: ReferenceTransaction[]
  transactionsRoot: Hex
}

export interface ReferenceMessage {
  id: Hex
  /** Null for message 0 of a tree. */
  parent: Hex | null
  round: number
  position: number
  from: Address
  to: Address
  value: bigint
  gas: bigint
  data: Hex
  status: 0 | 1
  gasUsed: bigint
  returnData: Hex
}

export interface ReferenceReceipt {
  type: number
  transactionHash: Hex
  status: 0 | 1
  gasUsed: bigint
  cumulativeGasUsed: bigint
  logsBloom: Hex
  logs: Log[]
  /** Of a creating transaction. */
  contractAddress: Address | null
  /** Did any message of the tree fail? */
  anyFailed: boolean
}

export interface ReferenceResult {
  stateRoot: Hex
  receiptsRoot: Hex
  virtualBlocksRoot: Hex
  gasUsed: bigint
  rounds: { messages: ReferenceMessage[] }[]
  receipts: ReferenceReceipt[]
  accounts: Record<Address, Required<AllocAccount>>
}

/** The block breaks a rule; the message says which, and where. */
export class InvalidBlock extends Error {
  override name = 'InvalidBlock'
}
