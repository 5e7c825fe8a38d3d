/** Whether a body is the one that its header commits to. */

import type { SplitBlock } from '../intake/block.js'
import type { Header } from '../intake/header.js'
import { keccak256 } from '../intake/keccak.js'
import type { Transaction } from '../intake/transaction.js'
import { bytesEqual, bytesToHex } from '../base/bytes.js'
import {
  InvalidBlockError,
  InvalidTransactionError,
  type InvalidBlockReason,
} from '../base/errors.js'
import { GAS_PER_BLOB, type Fork } from '../forks/forks.js'
import { betweenBlocks } from '../machine/guard.js'
import type { LeafMaker } from '../results/leaf-pieces.js'
import { orderedRootByAll } from '../results/roots.js'
import { refuseBlock } from './refusal.js'
import { rulesOf } from '../forks/rules.js'

/** @throws InvalidBlockError */
export function checkBlockSize(bytes: Uint8Array, header: Header, fork: Fork): void {
  const { maxBlockBytes } = rulesOf(fork)
  if (bytes.length <= maxBlockBytes) return
  const expected = `at most ${maxBlockBytes} bytes`
  throw refuseBlock(header, 'block-too-large', 'block', expected, bytes)
}

/**
 * Whether the header commits to the body, in geth's order (docs/RULES.md). Nothing is read of
 * transactions and withdrawals for it: they are hashed as they came.
 * @param hasRootsLast returns the first root that is wrong instead of throwing it, so that an
 *   invalid transaction can be told before
 * @throws InvalidBlockError, CancelledError
 */
export async function checkBody(
  maker: LeafMaker,
  block: SplitBlock,
  hasRootsLast = false,
): Promise<InvalidBlockError | undefined> {
  const { header, transactions, uncles, withdrawals } = block
  const wrong: InvalidBlockError[] = []
  const checkRoot = (reason: InvalidBlockReason, field: HashField, root: Uint8Array): void => {
    try {
      expectHash(header, reason, field, root)
    } catch (error) {
      if (!hasRootsLast || !(error instanceof InvalidBlockError)) throw error
      wrong.push(error)
    }
  }
  expectHash(header, 'uncles-hash-mismatch', 'unclesHash', keccak256(uncles))
  const check = async (): Promise<void> => {
    const transactionsRoot = await orderedRootByAll(maker, transactions)
    checkRoot('transactions-root-mismatch', 'transactionsRoot', transactionsRoot)
    checkHasWithdrawals(block)
    if (withdrawals === undefined) return
    const withdrawalsRoot = await orderedRootByAll(maker, withdrawals)
    checkRoot('withdrawals-root-mismatch', 'withdrawalsRoot', withdrawalsRoot)
  }
  const { core } = maker
  const inMemory = (): Promise<void> => core.withBlockMemory(check)
  await betweenBlocks(core, { block: header.number }, inMemory)
  return wrong[0]
}

function checkHasWithdrawals({ header, withdrawals }: SplitBlock): void {
  const hasRoot = header.withdrawalsRoot !== undefined
  if (hasRoot === (withdrawals !== undefined)) return
  const reason = hasRoot ? 'withdrawals-missing' : 'withdrawals-not-in-fork'
  const expected = hasRoot ? 'a list of withdrawals' : 'no withdrawals'
  throw refuseBlock(header, reason, 'withdrawals', expected, withdrawals)
}

/** The least a transaction uses: what the largest refund leaves of 21,000 (before EIP-3529). */
const LEAST_TRANSACTION_GAS = 10_500n

/**
 * Whether the block has gas for so many transactions, before any of them is read.
 * @throws InvalidTransactionError for the first that it has none for
 */
export function checkTransactionCount({ header, transactions }: SplitBlock): void {
  const { gasLimit, number } = header
  if (BigInt(transactions.length) * LEAST_TRANSACTION_GAS <= gasLimit) return
  const tx = Number(gasLimit / LEAST_TRANSACTION_GAS)
  throw new InvalidTransactionError('gas-limit-above-block', 'transaction refused', {
    place: { block: number, tx, field: 'gasLimit' },
    expected: `at most ${tx} transactions in a block of ${gasLimit} gas`,
    got: transactions.length,
  })
}

/**
 * Whether the header counts the blobs of the transactions.
 * @throws InvalidBlockError
 */
export function checkBlobCount(
  header: Header,
  transactions: readonly Transaction[],
  fork: Fork,
): void {
  if (!rulesOf(fork).hasBlobs) return
  const blobs = transactions.reduce((sum, tx) => sum + tx.blobVersionedHashes.length, 0)
  const blobGas = BigInt(blobs * GAS_PER_BLOB)
  const { blobGasUsed } = header
  if (blobGasUsed === blobGas) return
  throw refuseBlock(header, 'blob-gas-used-mismatch', 'blobGasUsed', `${blobGas}`, blobGasUsed)
}

type HashField =
  | 'unclesHash'
  | 'stateRoot'
  | 'transactionsRoot'
  | 'receiptsRoot'
  | 'withdrawalsRoot'
  | 'requestsHash'

/** @throws InvalidBlockError if the header has another value than was computed */
export function expectHash(
  header: Header,
  reason: InvalidBlockReason,
  field: HashField,
  computed: Uint8Array,
): void {
  const stated = header[field]
  if (stated !== undefined && bytesEqual(stated, computed)) return
  const got = stated === undefined ? stated : bytesToHex(stated)
  throw new InvalidBlockError(reason, 'block refused', {
    place: { block: header.number, field },
    expected: bytesToHex(computed),
    got,
  })
}
