/** Times the stages of a block. No result depends on it. */

export class Stopwatch {
  readonly #start = performance.now()
  #last = this.#start

  /** Milliseconds since the last lap, or the start. */
  lap(): number {
    const now = performance.now()
    const ms = now - this.#last
    this.#last = now
    return ms
  }

  total(): number {
    return performance.now() - this.#start
  }
}
