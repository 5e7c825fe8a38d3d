/** Transactions from JSON: as JSON-RPC gives them, or fields to sign, as in scenario files. */

import { bytesEqual, hexToAddress, hexToBytes, hexToHash, parseQuantity } from '../base/bytes.js'
import {
  InvalidInputError,
  InvalidTransactionError,
  words,
  type ErrorPlace,
} from '../base/errors.js'
import { checkKeys, nearest } from '../base/known-keys.js'
import { asArray, asKnownObject, asObject, type JsonObject } from '../base/json.js'
import type { signTransaction } from './sign-transaction.js'
import { impersonation } from './impersonated.js'
import { SIGNATURE_FIELDS, checkSignatureRange, legacySignature, legacyV } from './signature.js'
import {
  checkBelonging,
  completeFields,
  malformed,
  type TransactionFields,
} from './transaction-fields.js'
import {
  ACCESS_LIST_KEYS,
  AUTHORIZATION_KEYS,
  TRANSACTION_KEYS,
  TRANSACTION_MEANT,
} from './transaction-input.js'
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
  /** Items of long lists that were read before. */
  readonly known?: KnownItems | undefined
}

export interface KnownItems {
  readonly accessList: Map<unknown, AccessListEntry>
  readonly authorizationList: Map<unknown, Authorization>
}

/** Lists with fewer items take less than 1 ms. */
const LONG_ITEMS = 256
export const LISTS = {
  accessList: readAccessListEntry,
  authorizationList: readAuthorization,
} as const

/** Whether `readItemsInTurns` has something to do. */
export function hasLongList(json: unknown): boolean {
  const lists = json as Partial<Record<keyof typeof LISTS, readonly unknown[]>> | null
  const isLong = Object.keys(LISTS).some((name) => {
    return (lists?.[name as keyof typeof LISTS]?.length ?? 0) >= LONG_ITEMS
  })
  const { accessList } = lists ?? {}
  return isLong || (Array.isArray(accessList) && accessList.some(hasLongKeys))
}

