/** What the rounds of one block work with. */

import type { Executor } from './executor.js'
import type { Pulse } from '../base/pulse.js'
import type { Core } from '../wasm/core.js'

export interface Machine {
  /** The coordinator's instance. */
  readonly core: Core
  readonly executor: Executor
  /** Hears the signal. */
  readonly pulse: Pulse
  /** Number of the block, for errors. */
  readonly block: bigint
  readonly maxRounds: number
  /** Told of each round before the next one begins. */
  readonly onRound?: ((round: number) => void) | undefined
}
