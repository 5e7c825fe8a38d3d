/** Shapes of the public API: what goes into an engine and what comes out. */

/** `0x` and two lower-case digits a byte. */
export type Hex = `0x${string}`

/** 0x-hex quantity, decimal string, safe integer or bigint. */
export type Quantity = string | number | bigint

/** Bytes, or `0x`-hex of them. */
export type BytesLike = Uint8Array | Hex

/** One account of a genesis, as in geth's `alloc`. */
export interface AllocAccount {
  /** In wei. */
  readonly balance?: Quantity
  readonly nonce?: Quantity
  readonly code?: Hex
  /** Slot → value, each at most 32 bytes. */
  readonly storage?: Readonly<Record<string, Quantity>>
}

/** Address → account. */
export type Alloc = Readonly<Record<string, AllocAccount>>

/** The same one by one, for what is too much to have at once: pairs of address and account. */
export type AllocStream =
  | Iterable<readonly [address: string, account: AllocAccount]>
  | AsyncIterable<readonly [address: string, account: AllocAccount]>

/**
 * As much of an `AbortSignal` as is used; one of Node's or of a page's is one. Declared here since
 * a program may have the types of neither.
 */
export interface CancelSignal {
  readonly aborted: boolean
  readonly reason?: unknown
  /** Calls `listener` once the signal is aborted. */
  addEventListener(type: 'abort', listener: () => void): void
  /** Takes a listener away. */
  removeEventListener(type: 'abort', listener: () => void): void
}

/** What may go with `loadGenesis`. */
export interface LoadOptions {
  /** Stops loading within 50 ms; the state is empty. */
  readonly signal?: CancelSignal | undefined
  /** Told every 16,384 accounts and slots, and at the end, how many accounts are loaded. */
  readonly onProgress?: ((accounts: number) => void) | undefined
}

/** What a block's code can see of the block, and what its transactions are checked against. */
export interface BlockEnvironment {
  readonly number: Quantity
  /** Seconds since 1970. */
  readonly timestamp: Quantity
  readonly gasLimit: Quantity
  /** In wei; 0 before London. Left out: 0, or what follows from the parent (`produceBlock`). */
  readonly baseFeePerGas?: Quantity
  /** The fee recipient. */
  readonly coinbase: BytesLike
  /** 32 bytes; from Paris on. */
  readonly prevRandao?: BytesLike
  /** Before Paris. Left out: 0, or what follows from the parent (`produceBlock`). */
  readonly difficulty?: Quantity
  /** Stored by EIP-2935, if it is given, and seen by BLOCKHASH. */
  readonly parentHash?: BytesLike
  /** Stored by EIP-4788. */
  readonly parentBeaconBlockRoot?: BytesLike
  /** EIP-4844. Left out: 0, or what follows from the parent (`produceBlock`). */
  readonly excessBlobGas?: Quantity
  /**
   * Block number → hash, for BLOCKHASH: at most the 256 blocks before this one are seen. What is
   * not given is known of blocks that the engine has executed, if this one follows them: it has the
   * next number, and no other parent hash. What is given comes first.
   */
  readonly blockHashes?: Readonly<Record<string, BytesLike>>
}

/** EIP-4895. */
export interface WithdrawalInput {
  readonly index: Quantity
  readonly validatorIndex: Quantity
  readonly address: BytesLike
  /** In Gwei. */
  readonly amount: Quantity
}

/** Parameters of the virtual-block protocol; one set for a chain. */
export interface ProtocolParameters {
  /** Gas of emitting a message, beside what a CALL costs. Default 6,000; at least 2,301. */
  readonly gMessage?: number
  /** Gas of each word of a message's data. Default 64. */
  readonly gWord?: number
  /** A CALL in the last round that would emit pushes 0. Default 1,024. */
  readonly maxRounds?: number
}

/** Whether contract calls are messages, or synchronous as in Ethereum. */
export type Semantics = 'actor' | 'ethereum'

