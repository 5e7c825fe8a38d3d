/**
 * Lets the event loop turn while the calling thread works: timers, sockets and signals get their
 * share, and who waits is told how far the work is. A signal is heard in a turn, so within a pulse
 * and the longest step of the work.
 */

import { throwIfCancelled } from './errors.js'
import type { CancelSignal } from './types.js'

/** A signal has to be heard within 50 ms. A turn takes some 10–100 µs. */
const TURN_EVERY_MS = 15
/** Reading the clock takes 40 ns. */
const STEPS_A_LOOK = 32

export class Pulse {
  readonly signal: CancelSignal | undefined
  readonly #what: string
  #last = performance.now()

  /** @param what was cancelled, for the error */
  constructor(signal?: CancelSignal, what = 'the block was cancelled') {
    this.signal = signal
    this.#what = what
  }

  /** Whether it is time for a turn. */
  isDue(): boolean {
    return performance.now() - this.#last > TURN_EVERY_MS
  }

  /** @throws CancelledError */
  async turn(): Promise<void> {
    await nextTask()
    this.#last = performance.now()
    throwIfCancelled(this.signal, this.#what)
  }

  /**
   * Takes steps 0 to `count` − 1.
   * @param take a step of some microseconds; what it leaves must stand a turn of the event loop
   * @param stepsALook how many come between two looks at the clock
   * @returns undefined if no turn was due
   * @throws CancelledError, and what `take` throws, now or in the promise
   */
  steps(
    count: number,
    take: (index: number) => void,
    stepsALook = STEPS_A_LOOK,
  ): Promise<void> | undefined {
    for (let i = 0; i < count; ) {
      const end = Math.min(i + stepsALook, count)
      for (; i < end; i++) take(i)
      if (i < count && this.isDue()) return this.#goOn(i, count, take, stepsALook)
    }
    return undefined
  }

  async #goOn(
    from: number,
    count: number,
    take: (index: number) => void,
    stepsALook: number,
  ): Promise<void> {
    for (let i = from; i < count; ) {
      if (this.isDue()) await this.turn()
      const end = Math.min(i + stepsALook, count)
      for (; i < end; i++) take(i)
    }
  }
}

interface ImmediateScope {
  readonly setImmediate?: (callback: () => void) => unknown
}

/** Timers of nested depth are held back for 4 ms by browsers; messages are not. */
export function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as ImmediateScope
  if (setImmediate !== undefined) return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
