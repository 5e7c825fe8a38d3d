/** A generator of random choices that an integer seed fixes on every machine. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** A Weyl sequence with a 32-bit mixer behind it. */
  private next(): number {
    this.state = this.state + 0x9e3779b9 >>> 0
    let x = this.state
    x = Math.imul(x ^ x >>> 16, 0x21f0aaad)
    x = Math.imul(x ^ x >>> 15, 0x735a2d97)
    return (x ^ x >>> 15) >>> 0
  }

  /** From 0 to `count - 1`. */
  below(count: number): number {
    return this.next() % count
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  /** True with that probability in percent. */
  percent(chance: number): boolean {
    return this.below(100) < chance
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  /** One of the items, each as likely as its weight is large. */
  weighted<T>(items: readonly (readonly [number, T])[]): T {
    let rest = this.below(items.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, item] of items) {
      if (rest < weight) return item
      rest -= weight
    }
    throw new Error('no items')
  }

  word(): bigint {
    let word = 0n
    for (let i = 0; i < 8; i++) word = word << 32n | BigInt(this.next())
    return word
  }
}
