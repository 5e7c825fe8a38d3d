/** Pseudo-random numbers that depend on the seed alone: SplitMix64 (Steele, Lea, Flood, 2014). */
export class Random {
  #state

  /** @param {number | bigint} seed its low 64 bits count */
  constructor(seed) {
    this.#state = BigInt.asUintN(64, BigInt(seed))
  }

  /** A 64-bit number. */
  next() {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n)
    let z = this.#state
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
    return z ^ (z >> 31n)
  }

  /** An integer in [0, bound). */
  below(bound) {
    return Number(this.next() % BigInt(bound))
  }

  /** A BigInt in [low, high]. */
  between(low, high) {
    return low + (this.next() % (high - low + 1n))
  }

  /** One of a non-empty array. */
  pick(array) {
    return array[this.below(array.length)]
  }

  /** One of `[weight, value]` pairs, as often as its weight says. */
  pickWeighted(pairs) {
    let point = this.below(pairs.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, value] of pairs) {
      if (point < weight) return value
      point -= weight
    }
    throw new RangeError('"pairs" expected a positive weight, got none')
  }
}
