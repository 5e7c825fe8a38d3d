/**
 * The execution witness that Ethereum clients exchange: all that a block reads of the state before
 * it, so that who has no state can execute it. As JSON: `{state, codes, headers, keys?}`, lists of
 * hex. In compact form: a version byte, then the four lists, each a count and its items, each item
 * its size and its bytes; counts and sizes as LEB128.
 */

import { asArray, asKnownObject } from '../base/json.js'
import { EMPTY_BYTES, asBytes, bytesToHex, hexToBytes } from '../base/bytes.js'
import { InvalidWitnessError, countOf, words } from '../base/errors.js'
import { keysOf } from '../base/known-keys.js'
import type { Pulse } from '../base/pulse.js'
import { readOnce } from '../base/read-once.js'
import { jsonable } from '../base/result-data.js'
import type { Hex } from '../base/types.js'

/** What a block reads of the state before it, and the headers that it needs. */
export interface ExecutionWitness {
  /** Nodes of the state trie and of storage tries: RLP, in any order. */
  readonly state: readonly Uint8Array[]
  /** Codes that are run or read, in any order. */
  readonly codes: readonly Uint8Array[]
  /** RLP of the ancestors that BLOCKHASH needs, the parent at least, in any order. */
  readonly headers: readonly Uint8Array[]
  /** Addresses and slots before they are hashed; nothing is read from them. */
  readonly keys?: readonly Uint8Array[] | undefined
}

/** The same with bytes as hex: what `debug_executionWitness` of clients gives. */
export interface ExecutionWitnessJson {
  readonly state: readonly Hex[]
  readonly codes: readonly Hex[]
  readonly headers: readonly Hex[]
  readonly keys?: readonly Hex[]
}

const LISTS = keysOf<ExecutionWitness>()({ state: true, codes: true, headers: true, keys: true })
export const WITNESS_FIELDS: readonly string[] = LISTS

/** Of all items. A block of a hundred million gas can read some 900 MB of codes. */
const MAX_WITNESS_BYTES = 2 ** 30
/** More than the ancestors that BLOCKHASH sees are of no use; each is hashed. */
const MAX_HEADERS = 512
/** An item of a byte takes a hundred in memory; nodes have at least 32 bytes, codes are few. */
const ITEMS_ALWAYS_READ = 2 ** 19
const LEAST_ITEM_BYTES = 32

const VERSION = 1
/** No list of a witness comes near it, and its items could still be counted. */
const MAX_COUNT = 1 << 28
const LEB128_BITS = 7
const LEB128_MORE = 0x80
const MAX_LEB128_BYTES = 5

/** @throws InvalidInputError naming the field */
export function witnessToJson(witness: ExecutionWitness): ExecutionWitnessJson {
  const { codes, headers, keys, state } = readWitness(witness)
  return {
    state: state.map(bytesToHex),
    codes: codes.map(bytesToHex),
    headers: headers.map(bytesToHex),
    ...(keys === undefined ? {} : { keys: keys.map(bytesToHex) }),
  }
}

/**
 * Lists of hex, or of bytes.
 * @throws InvalidInputError naming the field
 */
export function witnessFromJson(json: unknown): ExecutionWitness {
  const witness: Filling = {}
  for (const { count, take } of listsOf(readOnce(json, 'witness'), witness)) {
    for (let i = 0; i < count; i++) take(i)
  }
  return jsonable(witness as ExecutionWitness)
}

/**
 * The same in turns, of what was read once.
 * @throws CancelledError, too
 */
export async function witnessFromJsonInTurns(
  json: unknown,
  pulse: Pulse,
): Promise<ExecutionWitness> {
  const witness: Filling = {}
  for (const { count, take } of listsOf(json, witness)) await pulse.steps(count, take)
  return jsonable(witness as ExecutionWitness)
}

type Filling = { -readonly [Name in keyof ExecutionWitness]?: readonly Uint8Array[] }

/** For each list how many items it has, and what takes one of them over to `witness`. */
function* listsOf(
  json: unknown,
  witness: Filling,
): Generator<{ readonly count: number; readonly take: (i: number) => void }> {
  const fields = asKnownObject(json, LISTS, 'witness')
  for (const name of LISTS) {
    if (name === 'keys' && fields.keys == null) continue
    const given = asArray(fields[name], `witness.${name}`)
    const items: Uint8Array[] = []
    witness[name] = items
    const take = (i: number): void => {
      const item = given[i]
      items.push(
        item instanceof Uint8Array ? item : hexToBytes(item, `witness.${name}[${i}]`),
      )
    }
    yield { count: given.length, take }
  }
}

/** Lists of bytes, and nothing else. */
function readWitness(witness: unknown): ExecutionWitness {
  const fields = asKnownObject(readOnce(witness, 'witness'), LISTS, 'witness')
  for (const name of LISTS) {
    if (name === 'keys' && fields.keys === undefined) continue
    const items = asArray(fields[name], `witness.${name}`)
    items.forEach((item, i) => asBytes(item, `witness.${name}[${i}]`))
  }
  return fields as unknown as ExecutionWitness
}