/** Whether an entry of an access list takes more than 1 ms to read. */
export function hasLongKeys(entry: unknown): entry is { readonly storageKeys: unknown[] } {
  const keys = (entry as { readonly storageKeys?: unknown } | null | undefined)?.storageKeys
  return Array.isArray(keys) && keys.length >= LONG_ITEMS
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
/** Text with more digits is read as 2^256, and 78 decimal digits are below this. */
const ABOVE_ALL_TEXT = 1n << 260n

/**
 * Reads a `TransactionObject`: with a signature, or with `secretKey`, by which `sign` signs it.
 * Integers are 0x-quantities, decimal strings or numbers. What it says twice must be the same.
 * Whether `from` has signed it is for `expectSender` to check.
 * @throws InvalidTransactionError
 */
export function transactionFromJson(
  json: unknown,
  place: ErrorPlace = {},
  options: TransactionJsonOptions = {},
): Transaction {
  try {
    return readTransaction(readKnown(json, place), place, options)
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    const what = `transaction cannot be read: ${error.message}`
    throw new InvalidTransactionError('malformed-field', what, {
      place: { ...place, ...error.place },
      cause: error,
    })
  }
}

/** An object all of whose keys are known. One that is not signed is told so before its keys. */
function readKnown(json: unknown, place: ErrorPlace): JsonObject {
  const fields = asObject(json, 'transaction')
  if (isToSign(fields) || isSigned(fields) || fields.impersonate != null) {
    checkKeys(fields, TRANSACTION_KEYS, '', 'field', TRANSACTION_MEANT)
    return fields
  }
  const meant = Object.keys(fields).find((key) => !TRANSACTION_KEYS.includes(key) && isKey(key))
  if (meant === undefined) checkKeys(fields, TRANSACTION_KEYS, '', 'field', TRANSACTION_MEANT)
  const which = place.tx === undefined ? 'the transaction' : `transaction ${place.tx}`
  // Keys are named, and their values never shown
  const hint = meant === undefined ? '' : `; did you mean "secretKey" by "${meant}"?`
  const what = `${which} is not signed: give secretKey, or v, r and s, or impersonate${hint}`
  const hasZeros = SIGNATURE_FIELDS.some((name) => fields[name] != null)
  throw new InvalidTransactionError(hasZeros ? 'invalid-signature' : 'malformed-field', what, {
    place: { ...place, field: 'secretKey' },
  })
}

/** Whether the name seems to be that of a secret key. */
function isKey(name: string): boolean {
  return TRANSACTION_MEANT[name] === 'secretKey' || nearest(name, ['secretKey']) !== undefined
}

function isToSign({ secretKey }: JsonObject): boolean {
  return secretKey != null
}

/** Some write zeros where there is no signature yet. */
function isSigned(json: JsonObject): boolean {
  return SIGNATURE_FIELDS.some((name) => json[name] != null && !isZero(json[name]))
}

function isZero(value: unknown): boolean {
  return value === 0 || value === 0n || (typeof value === 'string' && /^(0x)?0+$/.test(value))
}

function readTransaction(
  json: JsonObject,
  place: ErrorPlace,
  options: TransactionJsonOptions,
): Transaction {
  const fields = readFields(json, place, options)
  checkBelonging(fields, place)
  const tx = makeTransaction(fields, json, place, options)
  if (json.hash != null && !bytesEqual(hexToHash(json.hash, 'hash'), tx.hash)) {
    throw new InvalidTransactionError('hash-mismatch', 'transaction refused', {
      place: { ...place, field: 'hash' },
      expected: 'the hash of the encoded fields',
      got: json.hash,
    })
  }
  if (json.raw != null && !bytesEqual(hexToBytes(json.raw, 'raw'), tx.raw)) {
    throw malformed({ ...place, field: 'raw' }, 'the encoding of the other fields', json.raw)
  }
  return tx
}

function makeTransaction(
  fields: TransactionFields,
  json: JsonObject,
  place: ErrorPlace,
  options: TransactionJsonOptions,
): Transaction {
  if (json.impersonate != null) return impersonate(fields, json, place, options)
  if (isToSign(json)) return sign(fields, json, place, options)
  return attachSignature(fields, json, place, options)
}

function impersonate(
  fields: TransactionFields,
  json: JsonObject,
  place: ErrorPlace,
  options: TransactionJsonOptions,
): Transaction {
  const other = ['secretKey', ...SIGNATURE_FIELDS].find((name) => json[name] != null)
  if (other !== undefined) {
    throw malformed({ ...place, field: other }, 'none beside "impersonate"', words('one'))
  }
  const unsigned = completeFields(fields, place)
  const { r, s } = impersonation(hexToAddress(json.impersonate, 'impersonate'))
  const v = unsigned.type === LEGACY_TYPE ? legacyV(unsigned.chainId, 0) : 0n
  return decodeTransaction(encodeTransaction({ ...unsigned, v, yParity: 0, r, s }), place, options)
}

function sign(
  fields: TransactionFields,
  json: JsonObject,
  place: ErrorPlace,
  options: TransactionJsonOptions,
): Transaction {
  const { gasPrice, maxFeePerGas } = fields
  // Nodes give the price that was paid beside the limit; who signs has to say which one is meant
  if (gasPrice !== undefined && maxFeePerGas !== undefined && gasPrice !== maxFeePerGas) {
    throw malformed({ ...place, field: 'gasPrice' }, 'none beside maxFeePerGas', gasPrice)
  }
  const refused = { ...place, field: 'secretKey' }
  if (options.sign === undefined) {
    throw malformed(refused, 'a signature instead', words('a key'))
  }
  const tx = options.sign(fields, readSecretKey(json.secretKey), place, options.keccak256)
  if (!isSigned(json)) return tx
  const isSame = (['r', 's'] as const).every((name) => {
    return json[name] == null || parseQuantity(json[name], name) === tx[name]
  })
  if (isSame) return tx
  throw malformed(refused, 'none beside a signature, unless it has made it', words('another'))
}

/** The key itself is never shown, whatever it is. */
function readSecretKey(key: unknown): Uint8Array {
  try {
    return hexToHash(key, 'secretKey')
  } catch {
    throw new InvalidInputError('invalid value', {
      place: { field: 'secretKey' },
      expected: '32 bytes as 0x-hex',
      got: words(typeof key === 'string' ? 'other text' : `a value of type ${typeof key}`),
    })
  }
}

function readFields(
  json: JsonObject,
  place: ErrorPlace,
  { chainId, known }: TransactionJsonOptions,
): TransactionFields {
  const gasLimit = readEither(json, 'gasLimit', 'gas', parseQuantity)
  const fields: Mutable<TransactionFields> = {
    nonce: parseQuantity(json.nonce, 'nonce'),
    gasLimit: gasLimit ?? parseQuantity(undefined, 'gasLimit'),
    chainId: chainId ?? null,
    to: isAbsent(json.to) ? null : hexToAddress(json.to, 'to'),
  }
  if (json.chainId != null) fields.chainId = parseQuantity(json.chainId, 'chainId')
  if (json.type != null) fields.type = readType(json.type, place)
  for (const name of QUANTITY_FIELDS) {
    if (json[name] != null) fields[name] = parseQuantity(json[name], name)
  }
  const data = readEither(json, 'input', 'data', hexToBytes)
  if (data !== undefined) fields.data = data
  if (json.accessList != null) {
    fields.accessList = asArray(json.accessList, 'accessList').map((item, i) => {
      return known?.accessList.get(item) ?? readAccessListEntry(item, i)
    })
  }
  if (json.blobVersionedHashes != null) {
    const hashes = asArray(json.blobVersionedHashes, 'blobVersionedHashes')
    fields.blobVersionedHashes = hashes.map((hash, i) => {
      return hexToHash(hash, `blobVersionedHashes[${i}]`)
    })
  }
  if (json.authorizationList != null) {
    fields.authorizationList = asArray(json.authorizationList, 'authorizationList').map(
      (item, i) => known?.authorizationList.get(item) ?? readAuthorization(item, i),
    )
  }
  return fields
}

/**
 * A field that has two names. Who gives both must mean the same.
 * @returns undefined if neither is there
 */
function readEither<T extends bigint | Uint8Array>(
  json: JsonObject,
  name: string,
  other: string,
  read: (value: unknown, field: string) => T,
  at = '',
): T | undefined {
  const [value, second] = [json[name], json[other]]
  if (value == null) return second == null ? undefined : read(second, `${at}${other}`)
  const found = read(value, `${at}${name}`)
  if (second == null || second === value) return found
  if (isSame(found, read(second, `${at}${other}`))) return found
  throw new InvalidInputError('two names of one field', {
    place: { field: `${at}${other}` },
    expected: `the same as "${name}"`,
    got: second,
  })
}

function isSame(a: bigint | Uint8Array, b: bigint | Uint8Array): boolean {
  return a instanceof Uint8Array ? bytesEqual(a, b as Uint8Array) : a === b
}

function attachSignature(
  fields: TransactionFields,
  json: JsonObject,
  place: ErrorPlace,
  options: DecodeOptions,
): Transaction {
  const unsigned = completeFields(fields, place)
  const r = readSignatureField(json.r, 'r')
  const s = readSignatureField(json.s, 's')
  if (unsigned.type !== LEGACY_TYPE) {
    const v =
      readEither(json, 'yParity', 'v', readSignatureField) ??
      readSignatureField(undefined, 'yParity')
    const signature = { v, yParity: Number(v), r, s }
    checkSignatureRange(signature, place)
    const encoding = encodeTransaction({ ...unsigned, ...signature })
    return decodeTransaction(encoding, place, options)
  }
  const v = readSignatureField(json.v, 'v')
  const { chainId, yParity } = legacySignature(v, place)
  if (json.yParity != null && Number(readSignatureField(json.yParity, 'yParity')) !== yParity) {
    throw malformed({ ...place, field: 'yParity' }, `${yParity}, which v says`, json.yParity)
  }
  if (chainId !== null && json.chainId != null && fields.chainId !== chainId) {
    throw malformed({ ...place, field: 'chainId' }, `${chainId}, which v says`, json.chainId)
  }
  const signature = { v, yParity, r, s }
  checkSignatureRange(signature, place)
  return decodeTransaction(encodeTransaction({ ...unsigned, ...signature }), place, options)
}

/** Of any size: what no key can have made is told as such, and not as what cannot be read. */
function readSignatureField(value: unknown, field: string): bigint {
  const isBig = typeof value === 'bigint' && value >= 0n
  return isBig ? value : parseQuantity(value, field, ABOVE_ALL_TEXT)
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

/** @param keys its storage keys, if they were read before */
function readAccessListEntry(
  json: unknown,
  i: number,
  keys?: readonly Uint8Array[],
): AccessListEntry {
  const at = `accessList[${i}]`
  const entry = asKnownObject(json, ACCESS_LIST_KEYS, at)
  return {
    address: hexToAddress(entry.address, `${at}.address`),
    storageKeys:
      keys ??
      asArray(entry.storageKeys, `${at}.storageKeys`).map((key, k) =>
        hexToHash(key, `${at}.storageKeys[${k}]`),
      ),
  }
}

function readAuthorization(json: unknown, i: number): Authorization {
  const at = `authorizationList[${i}]`
  const auth = asKnownObject(json, AUTHORIZATION_KEYS, at)
  const parity = (value: unknown, field: string): bigint => parseQuantity(value, field, 1n << 32n)
  const yParity = readEither(auth, 'yParity', 'v', parity, `${at}.`)
  return {
    chainId: parseQuantity(auth.chainId, `${at}.chainId`),
    address: hexToAddress(auth.address, `${at}.address`),
    nonce: parseQuantity(auth.nonce, `${at}.nonce`),
    yParity: Number(yParity ?? parity(undefined, `${at}.yParity`)),
    r: parseQuantity(auth.r, `${at}.r`),
    s: parseQuantity(auth.s, `${at}.s`),
  }
}

/** A creation is written as no recipient, null, or an empty string (in the official tests). */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === '0x'
}
