/** A seeded stream of test values (xorshift64*): the same seed gives the same tests everywhere. */
export class Random {
  #state: bigint

  constructor(seed: bigint) {
    this.#state = BigInt.asUintN(64, seed) || 1n
  }

  nextU64(): bigint {
    let x = this.#state
    x ^= x >> 12n
    x = BigInt.asUintN(64, x ^ (x << 25n))
    x ^= x >> 27n
    this.#state = x
    return BigInt.asUintN(64, x * 0x2545f4914f6cdd1dn)
  }

  /** An integer in 0…limit-1, `limit` ≤ 2^32. */
  nextInt(limit: number): number {
    return Number((this.nextU64() >> 32n) % BigInt(limit))
  }

  /** An integer of exactly `bits` random bits, of which the top ones may be zero. */
  nextBits(bits: number): bigint {
    let value = 0n
    for (let i = 0; i < bits; i += 64) value = (value << 64n) | this.nextU64()
    return value & ((1n << BigInt(bits)) - 1n)
  }

  /**
   * A word that finds carries and rare branches: any width, or runs of ones and zeros, or all
   * random.
   */
  nextWord(): bigint {
    const kind = this.nextInt(8)
    if (kind < 3) return this.nextBits(this.nextInt(257))
    if (kind < 5) return this.nextBits(256)
    if (kind === 5) return (1n << BigInt(this.nextInt(256))) - BigInt(this.nextInt(2))
    let word = 0n
    for (let limb = 0; limb < 8; limb++) {
      const digits = [0n, 0xffff_ffffn, 0x8000_0000n, this.nextBits(32)] as const
      word = (word << 32n) | digits[this.nextInt(4) as 0 | 1 | 2 | 3]
    }
    return kind === 6 ? word : BigInt.asUintN(256, ~word + 1n)
  }

  nextBytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let i = 0; i < length; i++) bytes[i] = this.nextInt(256)
    return bytes
  }
}