/** @throws InvalidWitnessError for more than a block can need */
export function checkWitnessSize({ codes, headers, state }: ExecutionWitness): void {
  if (headers.length > MAX_HEADERS) {
    throw invalid('too-large', `at most ${MAX_HEADERS} headers`, headers.length, 'headers')
  }
  let bytes = 0
  for (const list of [state, codes, headers]) for (const { length } of list) bytes += length
  if (bytes <= MAX_WITNESS_BYTES) return
  throw invalid('too-large', `at most ${MAX_WITNESS_BYTES} bytes`, bytes)
}

/**
 * The compact form.
 * @throws InvalidInputError naming the field
 */
export function encodeWitness(witness: ExecutionWitness): Uint8Array {
  const { codes, headers, keys = [], state } = readWitness(witness)
  const lists = [state, codes, headers, keys]
  const size = lists.flat().reduce((sum, item) => sum + item.length + MAX_LEB128_BYTES, 0)
  const bytes = new Uint8Array(1 + size + lists.length * MAX_LEB128_BYTES)
  bytes[0] = VERSION
  let at = 1
  const writeNumber = (value: number): void => {
    let rest = value
    for (; rest >= LEB128_MORE; rest >>>= LEB128_BITS) bytes[at++] = rest | LEB128_MORE
    bytes[at++] = rest
  }
  for (const list of lists) {
    writeNumber(list.length)
    for (const item of list) {
      writeNumber(item.length)
      bytes.set(item, at)
      at += item.length
    }
  }
  return bytes.slice(0, at)
}

/**
 * Reads the compact form. Items are views of `bytes`.
 * @throws InvalidInputError if they are none; InvalidWitnessError `unknown-version`, `truncated`,
 *   `malformed-field`, `too-large`, `trailing-bytes`
 */
export function decodeWitness(bytes: Uint8Array): ExecutionWitness {
  const steps = decodingOf(bytes)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/**
 * The same in turns.
 * @throws CancelledError, too
 */
export async function decodeWitnessInTurns(
  bytes: Uint8Array,
  pulse: Pulse,
): Promise<ExecutionWitness> {
  const steps = decodingOf(bytes)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (pulse.isDue()) await pulse.turn()
  }
}

/** Items between two looks at the clock: 0.2 ms. */
const ITEMS_A_LOOK = 1_024

function* decodingOf(bytes: Uint8Array): Generator<undefined, ExecutionWitness> {
  const own = asBytes(bytes, 'witness')
  if (own.length === 0) throw invalid('truncated', 'a version', EMPTY_BYTES)
  if (own[0] !== VERSION) throw invalid('unknown-version', `version ${VERSION}`, own[0])
  const reader = new Reader(own, 1)
  const state = yield* reader.list('state')
  const codes = yield* reader.list('codes')
  const headers = yield* reader.list('headers')
  const keys = yield* reader.list('keys')
  reader.expectEnd()
  const witness = { state, codes, headers, ...(keys.length === 0 ? {} : { keys }) }
  checkWitnessSize(witness)
  return jsonable(witness)
}

class Reader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  *list(field: string): Generator<undefined, Uint8Array[]> {
    const count = this.#number(field)
    // Each item takes a byte at least: a count alone cannot make us reserve memory
    const left = this.#bytes.length - this.#at
    if (count > left) throw this.#truncated(field)
    const most = ITEMS_ALWAYS_READ + Math.floor(left / LEAST_ITEM_BYTES)
    if (count > most) throw invalid('too-large', `at most ${most} items`, count, field)
    const items: Uint8Array[] = []
    for (let i = 0; i < count; i++) {
      if (i > 0 && i % ITEMS_A_LOOK === 0) yield
      const size = this.#number(`${field}[${i}]`)
      if (size > this.#bytes.length - this.#at) throw this.#truncated(`${field}[${i}]`)
      items.push(this.#bytes.subarray(this.#at, this.#at + size))
      this.#at += size
    }
    return items
  }

  expectEnd(): void {
    const left = this.#bytes.length - this.#at
    if (left === 0) return
    throw invalid('trailing-bytes', 'the end', words(`${countOf(left, 'byte')} more`))
  }

  /** LEB128, in the shortest form. */
  #number(field: string): number {
    let value = 0
    for (let i = 0; i < MAX_LEB128_BYTES; i++) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw this.#truncated(field)
      value += (byte & (LEB128_MORE - 1)) * 2 ** (LEB128_BITS * i)
      if (byte >= LEB128_MORE) continue
      if ((byte === 0 && i > 0) || value > MAX_COUNT) break
      return value
    }
    throw invalid('malformed-field', `a number up to ${MAX_COUNT}`, words('another'), field)
  }

  #truncated(field: string): InvalidWitnessError {
    return invalid('truncated', 'more bytes', this.#bytes, field)
  }
}

function invalid(
  reason: InvalidWitnessError['reason'],
  expected: string,
  got: unknown,
  field = 'witness',
): InvalidWitnessError {
  const details = { place: { field }, expected, got }
  return new InvalidWitnessError(reason, 'witness cannot be read', details)
}
