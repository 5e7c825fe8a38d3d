/**
 * Lets the event loop turn while the calling thread works: timers, sockets and signals get their
 * share, and who waits is told how far the work is. A signal is heard in a turn, so within a pulse
 * and the longest step of the work.
 */

import { CancelledError, throwIfCancelled } from './errors.js'
import type { CancelSignal } from './types.js'

/** A signal has to be heard within 50 ms. A turn takes some 10–100 µs. */
const TURN_EVERY_MS = 15
/** Reading the clock takes 40 ns: so many steps come between two looks at the most. */
const MOST_AT_ONCE = 256
/** Where the steps between two looks take longer, fewer do. */
const LOOK_EVERY_MS = 1

export class Pulse {
  readonly signal: CancelSignal | undefined
  readonly #what: string
  #last = performance.now()
  /** The turns of the step that was taken last, if it has its own. */
  #long: Promise<void> | undefined

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
   * @param take a step; what it leaves must stand a turn of the event loop. One that has turns of
   *   its own returns their promise
   * @returns undefined if no turn was due
   * @throws CancelledError, and what `take` throws, now or in the promise
   */
  steps(count: number, take: Step): Promise<void> | undefined {
    const next = this.#takeUntilDue(0, count, take)
    return next < count || this.#long !== undefined ? this.#resume(next, count, take) : undefined
  }

  /** @returns the step that is next when a turn is due */
  #takeUntilDue(from: number, count: number, take: Step): number {
    let i = from
    let most = 1
    for (let before = performance.now(); ;) {
      const end = Math.min(i + most, count)
      while (i < end) {
        const long = take(i++)
        if (typeof long !== 'object') continue
        this.#long = long
        return i
      }
      const now = performance.now()
      if (i >= count || now - this.#last > TURN_EVERY_MS) return i
      if (now - before > LOOK_EVERY_MS) most = Math.max(1, most >> 1)
      else if (most < MOST_AT_ONCE) most <<= 1
      before = now
    }
  }

  async #resume(from: number, count: number, take: Step): Promise<void> {
    for (let i = from; ; i = this.#takeUntilDue(i, count, take)) {
      const long = this.#long
      this.#long = undefined
      await long
      if (i >= count && this.#long === undefined) return
      if (this.isDue()) await this.turn()
    }
  }
}

type Step = (index: number) => Promise<void> | void

/** The same promise, but that a signal is heard while the work has not begun. */
export function orCancelled<T>(
  turn: Promise<T>,
  signal: CancelSignal,
  isWaiting: () => boolean,
  what: string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      if (isWaiting()) reject(new CancelledError(what, { cause: signal.reason }))
    }
    const leave = (): void => signal.removeEventListener('abort', stop)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    turn.then(resolve, reject).then(leave, leave)
  })
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
