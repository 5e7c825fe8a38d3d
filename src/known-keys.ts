/**
 * Objects from outside hold no key and no word that nobody reads: a misspelt option is an error
 * that names the right one, not a default that nobody asked for.
 */

import { InvalidInputError } from './errors.js'

/** How many keys an error lists when none is near. */
const MAX_LISTED = 16
/** A longer key is nobody's misspelling, and comparing it would cost its length. */
const MAX_COMPARED_CHARACTERS = 40
/** Edits (insert, delete, replace, swap) up to which a word counts as a misspelling. */
const MAX_EDITS = 2

/**
 * Refuses own enumerable keys that are not known, also such with the value `undefined`.
 * @param field path of the object, as errors name it: `options`, `alloc.0x….storage`; empty at the
 *   top
 * @param what kind of key it is: `option`, `field`
 * @throws InvalidInputError with the path of the key, and the nearest known one
 */
export function checkKeys(
  object: object,
  known: readonly string[],
  field: string,
  what = 'field',
): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue
    throw new InvalidInputError(`unknown ${what}`, {
      place: { field: field === '' ? key : `${field}.${key}` },
      expected: expectation(key, known),
      got: key,
    })
  }
}

/**
 * One of some words.
 * @throws InvalidInputError naming the field, and the nearest word
 */
export function oneOf<Word extends string>(
  value: unknown,
  words: readonly Word[],
  field: string,
  what = 'value',
): Word {
  if (words.includes(value as Word)) return value as Word
  const expected = typeof value === 'string' ? expectation(value, words) : listed(words)
  throw new InvalidInputError(`invalid ${what}`, { place: { field }, expected, got: value })
}

/** What a misspelt word was probably meant to be. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_COMPARED_CHARACTERS) return undefined
  const asked = word.toLowerCase()
  let best: string | undefined
  let bestEdits = MAX_EDITS + 1
  for (const candidate of known) {
    // Three edits of a word of three letters are another word
    const most = Math.min(bestEdits - 1, Math.floor(candidate.length / 2))
    const edits = editsBetween(asked, candidate.toLowerCase(), most)
    if (edits > most) continue
    best = candidate
    bestEdits = edits
  }
  return best
}

function expectation(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near === undefined ? listed(known) : `${listed(known)}; did you mean "${near}"?`
}

function listed(known: readonly string[]): string {
  if (known.length === 0) return 'none'
  const shown = known.slice(0, MAX_LISTED).join(', ')
  const more = known.length - MAX_LISTED
  return more > 0 ? `one of ${shown} and ${more} more` : `one of ${shown}`
}

/** Optimal string alignment distance, or `most + 1` where it is more than `most`. */
function editsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let edits = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) edits = Math.min(edits, beforeLast[j - 2]! + 1)
      row.push(edits)
    }
    beforeLast = last
    last = row
  }
  return Math.min(last[b.length]!, most + 1)
}
