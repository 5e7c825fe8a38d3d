/** Block headers from Frontier to Osaka, and with the virtual-block protocol's own field. */

import { ADDRESS_BYTES, HASH_BYTES, asBytes } from '../base/bytes.js'
import {
  InvalidBlockError,
  InvalidInputError,
  InvalidRlpError,
  type ErrorPlace,
} from '../base/errors.js'
import { keysOf } from '../base/known-keys.js'
import { readOnce } from '../base/read-once.js'
import { jsonable } from '../base/result-data.js'
import { asKnownObject } from '../base/json.js'
import { keccak256, type Keccak256 } from './keccak.js'
import { RlpFields, decodeRlp, encodeRlp, type RlpInput } from './rlp.js'

export const LOGS_BLOOM_BYTES = 256
export const HEADER_NONCE_BYTES = 8

/** Hashes and roots are 32 bytes. A field that a fork added is absent in headers before it. */
export interface Header {
  readonly parentHash: Uint8Array
  /** Hash of the list of uncles, `sha3Uncles` in JSON-RPC. */
  readonly unclesHash: Uint8Array
  /** The fee recipient, 20 bytes; `miner` in JSON-RPC. */
  readonly coinbase: Uint8Array
  readonly stateRoot: Uint8Array
  readonly transactionsRoot: Uint8Array
  readonly receiptsRoot: Uint8Array
  /** 256 bytes. */
  readonly logsBloom: Uint8Array
  readonly difficulty: bigint
  readonly number: bigint
  readonly gasLimit: bigint
  readonly gasUsed: bigint
  /** Seconds since 1970. */
  readonly timestamp: bigint
  readonly extraData: Uint8Array
  /** `prevRandao` from Paris on (EIP-4399). */
  readonly mixHash: Uint8Array
  /** 8 bytes, of the proof of work. */
  readonly nonce: Uint8Array
  /** EIP-1559, in wei. */
  readonly baseFeePerGas?: bigint
  /** EIP-4895. */
  readonly withdrawalsRoot?: Uint8Array
  /** EIP-4844. */
  readonly blobGasUsed?: bigint
  /** EIP-4844. */
  readonly excessBlobGas?: bigint
  /** EIP-4788. */
  readonly parentBeaconBlockRoot?: Uint8Array
  /** EIP-7685. */
  readonly requestsHash?: Uint8Array
  /** Commits to the virtual blocks of an actor block; always the last field. */
  readonly virtualBlocksRoot?: Uint8Array
}

export interface HeaderOptions {
  /**
   * Whether the last field is `virtualBlocksRoot`. Left out, it is one that follows all fields of
   * Osaka; headers of earlier forks that carry it can only be told apart by who knows the chain.
   */
  readonly virtualBlocks?: boolean
}

export type HeaderField = keyof Header

/** `fixed` fields have this size, `integer` ones at most; of `bytes` it is not limited. */
export interface HeaderFieldLayout {
  readonly name: HeaderField
  readonly kind: 'fixed' | 'integer' | 'bytes'
  readonly bytes: number
}

const fixed = (name: HeaderField, bytes = HASH_BYTES): HeaderFieldLayout => ({
  name,
  kind: 'fixed',
  bytes,
})
const integer = (name: HeaderField, bytes = 8): HeaderFieldLayout => ({
  name,
  kind: 'integer',
  bytes,
})

/** The order of the encoding. Numbers that clients keep in 64 bits have 8 bytes here too. */
export const HEADER_FIELDS: readonly HeaderFieldLayout[] = [
  fixed('parentHash'),
  fixed('unclesHash'),
  fixed('coinbase', ADDRESS_BYTES),
  fixed('stateRoot'),
  fixed('transactionsRoot'),
  fixed('receiptsRoot'),
  fixed('logsBloom', LOGS_BLOOM_BYTES),
  integer('difficulty', 32),
  integer('number'),
  integer('gasLimit'),
  integer('gasUsed'),
  integer('timestamp'),
  // That it has at most 32 bytes (YP 4.4.4) is checked with the other rules of validity
  { name: 'extraData', kind: 'bytes', bytes: 0 },
  fixed('mixHash'),
  fixed('nonce', HEADER_NONCE_BYTES),
  integer('baseFeePerGas', 32),
  fixed('withdrawalsRoot'),
  integer('blobGasUsed'),
  integer('excessBlobGas'),
  fixed('parentBeaconBlockRoot'),
  fixed('requestsHash'),
]
export const VIRTUAL_BLOCKS_ROOT_FIELD = fixed('virtualBlocksRoot')

const LAYOUT = [...HEADER_FIELDS, VIRTUAL_BLOCKS_ROOT_FIELD]
const HEADER_NAMES = LAYOUT.map(({ name }) => name)
const HEADER_OPTIONS = keysOf<HeaderOptions>()({ virtualBlocks: true })
/** Index of `nonce`: no header has fewer fields. */
const LAST_OF_FRONTIER = 14
/** All fields and 32 bytes of extra data are some 850; old test networks had more of the latter. */
export const MAX_HEADER_BYTES = 8_192

