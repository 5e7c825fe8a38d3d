/** Blocks that are put together from parts of prepared ones: executed as they are if possible. */

import type { Withdrawal } from './block.js'
import type { Transaction } from './transaction.js'
import { ADDRESS_BYTES, HASH_BYTES } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import type { Environment } from './environment.js'
import { PREPARED, PreparedBlock } from './prepare-block.js'
import { asArray, reading } from '../base/read-once.js'

/** @throws InvalidInputError for a block that nobody has prepared */
export function isPrepared(block: unknown): block is PreparedBlock {
  if (PREPARED.has(block as object)) return true
  if (!reading(['block'], () => block instanceof PreparedBlock)) return false
  checkPrepared(block as PreparedBlock)
  PREPARED.add(block as object)
  return true
}

/**
 * Whether all has the types and sizes that the core relies on. What it means is checked when it is
 * executed, as in every block, but not who has signed it.
 * @throws InvalidInputError naming the field
 */
function checkPrepared(block: PreparedBlock): void {
  reading(['block'], () => {
    const { authorities, environment, senders, transactions, withdrawals } = block
    expect(isEnvironment(environment), 'environment')
    expect(isListOf(transactions, isTransaction), 'transactions')
    const { length } = transactions
    const isSender = (it: unknown): boolean => isBytes(it, ADDRESS_BYTES)
    expect(isListOf(senders, isSender, length), 'senders')
    // Of transactions without authorizations there need be none
    const isGiven = (list: readonly (Uint8Array | null)[], i: number): boolean => {
      const { length: count } = transactions[i]!.authorizationList
      return isListOf(list, (it) => it === null || isSender(it), count)
    }
    const hasAny = transactions.some((tx) => tx.authorizationList.length > 0)
    expect(isListOf(authorities, isGiven, hasAny ? length : authorities.length), 'authorities')
    expect(isListOf(withdrawals, isWithdrawal), 'withdrawals')
  })
}

function isEnvironment(it: Environment): boolean {
  const { baseFeePerGas, difficulty, excessBlobGas, gasLimit, number, timestamp } = it
  const hashes = [it.prevRandao, it.parentHash, it.parentBeaconBlockRoot]
  return (
    areBigInts([baseFeePerGas, difficulty, excessBlobGas, gasLimit, number, timestamp]) &&
    isBytes(it.coinbase, ADDRESS_BYTES) &&
    hashes.every((hash) => hash === undefined || isBytes(hash, HASH_BYTES)) &&
    it.blockHashes instanceof Map
  )
}

/** A block has 100,000 of them: written out, since lists of fields take five times as long. */
function isTransaction(tx: Transaction): boolean {
  return (
    (tx.type as unknown) === (tx.type & 7) &&
    (tx.chainId === null || typeof tx.chainId === 'bigint') &&
    typeof tx.nonce === 'bigint' &&
    typeof tx.gasLimit === 'bigint' &&
    typeof tx.value === 'bigint' &&
    typeof tx.maxFeePerGas === 'bigint' &&
    typeof tx.maxPriorityFeePerGas === 'bigint' &&
    typeof tx.maxFeePerBlobGas === 'bigint' &&
    typeof tx.s === 'bigint' &&
    (tx.to === null || isBytes(tx.to, ADDRESS_BYTES)) &&
    isBytes(tx.hash, HASH_BYTES) &&
    tx.raw instanceof Uint8Array &&
    tx.data instanceof Uint8Array &&
    isListOf(tx.accessList, ({ address, storageKeys }) => {
      return isBytes(address, ADDRESS_BYTES) && isListOf(storageKeys, isHash)
    }) &&
    isListOf(tx.blobVersionedHashes, isHash) &&
    isListOf(tx.authorizationList, ({ address, chainId, nonce }) => {
      return isBytes(address, ADDRESS_BYTES) && areBigInts([chainId, nonce])
    })
  )
}

function isWithdrawal({ address, amount, index, validatorIndex }: Withdrawal): boolean {
  return isBytes(address, ADDRESS_BYTES) && areBigInts([amount, index, validatorIndex])
}

function isHash(value: unknown): boolean {
  return isBytes(value, HASH_BYTES)
}

function isBytes(value: unknown, size: number): boolean {
  return value instanceof Uint8Array && value.length === size
}

function areBigInts(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'bigint')
}

function isListOf<T>(
  list: readonly T[],
  isIt: (value: T, i: number) => boolean,
  length = list.length,
): boolean {
  return list.length === length && (length === 0 || asArray(list, 'block').every(isIt as never))
}

function expect(isRight: boolean, field: string): void {
  if (isRight) return
  throw new InvalidInputError('invalid value', {
    place: { field: `block.${field}` },
    expected: 'what engine.prepareBlock makes',
  })
}
