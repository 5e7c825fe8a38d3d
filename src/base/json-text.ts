/** JSON as text: of two equal keys `JSON.parse` keeps the last without a word, and this none. */

import { InvalidInputError } from './errors.js'

/**
 * @param what is read, in words: `scenario`
 * @throws InvalidInputError that says where it ends to be JSON, or which key is there twice
 */
export function parseJsonText(text: string, what: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidInputError(`${what} is not JSON: ${reason}`, { cause })
  }
  const field = keyThereTwice(text)
  if (field === undefined) return value
  throw new InvalidInputError(`${what} has one key twice`, {
    place: { field },
    expected: 'each key of an object once',
  })
}

/** @param text valid JSON */
function keyThereTwice(text: string): string | undefined {
  /** Keys of the objects around, and nothing for a list. */
  const around: (Set<string> | undefined)[] = []
  let isKeyNext = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '"') {
      const end = endOfString(text, i)
      if (isKeyNext) {
        const key = JSON.parse(text.slice(i, end + 1)) as string
        const keys = around.at(-1)!
        if (keys.has(key)) return key
        keys.add(key)
      }
      isKeyNext = false
      i = end
    } else if (character === '{' || character === '[') {
      isKeyNext = character === '{'
      around.push(isKeyNext ? new Set() : undefined)
    } else if (character === '}' || character === ']') {
      around.pop()
    } else if (character === ',') {
      isKeyNext = around.at(-1) !== undefined
    }
  }
  return undefined
}

/** Index of the quote that ends the string which begins with the one at `start`. */
function endOfString(text: string, start: number): number {
  let end = start
  for (;;) {
    end = text.indexOf('"', end + 1)
    let escapes = 0
    while (text[end - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return end
  }
}
