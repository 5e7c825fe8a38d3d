/** A few fields of a transaction made into all of them. */

import { EMPTY_BYTES } from '../base/bytes.js'
import { InvalidTransactionError, type ErrorPlace } from '../base/errors.js'
import {
  ACCESS_LIST_TYPE,
  BLOB_TYPE,
  FEE_MARKET_TYPE,
  LEGACY_TYPE,
  SET_CODE_TYPE,
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

/** Which types have a field that not all have. `gasPrice` nodes give with every type. */
const TYPES_WITH: Readonly<Record<string, readonly TransactionType[]>> = {
  accessList: [ACCESS_LIST_TYPE, FEE_MARKET_TYPE, BLOB_TYPE, SET_CODE_TYPE],
  maxFeePerGas: [FEE_MARKET_TYPE, BLOB_TYPE, SET_CODE_TYPE],
  maxPriorityFeePerGas: [FEE_MARKET_TYPE, BLOB_TYPE, SET_CODE_TYPE],
  maxFeePerBlobGas: [BLOB_TYPE],
  blobVersionedHashes: [BLOB_TYPE],
  authorizationList: [SET_CODE_TYPE],
}

/**
 * What a type does not have would be lost. Zero and empty lists are nothing to lose.
 * @throws InvalidTransactionError
 */
export function checkBelonging(fields: TransactionFields, place: ErrorPlace): void {
  const type = fields.type ?? impliedType(fields)
  for (const [field, types] of Object.entries(TYPES_WITH)) {
    const value = fields[field as keyof TransactionFields]
    if (types.includes(type) || value === undefined || value === 0n) continue
    if (Array.isArray(value) && value.length === 0) continue
    throw malformed({ ...place, field }, `none in a transaction of type ${type}`, value)
  }
}

/** A field that no transaction can be made of. */
export function malformed(
  place: ErrorPlace,
  expected: string,
  got: unknown,
): InvalidTransactionError {
  const details = { place, expected, got }
  return new InvalidTransactionError('malformed-field', 'transaction cannot be made', details)
}
