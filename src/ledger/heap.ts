/** A binary heap: the best of many, over and over. */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #isBetter: (a: T, b: T) => boolean

  constructor(isBetter: (a: T, b: T) => boolean) {
    this.#isBetter = isBetter
  }

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >>> 1
      if (!this.#isBetter(item, items[above]!)) break
      items[at] = items[above]!
      at = above
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const best = items[0]
    const last = items.pop()
    if (items.length === 0 || last === undefined) return best
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= items.length) break
      const right = left + 1
      const isRight = right < items.length && this.#isBetter(items[right]!, items[left]!)
      const below = isRight ? right : left
      if (!this.#isBetter(items[below]!, last)) break
      items[at] = items[below]!
      at = below
    }
    items[at] = last
    return best
  }
}
