/**
 * What is handed in, read once and before anything is done with it: no later look, behind an await
 * or through a getter, finds something else than what was checked.
 */

import { ActorEvmError, InvalidInputError } from './errors.js'
import type { Pulse } from './pulse.js'

/** Longer lists only pretend: a list with nothing in it has any length, and so has a proxy. */
const MAX_ITEMS = 2 ** 24
/** Deeper than anything that is read: blocks, transactions, access lists, their keys. */
const MAX_DEPTH = 12
/** A signal is looked at again and again, and may be anybody's object. */
const LIVE = 'signal'
/** Values between two looks at the clock, and bytes that take as long to copy as a value. */
const WORK_A_LOOK = 128
const BYTES_A_STEP = 1_024
const NONE: readonly string[] = []

/**
 * A copy of plain objects, lists and bytes. All else stays what it is: who expects something plain
 * refuses it.
 * @param field name of the value in errors
 * @throws InvalidInputError for what cannot be read (getters and proxies that throw, bytes that are
 *   detached), and for lists with holes
 */
export function readOnce<T>(value: T, field: string): T {
  if (typeof value !== 'object' || value === null) return value
  const reader = new OnceReader(value, field)
  reader.readUntil(() => false)
  return reader.copy
}

/**
 * The same in turns: what is not large is read when this returns; the rest, when the promise is
 * kept.
 * Each value is read once, whenever that is.
 * @param pulseOf is given the copy, whose `signal` is there
 * @throws InvalidInputError, also in the promise; CancelledError in the promise
 */
export function readOnceInTurns<T>(
  value: T,
  field: string,
  pulseOf: (copy: T) => Pulse,
): Reading<T> {
  const reader = new OnceReader(value, field)
  const { copy } = reader
  const pulse = pulseOf(copy)
  const isDue = (): boolean => pulse.isDue()
  if (reader.readUntil(isDue)) return { copy, isRead: undefined }
  const resume = async (): Promise<void> => {
    do await pulse.turn()
    while (!reader.readUntil(isDue))
  }
  const isRead = resume()
  // Who waits for other work first hears of it later
  isRead.catch(() => undefined)
  return { copy, isRead }
}

export interface Reading<T> {
  readonly copy: T
  /** Where there is more to read: kept when all is. */
  readonly isRead: Promise<void> | undefined
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
    throw asUnreadable(cause, path)
  }
}

function asUnreadable(cause: unknown, path: readonly string[]): ActorEvmError {
  if (cause instanceof ActorEvmError) return cause
  const place = { field: path.join('.') }
  return new InvalidInputError('invalid value', { place, expected: 'what can be read', cause })
}

/** A list or object that is being copied. */
interface Level {
  /** Of a list; the values of an object are in `copy`, but not yet copied. */
  readonly list: readonly unknown[] | undefined
  readonly copy: unknown
  /** Of an object: those of its fields that are objects. */
  readonly keys: readonly string[]
  readonly length: number
  next: number
}

type Fields = Record<string, unknown>

class OnceReader<T> {
  readonly copy: T
  readonly #field: string
  readonly #levels: Level[] = []
  /** A value that is there a thousand times is read once. */
  readonly #copies = new Map<object, unknown>()
  /** The key that is being read. */
  #key: string | undefined
  #untilLook = WORK_A_LOOK

  constructor(value: T, field: string) {
    this.#field = field
    this.copy = this.#guard(() => (isObject(value) ? this.#enter(value) : value)) as T
  }

  /** @returns whether all is read */
  readUntil(isDue: () => boolean): boolean {
    return this.#guard(() => {
      const levels = this.#levels
      while (levels.length > 0) {
        const level = levels[levels.length - 1]!
        if (level.next === level.length) levels.pop()
        else if (level.list !== undefined) this.#readItem(level.list, level)
        else this.#readField(level)
        if (--this.#untilLook > 0) continue
        this.#untilLook = WORK_A_LOOK
        if (isDue()) return levels.length === 0
      }
      return true
    })
  }

  #readItem(list: readonly unknown[], level: Level): void {
    const i = level.next++
    // Holes are skipped by map, and read as undefined by others
    if (!(i in list)) throw unreadable(this.#path, 'a value', undefined)
    const value = list[i]
    ;(level.copy as unknown[]).push(isObject(value) ? this.#enter(value) : value)
  }

  #readField(level: Level): void {
    const key = level.keys[level.next++]!
    const fields = level.copy as Fields
    write(fields, key, this.#enter(fields[key] as object))
  }

  /** The copy of an object, or what will be it. */
  #enter(value: object): unknown {
    const known = this.#copies.get(value)
    if (known !== undefined) return known
    if (value instanceof Uint8Array) {
      // Throws where the class is all that bytes have in common with it
      const bytes = new Uint8Array(value)
      this.#untilLook -= bytes.length / BYTES_A_STEP
      this.#copies.set(value, bytes)
      return bytes
    }
    if (this.#levels.length >= MAX_DEPTH) return value
    if (Array.isArray(value)) return this.#enterList(value)
    return isPlain(value) ? this.#enterObject(value) : value
  }

  #enterList(list: readonly unknown[]): unknown[] {
    const { length } = list
    if (length > MAX_ITEMS) throw unreadable(this.#path, `at most ${MAX_ITEMS} values`, length)
    const copy: unknown[] = []
    this.#copies.set(list, copy)
    this.#levels.push({ list, copy, keys: NONE, length, next: 0 })
    return copy
  }

  #enterObject(object: object): Fields {
    const copy: Fields = {}
    let keys: string[] | undefined
    for (const key of Object.keys(object)) {
      this.#key = key
      const value = (object as Readonly<Fields>)[key]
      write(copy, key, value)
      if (isObject(value) && key !== LIVE) (keys ??= []).push(key)
    }
    this.#key = undefined
    this.#copies.set(object, copy)
    if (keys !== undefined) {
      this.#levels.push({ list: undefined, copy, keys, length: keys.length, next: 0 })
    }
    return copy
  }

  #guard<R>(read: () => R): R {
    try {
      return read()
    } catch (cause) {
      throw asUnreadable(cause, this.#path)
    }
  }

  get #path(): string[] {
    const at = this.#levels.map(({ list, keys, next }) => {
      return list === undefined ? keys[next - 1]! : `${next - 1}`
    })
    return [this.#field, ...at, ...(this.#key === undefined ? [] : [this.#key])]
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function write(fields: Fields, key: string, value: unknown): void {
  if (key !== '__proto__') fields[key] = value
  else Object.defineProperty(fields, key, { value, enumerable: true, configurable: true })
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
  if (prototype === Object.prototype || prototype === null) return true
  return Object.hasOwn(prototype, 'isPrototypeOf')
}

function unreadable(path: readonly string[], expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid value', { place: { field: path.join('.') }, expected, got })
}
