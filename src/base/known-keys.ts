/**
 * Objects from outside hold no key and no word that nobody reads: a misspelt option is an error
 * that names the right one, not a default that nobody asked for.
 */

import { InvalidInputError } from './errors.js'

/** How many keys an error lists when none is near. */
const MAX_LISTED = 16
/** A longer key is nobody's misspelling, and comparing it would cost its length. */
const MAX_COMPARED_CHARACTERS = 40
/** Fewer letters begin too many words. */
const MIN_PREFIX = 3
/** Edits (insert, delete, replace, swap) up to which a word counts as a misspelling. */
const MAX_EDITS = 2

/**
 * The keys of a type, kept complete by the compiler: `keysOf<Options>()({ workers: true, … })`.
 * Written beside the type, so that a new field is not refused where the type has it.
 */
export function keysOf<T>(): (
  keys: Readonly<Record<keyof T, true>>,
) => readonly (keyof T & string)[] {
  return (keys) => Object.keys(keys) as (keyof T & string)[]
}

/**
 * Refuses own enumerable keys that are not known, also such with the value `undefined`.
 * @param field path of the object, as errors name it: `options`, `alloc.0x….storage`; empty at the
 *   top
 * @param what kind of key it is: `option`, `field`
 * @param meant what keys that other programs use are called here
 * @throws InvalidInputError with the path of the key, and the nearest known one
 */
export function checkKeys(
  object: object,
  known: readonly string[],
  field: string,
  what = 'field',
  meant: Readonly<Record<string, string>> = {},
): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue
    throw new InvalidInputError(`unknown ${what}`, {
      place: { field: field === '' ? key : `${field}.${key}` },
      expected: expectation(key, known, Object.hasOwn(meant, key) ? meant[key] : undefined),
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
  return best ?? sharingStart(asked, known)
}

/** `baseFee` for `baseFeePerGas`, if it is the only one. */
function sharingStart(asked: string, known: readonly string[]): string | undefined {
  const found = known.filter((candidate) => {
    const [short, long] = [asked, candidate.toLowerCase()].sort((a, b) => a.length - b.length)
    return short!.length >= MIN_PREFIX && long!.startsWith(short!)
  })
  return found.length === 1 ? found[0] : undefined
}

function expectation(
  word: string,
  known: readonly string[],
  near = nearest(word, known),
): string {
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
