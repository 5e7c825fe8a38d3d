/**
 * Transactions as they stand in a block: legacy (with and without EIP-155), access list
 * (EIP-2930), fee market (EIP-1559), blob (EIP-4844) and set code (EIP-7702), in the envelope of
 * EIP-2718. What decodes has fields of the right size and a signature in range; whether a fork, a
 * chain or an account admits it is said elsewhere (`transaction-rules.ts`, admission).
 */

import {
  ADDRESS_BYTES,
  EMPTY_BYTES,
  HASH_BYTES,
  bigIntToMinimalBytes,
  bytesToBigInt,
  concatBytes,
} from '../base/bytes.js'
import {
  InvalidRlpError,
  InvalidTransactionError,
  words,
  type ErrorPlace,
  type InvalidTransactionReason,
} from '../base/errors.js'
import type { Pulse } from '../base/pulse.js'
import { jsonable } from '../base/result-data.js'
import { keccak256, type Keccak256 } from './keccak.js'
import {
  ITEMS_ALWAYS_READ,
  RlpFields,
  decodeRlp,
  decodeRlpInTurns,
  encodeRlp,
  mostItems,
  splitRlpList,
  type RlpInput,
  type RlpItem,
} from './rlp.js'
import {
  SIGNATURE_FIELDS,
  checkSignatureRange,
  legacySignature,
  type Signature,
} from './signature.js'

export const LEGACY_TYPE = 0
export const ACCESS_LIST_TYPE = 1
export const FEE_MARKET_TYPE = 2
export const BLOB_TYPE = 3
export const SET_CODE_TYPE = 4

export type TransactionType = 0 | 1 | 2 | 3 | 4

export interface AccessListEntry {
  /** 20 bytes. */
  readonly address: Uint8Array
  /** 32 bytes each. */
  readonly storageKeys: readonly Uint8Array[]
}

/** A signed permission to run code in the signer's account. May be invalid: then it is skipped. */
export interface Authorization {
  /** 0 holds on every chain. */
  readonly chainId: bigint
  /** Whose code to run, 20 bytes; all zeros takes the code away. */
  readonly address: Uint8Array
  readonly nonce: bigint
  /** 0 … 255; only 0 and 1 are ever valid. */
  readonly yParity: number
  readonly r: bigint
  readonly s: bigint
}

/** One shape for all types, so that readers need no case distinction. Amounts are in wei. */
export interface UnsignedTransaction {
  readonly type: TransactionType
  /** Null in a legacy transaction without replay protection (EIP-155). */
  readonly chainId: bigint | null
  readonly nonce: bigint
  /** The price of types 0 and 1; of later types the most that is paid, `maxFeePerGas`. */
  readonly gasPrice: bigint
  /** Of types 0 and 1: `gasPrice`. */
  readonly maxFeePerGas: bigint
  /** Of types 0 and 1: `gasPrice`. */
  readonly maxPriorityFeePerGas: bigint
  readonly gasLimit: bigint
  /** 20 bytes, or null to create a contract. */
  readonly to: Uint8Array | null
  readonly value: bigint
  readonly data: Uint8Array
  readonly accessList: readonly AccessListEntry[]
  /** 0 where there are no blobs. */
  readonly maxFeePerBlobGas: bigint
  /** 32 bytes each. */
  readonly blobVersionedHashes: readonly Uint8Array[]
  readonly authorizationList: readonly Authorization[]
}

export interface Transaction extends UnsignedTransaction, Signature {
  /** keccak256 of `raw`. */
  readonly hash: Uint8Array
  /** The encoding that `transactionsRoot` commits to: RLP, or type byte and RLP. */
  readonly raw: Uint8Array
}

export interface DecodeOptions {
  readonly keccak256?: Keccak256
  /** Of the block: lists for which it is not enough are not read. */
  readonly maxGas?: bigint | undefined
  /** Takes what is left to do for long lists, which are empty until it is done. */
  readonly later?: Later[] | undefined
  /** The tree of its payload, or throws what is wrong with it, if that was decoded before. */
  readonly tree?: (() => RlpItem) | undefined
}

/** Steps of a decoding, 0 to `count` − 1. */
export interface Later {
  readonly count: number
  take(index: number): void
}

/** Fields of the signed list by type, signature included. */
const FIELD_COUNTS = [9, 11, 12, 14, 13] as const
const LIST_PREFIX = 0xc0
/** The bytes of a long list's size are added to it. */
const LONG_LIST_PREFIX = 0xf7
/** On average the shortest items are those of authorizations, 27 bytes for 7. */
const LEAST_ITEM_BYTES = 3
/** Shorter transactions take less than 1 ms. */
export const LARGE_BYTES = 16_384
/** 0.5 ms. */
const LONG_ITEMS = 256
const UINT64_BYTES = 8
const UINT256_BYTES = 32

