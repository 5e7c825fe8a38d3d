/**
 * What is handed in, read once and before anything is done with it: no later look, behind an await
 * or through a getter, finds something else than what was checked.
 */

import { ActorEvmError, InvalidInputError } from './errors.js'

/** Longer lists only pretend: a list with nothing in it has any length, and so has a proxy. */
const MAX_ITEMS = 2 ** 24
/** Deeper than anything that is read: blocks, transactions, access lists, their keys. */
const MAX_DEPTH = 12
/** A signal is looked at again and again, and may be anybody's object. */
const LIVE = 'signal'

/**
 * A copy of plain objects, lists and bytes. All else stays what it is: who expects something plain
 * refuses it.
 * @param field name of the value in errors
 * @throws InvalidInputError for what cannot be read (getters and proxies that throw, bytes that are
 *   detached), and for lists with holes
 */
export function readOnce<T>(value: T, field: string): T {
  if (typeof value !== 'object' || value === null) return value
  const path = [field]
  return reading(path, () => copy(value, path, new Map())) as T
}

/**
 * Reads what is handed in: what it throws itself becomes an error of ours.
 * @param path where the reader is
 * @throws InvalidInputError
 */
export function reading<T>(path: readonly string[], read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof ActorEvmError) throw cause
    const place = { field: path.join('.') }
    throw new InvalidInputError('invalid value', { place, expected: 'what can be read', cause })
  }
}

/** @param copies of what was met before: a value that is there a thousand times is read once */
function copy(value: unknown, path: string[], copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = copies.get(value)
  if (known !== undefined) return known
  if (value instanceof Uint8Array) {
    // Throws where the class is all that bytes have in common with it
    const bytes = new Uint8Array(value)
    copies.set(value, bytes)
    return bytes
  }
  if (path.length > MAX_DEPTH) return value
  if (Array.isArray(value)) return copyList(value, path, copies)
  return isPlain(value) ? copyObject(value, path, copies) : value
}

function copyList(
  list: readonly unknown[],
  path: string[],
  copies: Map<object, unknown>,
): unknown[] {
  const { length } = list
  if (length > MAX_ITEMS) throw unreadable(path, `at most ${MAX_ITEMS} values`, length)
  const items: unknown[] = []
  copies.set(list, items)
  for (let i = 0; i < length; i++) {
    path.push(`${i}`)
    // Holes are skipped by map, and read as undefined by others
    if (!(i in list)) throw unreadable(path, 'a value', undefined)
    items.push(copy(list[i], path, copies))
    path.pop()
  }
  return items
}

function copyObject(object: object, path: string[], copies: Map<object, unknown>): object {
  const fields: Record<string, unknown> = {}
  copies.set(object, fields)
  for (const key of Object.keys(object)) {
    path.push(key)
    const value = (object as Readonly<Record<string, unknown>>)[key]
    const own = key === LIVE ? value : copy(value, path, copies)
    if (key !== '__proto__') fields[key] = own
    else Object.defineProperty(fields, key, { value: own, enumerable: true })
    path.pop()
  }
  return fields
}

/** @throws InvalidInputError naming `field`; also for a list with holes */
export function asArray(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable([field], 'a list', value)
  if (value.length > MAX_ITEMS) throw unreadable([field], `at most ${MAX_ITEMS} values`, value)
  // As in `readOnce`, which not all values have passed
  for (let i = 0; i < value.length; i++) {
    if (!(i in value)) throw unreadable([`${field}[${i}]`], 'a value', undefined)
  }
  return value
}

/** Objects of another realm (a frame, a test's sandbox) have an Object.prototype of their own. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.hasOwn(prototype, 'isPrototypeOf')
}

function unreadable(path: readonly string[], expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid value', { place: { field: path.join('.') }, expected, got })
}
