/** Sorting what is too much to be sorted between two turns of the event loop. */

import type { Pulse } from './pulse.js'

/** Sorted at once: 1 ms. */
const RUN = 2_048

/**
 * A merge sort.
 * @returns the items in order; the given list may be used up
 * @throws CancelledError
 */
export async function sortInTurns<T>(
  items: T[],
  compare: (a: T, b: T) => number,
  pulse: Pulse,
): Promise<T[]> {
  if (items.length <= RUN) return items.sort(compare)
  let from: T[] = []
  for (let low = 0; low < items.length; low += RUN) {
    for (const item of items.slice(low, low + RUN).sort(compare)) from.push(item)
    if (pulse.isDue()) await pulse.turn()
  }
  let to = items
  for (let width = RUN; width < items.length; width *= 2) {
    for (let low = 0; low < items.length; low += 2 * width) {
      await mergeInTurns(from, to, low, width, compare, pulse)
    }
    ;[from, to] = [to, from]
  }
  return from
}

/** Of `from`, what begins at `low` and what begins `width` after that. */
async function mergeInTurns<T>(
  from: readonly T[],
  to: T[],
  low: number,
  width: number,
  compare: (a: T, b: T) => number,
  pulse: Pulse,
): Promise<void> {
  const middle = Math.min(low + width, from.length)
  const high = Math.min(low + 2 * width, from.length)
  let a = low
  let b = middle
  const merging = pulse.steps(high - low, (i) => {
    const takesA = b === high || (a < middle && compare(from[a]!, from[b]!) <= 0)
    to[low + i] = takesA ? from[a++]! : from[b++]!
  })
  if (merging !== undefined) await merging
}
