/** What accompanies a block through its stages. */

import type { Pulse } from '../base/pulse.js'
import type { RoundRecord } from '../results/round-log.js'
import type { Progress } from '../base/types.js'
import type { Stopwatch } from '../machine/stopwatch.js'

export interface StageContext {
  /** Hears the signal. */
  readonly pulse: Pulse
  readonly stopwatch: Stopwatch
  /** Whether anybody wants to hear what `report` is told. */
  readonly isWatched: boolean
  readonly report: (phase: Progress['phase'], done: number, total?: number) => void
}

/** What came of the transactions, beside their records and the state. */
export interface Execution {
  /** Empty under Ethereum semantics. */
  readonly rounds: readonly RoundRecord[]
  /** The state root after each transaction before Byzantium, whose receipts have it; else none. */
  readonly stateRoots: readonly Uint8Array[]
}
