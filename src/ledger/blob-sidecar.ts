/** Blob transactions as they go between nodes: with blobs, which no block holds (EIP-4844). */

import { bytesEqual, hexToBytes, viewOf } from '../base/bytes.js'
import { InvalidTransactionError } from '../base/errors.js'
import { sha256 } from '../crypto/sha256.js'
import { decodeTransaction, BLOB_TYPE } from '../intake/transaction.js'
import { decodeRlp, isRlpList, splitRlpList } from '../intake/rlp.js'
import type { TransactionInput } from '../intake/prepare-block.js'

/** EIP-4844: the version byte of a hash that commits by KZG. */
const KZG_VERSION = 0x01
const LIST_PREFIX = 0xc0
/** Transaction, version (EIP-7594), blobs, commitments, proofs. */
const MOST_PARTS = 5

/**
 * The transaction alone, if it comes with its blobs. Their commitments must be those that it names;
 * that they commit to the blobs is not checked.
 * @throws InvalidTransactionError
 */
export function withoutBlobs(input: TransactionInput): TransactionInput {
  const isHex = typeof input === 'string' && /^0x03f[89a-f]/i.test(input)
  const bytes = isHex ? hexToBytes(input, 'transaction') : viewOf(input)
  if (bytes === undefined || bytes[0] !== BLOB_TYPE || bytes[1]! < LIST_PREFIX) return input
  const parts = partsOf(bytes.subarray(1))
  if (parts === undefined) return input
  const body = parts[0]!
  const alone = new Uint8Array(1 + body.length)
  alone[0] = BLOB_TYPE
  alone.set(body, 1)
  checkCommitments(decodeTransaction(alone).blobVersionedHashes, parts.at(-2)!)
  return alone
}

/** Undefined: a transaction alone. */
function partsOf(payload: Uint8Array): Uint8Array[] | undefined {
  try {
    const parts = splitRlpList(payload, undefined, MOST_PARTS)
    const isWrapped = parts.length >= MOST_PARTS - 1 && isRlpList(parts[0]!)
    return isWrapped ? parts : undefined
  } catch {
    // A transaction has more fields; what else is wrong its decoder tells
    return undefined
  }
}

function checkCommitments(hashes: readonly Uint8Array[], list: Uint8Array): void {
  const commitments = decodeRlp(list)
  const isRight =
    Array.isArray(commitments) &&
    commitments.length === hashes.length &&
    commitments.every((it, i) => it instanceof Uint8Array && isHashOf(hashes[i]!, it))
  if (isRight) return
  const details = {
    place: { field: 'blobVersionedHashes' },
    expected: 'the hashes of the commitments that come with it',
  }
  throw new InvalidTransactionError('blob-version-unknown', 'transaction refused', details)
}

function isHashOf(hash: Uint8Array, commitment: Uint8Array): boolean {
  const digest = sha256(commitment)
  return hash[0] === KZG_VERSION && bytesEqual(hash.subarray(1), digest.subarray(1))
}
