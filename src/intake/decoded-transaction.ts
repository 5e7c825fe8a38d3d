/** Transactions that were decoded before and come in again, from who may have changed them. */

import { bytesEqual } from '../base/bytes.js'
import { InvalidTransactionError, type ErrorPlace } from '../base/errors.js'
import { keysOf } from '../base/known-keys.js'
import { asKnownObject } from '../base/json.js'
import { SIGNATURE_FIELDS } from './signature.js'
import { decodeTransaction, type DecodeOptions, type Transaction } from './transaction.js'

const FIELDS = keysOf<Transaction>()({
  type: true,
  chainId: true,
  nonce: true,
  gasPrice: true,
  maxFeePerGas: true,
  maxPriorityFeePerGas: true,
  gasLimit: true,
  to: true,
  value: true,
  data: true,
  accessList: true,
  maxFeePerBlobGas: true,
  blobVersionedHashes: true,
  authorizationList: true,
  v: true,
  yParity: true,
  r: true,
  s: true,
  hash: true,
  raw: true,
})

/**
 * Decodes it again: its `raw` is what is executed, and the other fields must be what that says.
 * @throws InvalidTransactionError; InvalidInputError for keys that no transaction has
 */
export function decodeAgain(
  input: Transaction,
  place: ErrorPlace,
  options: DecodeOptions,
): Transaction {
  checkKnown(input, place)
  return expectUnchanged(input, decodeTransaction(input.raw, place, options), place)
}

/** @throws InvalidInputError for keys that no transaction has */
export function checkKnown(input: Transaction, place: ErrorPlace): void {
  asKnownObject(input, FIELDS, `transactions[${place.tx}]`)
}

/**
 * @param tx what its `raw` says
 * @returns `tx`
 * @throws InvalidTransactionError
 */
export function expectUnchanged(
  fields: Transaction,
  tx: Transaction,
  place: ErrorPlace,
): Transaction {
  const changed = FIELDS.find((name) => !isSame(fields[name], tx[name]))
  if (changed === undefined) return tx
  const isSignature = SIGNATURE_FIELDS.includes(changed)
  throw new InvalidTransactionError(
    isSignature ? 'invalid-signature' : 'malformed-field',
    'transaction refused',
    { place: { ...place, field: changed }, expected: 'what `raw` says', got: fields[changed] },
  )
}

/** Whether `value` is `original`, which is finite, whatever else it is. */
function isSame(value: unknown, original: unknown): boolean {
  if (typeof original !== 'object' || original === null) return value === original
  if (typeof value !== 'object' || value === null) return false
  if (original instanceof Uint8Array) {
    return value instanceof Uint8Array && bytesEqual(value, original)
  }
  const keys = Object.keys(original)
  if (Object.keys(value).length !== keys.length) return false
  return keys.every((key) => {
    return isSame((value as Fields)[key], (original as Fields)[key])
  })
}

type Fields = Readonly<Record<string, unknown>>
