/** Admission (PROTOCOL 2.1), and why the core refuses a transaction. */

import { BLOCK_GAS_USED } from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_LIVE,
  TX_MESSAGE,
  TX_SENDER_ACCOUNT,
  TX_STATUS,
  VIEW_BALANCE,
  VIEW_NONCE,
} from '../../assembly/abi/records.js'
import { REVISION_LONDON } from '../../assembly/abi/revision.js'
import {
  REJECTED_BLOB_FEE_CAP_TOO_LOW,
  REJECTED_FEE_CAP_BELOW_BASE_FEE,
  REJECTED_GAS_LIMIT_ABOVE_BLOCK,
  REJECTED_INSUFFICIENT_FUNDS,
  REJECTED_NONCE_MAX,
  REJECTED_NONCE_TOO_HIGH,
  REJECTED_NONCE_TOO_LOW,
  REJECTED_SENDER_NOT_EOA,
  REJECTED_TIP_ABOVE_FEE_CAP,
} from '../../assembly/abi/status.js'
import type { IntrinsicGas } from '../block/intrinsic-gas.js'
import { checkTransaction } from '../block/transaction-rules.js'
import type { Transaction } from '../block/transaction.js'
import { bytesToHex } from '../bytes.js'
import {
  InvalidBlockError,
  InvalidTransactionError,
  type ErrorPlace,
  type InvalidTransactionReason,
} from '../errors.js'
import type { Pulse } from '../pulse.js'
import { GAS_PER_BLOB, blobBaseFee } from '../forks.js'
import type { PreparedBlock } from '../prepare-block.js'
import type { Core } from '../wasm/core.js'
import type { EngineConfig } from './engine-parts.js'

/** Transactions that are admitted or settled at once: 1 ms. */
const ADMITTED_AT_ONCE = 1_024

/**
 * The rules that need no account: each transaction's own, and those of the block about all.
 * @returns intrinsic and floor gas of each
 * @throws InvalidTransactionError, InvalidBlockError
 */
export function checkTransactions(block: PreparedBlock, config: EngineConfig): IntrinsicGas[] {
  return block.transactions.map(checkerOf(block, config))
}

/**
 * The same in turns.
 * @throws CancelledError, too
 */
export async function checkTransactionsInTurns(
  block: PreparedBlock,
  config: EngineConfig,
  pulse: Pulse,
): Promise<IntrinsicGas[]> {
  const { transactions } = block
  const check = checkerOf(block, config)
  const gas: IntrinsicGas[] = []
  await pulse.steps(transactions.length, (i) => gas.push(check(transactions[i]!, i)))
  return gas
}

/** Checks one transaction after the other. */
function checkerOf(
  { environment }: PreparedBlock,
  config: EngineConfig,
): (tx: Transaction, index: number) => IntrinsicGas {
  const rules = { revision: config.fork.revision, chainId: config.chainId }
  const maxBlobGas = (config.fork.blobs?.max ?? 0) * GAS_PER_BLOB
  let blobGas = 0
  return (tx, i) => {
    const place = { block: environment.number, tx: i }
    if (tx.gasLimit > environment.gasLimit) {
      throw new InvalidTransactionError('gas-limit-above-block', 'transaction refused', {
        place: { ...place, field: 'gasLimit' },
        expected: `at most ${environment.gasLimit}, the block's`,
        got: tx.gasLimit,
      })
    }
    // Admission checks it again; here it comes before the gas, in the order of clients
    const { baseFeePerGas } = environment
    if (rules.revision >= REVISION_LONDON && tx.maxFeePerGas < baseFeePerGas) {
      throw new InvalidTransactionError('fee-cap-below-base-fee', 'transaction refused', {
        place: { ...place, field: 'maxFeePerGas' },
        expected: `at least ${baseFeePerGas}`,
        got: tx.maxFeePerGas,
      })
    }
    blobGas += tx.blobVersionedHashes.length * GAS_PER_BLOB
    // Before blobs, the transaction is of a type that the fork does not have
    if (config.fork.blobs !== undefined && blobGas > maxBlobGas) {
      throw new InvalidBlockError('blob-gas-above-limit', 'the block has too many blobs', {
        place: { ...place, field: 'blobGasUsed' },
        expected: `at most ${maxBlobGas}`,
        got: blobGas,
      })
    }
    return checkTransaction(tx, rules, place)
  }
}

/**
 * Debits every sender and makes the messages of round 0, in block order.
 * @param records the transactions' records
 * @returns the records of message 0 of each
 * @throws InvalidTransactionError for the first that the state does not admit; CancelledError
 */
