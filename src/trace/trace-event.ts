/** What a trace consists of, in the terms of EIP-3155. */

import type { Hex } from '../base/types.js'

/** An instruction and the machine as it was before it. */
export interface TraceStep {
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
  /** Why the instruction ended its frame, if it was an exceptional halt or REVERT. */
  readonly error?: string
}

/** The end of a transaction, or under actor semantics of an activation that ran code. */
export interface TraceEnd {
  readonly kind: 'end'
  readonly transactionIndex: number
  /** Id of the message that was delivered; null under Ethereum semantics. */
  readonly message: Hex | null
  /** What it returned; of a transaction that created a contract its code. */
  readonly output: Hex
  /** Without intrinsic gas, before refunds. */
  readonly gasUsed: bigint
  readonly error?: string
}

/** What a listener is told: of an instruction, or of the end of a transaction. */
export type TraceEvent = TraceStep | TraceEnd

/** Must not throw, nor call the engine. */
export type TraceListener = (event: TraceEvent) => void
