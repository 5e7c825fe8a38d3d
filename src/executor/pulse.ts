/**
 * Lets the event loop turn while the coordinator works: timers, sockets and abort signals get their
 * share, and who waits is told how far the work is.
 */

/** Short enough for a person, long enough to cost nothing: a turn takes some 10–1,000 µs. */
const TURN_EVERY_MS = 50

export class Pulse {
  #last = performance.now()

  /** Whether it is time for a turn. */
  isDue(): boolean {
    return performance.now() - this.#last > TURN_EVERY_MS
  }

  async turn(): Promise<void> {
    await nextTask()
    this.#last = performance.now()
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