export async function admitAll(
  core: Core,
  block: PreparedBlock,
  config: EngineConfig,
  records: Uint32Array,
  pulse: Pulse,
): Promise<Uint32Array> {
  const { exports, memory } = core
  for (let first = 0; first < records.length; ) {
    const count = Math.min(ADMITTED_AT_ONCE, records.length - first)
    const admitted = exports.admitEach(records[first]!, count) >>> 0
    first += admitted
    memory.refresh()
    if (admitted < count) {
      const record = records[first]!
      const verdict = memory.u32[(record + TX_STATUS) >>> 2]!
      throw rejection(core, block, config, record, first, verdict)
    }
    if (pulse.isDue()) await pulse.turn()
  }
  const { u32 } = memory
  return records.map((record) => u32[(record + TX_MESSAGE) >>> 2]!)
}

/**
 * Refunds and fees of every transaction, in block order.
 * @throws CancelledError
 */
export async function settleAll(
  { exports }: Core,
  records: Uint32Array,
  pulse: Pulse,
): Promise<void> {
  for (let first = 0; first < records.length; first += ADMITTED_AT_ONCE) {
    if (pulse.isDue()) await pulse.turn()
    exports.settleEach(records[first]!, Math.min(ADMITTED_AT_ONCE, records.length - first))
  }
}

type Rule = readonly [InvalidTransactionReason, field: string]

const RULES: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [REJECTED_NONCE_TOO_LOW, ['nonce-too-low', 'nonce']],
  [REJECTED_NONCE_TOO_HIGH, ['nonce-too-high', 'nonce']],
  [REJECTED_NONCE_MAX, ['nonce-is-max', 'nonce']],
  [REJECTED_SENDER_NOT_EOA, ['sender-not-eoa', 'sender']],
  [REJECTED_INSUFFICIENT_FUNDS, ['insufficient-funds', 'balance']],
  [REJECTED_FEE_CAP_BELOW_BASE_FEE, ['fee-cap-below-base-fee', 'maxFeePerGas']],
  [REJECTED_TIP_ABOVE_FEE_CAP, ['tip-above-fee-cap', 'maxPriorityFeePerGas']],
  [REJECTED_BLOB_FEE_CAP_TOO_LOW, ['blob-fee-cap-below-base-fee', 'maxFeePerBlobGas']],
  [REJECTED_GAS_LIMIT_ABOVE_BLOCK, ['gas-limit-above-block', 'gasLimit']],
])

/** The error of a verdict, with what the state has and what the transaction says. */
export function rejection(
  core: Core,
  block: PreparedBlock,
  config: EngineConfig,
  record: number,
  index: number,
  verdict: number,
): InvalidTransactionError {
  const tx = block.transactions[index]!
  const [reason, field] = RULES.get(verdict)!
  const place: ErrorPlace = {
    block: block.environment.number,
    tx: index,
    account: bytesToHex(block.senders[index]!),
    field,
  }
  const { expected, got } = wish(core, block, config, record, tx, verdict)
  return new InvalidTransactionError(reason, 'transaction refused', { place, expected, got })
}

function wish(
  core: Core,
  block: PreparedBlock,
  config: EngineConfig,
  record: number,
  tx: Transaction,
  verdict: number,
): { expected: string; got: unknown } {
  const { memory } = core
  const { environment } = block
  const account = memory.u32[(record + TX_SENDER_ACCOUNT) >>> 2]!
  const view = account + ACCOUNT_LIVE
  switch (verdict) {
    case REJECTED_NONCE_MAX:
      return { expected: 'less than 2^64 − 1', got: tx.nonce }
    case REJECTED_SENDER_NOT_EOA:
      return { expected: 'an account without code (EIP-3607)', got: 'a contract' }
    case REJECTED_INSUFFICIENT_FUNDS: {
      const blobGas = BigInt(tx.blobVersionedHashes.length * GAS_PER_BLOB)
      const cost = tx.gasLimit * tx.maxFeePerGas + tx.value + blobGas * tx.maxFeePerBlobGas
      return { expected: `at least ${cost} wei`, got: memory.readWord(view + VIEW_BALANCE) }
    }
    case REJECTED_FEE_CAP_BELOW_BASE_FEE:
      return { expected: `at least ${environment.baseFeePerGas}`, got: tx.maxFeePerGas }
    case REJECTED_TIP_ABOVE_FEE_CAP:
      return { expected: `at most ${tx.maxFeePerGas}`, got: tx.maxPriorityFeePerGas }
    case REJECTED_BLOB_FEE_CAP_TOO_LOW: {
      const { blobs } = config.fork
      const fee = blobs === undefined ? 0n : blobBaseFee(environment.excessBlobGas, blobs)
      return { expected: `at least ${fee}`, got: tx.maxFeePerBlobGas }
    }
    case REJECTED_GAS_LIMIT_ABOVE_BLOCK: {
      const left = environment.gasLimit - memory.u64[BLOCK_GAS_USED >>> 3]!
      return { expected: `at most ${left}, what the block has left`, got: tx.gasLimit }
    }
    default:
      return { expected: `${memory.u64[(view + VIEW_NONCE) >>> 3]}`, got: tx.nonce }
  }
}
