/**
 * How the transactions of a block are executed: the seam between a block and its semantics. All
 * that comes before and after is the block's (execute-block.ts).
 */

import type { JudgedTransactions } from '../intake/admission.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import type { EngineConfig, EngineParts } from '../machine/engine-parts.js'
import type { Stopwatch } from '../machine/stopwatch.js'
import type { Pulse } from '../base/pulse.js'
import type { Progress } from '../base/types.js'
import type { RoundRecord } from '../results/round-log.js'

export interface Strategy {
  /**
   * The rules that need no state, before anything is executed.
   * @throws InvalidTransactionError, InvalidBlockError, CancelledError; or it tells the core when
   *   to refuse a transaction, and why
   */
  readonly judge: (
    block: PreparedBlock,
    config: EngineConfig,
    pulse: Pulse,
  ) => JudgedTransactions | Promise<JudgedTransactions>

  /**
   * All transactions from admission to refunds.
   * @throws InvalidTransactionError for one that the state does not admit; CancelledError, and what
   *   stops a round
   */
  readonly execute: (
    parts: EngineParts,
    block: WrittenBlock,
    context: StageContext,
  ) => Promise<Execution>
}

/** A block whose transactions are in linear memory. */
export interface WrittenBlock {
  readonly prepared: PreparedBlock
  /** The record of each transaction, one after the other. */
  readonly records: Uint32Array
  readonly judged: JudgedTransactions
  /** Whether the state has a root after each transaction: before Byzantium (EIP-658). */
  readonly hasRoots: boolean
}

/** What came of the transactions, beside their records and the state. */
export interface Execution {
  /** Empty under Ethereum semantics. */
  readonly rounds: readonly RoundRecord[]
  /** The state root after each transaction that is included, if the state has one; else none. */
  readonly stateRoots: readonly Uint8Array[]
  /** The indexes of those that are a part of the block, ascending; all of them if left out. */
  readonly included?: readonly number[]
  /** The transactions, where they were not known before; else left out. */
  readonly made?: { readonly block: PreparedBlock; readonly records: Uint32Array }
}

/** What accompanies a block through its stages. */
export interface StageContext {
  /** Hears the signal. */
  readonly pulse: Pulse
  readonly stopwatch: Stopwatch
  /** Whether anybody wants to hear what `report` is told. */
  readonly isWatched: boolean
  readonly report: (phase: Progress['phase'], done: number, total?: number) => void
}
