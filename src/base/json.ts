/** Shapes of parsed JSON. */

import { InvalidInputError } from './errors.js'
import { checkKeys } from './known-keys.js'
import { isPlain } from './read-once.js'

export { asArray } from './read-once.js'

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * An object as JSON has it, or as a literal writes it: what lists its own keys. A Map, a typed
 * array or an instance of a class would seem to have none of the fields that somebody meant.
 * @throws InvalidInputError naming `field`
 */
export function asObject(value: unknown, field: string): JsonObject {
  if (typeof value === 'object' && value !== null && isPlain(value)) return value as JsonObject
  throw invalid(field, 'an object', value)
}

/**
 * An object without keys that nobody reads.
 * @param what kind of key it is, for errors
 * @throws InvalidInputError naming `field` or the key
 */
export function asKnownObject(
  value: unknown,
  known: readonly string[],
  field: string,
  what?: string,
): JsonObject {
  const object = asObject(value, field)
  checkKeys(object, known, field, what)
  return object
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid value', { place: { field }, expected, got })
}
