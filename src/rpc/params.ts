/**
 * Parameters of requests, read as geth reads them: with its rules and in its words, which programs
 * have come to know.
 */

import { UINT64_LIMIT, UINT256_LIMIT, hexToBytes } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import type { BlockName } from '../ledger/types.js'
import { invalidParams, type RpcError } from './rpc-error.js'

/** What is wrong with a value, without the place of the parameter. */
export class BadValue extends Error {
  /** A value of the wrong kind: then geth names the type that it wanted, and the field. */
  readonly type: string | undefined

  constructor(message: string, type?: string) {
    super(message)
    this.type = type
  }
}

/** @throws BadValue */
export type Reader<T> = (value: unknown) => T

/** A parameter that may be missing or null. */
export interface Optional<T> {
  readonly read: Reader<T>
  readonly isOptional: true
}

type Param = Reader<unknown> | Optional<unknown>
type ValueOf<P> =
  P extends Optional<infer T> ? T | undefined : P extends Reader<infer T> ? T : never
type ValuesOf<P extends readonly Param[]> = { -readonly [I in keyof P]: ValueOf<P[I]> }

export function optional<T>(read: Reader<T>): Optional<T> {
  return { read, isOptional: true }
}

/** @throws RpcError */
export function readParams<const P extends readonly Param[]>(
  values: readonly unknown[],
  params: P,
): ValuesOf<P> {
  if (values.length > params.length) {
    throw invalidParams(`too many arguments, want at most ${params.length}`)
  }
  const read = params.map((param, i) => {
    const isOptional = typeof param !== 'function'
    const value = values[i]
    if (isOptional && value == null) return undefined
    if (value === undefined) throw missing(i)
    try {
      return (isOptional ? param.read : param)(value)
    } catch (error) {
      throw asParamError(error, i)
    }
  })
  return read as ValuesOf<P>
}

function missing(i: number): RpcError {
  return invalidParams(`missing value for required argument ${i}`)
}

function asParamError(error: unknown, i: number): unknown {
  if (!(error instanceof BadValue)) return error
  const { message, type } = error
  const text =
    type === undefined
      ? message
      : `json: cannot unmarshal ${message} into Go value of type ${type}`
  return invalidParams(`invalid argument ${i}: ${text}`)
}

const MAX_SHOWN = 100

/** What Go's JSON calls it. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  return typeof value
}

/** Hex digits of a string after its 0x, of a type that geth knows by this name. */
function digitsOf(value: unknown, type: string): string {
  if (typeof value !== 'string') throw new BadValue('non-string', type)
  if (value === '') return ''
  if (!/^0x/i.test(value)) throw new BadValue('hex string without 0x prefix', type)
  const digits = value.slice(2)
  if (digits.length % 2 !== 0) throw new BadValue('hex string of odd length', type)
  return digits
}

function isHex(digits: string): boolean {
  return /^[0-9a-fA-F]*$/.test(digits)
}

function fixed(bytes: number, type: string): Reader<Hex> {
  return (value) => {
    const digits = digitsOf(value, type)
    if (digits.length !== bytes * 2) {
      const want = `want ${bytes * 2} for ${type}`
      throw new BadValue(`hex string has length ${digits.length}, ${want}`)
    }
    if (!isHex(digits)) throw new BadValue('invalid hex string', type)
    return `0x${digits.toLowerCase()}`
  }
}

export const address = fixed(20, 'common.Address')
export const hash = fixed(32, 'common.Hash')

/** Bytes as hex, of any length. */
export const bytes: Reader<Hex> = (value) => {
  const digits = digitsOf(value, 'hexutil.Bytes')
  if (!isHex(digits)) throw new BadValue('invalid hex string', 'hexutil.Bytes')
  return `0x${digits.toLowerCase()}`
}

export const rawBytes: Reader<Uint8Array> = (value) => hexToBytes(bytes(value))

/** @param text without quotes @param type undefined: geth names none */
function number(text: string, type: string | undefined, limit: bigint, range: string): bigint {
  if (text === '') throw new BadValue('empty hex string', type)
  if (!/^0x/i.test(text)) throw new BadValue('hex string without 0x prefix', type)
  const digits = text.slice(2)
  if (digits === '') throw new BadValue('hex string "0x"', type)
  if (digits.length > 1 && digits.startsWith('0')) {
    throw new BadValue('hex number with leading zero digits', type)
  }
  const most = limit.toString(16).length - 1
  if (digits.length > most) throw new BadValue(range, type)
  if (!isHex(digits)) throw new BadValue('invalid hex string', type)
  return BigInt(text)
}

function quantityOf(type: string, limit: bigint, range: string): Reader<bigint> {
  return (value) => {
    if (typeof value !== 'string') throw new BadValue('non-string', type)
    return value === '' ? 0n : number(value, type, limit, range)
  }
}

/** 256 bits. */
export const big = quantityOf('*hexutil.Big', UINT256_LIMIT, 'hex number > 256 bits')
export const uint64 = quantityOf('hexutil.Uint64', UINT64_LIMIT, 'hex number > 64 bits')
export const uint = quantityOf('hexutil.Uint', UINT64_LIMIT, 'hex number > 64 bits')

