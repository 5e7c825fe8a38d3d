/**
 * Recursive Length Prefix, Yellow Paper appendix B. There is exactly one valid encoding of every
 * item, and only that one is accepted: what decodes, encodes to the same bytes again.
 *
 * Two ways in: `decodeRlp` makes the whole tree; `splitRlpList` goes one level deep and keeps each
 * item's encoding, for formats that hash or store an item as it came. Both are linear in the
 * input, copy nothing (items are views of it) and never recurse on its depth.
 */

import { EMPTY_BYTES, bigIntToMinimalBytes, bytesToBigInt } from '../base/bytes.js'
import { InvalidRlpError, countOf, words, type ErrorPlace } from '../base/errors.js'
import type { Pulse } from '../base/pulse.js'

/** A decoded item: a byte string or a list. Byte strings are views of the decoded bytes. */
export type RlpItem = Uint8Array | readonly RlpItem[]

/** What can be encoded: integers are written big-endian without leading zeros. */
export type RlpInput = Uint8Array | bigint | number | readonly RlpInput[]

/** Blocks nest 6 deep. Far above, and far below what would overflow a stack. */
export const MAX_RLP_DEPTH = 256

const SHORT_STRING = 0x80
const LONG_STRING = 0xb7
const SHORT_LIST = 0xc0
const LONG_LIST = 0xf7
/** Payloads up to this size have their length in the prefix byte itself. */
const MAX_SHORT_BYTES = 55

/** 1 ms. */
const ITEMS_A_LOOK = 4_096

/** The extent of one item. A decode reuses a single one, so that prefixes allocate nothing. */
interface Extent {
  isList: boolean
  payloadStart: number
  end: number
}

/**
 * Decodes exactly one item that fills `bytes`.
 * @param maxItems an item of one byte takes a hundred in memory: more than so many are refused
 * @throws InvalidRlpError with the byte offset
 */
export function decodeRlp(
  bytes: Uint8Array,
  place?: ErrorPlace,
  maxItems = Infinity,
): RlpItem {
  const walk = beginWalk(bytes, place)
  return walk.isDone ? walk.root : resume(walk, bytes, place, maxItems, Infinity)!
}

/** The same in turns. @throws CancelledError, too */
export async function decodeRlpInTurns(
  bytes: Uint8Array,
  maxItems: number,
  pulse: Pulse,
): Promise<RlpItem> {
  const walk = beginWalk(bytes)
  if (walk.isDone) return walk.root
  for (let most = ITEMS_A_LOOK; ; most += ITEMS_A_LOOK) {
    const root = resume(walk, bytes, undefined, maxItems, most)
    if (root !== undefined) return root
    if (pulse.isDue()) await pulse.turn()
  }
}

/** How far the decoding of a list has come. */
interface Walk {
  readonly isDone: boolean
  readonly root: RlpItem
  readonly lists: RlpItem[][]
  readonly ends: number[]
  at: number
  count: number
}

function beginWalk(bytes: Uint8Array, place?: ErrorPlace): Walk {
  const extent: Extent = { isList: false, payloadStart: 0, end: 0 }
  readWhole(bytes, extent, place)
  const { end, isList, payloadStart: at } = extent
  const list: RlpItem[] = []
  const root = isList ? list : bytes.subarray(at, end)
  return { isDone: !isList, root, lists: [list], ends: [end], at, count: 1 }
}