/** Fields of a header up to Berlin, London, Shanghai, Cancun, Prague. */
const FIELD_COUNTS: readonly number[] = [15, 16, 17, 20, 21]

/**
 * Decodes a header by its number of fields. Byte fields are views of `bytes`.
 * @throws InvalidBlockError; when the bytes are not valid RLP, that error is its cause
 */
export function decodeHeader(
  bytes: Uint8Array,
  place: ErrorPlace = {},
  options: HeaderOptions = {},
): Header {
  const own = asBytes(bytes, 'header')
  const at = readOnce(place, 'place')
  const read = readOnce(options, 'options')
  asKnownObject(read, HEADER_OPTIONS, 'options', 'option')
  return asBlockError('header', at, () => {
    checkSize(own, at)
    const fields = new RlpFields(own, decodeRlp(own), 'header')
    const header: Record<string, bigint | Uint8Array> = {}
    for (const { name, kind, bytes: size } of layoutOf(fields.length, at, read)) {
      if (kind === 'integer') header[name] = fields.integer(name, size)
      else header[name] = kind === 'fixed' ? fields.fixedBytes(name, size) : fields.bytes(name)
    }
    return jsonable(header as unknown as Header)
  })
}

/**
 * @throws InvalidBlockError when a field is missing that others of its fork, or later, need;
 *   InvalidInputError for a field that no header has, or a value of another type
 */
export function encodeHeader(header: Header, place: ErrorPlace = {}): Uint8Array {
  const fields = readOnce(header, 'header')
  const at = readOnce(place, 'place')
  asKnownObject(fields, HEADER_NAMES, 'header')
  for (const { name, kind } of LAYOUT) checkType(fields[name], name, kind)
  const last = HEADER_FIELDS.findLastIndex(({ name }) => fields[name] !== undefined)
  const present = Math.max(last, LAST_OF_FRONTIER) + 1
  // The least count of fields that a fork has and that takes in all of those present
  const count = FIELD_COUNTS.find((fieldCount) => fieldCount >= present)
  const items = HEADER_FIELDS.slice(0, count).map(({ name }): RlpInput => {
    const value = fields[name]
    if (value !== undefined) return value
    throw new InvalidBlockError('header-field-missing', 'header is not one of any fork', {
      place: { block: fields.number, ...at, field: name },
      expected: `a value, as in all headers with ${HEADER_FIELDS[present - 1]!.name}`,
    })
  })
  if (fields.virtualBlocksRoot !== undefined) items.push(fields.virtualBlocksRoot)
  return encodeRlp(items)
}

function checkType(value: unknown, name: string, kind: HeaderFieldLayout['kind']): void {
  if (value === undefined) return
  const isIt = kind === 'integer' ? typeof value === 'bigint' : value instanceof Uint8Array
  if (isIt) return
  throw new InvalidInputError('invalid header', {
    place: { field: `header.${name}` },
    expected: kind === 'integer' ? 'a bigint' : 'bytes (Uint8Array)',
    got: value,
  })
}

/** The block's hash. */
export function headerHash(header: Header, hash: Keccak256 = keccak256): Uint8Array {
  return hash(encodeHeader(header))
}

/** Runs a decoder, turning its RLP errors into errors of the block. */
export function asBlockError<T>(what: string, place: ErrorPlace, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof InvalidRlpError)) throw error
    const reason = error.reason === 'too-large' ? 'field-out-of-range' : 'malformed-rlp'
    throw new InvalidBlockError(reason, `${what} cannot be decoded: ${error.message}`, {
      place: { ...place, ...error.place },
      cause: error,
    })
  }
}

/** Before anything of it is read. */
function checkSize(bytes: Uint8Array, place: ErrorPlace): void {
  if (bytes.length <= MAX_HEADER_BYTES) return
  throw new InvalidBlockError('field-out-of-range', 'header cannot be decoded', {
    place: { ...place, field: 'header' },
    expected: `at most ${MAX_HEADER_BYTES} bytes`,
    got: bytes,
  })
}

function layoutOf(
  count: number,
  place: ErrorPlace,
  options: HeaderOptions,
): readonly HeaderFieldLayout[] {
  const hasRoot = options.virtualBlocks ?? count === HEADER_FIELDS.length + 1
  const ethereumCount = hasRoot ? count - 1 : count
  if (!FIELD_COUNTS.includes(ethereumCount)) {
    const counts = FIELD_COUNTS.map((n) => n + Number(hasRoot)).join(', ')
    const semantics = hasRoot ? 'actor' : 'ethereum'
    throw new InvalidBlockError('header-field-count', 'header cannot be decoded', {
      place: { ...place, field: 'header' },
      expected: `${counts} fields, as headers of ${semantics} semantics have`,
      got: count,
    })
  }
  const layout = HEADER_FIELDS.slice(0, ethereumCount)
  return hasRoot ? [...layout, VIRTUAL_BLOCKS_ROOT_FIELD] : layout
}
