/** What the rounds of one block work with. */

import type { Executor } from '../executor/executor.js'
import type { Pulse } from '../executor/pulse.js'
import type { CancelSignal } from '../types.js'
import type { Core } from '../wasm/core.js'

export interface Machine {
  /** The coordinator's instance. */
  readonly core: Core
  readonly executor: Executor
  readonly pulse: Pulse
  /** Number of the block, for errors. */
  readonly block: bigint
  readonly maxRounds: number
  readonly signal?: CancelSignal | undefined
  /** Told of each round before the next one begins. */
  readonly onRound?: ((round: number) => void) | undefined
}
