/** What the rounds of one block work with. */

import type { Workers } from './workers.js'
import type { Pulse } from '../base/pulse.js'
import type { Core } from '../wasm/core.js'

export interface Machine {
  /** The coordinator's instance. */
  readonly core: Core
  readonly workers: Workers
  /** Hears the signal. */
  readonly pulse: Pulse
  /** Number of the block, for errors. */
  readonly block: bigint
  readonly maxRounds: number
  /** Told of each round before the next one begins. */
  readonly onRound?: ((round: number) => void) | undefined
}
