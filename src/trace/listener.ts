/**
 * What a listener is told of execution. A listener goes with a block, a transaction or a call, and
 * is told only what it has a method for. Without one there is a bit to look at in each call.
 *
 * Under Ethereum semantics a transaction's events lie between its start and its end. Under actor
 * semantics all starts come first, then the messages round by round: those that run no code, and
 * then recipient by recipient, in order of delivery; and then all ends.
 */

import type { AccountState, Hex } from '../base/types.js'

/** The state as the frame that runs sees it: only during the event that it comes with. */
export interface StateReader {
  /** One that is not there has no balance, no nonce and no code. */
  getAccount(address: Hex): AccountState
  /** The value of a slot, 32 bytes. */
  getStorage(address: Hex, slot: bigint): Hex
}

/** The message that an activation delivers, under actor semantics. */
export interface DeliveredMessage {
  /** 32 bytes. */
  readonly id: Hex
  /** Id of the message whose activation has sent it; null for a transaction's own. */
  readonly parent: Hex | null
  readonly round: number
  /** In the round's virtual block. */
  readonly position: number
}

interface EventOfTransaction {
  readonly transactionIndex: number
  /** Null under Ethereum semantics. */
  readonly message: DeliveredMessage | null
}

/** Before a transaction. One that is refused then, where that is no end of all, has no end. */
export interface TransactionStart {
  readonly kind: 'transactionStart'
  readonly transactionIndex: number
  readonly hash: Hex
  readonly from: Hex
  /** Null if it creates a contract. */
  readonly to: Hex | null
  readonly nonce: bigint
  readonly value: bigint
  readonly input: Hex
  readonly gasLimit: bigint
  /** Who has signed its authorizations (EIP-7702), those that can be told. */
  readonly authorities: readonly Hex[]
  readonly block: {
    readonly number: bigint
    readonly coinbase: Hex
    /** Whether code that is called may be a designator (EIP-7702, from Prague on). */
    readonly hasDelegation: boolean
    /** Whether only what a transaction has created can be destroyed (EIP-6780, from Cancun on). */
    readonly keepsDestroyed: boolean
  }
  readonly state: StateReader
}

/** The end of a transaction, fees and refunds included. */
export interface TransactionEnd {
  readonly kind: 'transactionEnd'
  readonly transactionIndex: number
  readonly status: 'success' | 'reverted' | 'failed'
  readonly error?: string
  /** As in the receipt. */
  readonly gasUsed: bigint
  /** Without intrinsic gas, before refunds. */
  readonly executionGas: bigint
  /** What it returned; of a transaction that created a contract its code. */
  readonly output: Hex
  /** Whether it was executed by activations: under actor semantics. */
  readonly hasMessages: boolean
  readonly state: StateReader
}

/** The instruction that begins a frame; of a transaction CALL or CREATE. */
export type FrameType =
  | 'CALL'
  | 'CALLCODE'
  | 'DELEGATECALL'
  | 'STATICCALL'
  | 'CREATE'
  | 'CREATE2'
  | 'SELFDESTRUCT'

/** A call, a creation, or a contract that destroys itself; before anything of it is done. */
export interface FrameStart extends EventOfTransaction {
  readonly kind: 'frameStart'
  /** 0 = outermost. */
  readonly depth: number
  readonly type: FrameType
  readonly from: Hex
  /** Whose code runs; what is created; who gets the balance. */
  readonly to: Hex
  /** In wei; of a DELEGATECALL its frame's. Null of a STATICCALL. */
  readonly value: bigint | null
  readonly gas: bigint
  readonly input: Hex
  readonly isPrecompile: boolean
  readonly state: StateReader
}

/** Its end; there is one for each start, also if it got no frame. */
export interface FrameEnd extends EventOfTransaction {
  readonly kind: 'frameEnd'
  readonly depth: number
  readonly status: 'success' | 'reverted' | 'failed'
  /** Why it did not succeed, in the words of geth. */
  readonly error?: string
  /** The words are geth's only if steps are listened to: `stack underflow`, `invalid opcode`. */
  readonly isVague?: true
  /** What it returned; of a creation the code. */
  readonly output: Hex
  readonly gasUsed: bigint
}

/** A log, which stands unless its frame, or one below it, fails later. */
export interface LogEvent extends EventOfTransaction {
  readonly kind: 'log'
  readonly depth: number
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
  /** Frames that its frame has begun before it. */
  readonly position: number
  /** Logs of the block before it; under actor semantics, of its activation. */
  readonly index: number
}

/** An instruction is about to name an account or a slot, whether or not it can be paid for. */
export interface AccessEvent extends EventOfTransaction {
  readonly kind: 'access'
  readonly op: number
  /** Whose state the frame works on. */
  readonly self: Hex
  /** Of the account; `self` where it is a slot. */
  readonly address: Hex
  /** Of SLOAD and SSTORE. */
  readonly slot: bigint | null
  readonly state: StateReader
}

/** An instruction and the machine as it was before it; told when its cost is known. */
export interface TraceStep extends EventOfTransaction {
  readonly kind: 'step'
  /** Position in the code. */
  readonly pc: number
  /** The opcode, one byte. */
  readonly op: number
  readonly opName: string
  /** Gas left before the instruction. */
  readonly gas: bigint
  /**
   * What the instruction costs; of a call with the gas that it forwards. Of an instruction that
   * halts exceptionally only the part that is the same wherever it stands.
   */
  readonly gasCost: bigint
  /** Bytes of the frame's memory, a multiple of 32. */
  readonly memSize: number
  /** Words, the top of the stack last. */
  readonly stack: readonly bigint[]
  /** 1 = the outermost frame. */
  readonly depth: number
  /** What the frame's last call returned. */
  readonly returnData: Hex
  /**
   * The refund counter; of SSTORE and SELFDESTRUCT with what they add. It can be negative under
   * actor semantics, where it is the activation's.
   */
  readonly refund: number
  /** Account whose state the frame works on. */
  readonly address: Hex
  /** All of the frame's memory, if the listener asks for it. */
  readonly memory?: Hex
  /** What SLOAD finds, or SSTORE writes. */
  readonly storage?: { readonly slot: bigint; readonly value: bigint }
  /** Why the instruction ended its frame, if it was an exceptional halt or REVERT. */
  readonly error?: string
  /** Whether it found that out while it executed. */
  readonly isExecuted?: true
}

/** What a listener may be told. */
export type TraceEvent =
  | TransactionStart
  | TransactionEnd
  | FrameStart
  | FrameEnd
  | LogEvent
  | AccessEvent
  | TraceStep

/** No method may throw, nor call the engine. */
export interface Listener {
  /** Of each transaction. */
  onTransactionStart?(event: TransactionStart): void
  /** Of each that was executed. */
  onTransactionEnd?(event: TransactionEnd): void
  /** Of each call and creation. */
  onFrameStart?(event: FrameStart): void
  /** Of each frame that has started. */
  onFrameEnd?(event: FrameEnd): void
  /** Of each log. */
  onLog?(event: LogEvent): void
  /** Some 1 µs for each such instruction. */
  onAccess?(event: AccessEvent): void
  /** Some 3 µs for each instruction. */
  onStep?(event: TraceStep): void
  /** Whether steps have their frame's memory. */
  readonly hasMemory?: boolean
}

/** What listens to one transaction or call and makes something of it. */
export interface Tracer {
  readonly listener: Listener
  /** Whether some of its words would be geth's only if steps were listened to, too. */
  readonly isVague?: () => boolean
  /** After the end: what JSON-RPC answers, ready for `JSON.stringify`. */
  result(): unknown
}