/** A quantity as hex, as decimal text or as a number. */
export const hexOrDecimal: Reader<bigint> = (value) => {
  const type = 'math.HexOrDecimal64'
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  if (typeof value !== 'string') {
    throw new BadValue(`invalid hex or decimal integer "${shown(value)}"`)
  }
  if (value === '') return 0n
  if (!/^(0x[0-9a-f]+|[0-9]+)$/i.test(value) || value.length > MAX_SHOWN) {
    throw new BadValue(`invalid hex or decimal integer "${value.slice(0, MAX_SHOWN)}"`)
  }
  const read = BigInt(value)
  if (read < UINT64_LIMIT) return read
  throw new BadValue('hex number > 64 bits', type)
}

function shown(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, MAX_SHOWN)
}

export const boolean: Reader<boolean> = (value) => {
  if (typeof value === 'boolean') return value
  throw new BadValue(kindOf(value), 'bool')
}

export const string: Reader<string> = (value) => {
  if (typeof value === 'string') return value
  throw new BadValue(kindOf(value), 'string')
}

/** Any JSON number. */
export const float: Reader<number> = (value) => {
  if (typeof value === 'number') return value
  throw new BadValue(kindOf(value), 'float64')
}

export const integer: Reader<number> = (value) => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  const got = typeof value === 'number' ? `number ${value}` : kindOf(value)
  throw new BadValue(got, 'uint64')
}

export function list<T>(read: Reader<T>, type: string): Reader<T[]> {
  return (value) => {
    if (value === null) return []
    if (!Array.isArray(value)) throw new BadValue(kindOf(value), type)
    return value.map((item) => read(item))
  }
}

export type JsonFields = Readonly<Record<string, unknown>>

/** An object whose fields somebody else reads. @param type as geth calls it */
export function object(type: string): Reader<JsonFields> {
  return (value) => {
    if (value === null) return {}
    if (typeof value === 'object' && !Array.isArray(value)) return value as JsonFields
    throw new BadValue(kindOf(value), type)
  }
}

/** One field of an object; undefined if it is missing or null. @param type the object's */
export function field<T>(
  fields: JsonFields,
  name: string,
  read: Reader<T>,
  type: string,
): T | undefined {
  const value = fields[name]
  if (value == null) return undefined
  try {
    return read(value)
  } catch (error) {
    if (!(error instanceof BadValue) || error.type === undefined) throw error
    const { message, type: wanted } = error
    const where = `Go struct field ${type}.${name}`
    throw new BadValue(`json: cannot unmarshal ${message} into ${where} of type ${wanted}`)
  }
}

const NAMES: readonly string[] = ['earliest', 'latest', 'pending', 'safe', 'finalized']
const INT64_LIMIT = 1n << 63n

/** A number or a name. */
export type BlockNumber = bigint | BlockName

/** As geth's: also what is no string is read as if it were one. */
export const blockNumber: Reader<BlockNumber> = (value) => {
  const text = typeof value === 'string' ? value : shown(value)
  if (NAMES.includes(text)) return text as BlockName
  const read = number(text, undefined, UINT64_LIMIT, 'hex number > 64 bits')
  if (read < INT64_LIMIT) return read
  throw new BadValue('block number larger than int64')
}

/** EIP-1898. */
export type BlockRef =
  | { readonly number: BlockNumber }
  | { readonly hash: Hex; readonly mustBeCanonical: boolean }

const HASH_CHARACTERS = 66

export const blockRef: Reader<BlockRef> = (value) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return readBlockObject(value as JsonFields)
  }
  if (typeof value !== 'string') throw new BadValue(kindOf(value), 'string')
  if (value.length === HASH_CHARACTERS && !NAMES.includes(value)) {
    try {
      return { hash: hash(value), mustBeCanonical: false }
    } catch (error) {
      // Its text alone, as geth reads it there
      throw error instanceof BadValue ? new BadValue(error.message) : error
    }
  }
  if (NAMES.includes(value)) return { number: value as BlockName }
  const read = number(value, undefined, UINT64_LIMIT, 'hex number > 64 bits')
  if (read < INT64_LIMIT) return { number: read }
  throw new BadValue('blocknumber too high')
}

function readBlockObject(fields: JsonFields): BlockRef {
  const type = 'erased'
  const given = field(fields, 'blockNumber', blockNumber, type)
  const blockHash = field(fields, 'blockHash', hash, type)
  const mustBeCanonical = field(fields, 'requireCanonical', boolean, type) ?? false
  if (given !== undefined && blockHash !== undefined) {
    const choose = 'choose one or the other'
    throw new BadValue(`cannot specify both BlockHash and BlockNumber, ${choose}`)
  }
  if (given !== undefined) return { number: given }
  if (blockHash !== undefined) return { hash: blockHash, mustBeCanonical }
  throw new BadValue('must specify either BlockHash or BlockNumber')
}
