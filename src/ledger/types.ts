/**
 * A chain in a box: blocks and receipts that are kept, a pool of transactions, mining, time, and
 * going back. What provider, server and development methods stand on.
 */

import type { Engine } from '../engine.js'
import type { ChainConfig } from '../forks/chain-config.js'
import type { ForkName } from '../forks/forks.js'
import type { Withdrawal } from '../intake/block.js'
import type { Header } from '../intake/header.js'
import type { TransactionInput } from '../intake/prepare-block.js'
import type { Transaction } from '../intake/transaction.js'
import type { Snapshot } from '../tools/history.js'
import type {
  BlockResult,
  BytesLike,
  Hex,
  Log,
  Quantity,
  Receipt,
  WithdrawalInput,
} from '../base/types.js'

/** A block that the chain keeps. */
export interface LedgerBlock {
  readonly number: bigint
  readonly hash: Hex
  readonly header: Header
  readonly fork: ForkName
  readonly transactions: readonly Transaction[]
  /** Of each transaction. */
  readonly senders: readonly Hex[]
  readonly uncles: readonly Header[]
  /** Absent before Shanghai. */
  readonly withdrawals?: readonly Withdrawal[]
  /** With those of its ancestors. */
  readonly totalDifficulty: bigint
  /** Decoded when first read; empty for the genesis. */
  readonly receipts: readonly Receipt[]
  /** Before Byzantium the state root after each transaction, which its receipt has; else empty. */
  readonly stateRoots: readonly Hex[]
  /** Encoded, as `receiptsRoot` commits to them. */
  readonly rawReceipts: readonly Uint8Array[]
  /** What executing it gave, with its rounds and messages; none for the genesis. */
  readonly result: BlockResult | undefined
  /** RLP of the block; made when first read. */
  readonly bytes: Uint8Array
}

/** A log with its place. */
export interface LedgerLog extends Log {
  readonly block: LedgerBlock
  readonly transactionIndex: number
  readonly transactionHash: Hex
  /** In the block. */
  readonly logIndex: number
  /** Whether a reorganisation has taken it away: only in events. */
  readonly removed: boolean
}

/** Which logs are asked for. A topic of null is any; a list is any of them. */
export interface LogQuery {
  /** First and last block. */
  readonly from: bigint
  readonly to: bigint
  /** Any of these; empty or left out: of all. */
  readonly addresses?: readonly Hex[] | undefined
  readonly topics?: readonly (Hex | readonly Hex[] | null)[] | undefined
}

/** A transaction that was mined. */
export interface MinedTransaction {
  readonly block: LedgerBlock
  readonly index: number
  readonly transaction: Transaction
  readonly sender: Hex
}

/** A transaction that waits. */
export interface PoolTransaction {
  readonly transaction: Transaction
  readonly sender: Hex
  /** In order of arrival. */
  readonly order: number
}

export interface PoolStatus {
  readonly pending: number
  readonly queued: number
}

/** Transactions that wait to be mined. Those after a gap of nonces are queued. */
export interface Pool {
  readonly status: PoolStatus
  get(hash: Hex): PoolTransaction | undefined
  /** By sender, in order of nonces. */
  pending(): ReadonlyMap<Hex, readonly PoolTransaction[]>
  queued(): ReadonlyMap<Hex, readonly PoolTransaction[]>
  /** The nonce that the next transaction of the sender is to have. */
  nextNonce(sender: Hex): Promise<bigint>
  /** @returns whether it was there */
  remove(hash: Hex): boolean
  clear(): void
}

/** When blocks are made: with each transaction, every so many seconds, or when asked for. */
export type Mining = 'auto' | 'manual' | { readonly interval: number }

/** What the next block is to have; each is used once. */
export interface NextBlock {
  readonly timestamp?: Quantity | undefined
  readonly baseFeePerGas?: Quantity | undefined
  readonly gasLimit?: Quantity | undefined
  readonly prevRandao?: BytesLike | undefined
  readonly parentBeaconBlockRoot?: BytesLike | undefined
  readonly excessBlobGas?: Quantity | undefined
  readonly withdrawals?: readonly WithdrawalInput[] | undefined
  readonly coinbase?: BytesLike | undefined
  readonly extraData?: BytesLike | undefined
}

export interface MineOptions {
  /** Blocks. Default 1. */
  readonly count?: number | undefined
  /** Seconds between them. Default 1, or what `setBlockInterval` says. */
  readonly interval?: number | undefined
  /** Of the first. */
  readonly next?: NextBlock | undefined
}

