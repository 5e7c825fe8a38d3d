/** Making signed transactions out of a few fields. */

import { EMPTY_BYTES } from '../bytes.js'
import { InvalidTransactionError, type ErrorPlace } from '../errors.js'
import { keccak256, type Keccak256 } from './keccak.js'
import { encodeRlp } from './rlp.js'
import { isSecretKey, legacyV, signHash } from './signature.js'
import {
  ACCESS_LIST_TYPE,
  BLOB_TYPE,
  FEE_MARKET_TYPE,
  LEGACY_TYPE,
  SET_CODE_TYPE,
  decodeTransaction,
  encodeTransaction,
  signingHash,
  type Authorization,
  type Transaction,
  type TransactionType,
  type UnsignedTransaction,
} from './transaction.js'

/**
 * What a caller says of a transaction; what is left out is zero or empty. Prices are either
 * `gasPrice` or `maxFeePerGas` with `maxPriorityFeePerGas`. Without a `type` it is the first one
 * that has the fields given.
 */
export type TransactionFields = Partial<UnsignedTransaction> &
  Pick<UnsignedTransaction, 'nonce' | 'gasLimit'>

/** EIP-7702's signing domain. */
const AUTHORIZATION_MAGIC = 0x05

/** All fields of a transaction from those that were given. */
export function completeFields(
  fields: TransactionFields,
  place: ErrorPlace = {},
): UnsignedTransaction {
  const type = fields.type ?? impliedType(fields)
  const hasFeeMarket = type >= FEE_MARKET_TYPE
  const price = hasFeeMarket ? (fields.maxFeePerGas ?? fields.gasPrice) : fields.gasPrice
  if (price === undefined) {
    const field = hasFeeMarket ? 'maxFeePerGas' : 'gasPrice'
    throw malformed({ ...place, field }, 'a price', price)
  }
  const chainId = fields.chainId ?? null
  if (type !== LEGACY_TYPE && chainId === null) {
    throw malformed({ ...place, field: 'chainId' }, 'a chain id', chainId)
  }
  return {
    type,
    chainId,
    nonce: fields.nonce,
    gasPrice: price,
    maxFeePerGas: price,
    maxPriorityFeePerGas: hasFeeMarket ? (fields.maxPriorityFeePerGas ?? 0n) : price,
    gasLimit: fields.gasLimit,
    to: fields.to ?? null,
    value: fields.value ?? 0n,
    data: fields.data ?? EMPTY_BYTES,
    accessList: fields.accessList ?? [],
    maxFeePerBlobGas: fields.maxFeePerBlobGas ?? 0n,
    blobVersionedHashes: fields.blobVersionedHashes ?? [],
    authorizationList: fields.authorizationList ?? [],
  }
}

/**
 * Signs and encodes; deterministic (RFC 6979).
 * @param secretKey 32 bytes
 * @throws InvalidTransactionError for fields out of range, or a key that is none
 */
export function signTransaction(
  fields: TransactionFields,
  secretKey: Uint8Array,
  place: ErrorPlace = {},
  hash: Keccak256 = keccak256,
): Transaction {
  checkSecretKey(secretKey, place)
  const unsigned = completeFields(fields, place)
  const { yParity, r, s } = signHash(signingHash(unsigned, hash), secretKey)
  const isLegacy = unsigned.type === LEGACY_TYPE
  const v = isLegacy ? legacyV(unsigned.chainId, yParity) : BigInt(yParity)
  // Decoding what was made checks every field by the one set of rules
  const raw = encodeTransaction({ ...unsigned, v, yParity, r, s })
  return decodeTransaction(raw, place, { keccak256: hash })
}

/** What the authority of an EIP-7702 authorization signs. */
export function authorizationHash(
  auth: Pick<Authorization, 'chainId' | 'address' | 'nonce'>,
  hash: Keccak256 = keccak256,
): Uint8Array {
  const list = encodeRlp([auth.chainId, auth.address, auth.nonce])
  const message = new Uint8Array(1 + list.length)
  message[0] = AUTHORIZATION_MAGIC
  message.set(list, 1)
  return hash(message)
}

export function signAuthorization(
  auth: Pick<Authorization, 'chainId' | 'address' | 'nonce'>,
  secretKey: Uint8Array,
  hash: Keccak256 = keccak256,
): Authorization {
  checkSecretKey(secretKey, {})
  const { chainId, address, nonce } = auth
  return { chainId, address, nonce, ...signHash(authorizationHash(auth, hash), secretKey) }
}

function impliedType(fields: Partial<UnsignedTransaction>): TransactionType {
  if (fields.authorizationList !== undefined) return SET_CODE_TYPE
  if (fields.blobVersionedHashes !== undefined || fields.maxFeePerBlobGas !== undefined) {
    return BLOB_TYPE
  }
  if (fields.maxFeePerGas !== undefined || fields.maxPriorityFeePerGas !== undefined) {
    return FEE_MARKET_TYPE
  }
  return fields.accessList !== undefined ? ACCESS_LIST_TYPE : LEGACY_TYPE
}

function checkSecretKey(secretKey: Uint8Array, place: ErrorPlace): void {
  if (isSecretKey(secretKey)) return
  // The key itself is never shown
  const expected = '32 bytes, from 1 to the order of the group − 1'
  throw malformed({ ...place, field: 'secretKey' }, expected, `${secretKey.length} bytes`)
}

function malformed(place: ErrorPlace, expected: string, got: unknown): InvalidTransactionError {
  const details = { place, expected, got }
  return new InvalidTransactionError('malformed-field', 'transaction cannot be made', details)
}