/**
 * Decodes one transaction. Byte fields and `raw` are views of `bytes`, which must not change.
 * @throws InvalidTransactionError; when the bytes are not valid RLP, that error is its cause
 */
export function decodeTransaction(
  bytes: Uint8Array,
  place: ErrorPlace = {},
  options: DecodeOptions = {},
): Transaction {
  return asTransactionError(place, () => readTransaction(bytes, place, options))
}

function asTransactionError<T>(place: ErrorPlace, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidRlpError)) throw error
    const what = `transaction cannot be decoded: ${error.message}`
    throw new InvalidTransactionError(reasonOf(error), what, {
      place: { ...place, ...error.place },
      cause: error,
    })
  }
}

/**
 * The tree of a large transaction.
 * @throws CancelledError
 */
export async function treeInTurns(
  bytes: Uint8Array,
  { maxGas }: DecodeOptions,
  pulse: Pulse,
): Promise<() => RlpItem> {
  const payload = bytes[0]! >= LIST_PREFIX ? bytes : bytes.subarray(1)
  try {
    const tree = await decodeRlpInTurns(payload, itemsOf(payload, maxGas), pulse)
    return () => tree
  } catch (error) {
    if (!(error instanceof InvalidRlpError)) throw error
    return () => {
      throw error
    }
  }
}

/** Items that are read: as many as there can be, and as the gas pays for. */
function itemsOf(payload: Uint8Array, maxGas: bigint | undefined): number {
  const most = mostItems(payload, LEAST_ITEM_BYTES)
  const paid = maxGas === undefined ? most : Number(maxGas / LEAST_ITEM_GAS)
  return paid >= most ? most : ITEMS_ALWAYS_READ + paid
}

/**
 * The same as `decodeTransaction`, long lists in turns.
 * @param decode passes `later` on to `decodeTransaction`
 * @throws CancelledError, too
 */
export async function decodeInTurns(
  decode: (later: Later[]) => Transaction,
  place: ErrorPlace,
  pulse: Pulse,
): Promise<Transaction> {
  const later: Later[] = []
  let tx: Transaction | undefined
  let refused: unknown
  try {
    tx = decode(later)
  } catch (error) {
    refused = error
  }
  for (const { count, take } of later) {
    if (pulse.isDue()) await pulse.turn()
    await pulse.steps(count, (i) => asTransactionError(place, () => take(i)))
  }
  // What is in front of a field is told before it
  if (tx === undefined) throw refused
  return tx
}

/** The canonical bytes of a signed transaction, as in `raw`. */
export function encodeTransaction(tx: UnsignedTransaction & Signature): Uint8Array {
  const parity = tx.type === LEGACY_TYPE ? tx.v : tx.yParity
  return envelope(tx.type, [...unsignedFields(tx), parity, tx.r, tx.s])
}

/** What the sender signs. */
export function signingHash(tx: UnsignedTransaction, hash: Keccak256 = keccak256): Uint8Array {
  const fields = unsignedFields(tx)
  // EIP-155: the chain takes the places of v, r and s
  if (tx.type === LEGACY_TYPE && tx.chainId !== null) fields.push(tx.chainId, 0, 0)
  return hash(envelope(tx.type, fields))
}

/**
 * The same of a signed one. Of a large one, whose fields `raw` has already, they are not encoded
 * again: that takes 5 ms for a thousand authorizations.
 */
export function signedHash(tx: Transaction, hash: Keccak256 = keccak256): Uint8Array {
  const { r, raw, s, type, v } = tx
  if (type === LEGACY_TYPE || raw.length <= LARGE_BYTES) return signingHash(tx, hash)
  const signature = [v, r, s].reduce((sum, it) => sum + encodeRlp(it).length, 0)
  const start = 2 + raw[1]! - LONG_LIST_PREFIX
  const fields = raw.subarray(start, raw.length - signature)
  const size = bigIntToMinimalBytes(BigInt(fields.length))
  return hash(concatBytes(Uint8Array.of(type, LONG_LIST_PREFIX + size.length), size, fields))
}

function reasonOf({ reason, place }: InvalidRlpError): InvalidTransactionReason {
  if (reason !== 'too-large') return 'malformed-rlp'
  return SIGNATURE_FIELDS.includes(place.field ?? '') ? 'invalid-signature' : 'field-out-of-range'
}