/** A block to be made of what is given. */
export interface BuildOrder {
  /** Left out: what waits in the pool. */
  readonly transactions?: readonly TransactionInput[] | undefined
  readonly next?: NextBlock | undefined
  /** Whether it becomes the head. Default false: only a look at it. */
  readonly isKept?: boolean | undefined
}

export interface BuiltBlock {
  readonly block: LedgerBlock
  /** To the consensus layer (EIP-7685), each with its type in front. */
  readonly requests: readonly Uint8Array[]
}

/** What blocks have from now on, until it is set again. */
export interface BlockDefaults {
  readonly coinbase?: BytesLike | undefined
  readonly gasLimit?: Quantity | undefined
  readonly extraData?: BytesLike | undefined
  /** Seconds between a block and the next; undefined: those of the clock. */
  readonly interval?: number | undefined
}

/** The chain as it was: head, state, pool, time. */
export type ChainSnapshot = number

export interface ChainEvents {
  /** A block is now the head. */
  block: (block: LedgerBlock) => void
  pendingTransaction: (transaction: PoolTransaction) => void
  /** Of a new block, or (removed) of one that is no more. */
  logs: (logs: readonly LedgerLog[]) => void
  /** Blocks that are no longer of the chain, the latest first. */
  reorg: (removed: readonly LedgerBlock[], head: LedgerBlock) => void
}

/** A block by number, hash or name. */
export type BlockName = 'latest' | 'earliest' | 'pending' | 'safe' | 'finalized'
export type BlockId = bigint | Hex | BlockName

/** What a call or a read has to be given for the state after a block. */
export interface StateAt {
  readonly block: LedgerBlock
  /** For `at` of the engine; undefined: the state as it is. */
  readonly at: Snapshot | undefined
}

export interface Chain {
  readonly engine: Engine
  readonly config: ChainConfig
  readonly chainId: bigint
  readonly head: LedgerBlock
  readonly genesis: LedgerBlock
  /** Oldest block of which blocks, receipts and logs are kept. */
  readonly oldest: bigint
  readonly pool: Pool
  readonly mining: Mining

  /**
   * By number, hash (also of blocks that are no longer of the chain, while they are kept) or name;
   * `pending` is the head here. Undefined: not known, or older than the history that is kept.
   */
  block(id: BlockId): LedgerBlock | undefined
  isCanonical(block: LedgerBlock): boolean
  transaction(hash: Hex): MinedTransaction | undefined
  /** In order of blocks. */
  logs(query: LogQuery): LedgerLog[]
  logsOf(block: LedgerBlock): readonly LedgerLog[]
  /** Undefined: the state is no longer there. */
  stateAt(block: LedgerBlock): StateAt | undefined

  /**
   * Takes a transaction into the pool; mines it if mining is `auto`. Resolves when it is there, or
   * mined.
   * @throws InvalidTransactionError, PoolError
   */
  send(transaction: TransactionInput): Promise<Hex>
  /** Makes blocks of what the pool has, empty ones if it has nothing. */
  mine(options?: MineOptions): Promise<LedgerBlock[]>
  /**
   * Makes a block on the head of these transactions, in this order.
   * @throws InvalidTransactionError for the first that the block cannot have, then nothing changes
   */
  build(order: BuildOrder): Promise<BuiltBlock>
  setMining(mining: Mining): void
  setDefaults(defaults: BlockDefaults): void
  /** For the next block alone. */
  setNext(next: NextBlock): void

  /** Seconds since 1970, of the next block if it came now. */
  now(): bigint
  /** @param seconds added to all later blocks' time. @returns all that was added so far */
  increaseTime(seconds: Quantity): bigint
  /** The clock goes on from there. */
  setTime(timestamp: Quantity): void

  snapshot(): Promise<ChainSnapshot>
  /** Back to a snapshot, which with all later ones is then gone. @returns false: none such */
  revert(snapshot: ChainSnapshot): Promise<boolean>
  /**
   * Takes the newest blocks away; their transactions return to the pool unless told otherwise.
   * @throws InvalidInputError if the state before them is no longer there
   */
  rollBack(blocks: number, options?: { readonly dropsTransactions?: boolean }): Promise<void>
  /**
   * Checks, executes and keeps a block whose parent is known; it becomes the head as Ethereum's
   * rules say.
   * @throws InvalidBlockError
   */
  importBlock(bytes: BytesLike): Promise<LedgerBlock>
  /** Tells the chain that the state was changed by hand: what it keeps of the head's follows. */
  touched(): Promise<void>

  on<Name extends keyof ChainEvents>(event: Name, listener: ChainEvents[Name]): () => void
  dispose(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