/** @returns the root when all is decoded, undefined after `most` items */
function resume(
  walk: Walk,
  bytes: Uint8Array,
  place: ErrorPlace | undefined,
  maxItems: number,
  most: number,
): RlpItem | undefined {
  const { ends, lists } = walk
  const extent: Extent = { isList: false, payloadStart: 0, end: 0 }
  let list = lists[lists.length - 1]!
  let end = ends[ends.length - 1]!
  let { at } = walk
  for (let { count } = walk; ; count++) {
    while (at === end) {
      lists.pop()
      ends.pop()
      if (lists.length === 0) return walk.root
      list = lists[lists.length - 1]!
      end = ends[ends.length - 1]!
    }
    if (count > most) {
      walk.at = at
      walk.count = count
      return undefined
    }
    if (count > maxItems) throw tooMany(at, place, maxItems)
    readExtent(bytes, at, end, extent, place)
    if (!extent.isList) {
      list.push(bytes.subarray(extent.payloadStart, extent.end))
      at = extent.end
      continue
    }
    if (lists.length === MAX_RLP_DEPTH) {
      throw fail('too-deep', at, place, `at most ${MAX_RLP_DEPTH} levels of lists`)
    }
    const inner: RlpItem[] = []
    list.push(inner)
    lists.push(inner)
    ends.push(extent.end)
    list = inner
    end = extent.end
    at = extent.payloadStart
  }
}

/**
 * The encodings of the items of the one list that fills `bytes`. Each is checked to its own
 * extent, not inside.
 * @param maxItems more are refused
 * @throws InvalidRlpError with the byte offset
 */
export function splitRlpList(
  bytes: Uint8Array,
  place?: ErrorPlace,
  maxItems = Infinity,
): Uint8Array[] {
  const extent: Extent = { isList: false, payloadStart: 0, end: 0 }
  readWhole(bytes, extent, place)
  if (!extent.isList) throw fail('unexpected-bytes', 0, place, 'a list', words('a byte string'))
  const items: Uint8Array[] = []
  const { end } = extent
  for (let at = extent.payloadStart; at < end; at = extent.end) {
    if (items.length === maxItems) throw tooMany(at, place, maxItems)
    readExtent(bytes, at, end, extent, place)
    items.push(bytes.subarray(at, extent.end))
  }
  return items
}

/** Whether an encoded item (from `splitRlpList`, so never empty) is a list. */
export function isRlpList(encoding: Uint8Array): boolean {
  return encoding[0]! >= SHORT_LIST
}

/** What the first pass finds and the second uses, each in the order in which it is met. */
interface Plan {
  /** Payload sizes of the lists. */
  readonly sizes: number[]
  nextSize: number
  /** The bytes of the integers. */
  readonly integers: Uint8Array[]
  nextInteger: number
}

/** Encodes in one pass for the sizes and one for the bytes. */
export function encodeRlp(input: RlpInput): Uint8Array {
  const plan: Plan = { sizes: [], nextSize: 0, integers: [], nextInteger: 0 }
  const bytes = new Uint8Array(measure(input, plan, 0))
  write(input, bytes, 0, plan)
  return bytes
}

/** The payload of a list of already encoded items, with its prefix: the inverse of splitting. */
export function joinRlpList(encodings: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const encoding of encodings) size += encoding.length
  const bytes = new Uint8Array(prefixBytes(size) + size)
  let at = writePrefix(bytes, 0, SHORT_LIST, size)
  for (const encoding of encodings) {
    bytes.set(encoding, at)
    at += encoding.length
  }
  return bytes
}

/**
 * Reads the fields of one decoded list in order, naming them in errors. `source` is what was
 * decoded: items are views of it, which gives their byte offsets.
 */
export class RlpFields {
  readonly #source: Uint8Array
  readonly #items: readonly RlpItem[]
  #next = 0

