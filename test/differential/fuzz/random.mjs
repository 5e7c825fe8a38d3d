/** A generator of random choices that an integer seed fixes on every machine. */
export class Random {
  #state

  /** @param {number} seed its low 32 bits count */
  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** A 32-bit number: SplitMix with 32 bits of state. */
  #next() {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }

  /** An integer in [0, count). */
  below(count) {
    return this.#next() % count
  }

  /** An integer in [first, last]. */
  between(first, last) {
    return first + this.below(last - first + 1)
  }

  /** True with that probability in percent. */
  percent(chance) {
    return this.below(100) < chance
  }

  /**
   * @template T
   * @param {readonly T[]} items not empty
   */
  pick(items) {
    return items[this.below(items.length)]
  }

  /**
   * One of `[weight, item]` pairs, as often as its weight says.
   * @template T
   * @param {readonly (readonly [number, T])[]} pairs
   * @returns {T}
   */
  weighted(pairs) {
    let point = this.below(pairs.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, item] of pairs) {
      if (point < weight) return item
      point -= weight
    }
    throw new RangeError('"pairs" expected a positive weight, got none')
  }

  bytes(size) {
    return Uint8Array.from({ length: size }, () => this.#next() & 0xff)
  }

  word() {
    let word = 0n
    for (let i = 0; i < 8; i++) word = (word << 32n) | BigInt(this.#next())
    return word
  }
}
