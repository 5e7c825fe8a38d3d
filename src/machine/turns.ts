/** One piece of work after the other, in the order in which they were asked for. */

import { EngineDisposedError, throwIfCancelled } from '../base/errors.js'
import { nextTask, orCancelled } from '../base/pulse.js'
import type { CancelSignal } from '../base/types.js'
import { BrokenStateError } from './guard.js'

const CANCELLED = 'the block was cancelled'

export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  /** Begun and not ended. */
  #count = 0
  /** What is to be done before the next turn. */
  readonly #leftovers: (() => Promise<void>)[] = []
  #isOver = false
  #broken: BrokenStateError | undefined

  /** Whether what is asked for now begins at once. */
  get isIdle(): boolean {
    return this.#count === 0 && !this.#isOver && this.#broken === undefined
  }

  /** @param signal heard also while others have their turn */
  take<T>(work: () => Promise<T>, signal?: CancelSignal): Promise<T> {
    if (this.#isOver) return Promise.reject(new EngineDisposedError())
    let isWaiting = true
    const turn = this.#last.then(async () => {
      if (this.#broken !== undefined) throw this.#broken
      throwIfCancelled(signal, CANCELLED)
      isWaiting = false
      try {
        return await work()
      } catch (error) {
        if (error instanceof BrokenStateError) this.#broken = error
        throw error
      }
    })
    this.#count++
    const end = (): void => void this.#count--
    this.#last = turn.then(end, end).then(() => this.#endLeftovers())
    return signal === undefined ? turn : orCancelled(turn, signal, () => isWaiting, CANCELLED)
  }

  /** Work after the present turn, before the next. */
  later(work: () => Promise<void>): void {
    this.#leftovers.push(work)
  }

  /** No work is taken any more. @returns false if that was so; else when all of it has ended */
  async end(): Promise<boolean> {
    if (this.#isOver) return false
    this.#isOver = true
    await this.#last.catch(() => undefined)
    return true
  }

  async #endLeftovers(): Promise<void> {
    if (this.#leftovers.length === 0) return
    // Who has given up hears of it first
    await nextTask()
    try {
      for (const work of this.#leftovers.splice(0)) await work()
    } catch (error) {
      const replay = 'execute the same block on the same state'
      const details = { cause: error }
      this.#broken =
        error instanceof BrokenStateError
          ? error
          : new BrokenStateError('what was cancelled cannot be undone', replay, details)
    }
  }
}
