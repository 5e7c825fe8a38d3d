/** Blocks and headers as JSON: JSON-RPC's names, and those of the official tests. */

import {
  bytesEqual,
  bytesToHex,
  hexToAddress,
  hexToBytes,
  hexToHash,
  parseQuantity,
} from '../base/bytes.js'
import { InvalidBlockError, InvalidInputError, type ErrorPlace } from '../base/errors.js'
import type { Block, Withdrawal } from './block.js'
import {
  HEADER_FIELDS,
  VIRTUAL_BLOCKS_ROOT_FIELD,
  encodeHeader,
  type Header,
  type HeaderField,
  type HeaderFieldLayout,
} from './header.js'
import { asArray, asObject, type JsonObject } from '../base/json.js'
import { keccak256 } from './keccak.js'
import { transactionFromJson, type TransactionJsonOptions } from './transaction-json.js'

export interface BlockJsonOptions extends TransactionJsonOptions {
  /** JSON-RPC lists only the hashes of uncles; here are their headers, or `[]` to go without. */
  readonly uncles?: readonly Header[]
}

/** Other names of a field, tried in order when its own is absent. */
const ALIASES: Partial<Record<HeaderField, readonly string[]>> = {
  unclesHash: ['sha3Uncles', 'uncleHash'],
  coinbase: ['miner'],
  transactionsRoot: ['transactionsTrie'],
  receiptsRoot: ['receiptTrie'],
  logsBloom: ['bloom'],
  mixHash: ['prevRandao'],
}

/** Every header has the fields of Frontier. */
const LAST_REQUIRED: HeaderField = 'nonce'

/**
 * Reads the object of `eth_getBlockByNumber(N, true)`. A `hash` must match the header's.
 * @throws InvalidBlockError; InvalidTransactionError, with its index as `place.tx`
 */
export function blockFromJson(
  json: unknown,
  place: ErrorPlace = {},
  options: BlockJsonOptions = {},
): Block {
  const header = headerFromJson(json, place, options)
  const at = { block: header.number, ...place }
  return asJsonError('block', at, () => {
    const fields = asObject(json, 'block')
    const transactions = asArray(fields.transactions, 'transactions').map((transaction, tx) =>
      transactionFromJson(transaction, { ...at, tx }, options),
    )
    const block = { header, transactions, uncles: readUncles(fields, at, options) }
    if (fields.withdrawals == null) return block
    const withdrawals = asArray(fields.withdrawals, 'withdrawals').map(readWithdrawal)
    return { ...block, withdrawals }
  })
}

/** @throws InvalidBlockError */
export function headerFromJson(
  json: unknown,
  place: ErrorPlace = {},
  options: BlockJsonOptions = {},
): Header {
  return asJsonError('header', place, () => {
    const fields = asObject(json, 'header')
    const header = readHeader(fields)
    const encoding = encodeHeader(header, place)
    if (fields.hash == null) return header
    const hash = (options.keccak256 ?? keccak256)(encoding)
    if (bytesEqual(hexToHash(fields.hash, 'hash'), hash)) return header
    throw new InvalidBlockError('hash-mismatch', 'header refused', {
      place: { block: header.number, ...place, field: 'hash' },
      expected: `${bytesToHex(hash)}, the hash of the fields`,
      got: fields.hash,
    })
  })
}

function readHeader(json: JsonObject): Header {
  const header: Record<string, bigint | Uint8Array> = {}
  let required = true
  for (const layout of [...HEADER_FIELDS, VIRTUAL_BLOCKS_ROOT_FIELD]) {
    const { name } = layout
    const value = lookUp(json, name)
    if (value != null || required) header[name] = readField(value, layout)
    if (name === LAST_REQUIRED) required = false
  }
  return header as unknown as Header
}

function readField(value: unknown, layout: HeaderFieldLayout): bigint | Uint8Array {
  const { name, kind, bytes } = layout
  if (kind === 'integer') return parseQuantity(value, name, 1n << BigInt(8 * bytes))
  return hexToBytes(value, name, kind === 'fixed' ? bytes : undefined)
}

function lookUp(json: JsonObject, name: HeaderField): unknown {
  if (json[name] != null) return json[name]
  const alias = ALIASES[name]?.find((other) => json[other] != null)
  return alias === undefined ? undefined : json[alias]
}

function readUncles(
  json: JsonObject,
  place: ErrorPlace,
  options: BlockJsonOptions,
): readonly Header[] {
  if (options.uncles !== undefined) return options.uncles
  const uncles = json.uncles == null ? [] : asArray(json.uncles, 'uncles')
  return uncles.map((uncle) => {
    if (typeof uncle !== 'string') return headerFromJson(uncle, place)
    throw new InvalidBlockError('uncle-headers-missing', 'block cannot be read', {
      place: { ...place, field: 'uncles' },
      expected: 'headers in the `uncles` option, or [] to go without',
      got: uncle,
    })
  })
}

function readWithdrawal(json: unknown): Withdrawal {
  const { index, validatorIndex, address, amount } = asObject(json, 'withdrawals')
  const limit = 1n << 64n
  return {
    index: parseQuantity(index, 'withdrawals.index', limit),
    validatorIndex: parseQuantity(validatorIndex, 'withdrawals.validatorIndex', limit),
    address: hexToAddress(address, 'withdrawals.address'),
    amount: parseQuantity(amount, 'withdrawals.amount', limit),
  }
}

function asJsonError<T>(what: string, place: ErrorPlace, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    throw new InvalidBlockError('malformed-field', `${what} cannot be read: ${error.message}`, {
      place: { ...place, ...error.place },
      cause: error,
    })
  }
}
