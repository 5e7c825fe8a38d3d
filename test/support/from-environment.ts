/** How much a test does: small by default, as much as an environment variable says otherwise. */

/** A count, or the first of a row of seeds. */
export function fromEnvironment(name: string, standard: number): number {
  const text = process.env[name]
  if (text === undefined || text === '') return standard
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new RangeError(`${name}: expected a count, got "${text}"`)
}

/** `count` seeds from the first on, in portions that are one test each. */
export function portionsOfSeeds(first: number, count: number, size: number): number[][] {
  const portions: number[][] = []
  for (let start = 0; start < count; start += size) {
    const length = Math.min(size, count - start)
    portions.push(Array.from({ length }, (_, i) => first + start + i))
  }
  return portions
}