/** How an activation ended. All but `success` have undone what it did. */
export type Outcome =
  | 'success'
  | 'revert'
  | 'out-of-gas'
  | 'stack-underflow'
  | 'stack-overflow'
  | 'bad-jump'
  | 'undefined-instruction'
  | 'invalid-instruction'
  | 'static-violation'
  | 'return-data-bounds'
  | 'precompile-failure'
  | 'create-collision'
  | 'code-too-large'
  | 'code-starts-with-ef'
  | 'initcode-too-large'
  | 'nonce-overflow'
  | 'refused'

/** What LOG0 … LOG4 have written. */
export interface Log {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
}

/** Gas is a number everywhere: no block comes near 2^53. */
export interface Receipt {
  readonly transactionIndex: number
  readonly transactionHash: Hex
  readonly type: number
  readonly from: Hex
  /** Null for a transaction that creates a contract. */
  readonly to: Hex | null
  readonly contractAddress: Hex | null
  /** 1 if message 0 succeeded. What its messages did is in the tree. */
  readonly status: 0 | 1
  readonly outcome: Outcome
  /**
   * What it returned, or reverted with; of a creation nothing. Between actors that of message 0,
   * its first 4,096 bytes.
   */
  readonly output: Hex
  /** Of the whole tree, after refunds. */
  readonly gasUsed: number
  readonly cumulativeGasUsed: number
  /** In wei. */
  readonly effectiveGasPrice: bigint
  readonly logsBloom: Hex
  /** Of all successful messages of the tree, by (round, position, log index). */
  readonly logs: readonly Log[]
}

/**
 * What the delivery of a message ran: the recipient's code (or the code that makes it), a
 * precompile, or nothing, where there is no code: then the value is a credit.
 */
export type Delivery = 'code' | 'precompile' | 'credit'

/** One asynchronous call and how it ended. */
export interface Message {
  readonly id: Hex
  /** Null for message 0, the transaction itself. */
  readonly parent: Hex | null
  readonly transactionIndex: number
  /** Where it was delivered: the round, and the place in its virtual block. */
  readonly round: number
  readonly position: number
  readonly from: Hex
  readonly to: Hex
  /** In wei. */
  readonly value: bigint
  /** With the stipend. */
  readonly gas: number
  readonly data: Hex
  readonly delivery: Delivery
  readonly status: 0 | 1
  readonly outcome: Outcome
  /** Gas less what it left and less the gas of the messages it emitted. */
  readonly gasUsed: number
  /** The first 4,096 bytes of it: keeping them is not paid for, and no root depends on it. */
  readonly returnData: Hex
  /** None if it failed. */
  readonly logs: readonly Log[]
}

/** A message with those it emitted, in order of delivery. */
export interface MessageTree {
  readonly message: Message
  readonly children: readonly MessageTree[]
  /** Whether this message or any below it failed. */
  readonly anyFailed: boolean
}

/** What one worker did in a round. */
export interface WorkerStatistics {
  readonly groups: number
  readonly messages: number
  readonly gas: number
  /** Time between the start and the end of its share. */
  readonly busyMs: number
}

/** The messages of one recipient in one round, which one worker ran. */
export interface GroupRun {
  readonly recipient: Hex
  readonly messages: number
  readonly gasUsed: number
  /** Differs from run to run. */
  readonly worker: number
}

/** One virtual block and how it was executed; round 0 is the original block. */
export interface Round {
  readonly round: number
  readonly messageCount: number
  /** Messages of one recipient are one group; those that run no code have none. */
  readonly groupCount: number
  /** Gas used by the group that used most: what more workers cannot make shorter. */
  readonly largestGroupGas: number
  readonly gasUsed: number
  /** From the start of the round to the end of its barrier. */
  readonly ms: number
  /** Worker 0 is the calling thread. */
  readonly perWorker: readonly WorkerStatistics[]
  /** In order of delivery; decoded when first read. */
  readonly messages: readonly Message[]
  /** In order of their first messages; made from the messages when first read. */
  readonly groups: readonly GroupRun[]
}

