/** Transactions from JSON: as JSON-RPC gives them, or fields to sign, as in scenario files. */

import { bytesEqual, hexToAddress, hexToBytes, hexToHash, parseQuantity } from '../bytes.js'
import { InvalidInputError, InvalidTransactionError, type ErrorPlace } from '../errors.js'
import { asArray, asObject, type JsonObject } from './json.js'
import type { signTransaction } from './sign-transaction.js'
import { legacySignature } from './signature.js'
import { completeFields, malformed, type TransactionFields } from './transaction-fields.js'
import {
  LEGACY_TYPE,
  SET_CODE_TYPE,
  decodeTransaction,
  encodeTransaction,
  type AccessListEntry,
  type Authorization,
  type DecodeOptions,
  type Transaction,
  type TransactionType,
} from './transaction.js'

export interface TransactionJsonOptions extends DecodeOptions {
  /** For a transaction to sign that names no chain of its own. */
  readonly chainId?: bigint
  /** Without it nothing is signed, and a `secretKey` refused. */
  readonly sign?: typeof signTransaction
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Sizes are checked by the decoder, which knows every field's; here only a sane bound. */
const QUANTITY_FIELDS = [
  'gasPrice',
  'maxFeePerGas',
  'maxPriorityFeePerGas',
  'value',
  'maxFeePerBlobGas',
] as const

/**
 * Reads `{type?, chainId?, nonce, gasPrice | maxFeePerGas + maxPriorityFeePerGas, gas | gasLimit,
 * to?, value?, input | data?, accessList?, maxFeePerBlobGas?, blobVersionedHashes?,
 * authorizationList?}` with a signature (`r`, `s` and `v` or `yParity`) or with `secretKey`, by
 * which `sign` signs it. Integers are 0x-quantities, decimal strings or numbers. A `hash` must
 * match.
 * @throws InvalidTransactionError
 */
export function transactionFromJson(
  json: unknown,
  place: ErrorPlace = {},
  options: TransactionJsonOptions = {},
): Transaction {
  try {
    return readTransaction(asObject(json, 'transaction'), place, options)
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    const what = `transaction cannot be read: ${error.message}`
    throw new InvalidTransactionError('malformed-field', what, {
      place: { ...place, ...error.place },
      cause: error,
    })
  }
}

function readTransaction(
  json: JsonObject,
  place: ErrorPlace,
  options: TransactionJsonOptions,
): Transaction {
  const fields = readFields(json, place, options.chainId)
  const tx =
    json.secretKey === undefined
      ? attachSignature(fields, json, place, options)
      : sign(fields, json.secretKey, place, options)
  if (json.hash !== undefined && !bytesEqual(hexToHash(json.hash, 'hash'), tx.hash)) {
    throw new InvalidTransactionError('hash-mismatch', 'transaction refused', {
      place: { ...place, field: 'hash' },
      expected: 'the hash of the encoded fields',
      got: json.hash,
    })
  }
  return tx
}

function sign(
  fields: TransactionFields,
  secretKey: unknown,
  place: ErrorPlace,
  options: TransactionJsonOptions,
): Transaction {
  // The key itself is never shown
  const refused = { ...place, field: 'secretKey' }
  if (options.sign === undefined) throw malformed(refused, 'a signature instead', typeof secretKey)
  return options.sign(fields, hexToHash(secretKey, 'secretKey'), place, options.keccak256)
}

function readFields(
  json: JsonObject,
  place: ErrorPlace,
  defaultChainId: bigint | undefined,
): TransactionFields {
  const fields: Mutable<TransactionFields> = {
    nonce: parseQuantity(json.nonce, 'nonce'),
    gasLimit: parseQuantity(json.gasLimit ?? json.gas, 'gasLimit'),
    chainId: defaultChainId ?? null,
    to: isAbsent(json.to) ? null : hexToAddress(json.to, 'to'),
  }
  if (json.chainId != null) fields.chainId = parseQuantity(json.chainId, 'chainId')
  if (json.type != null) fields.type = readType(json.type, place)
  for (const name of QUANTITY_FIELDS) {
    if (json[name] != null) fields[name] = parseQuantity(json[name], name)
  }
  const data = json.input ?? json.data
  if (data != null) fields.data = hexToBytes(data, json.input == null ? 'data' : 'input')
  if (json.accessList != null) {
    fields.accessList = asArray(json.accessList, 'accessList').map(readAccessListEntry)
  }
  if (json.blobVersionedHashes != null) {
    const hashes = asArray(json.blobVersionedHashes, 'blobVersionedHashes')
    fields.blobVersionedHashes = hashes.map((hash) => hexToHash(hash, 'blobVersionedHashes'))
  }
  if (json.authorizationList != null) {
    fields.authorizationList = asArray(json.authorizationList, 'authorizationList').map(
      readAuthorization,
    )
  }
  return fields
}

function attachSignature(
  fields: TransactionFields,
  json: JsonObject,
  place: ErrorPlace,
  options: DecodeOptions,
): Transaction {
  const unsigned = completeFields(fields, place)
  const isLegacy = unsigned.type === LEGACY_TYPE
  const v = isLegacy
    ? parseQuantity(json.v, 'v')
    : parseQuantity(json.yParity ?? json.v, json.yParity == null ? 'v' : 'yParity')
  const yParity = isLegacy ? legacySignature(v, place).yParity : Number(v)
  const r = parseQuantity(json.r, 'r')
  const s = parseQuantity(json.s, 's')
  const encoding = encodeTransaction({ ...unsigned, v, yParity, r, s })
  return decodeTransaction(encoding, place, options)
}

function readType(value: unknown, place: ErrorPlace): TransactionType {
  const type = Number(parseQuantity(value, 'type'))
  if (type <= SET_CODE_TYPE) return type as TransactionType
  throw new InvalidTransactionError('type-not-supported', 'transaction refused', {
    place: { ...place, field: 'type' },
    expected: 'a type from 0 to 4',
    got: value,
  })
}

function readAccessListEntry(json: unknown): AccessListEntry {
  const entry = asObject(json, 'accessList')
  return {
    address: hexToAddress(entry.address, 'accessList.address'),
    storageKeys: asArray(entry.storageKeys, 'accessList.storageKeys').map((key) =>
      hexToHash(key, 'accessList.storageKey'),
    ),
  }
}

function readAuthorization(json: unknown): Authorization {
  const auth = asObject(json, 'authorizationList')
  return {
    chainId: parseQuantity(auth.chainId, 'authorizationList.chainId'),
    address: hexToAddress(auth.address, 'authorizationList.address'),
    nonce: parseQuantity(auth.nonce, 'authorizationList.nonce'),
    yParity: Number(parseQuantity(auth.yParity ?? auth.v, 'authorizationList.yParity', 1n << 32n)),
    r: parseQuantity(auth.r, 'authorizationList.r'),
    s: parseQuantity(auth.s, 'authorizationList.s'),
  }
}

/** A creation is written as no recipient, null, or an empty string (in the official tests). */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === '0x'
}