function readTransaction(
  bytes: Uint8Array,
  place: ErrorPlace,
  options: DecodeOptions,
): Transaction {
  const first = bytes[0] ?? LIST_PREFIX
  const type = first >= LIST_PREFIX ? LEGACY_TYPE : first
  if (type > SET_CODE_TYPE || (type === LEGACY_TYPE && first < LIST_PREFIX)) {
    throw refuse('type-not-supported', { ...place, field: 'type' }, 'a type from 0 to 4', first)
  }
  const payload = type === LEGACY_TYPE ? bytes : bytes.subarray(1)
  const item = decodeItems(payload, type as TransactionType, place, options)
  if (type === BLOB_TYPE && Array.isArray(item) && Array.isArray(item[0])) {
    throw refuse('blobs-attached', place, 'the transaction alone', words('one with its blobs'))
  }
  const fields = new RlpFields(payload, item, 'transaction')
  fields.expectCount('transaction', FIELD_COUNTS[type as TransactionType])
  const read = type === LEGACY_TYPE ? readLegacy : readTyped
  const body = read(payload, fields, type as TransactionType, place, options.later)
  checkSignatureRange(body, place)
  return jsonable({ ...body, hash: (options.keccak256 ?? keccak256)(bytes), raw: bytes })
}

/** An item of a list costs at least a third of an address in an access list. */
const LEAST_ITEM_GAS = 800n
/** Place of the gas limit among the fields, by type. */
const GAS_LIMIT_AT = [2, 3, 4, 4, 4] as const

/** The tree of a payload whose lists the gas of a block can pay for. */
function decodeItems(
  payload: Uint8Array,
  type: TransactionType,
  place: ErrorPlace,
  { maxGas, tree }: DecodeOptions,
): RlpItem {
  try {
    if (tree !== undefined) return tree()
    return decodeRlp(payload, undefined, itemsOf(payload, maxGas))
  } catch (error) {
    if (maxGas === undefined || maxGas / LEAST_ITEM_GAS >= mostItems(payload, LEAST_ITEM_BYTES)) {
      throw error
    }
    if (!(error instanceof InvalidRlpError) || error.reason !== 'too-large') throw error
    const encoding = splitRlpList(payload, undefined, ITEMS_ALWAYS_READ)[GAS_LIMIT_AT[type]]
    const gas = encoding && decodeRlp(encoding, undefined, 0)
    if (!(gas instanceof Uint8Array) || gas.length > UINT64_BYTES) throw error
    const at = { ...place, field: 'gasLimit' }
    const isAbove = bytesToBigInt(gas) > maxGas
    const reason = isAbove ? 'gas-limit-above-block' : 'intrinsic-gas-too-low'
    const expected = isAbove ? `at most ${maxGas}, the block's` : 'what its lists cost, or more'
    throw refuse(reason, at, expected, bytesToBigInt(gas))
  }
}

type Body = UnsignedTransaction & Signature

function readLegacy(
  _source: Uint8Array,
  fields: RlpFields,
  type: TransactionType,
  place: ErrorPlace,
): Body {
  const nonce = fields.integer('nonce', UINT64_BYTES)
  const gasPrice = fields.integer('gasPrice', UINT256_BYTES)
  const gasLimit = fields.integer('gasLimit', UINT64_BYTES)
  const to = readRecipient(fields, type, place)
  const value = fields.integer('value', UINT256_BYTES)
  const data = fields.bytes('data')
  const v = fields.integer('v', UINT256_BYTES)
  const { chainId, yParity } = legacySignature(v, place)
  return {
    type,
    chainId,
    nonce,
    gasPrice,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: gasPrice,
    gasLimit,
    to,
    value,
    data,
    accessList: [],
    maxFeePerBlobGas: 0n,
    blobVersionedHashes: [],
    authorizationList: [],
    v,
    yParity,
    r: fields.integer('r', UINT256_BYTES),
    s: fields.integer('s', UINT256_BYTES),
  }
}

function readTyped(
  source: Uint8Array,
  fields: RlpFields,
  type: TransactionType,
  place: ErrorPlace,
  later: Later[] | undefined,
): Body {
  const chainId = fields.integer('chainId', UINT256_BYTES)
  const nonce = fields.integer('nonce', UINT64_BYTES)
  const hasTip = type >= FEE_MARKET_TYPE
  const tip = hasTip ? fields.integer('maxPriorityFeePerGas', UINT256_BYTES) : null
  const maxFeePerGas = fields.integer(hasTip ? 'maxFeePerGas' : 'gasPrice', UINT256_BYTES)
  const gasLimit = fields.integer('gasLimit', UINT64_BYTES)
  const to = readRecipient(fields, type, place)
  const value = fields.integer('value', UINT256_BYTES)
  const data = fields.bytes('data')
  const readEntry = (item: RlpItem): AccessListEntry => readAccessListEntry(source, item)
  const accessList = readList(fields.list('accessList'), readEntry, later)
  const maxFeePerBlobGas =
    type === BLOB_TYPE ? fields.integer('maxFeePerBlobGas', UINT256_BYTES) : 0n
  const blobVersionedHashes =
    type === BLOB_TYPE ? readHashes(source, fields.list('blobVersionedHashes')) : []
  const authorizationList =
    type === SET_CODE_TYPE
      ? readList(fields.list('authorizationList'), (it) => readAuthorization(source, it), later)
      : []
  const v = fields.integer('yParity', UINT256_BYTES)
  return {
    type,
    chainId,
    nonce,
    gasPrice: maxFeePerGas,
    maxFeePerGas,
    maxPriorityFeePerGas: tip ?? maxFeePerGas,
    gasLimit,
    to,
    value,
    data,
    accessList,
    maxFeePerBlobGas,
    blobVersionedHashes,
    authorizationList,
    v,
    yParity: Number(v),
    r: fields.integer('r', UINT256_BYTES),
    s: fields.integer('s', UINT256_BYTES),
  }
}

