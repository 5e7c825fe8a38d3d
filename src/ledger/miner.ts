/** Blocks every so many seconds. */

import { checkInterval } from './clock.js'
import type { Mining } from './types.js'

const MS = 1_000

export class Miner {
  readonly #mine: () => Promise<unknown>
  #mining: Mining = 'auto'
  #timer: ReturnType<typeof setInterval> | undefined
  #isBusy = false

  constructor(mine: () => Promise<unknown>) {
    this.#mine = mine
  }

  get mining(): Mining {
    return this.#mining
  }

  /** @throws InvalidInputError */
  set(mining: Mining): void {
    if (typeof mining === 'object') checkInterval(mining.interval, 'mining.interval')
    this.stop()
    this.#mining = mining
    if (typeof mining !== 'object') return
    this.#timer = setInterval(() => void this.#tick(), mining.interval * MS)
    // A program that has nothing else to do ends; a page has no such thing
    const timer = this.#timer as { unref?: () => void }
    timer.unref?.()
  }

  async #tick(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      await this.#mine()
    } finally {
      this.#isBusy = false
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
