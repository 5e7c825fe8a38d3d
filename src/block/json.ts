/** Shapes of parsed JSON. */

import { InvalidInputError } from '../errors.js'

export type JsonObject = Readonly<Record<string, unknown>>

/** @throws InvalidInputError naming `field` */
export function asObject(value: unknown, field: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject
  }
  throw invalid(field, 'an object', value)
}

/** @throws InvalidInputError naming `field` */
export function asArray(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw invalid(field, 'a list', value)
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid value', { place: { field }, expected, got })
}
