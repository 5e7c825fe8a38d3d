/**
 * What rounds have cost, and from that what the next one will: whether all workers would be done
 * with it sooner than one. Only time depends on it, never a result.
 *
 *   gas of the messages ──gasShare──▶ gas they will use ──nsPerGas──▶ µs ──▶ worth sharing?
 *
 * Work is gas used and 1,000 a message (rounds/round-log.ts).
 */

/** Weight of the last rounds in the running means. */
const NEW_WEIGHT = 0.25
/** Compute-bound code takes 0.3 ns a gas, storage 1 to 3, precompiles up to 60. */
const FIRST_NS = 1
/** At first nobody knows what messages use: the first round begins on one thread, and the time of
 * its first half million gas tells whether the rest is shared. */
const FIRST_SHARE = 0

export class RoundCosts {
  #nsAlone: number | undefined
  #nsShared = FIRST_NS
  #gasShare: number | undefined

  /** What part of their gas messages use, as a rule. */
  get gasShare(): number {
    return this.#gasShare ?? FIRST_SHARE
  }

  /** Nanoseconds that work of one gas takes a thread that runs alone. */
  get nsPerGas(): number {
    return this.#nsAlone ?? this.#nsShared
  }

  /** @param offered gas that the messages had @param used what they have used of it */
  noteGas(offered: number, used: number): void {
    if (offered === 0) return
    const share = Math.min(1, used / offered)
    this.#gasShare ??= share
    this.#gasShare += NEW_WEIGHT * (share - this.#gasShare)
  }

  noteAlone(work: number, ms: number): void {
    if (work === 0) return
    const ns = (ms * 1e6) / work
    this.#nsAlone ??= ns
    this.#nsAlone += NEW_WEIGHT * (ns - this.#nsAlone)
  }

  /** The same of one thread's share while others ran theirs, which may slow it down. */
  noteShared(work: number, ms: number): void {
    if (work === 0) return
    this.#nsShared += NEW_WEIGHT * ((ms * 1e6) / work - this.#nsShared)
  }
}

interface Bounds {
  readonly least: number
  readonly first: number
}

/** Of threads that spin, and of such as sleep: waking takes 8 to 65 µs. */
const AWAKE: Bounds = { least: 25, first: 50 }
const ASLEEP: Bounds = { least: 60, first: 150 }
const MOST_US = 20_000
/** A round that took so much of the time that it would have taken one thread was not worth it. */
const LOST = 0.97
const WON = 0.9
const RAISE = 1.25
const LOWER = 0.95
/** Each round that is not shared lowers the bar by so little that trying again costs nothing. */
const FORGET = 0.999

/**
 * The least gain for which a round is shared, learned from what shared rounds have gained. It finds
 * where sharing breaks even on this machine now: a core that others use lifts it, and as long as
 * rounds win it sinks.
 */
export class SharingBar {
  #awake = AWAKE.first
  #asleep = ASLEEP.first

  /** Microseconds that sharing must save, as foreseen. */
  least(isAwake: boolean): number {
    return isAwake ? this.#awake : this.#asleep
  }

  /**
   * @param aloneUs what one thread would have taken, about
   * @param tookUs what all have taken
   */
  noteShared(isAwake: boolean, aloneUs: number, tookUs: number): void {
    if (tookUs > LOST * aloneUs) this.#move(isAwake, RAISE)
    else if (tookUs < WON * aloneUs) this.#move(isAwake, LOWER)
  }

  noteAlone(): void {
    this.#move(true, FORGET)
    this.#move(false, FORGET)
  }

  #move(isAwake: boolean, factor: number): void {
    const { least } = isAwake ? AWAKE : ASLEEP
    const bar = Math.min(MOST_US, Math.max(least, this.least(isAwake) * factor))
    if (isAwake) this.#awake = bar
    else this.#asleep = bar
  }
}
