/**
 * Making signed transactions out of a few fields. The library that signs is 25 kB gzip, so what
 * light validators load must not import this.
 */

import type { ErrorPlace } from '../base/errors.js'
import { authorizationHash } from './authorization-hash.js'
import { keccak256, type Keccak256 } from './keccak.js'
import { isSecretKey, signHash } from './sign-hash.js'
import { legacyV } from './signature.js'
import { completeFields, malformed, type TransactionFields } from './transaction-fields.js'
import {
  LEGACY_TYPE,
  decodeTransaction,
  encodeTransaction,
  signingHash,
  type Authorization,
  type Transaction,
} from './transaction.js'

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

export function signAuthorization(
  auth: Pick<Authorization, 'chainId' | 'address' | 'nonce'>,
  secretKey: Uint8Array,
  hash: Keccak256 = keccak256,
): Authorization {
  checkSecretKey(secretKey, {})
  const { chainId, address, nonce } = auth
  return { chainId, address, nonce, ...signHash(authorizationHash(auth, hash), secretKey) }
}

function checkSecretKey(secretKey: Uint8Array, place: ErrorPlace): void {
  if (isSecretKey(secretKey)) return
  // The key itself is never shown
  const expected = '32 bytes, from 1 to the order of the group − 1'
  throw malformed({ ...place, field: 'secretKey' }, expected, `${secretKey.length} bytes`)
}