function readList<T>(
  items: readonly RlpItem[],
  read: (item: RlpItem) => T,
  later: Later[] | undefined,
): readonly T[] {
  if (later === undefined || items.length < LONG_ITEMS) return items.map(read)
  const list: T[] = []
  later.push({ count: items.length, take: (i) => void list.push(read(items[i]!)) })
  return list
}

/** Blob and set-code transactions cannot create contracts: their recipient is never empty. */
function readRecipient(
  fields: RlpFields,
  type: TransactionType,
  place: ErrorPlace,
): Uint8Array | null {
  const to = fields.bytes('to')
  if (to.length === ADDRESS_BYTES) return to
  const at = { ...place, field: 'to' }
  if (to.length !== 0) throw refuse('field-out-of-range', at, '20 bytes or none', to)
  if (type === BLOB_TYPE) throw refuse('blob-creates-contract', at, '20 bytes', to)
  if (type === SET_CODE_TYPE) throw refuse('set-code-creates-contract', at, '20 bytes', to)
  return null
}

function readAccessListEntry(source: Uint8Array, item: RlpItem): AccessListEntry {
  const fields = new RlpFields(source, item, 'accessList')
  fields.expectCount('accessList', 2)
  return {
    address: fields.fixedBytes('accessList.address', ADDRESS_BYTES),
    storageKeys: readHashes(source, fields.list('accessList.storageKeys'), 'accessList.storageKey'),
  }
}

function readAuthorization(source: Uint8Array, item: RlpItem): Authorization {
  const fields = new RlpFields(source, item, 'authorizationList')
  fields.expectCount('authorizationList', 6)
  return {
    chainId: fields.integer('authorizationList.chainId', UINT256_BYTES),
    address: fields.fixedBytes('authorizationList.address', ADDRESS_BYTES),
    nonce: fields.integer('authorizationList.nonce', UINT64_BYTES),
    yParity: Number(fields.integer('authorizationList.yParity', 1)),
    r: fields.integer('authorizationList.r', UINT256_BYTES),
    s: fields.integer('authorizationList.s', UINT256_BYTES),
  }
}

function readHashes(
  source: Uint8Array,
  items: readonly RlpItem[],
  field = 'blobVersionedHash',
): readonly Uint8Array[] {
  const fields = new RlpFields(source, items, field)
  return items.map(() => fields.fixedBytes(field, HASH_BYTES))
}

/** The fields in front of the signature, in the order of the type's standard. */
function unsignedFields(tx: UnsignedTransaction): RlpInput[] {
  const call = [tx.gasLimit, tx.to ?? EMPTY_BYTES, tx.value, tx.data]
  if (tx.type === LEGACY_TYPE) return [tx.nonce, tx.gasPrice, ...call]
  const accessList = tx.accessList.map((entry) => [entry.address, entry.storageKeys])
  const chainId = tx.chainId ?? 0n
  if (tx.type === ACCESS_LIST_TYPE) return [chainId, tx.nonce, tx.gasPrice, ...call, accessList]
  const fees = [tx.maxPriorityFeePerGas, tx.maxFeePerGas]
  const fields: RlpInput[] = [chainId, tx.nonce, ...fees, ...call, accessList]
  if (tx.type === BLOB_TYPE) fields.push(tx.maxFeePerBlobGas, tx.blobVersionedHashes)
  if (tx.type === SET_CODE_TYPE) fields.push(tx.authorizationList.map(authorizationFields))
  return fields
}

function authorizationFields(auth: Authorization): RlpInput {
  return [auth.chainId, auth.address, auth.nonce, auth.yParity, auth.r, auth.s]
}

function envelope(type: TransactionType, fields: readonly RlpInput[]): Uint8Array {
  const list = encodeRlp(fields)
  return type === LEGACY_TYPE ? list : concatBytes(Uint8Array.of(type), list)
}

function refuse(
  reason: InvalidTransactionReason,
  place: ErrorPlace,
  expected: string,
  got: unknown,
): InvalidTransactionError {
  return new InvalidTransactionError(reason, 'transaction refused', { place, expected, got })
}