/** Milliseconds. */
export interface Timing {
  /** Transactions decoded and checked. */
  readonly decode: number
  /** Senders recovered; 0 if the block came with them. */
  readonly senders: number
  /** Transactions written where the core sees them, and their root. */
  readonly input: number
  readonly admission: number
  readonly rounds: number
  /** Refunds and fees, withdrawals, system calls. */
  readonly settlement: number
  /** Admission, rounds and settlement. */
  readonly execution: number
  /** Of the block, and before Byzantium also after each transaction. */
  readonly stateRoot: number
  /** Receipts, receipts root, virtual blocks root. */
  readonly results: number
  readonly total: number
}

/** What a block reads of the state before it, in bytes: enough to execute it without that state. */
export interface StateWitness {
  /** Nodes of the state trie and of storage tries (RLP), by their hashes. */
  readonly state: readonly Uint8Array[]
  /** Codes that were run or read, by their hashes. */
  readonly codes: readonly Uint8Array[]
  /** Addresses (20 bytes) and slots (32 bytes) that were read or written, ascending. */
  readonly keys: readonly Uint8Array[]
  /** How many blocks back the oldest block hash was that BLOCKHASH gave; 0 if it was not used. */
  readonly oldestBlockHash: number
}

/** A slot and the nodes that prove its value, from the storage root down. */
export interface StorageProof {
  /** 32 bytes. */
  readonly key: Hex
  readonly value: bigint
  readonly proof: readonly Hex[]
}

/** EIP-1186: an account and the nodes that prove it, or that there is none, from the state root. */
export interface AccountProof {
  readonly address: Hex
  readonly accountProof: readonly Hex[]
  /** In wei. */
  readonly balance: bigint
  readonly codeHash: Hex
  readonly nonce: bigint
  readonly storageHash: Hex
  readonly storageProof: readonly StorageProof[]
}

/** A value of an ordered trie (receipts, messages) and the nodes that prove it, root first. */
export interface IndexProof {
  readonly index: number
  /** As the trie has it. */
  readonly value: Hex
  readonly proof: readonly Hex[]
}

/** That a message was delivered at a position of a round, and how it ended (PROTOCOL 7). */
export interface MessageProof {
  readonly round: number
  /** Root of the round's virtual block in the trie of `virtualBlocksRoot`. */
  readonly block: IndexProof
  /** The message in the trie of its virtual block; its index is the position. */
  readonly message: IndexProof
}

/**
 * What a block has given: a plain object, so `structuredClone`, spread and `postMessage` keep all
 * but its three functions. Receipts, messages and groups are decoded when they are first read, and
 * a copy reads all. `JSON.stringify` writes bigints as decimal strings and bytes as 0x-hex; of a
 * copy that is not so, for copies lose `toJSON`. The same holds of everything that the library
 * returns.
 */
export interface BlockResult {
  readonly number: bigint
  readonly stateRoot: Hex
  readonly transactionsRoot: Hex
  readonly receiptsRoot: Hex
  /** PROTOCOL 7; the root of the empty trie if there was no virtual block. */
  readonly virtualBlocksRoot: Hex
  readonly logsBloom: Hex
  readonly gasUsed: number
  readonly receipts: readonly Receipt[]
  /** Empty under Ethereum semantics. */
  readonly rounds: readonly Round[]
  readonly timing: Timing
  /** If it was asked for. */
  readonly witness: StateWitness | undefined
  /** Proof of a receipt against `receiptsRoot`. Throws InvalidInputError. */
  proveReceipt(transactionIndex: number): IndexProof
  /**
   * Proof of a delivery against `virtualBlocksRoot`; rounds from 1 on. Throws InvalidInputError.
   */
  proveMessage(round: number, position: number): MessageProof
  /** The messages of one transaction, message 0 on top. Throws InvalidInputError. */
  messageTree(transactionIndex: number): MessageTree
}

/** How far a block is. */
export interface Progress {
  readonly phase: 'senders' | 'admission' | 'rounds' | 'settlement' | 'results'
  /** Transactions, or rounds. */
  readonly done: number
  /** Undefined while unknown. */
  readonly total: number | undefined
}

/** An account as the state has it; all zero if it does not exist. */
export interface AccountState {
  readonly address: Hex
  readonly exists: boolean
  /** In wei. */
  readonly balance: bigint
  readonly nonce: bigint
  readonly codeHash: Hex
  readonly code: Hex
}
