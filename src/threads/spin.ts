/**
 * Spinning before sleeping. Seeing a word change takes 0.5 µs, waking a thread 8 to 65 µs, on a
 * busy machine more. But where there are fewer free cores than threads, who spins takes time from
 * the one it waits for.
 */

/** Reading the clock costs more than looking at the word. */
const LOOKS_PER_CLOCK = 64

/** Longer than what the coordinator does alone between two middling rounds, and than a turn of its
 * event loop. */
const LONG_US = 400
const SHORT_US = 5
/** The coordinator waits in its spin for half as long as it has worked, and for that at least. */
const LEAST_PATIENCE_US = 30
/** Weight of the last wait in the share of those that ended in the spin, and the least such share.
 * With free cores it is above 0.95, where others compete for them below 0.4 (measured). */
const NEW_WEIGHT = 1 / 8
const LEAST_SHARE = 0.6
/** Rounds without long spins before they are tried again: twice as many each time. */
const FIRST_REST = 16
const LAST_REST = 1_024
/** Rounds after which it was right to try. */
const GOOD_RUN = 64

/** @returns whether it was over in time */
export function spinFor(microseconds: number, isOver: () => boolean): boolean {
  if (isOver()) return true
  if (microseconds === 0) return false
  const end = performance.now() + microseconds / 1000
  do {
    for (let i = 0; i < LOOKS_PER_CLOCK; i++) if (isOver()) return true
  } while (performance.now() < end)
  return false
}

/**
 * The coordinator's waits at the barrier, from which it learns how long all threads shall spin.
 * None could learn it alone: who waits for one that sleeps had better sleep, too, and so all would
 * for ever.
 */
export class SpinPolicy {
  readonly #isAllowed: boolean
  #shareInTime = 1
  #roundsOfRest = 0
  #nextRest = FIRST_REST
  #run = 0

  /** @param isAllowed whether there is a core for every thread */
  constructor(isAllowed: boolean) {
    this.#isAllowed = isAllowed
  }

  /** How long workers shall spin for the next round. */
  get workersMicroseconds(): number {
    if (!this.#isAllowed) return 0
    return this.#roundsOfRest > 0 ? SHORT_US : LONG_US
  }

  /**
   * Spins until `isOver`.
   * @param shareMs what the calling thread has taken for its own share of the job
   * @returns whether it was over in time
   */
  spin(shareMs: number, isOver: () => boolean): boolean {
    if (!this.#isAllowed) return isOver()
    if (this.#roundsOfRest > 0) {
      this.#roundsOfRest--
      return spinFor(SHORT_US, isOver)
    }
    const patience = Math.max(LEAST_PATIENCE_US, shareMs * 500)
    const isInTime = spinFor(Math.min(patience, LONG_US), isOver)
    this.#learn(isInTime)
    return isInTime
  }

  #learn(isInTime: boolean): void {
    this.#shareInTime += NEW_WEIGHT * ((isInTime ? 1 : 0) - this.#shareInTime)
    this.#run++
    if (this.#run === GOOD_RUN) this.#nextRest = FIRST_REST
    if (this.#shareInTime >= LEAST_SHARE) return
    this.#shareInTime = 1
    this.#run = 0
    this.#roundsOfRest = this.#nextRest
    this.#nextRest = Math.min(2 * this.#nextRest, LAST_REST)
  }
}
