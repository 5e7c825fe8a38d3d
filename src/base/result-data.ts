/**
 * What results are made of: plain objects. All that they say is in their own enumerable properties,
 * so `structuredClone`, spread, `postMessage` and comparisons keep it; what they can do is in
 * properties that nothing copies.
 *
 * `JSON.stringify` of a result has one rule: bigints are decimal strings, as `toString` gives them
 * and as every `Quantity` may be; bytes are 0x-hex; all else is as it is.
 */

import { bytesToHex } from './bytes.js'

/** What Node, Deno and Bun ask an object for before they print it. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** A value that is made when first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** Adds properties that copies, comparisons and lists of keys leave out. */
export function withHidden<T extends object, Hidden extends object>(
  data: T,
  hidden: Hidden,
): T & Hidden {
  for (const name of Reflect.ownKeys(hidden)) {
    const value: unknown = hidden[name as keyof Hidden]
    Object.defineProperty(data, name, { value, enumerable: false })
  }
  return data as T & Hidden
}

/** One object for all: a property costs 0.1 µs, and a block has a million messages. */
const TO_JSON: PropertyDescriptor = {
  value(this: object) {
    return jsonOf({ ...this })
  },
  enumerable: false,
}

/** Lets `JSON.stringify` write an object that has bigints or bytes. @returns the object */
export function jsonable<T extends object>(data: T): T {
  return Object.defineProperty(data, 'toJSON', TO_JSON)
}

/** Prints values where there are getters. */
const SHOW = {
  [INSPECT](this: object) {
    return { ...this }
  },
}

/** Lets `console.log` print what getters give. @returns the object */
export function readable<T extends object>(data: T): T {
  return withHidden(data, SHOW)
}

function jsonOf(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (Array.isArray(value)) return value.map(jsonOf)
  if (value instanceof Map) return jsonOfEntries([...value].map(([key, it]) => [String(key), it]))
  if (typeof value === 'object' && value !== null) return jsonOfEntries(Object.entries(value))
  return value
}

function jsonOfEntries(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries.map(([key, value]) => [key, jsonOf(value)]))
}
