/** A call as callers write it: a transaction that nobody signs and no block has. */

import {
  ADDRESS_BYTES,
  EMPTY_BYTES,
  HASH_BYTES,
  UINT63_LIMIT,
  bytesEqual,
  hexToBytes,
  parseQuantity,
  viewOf,
} from '../base/bytes.js'
import { InvalidTransactionError } from '../base/errors.js'
import { asArray, asKnownObject, type JsonObject } from '../base/json.js'
import { keysOf } from '../base/known-keys.js'
import type { BytesLike, Quantity } from '../base/types.js'
import { readBytes } from './environment.js'
import { LISTS } from './transaction-json.js'
import type { AccessListInput, AuthorizationInput } from './transaction-input.js'
import {
  ACCESS_LIST_TYPE,
  BLOB_TYPE,
  FEE_MARKET_TYPE,
  LEGACY_TYPE,
  SET_CODE_TYPE,
  type Transaction,
  type TransactionType,
} from './transaction.js'

type Optional<T> = T | null | undefined

/** What is called, by whom, with what. All may be left out. */
export interface CallInput {
  /** The sender; nobody asks for a signature. Left out: the zero address. */
  readonly from?: Optional<BytesLike>
  /** None: `data` is init code, and makes a contract. */
  readonly to?: Optional<BytesLike>
  readonly data?: Optional<BytesLike>
  /** Another name of `data`. */
  readonly input?: Optional<BytesLike>
  /** In wei, which the sender must have. */
  readonly value?: Optional<Quantity>
  /** Gas limit. Left out: 50,000,000, or what the sender can pay for if there is a price. */
  readonly gas?: Optional<Quantity>
  /** Another name of `gas`. */
  readonly gasLimit?: Optional<Quantity>
  /** In wei. Without any price gas is free, and BASEFEE gives 0, as in other clients. */
  readonly gasPrice?: Optional<Quantity>
  readonly maxFeePerGas?: Optional<Quantity>
  readonly maxPriorityFeePerGas?: Optional<Quantity>
  readonly maxFeePerBlobGas?: Optional<Quantity>
  /** Left out: the sender's. Then the address of a contract that is made is the next one. */
  readonly nonce?: Optional<Quantity>
  readonly accessList?: Optional<readonly AccessListInput[]>
  readonly blobVersionedHashes?: Optional<readonly BytesLike[]>
  readonly authorizationList?: Optional<readonly AuthorizationInput[]>
}

const FIELDS = keysOf<CallInput>()({
  from: true,
  to: true,
  data: true,
  input: true,
  value: true,
  gas: true,
  gasLimit: true,
  gasPrice: true,
  maxFeePerGas: true,
  maxPriorityFeePerGas: true,
  maxFeePerBlobGas: true,
  nonce: true,
  accessList: true,
  blobVersionedHashes: true,
  authorizationList: true,
})
/** What transactions in JSON have beside it. */
const ALSO = ['type', 'chainId'] as const

/** What the gas limit is if nobody says: that of geth's nodes for calls. */
export const CALL_GAS = 50_000_000n

/** A call that is read. */
export interface Call {
  readonly tx: Transaction
  readonly from: Uint8Array
  /** Whether it says a price. */
  readonly isPriced: boolean
  /** Whether it says a gas limit. */
  readonly hasGas: boolean
  /** Whether it says a nonce. */
  readonly hasNonce: boolean
}

const NO_HASH = new Uint8Array(HASH_BYTES)
const NO_ADDRESS = new Uint8Array(ADDRESS_BYTES)

/** @throws InvalidInputError, InvalidTransactionError naming the field */
export function readCall(input: unknown): Call {
  const call = asKnownObject(input, [...FIELDS, ...ALSO], 'call')
  const quantity = (name: string, other?: string): bigint | undefined => {
    const value = call[name] ?? (other === undefined ? undefined : call[other])
    return value == null ? undefined : parseQuantity(value, `call.${name}`)
  }
  const gas = call.gas ?? call.gasLimit
  const gasPrice = quantity('gasPrice')
  const maxFee = quantity('maxFeePerGas')
  const tip = quantity('maxPriorityFeePerGas')
  if (gasPrice !== undefined && (maxFee !== undefined || tip !== undefined)) {
    const details = { place: { field: 'gasPrice' }, expected: 'none beside maxFeePerGas' }
    throw new InvalidTransactionError('malformed-field', 'call refused', details)
  }
  const price = gasPrice ?? maxFee ?? 0n
  const nonce = quantity('nonce')
  const tx: Transaction = {
    type: typeOf(call),
    chainId: null,
    nonce: nonce ?? 0n,
    gasPrice: price,
    maxFeePerGas: price,
    maxPriorityFeePerGas: gasPrice ?? tip ?? 0n,
    gasLimit: gas == null ? CALL_GAS : parseQuantity(gas, 'call.gas', UINT63_LIMIT),
    to: isNone(call.to) ? null : readBytes(call.to, 'call.to', ADDRESS_BYTES),
    value: quantity('value') ?? 0n,
    data: readData(call),
    accessList: listOf(call, 'accessList', LISTS.accessList),
    maxFeePerBlobGas: quantity('maxFeePerBlobGas') ?? 0n,
    blobVersionedHashes: listOf(call, 'blobVersionedHashes', (hash, i) => {
      return readBytes(hash, `call.blobVersionedHashes[${i}]`, HASH_BYTES)
    }),
    authorizationList: listOf(call, 'authorizationList', LISTS.authorizationList),
    v: 0n,
    yParity: 0,
    r: 0n,
    s: 0n,
    hash: NO_HASH,
    raw: EMPTY_BYTES,
  }
  return {
    tx,
    from: call.from == null ? NO_ADDRESS : readBytes(call.from, 'call.from', ADDRESS_BYTES),
    isPriced: price !== 0n || tx.maxPriorityFeePerGas !== 0n,
    hasGas: gas != null,
    hasNonce: nonce !== undefined,
  }
}

function isNone(value: unknown): boolean {
  return value == null || value === '' || value === '0x'
}

/** @throws InvalidTransactionError if the two names of the data mean different bytes */
function readData({ data, input }: JsonObject): Uint8Array {
  const bytes = data == null ? undefined : bytesOf(data, 'call.data')
  if (input == null) return bytes ?? EMPTY_BYTES
  const other = bytesOf(input, 'call.input')
  if (bytes === undefined || bytesEqual(bytes, other)) return other
  const details = { place: { field: 'input' }, expected: 'the same as "data"', got: input }
  throw new InvalidTransactionError('malformed-field', 'call refused', details)
}

function bytesOf(value: unknown, field: string): Uint8Array {
  return viewOf(value)?.slice() ?? hexToBytes(value, field)
}

function listOf<T>(
  call: JsonObject,
  name: string,
  read: (item: unknown, i: number) => T,
): readonly T[] {
  const list = call[name]
  return list == null ? [] : asArray(list, `call.${name}`).map((item, i) => read(item, i))
}

/** What kind of transaction it would be. */
function typeOf(call: JsonObject): TransactionType {
  if (call.authorizationList != null) return SET_CODE_TYPE
  if (call.blobVersionedHashes != null) return BLOB_TYPE
  if (call.maxFeePerGas != null || call.maxPriorityFeePerGas != null) return FEE_MARKET_TYPE
  return call.accessList == null ? LEGACY_TYPE : ACCESS_LIST_TYPE
}
