/** Whether a transaction may wait in the pool: the rules that hold whatever block it comes into. */

import { bytesToHex } from '../base/bytes.js'
import { InvalidTransactionError } from '../base/errors.js'
import type { Fork } from '../forks/forks.js'
import { rulesOf } from '../forks/rules.js'
import { prepareBlock, type TransactionInput } from '../intake/prepare-block.js'
import { shareSenders } from '../intake/share-senders.js'
import { checkTransaction } from '../intake/transaction-rules.js'
import type { Transaction } from '../intake/transaction.js'
import type { EngineParts } from '../machine/engine-parts.js'
import type { AccountState } from '../base/types.js'
import { withoutBlobs } from './blob-sidecar.js'
import { mostCost, type Entry, type TransactionPool } from './pool.js'

/** Read, its sender known. */
export type ReadTransaction = Omit<Entry, 'order' | 'hash'>

/** What the next block would be. */
export interface Horizon {
  readonly number: bigint
  readonly timestamp: bigint
  readonly gasLimit: bigint
  readonly fork: Fork
}

const NOBODY = new Uint8Array(20)

/**
 * Decodes it, signs it where a key is given, recovers its sender. Of a blob transaction what goes
 * between nodes (its blobs) is checked by hash and left.
 * @throws InvalidTransactionError, InvalidInputError
 */
export async function readTransaction(
  { config, workers }: EngineParts,
  input: TransactionInput,
  { fork, gasLimit, number, timestamp }: Horizon,
): Promise<ReadTransaction> {
  const env = { number, timestamp, gasLimit, coinbase: NOBODY }
  const transactions = [withoutBlobs(input)]
  const rules = { chainId: config.chainId, fork, isFromOutside: true, isJudgedLater: true }
  const read = await prepareBlock({ env, transactions }, rules, {}, workers)
  const senderBytes = read.senders[0]!
  return {
    transaction: read.transactions[0]!,
    sender: bytesToHex(senderBytes),
    senderBytes,
    authorities: read.authorities[0] ?? [],
  }
}

/** @throws InvalidTransactionError */
export async function recoverSender(tx: Transaction): Promise<Uint8Array> {
  const [sender] = await shareSenders([tx], [], {})
  return sender!
}

/**
 * @param account the sender's
 * @throws InvalidTransactionError with the first rule that is broken
 */
export function checkForPool(
  { config }: EngineParts,
  { sender, transaction: tx }: ReadTransaction,
  account: Pick<AccountState, 'balance' | 'code' | 'nonce'>,
  { fork, gasLimit }: Horizon,
  pool: TransactionPool,
): void {
  checkTransaction(tx, { chainId: config.chainId, fork: rulesOf(fork) })
  if (tx.gasLimit > gasLimit) {
    const expected = `at most ${gasLimit}, the block's`
    throw refuse('gas-limit-above-block', 'gasLimit', expected, tx.gasLimit)
  }
  if (tx.nonce < account.nonce) {
    throw refuse('nonce-too-low', 'nonce', `at least ${account.nonce}`, tx.nonce)
  }
  checkFunds(tx, account.balance, pool.costOf(sender, tx.nonce))
}

function checkFunds(tx: Transaction, balance: bigint, others: bigint): void {
  const cost = mostCost(tx)
  if (cost + others <= balance) return
  const besides = others === 0n ? '' : ` beside ${others} that others of the sender may cost`
  throw refuse('insufficient-funds', 'balance', `at least ${cost} wei${besides}`, balance)
}

function refuse(
  reason: ConstructorParameters<typeof InvalidTransactionError>[0],
  field: string,
  expected: string,
  got: unknown,
): InvalidTransactionError {
  const details = { place: { field }, expected, got }
  return new InvalidTransactionError(reason, 'transaction refused', details)
}
