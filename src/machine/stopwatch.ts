/** Times the stages of a block. No result depends on it. */

import type { Timing } from '../base/types.js'

type Stage = Exclude<keyof Timing, 'execution' | 'total'>

export class Stopwatch {
  readonly #start = performance.now()
  #last = this.#start
  readonly #earlierMs: number
  readonly #stages: Record<Stage, number>

  /** @param earlier what the block took before it came here */
  constructor(earlier: Pick<Timing, 'decode' | 'senders'>) {
    this.#earlierMs = earlier.decode + earlier.senders
    const none = { input: 0, admission: 0, rounds: 0, settlement: 0, stateRoot: 0, results: 0 }
    this.#stages = { ...none, ...earlier }
  }

  /** The time since the last lap was this stage's. */
  lap(stage: Stage): void {
    const now = performance.now()
    this.#stages[stage] += now - this.#last
    this.#last = now
  }

  timing(): Timing {
    const { admission, rounds, settlement } = this.#stages
    return {
      ...this.#stages,
      execution: admission + rounds + settlement,
      total: this.#earlierMs + (this.#last - this.#start),
    }
  }
}