  constructor(source: Uint8Array, item: RlpItem, field: string) {
    this.#source = source
    if (item instanceof Uint8Array) {
      const got = words('a byte string')
      throw fail('unexpected-bytes', this.#offset(item), { field }, 'a list', got)
    }
    this.#items = item
  }

  get length(): number {
    return this.#items.length
  }

  /** The list has one of these numbers of fields, or it is refused. */
  expectCount(field: string, ...counts: readonly number[]): void {
    if (counts.includes(this.length)) return
    const expected = `${counts.join(' or ')} fields`
    throw fail('wrong-field-count', this.#offset(this.#items), { field }, expected, this.length)
  }

  bytes(field: string): Uint8Array {
    const item = this.#take(field)
    if (item instanceof Uint8Array) return item
    throw fail('unexpected-list', this.#offset(item), { field }, 'a byte string', words('a list'))
  }

  fixedBytes(field: string, length: number): Uint8Array {
    const item = this.bytes(field)
    if (item.length === length) return item
    throw fail('wrong-length', this.#offset(item), { field }, countOf(length, 'byte'), item)
  }

  /** A scalar: at most `maxBytes` bytes, no leading zero. */
  integer(field: string, maxBytes: number): bigint {
    const item = this.bytes(field)
    if (item[0] === 0) {
      throw fail('leading-zero', this.#offset(item), { field }, 'no leading zeros', item)
    }
    if (item.length > maxBytes) {
      const expected = `at most ${countOf(maxBytes, 'byte')}`
      throw fail('too-large', this.#offset(item), { field }, expected, item)
    }
    return bytesToBigInt(item)
  }

  list(field: string): readonly RlpItem[] {
    const item = this.#take(field)
    if (!(item instanceof Uint8Array)) return item
    throw fail('unexpected-bytes', this.#offset(item), { field }, 'a list', words('a byte string'))
  }

  #take(field: string): RlpItem {
    const item = this.#items[this.#next++]
    if (item !== undefined) return item
    const found = words(`only ${countOf(this.length, 'field')}`)
    throw fail('wrong-field-count', this.#offset(this.#items), { field }, 'a field', found)
  }

  /** A list keeps no offset of its own: that of the first byte string in it, or 0. */
  #offset(item: RlpItem): number {
    let first: RlpItem | undefined = item
    while (first !== undefined && !(first instanceof Uint8Array)) first = first[0]
    return first === undefined ? 0 : first.byteOffset - this.#source.byteOffset
  }
}

/** A few that are too short are told by what reads them. */
export const ITEMS_ALWAYS_READ = 64

/** How many items `bytes` may hold, if each takes at least `least` bytes. */
export function mostItems(bytes: Uint8Array, least: number): number {
  return ITEMS_ALWAYS_READ + Math.floor(bytes.length / least)
}

function tooMany(at: number, place: ErrorPlace | undefined, most: number): InvalidRlpError {
  return fail('too-large', at, place, `at most ${most} items`)
}

function readWhole(bytes: Uint8Array, extent: Extent, place?: ErrorPlace): void {
  readExtent(bytes, 0, bytes.length, extent, place)
  if (extent.end === bytes.length) return
  const rest = bytes.length - extent.end
  throw fail('trailing-bytes', extent.end, place, 'the end', words(countOf(rest, 'more byte')))
}

/** Reads the prefix at `at` of an item that must end at or before `limit`. */
function readExtent(
  bytes: Uint8Array,
  at: number,
  limit: number,
  extent: Extent,
  place: ErrorPlace | undefined,
): void {
  if (at >= limit) throw fail('truncated', at, place, 'an item', words('the end'))
  const prefix = bytes[at]!
  extent.isList = prefix >= SHORT_LIST
  if (prefix < SHORT_STRING) {
    extent.payloadStart = at
    extent.end = at + 1
    return
  }
  const shortBase = extent.isList ? SHORT_LIST : SHORT_STRING
  const longBase = extent.isList ? LONG_LIST : LONG_STRING
  const start = prefix <= longBase ? at + 1 : at + 1 + prefix - longBase
  const size =
    prefix <= longBase ? prefix - shortBase : readLength(bytes, at + 1, start, limit, place)
  if (size > limit - start) {
    const expected = `${countOf(size, 'byte')} of payload`
    throw fail('truncated', at, place, expected, words(countOf(limit - start, 'byte')))
  }
  if (size === 1 && !extent.isList && bytes[start]! < SHORT_STRING) {
    throw fail('non-canonical', at, place, 'a byte below 0x80 as itself', words('a prefixed byte'))
  }
  extent.payloadStart = start
  extent.end = start + size
}

/** The length of a long item, big-endian in `[at, end)`. */
function readLength(
  bytes: Uint8Array,
  at: number,
  end: number,
  limit: number,
  place: ErrorPlace | undefined,
): number {
  if (end > limit) {
    const expected = `${countOf(end - at, 'byte')} of length`
    throw fail('truncated', at, place, expected, words('the end'))
  }
  if (bytes[at] === 0) throw fail('non-canonical', at, place, 'a length without leading zeros', 0)
  let size = 0
  // 8 bytes of length may pass 2^53; such a value is inexact but still larger than any input
  for (let i = at; i < end; i++) size = size * 256 + bytes[i]!
  if (size <= MAX_SHORT_BYTES) {
    throw fail('non-canonical', at, place, 'the short form for a length below 56', size)
  }
  return size
}

function measure(input: RlpInput, plan: Plan, depth: number): number {
  if (input instanceof Uint8Array) return measureString(input)
  if (typeof input === 'bigint' || typeof input === 'number') {
    const bytes = integerBytes(input)
    plan.integers.push(bytes)
    return measureString(bytes)
  }
  if (depth === MAX_RLP_DEPTH) {
    throw fail('too-deep', 0, undefined, `at most ${MAX_RLP_DEPTH} levels of lists`)
  }
  const slot = plan.sizes.push(0) - 1
  let size = 0
  for (const item of input) size += measure(item, plan, depth + 1)
  plan.sizes[slot] = size
  return prefixBytes(size) + size
}

function measureString(string: Uint8Array): number {
  if (string.length === 1 && string[0]! < SHORT_STRING) return 1
  return prefixBytes(string.length) + string.length
}

/** Returns the offset behind what it wrote. */
function write(input: RlpInput, bytes: Uint8Array, at: number, plan: Plan): number {
  if (typeof input === 'bigint' || typeof input === 'number') {
    return writeString(plan.integers[plan.nextInteger++]!, bytes, at)
  }
  if (input instanceof Uint8Array) return writeString(input, bytes, at)
  let end = writePrefix(bytes, at, SHORT_LIST, plan.sizes[plan.nextSize++]!)
  for (const item of input) end = write(item, bytes, end, plan)
  return end
}

function writeString(string: Uint8Array, bytes: Uint8Array, at: number): number {
  if (string.length === 1 && string[0]! < SHORT_STRING) {
    bytes[at] = string[0]!
    return at + 1
  }
  const start = writePrefix(bytes, at, SHORT_STRING, string.length)
  bytes.set(string, start)
  return start + string.length
}

/** @param base 0x80 for a byte string, 0xc0 for a list */
function writePrefix(bytes: Uint8Array, at: number, base: number, size: number): number {
  if (size <= MAX_SHORT_BYTES) {
    bytes[at] = base + size
    return at + 1
  }
  const lengthBytes = prefixBytes(size) - 1
  bytes[at] = base + MAX_SHORT_BYTES + lengthBytes
  let rest = size
  for (let i = at + lengthBytes; i > at; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return at + 1 + lengthBytes
}

function prefixBytes(size: number): number {
  if (size <= MAX_SHORT_BYTES) return 1
  let bytes = 2
  for (let rest = size; rest >= 256; rest = Math.floor(rest / 256)) bytes++
  return bytes
}

function integerBytes(value: bigint | number): Uint8Array {
  if (value === 0 || value === 0n) return EMPTY_BYTES
  return bigIntToMinimalBytes(BigInt(value))
}

function fail(
  reason: InvalidRlpError['reason'],
  offset: number,
  place: ErrorPlace | undefined,
  expected: string,
  got?: unknown,
): InvalidRlpError {
  const details = got === undefined ? { place, expected } : { place, expected, got }
  return new InvalidRlpError(reason, offset, 'RLP cannot be decoded', details)
}
