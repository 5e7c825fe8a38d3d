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
import {
  REJECTED_BLOB_FEE_CAP_TOO_LOW,
  REJECTED_BY_HOST,
  REJECTED_FEE_CAP_BELOW_BASE_FEE,
  REJECTED_GAS_LIMIT_ABOVE_BLOCK,
  REJECTED_INSUFFICIENT_FUNDS,
  REJECTED_NONCE_MAX,
  REJECTED_NONCE_TOO_HIGH,
  REJECTED_NONCE_TOO_LOW,
  REJECTED_SENDER_NOT_EOA,
  REJECTED_TIP_ABOVE_FEE_CAP,
} from '../../assembly/abi/status.js'
import type { IntrinsicGas } from './intrinsic-gas.js'
import {
  checkTransaction,
  type BlockLimits,
  type TransactionRules,
} from './transaction-rules.js'
import type { Transaction } from './transaction.js'
import { bytesToHex } from '../base/bytes.js'
import {
  InvalidTransactionError,
  words,
  type ActorEvmError,
  type ErrorPlace,
  type InvalidTransactionReason,
} from '../base/errors.js'
import type { Pulse } from '../base/pulse.js'
import { GAS_PER_BLOB } from '../forks/forks.js'
import type { PreparedBlock } from './prepare-block.js'
import type { Core } from '../wasm/core.js'
import type { EngineConfig } from '../machine/engine-parts.js'
import { blobFeeOf, type Environment } from './environment.js'
import { rulesOf } from '../forks/rules.js'

/** What a refund leaves of the gas used at the very least: half of it before London (EIP-3529). */
const LEAST_SHARE = 2

export interface Refusal {
  readonly error: ActorEvmError
  /** When the core is to refuse the transaction for it: a `REFUSAL_…` constant. */
  readonly moment: number
}

/** What the rules that need no state say of a block's transactions. */
export interface JudgedTransactions {
  readonly gas: readonly IntrinsicGas[]
  /** Of those that break one, by their place. */
  readonly refusals: ReadonlyMap<number, Refusal>
}

const NO_REFUSALS: JudgedTransactions['refusals'] = new Map()

type BlockToCheck = Pick<PreparedBlock, 'environment' | 'transactions'>
type ChainRules = Pick<EngineConfig, 'chainId' | 'fork'>
type Priced = Pick<Environment, 'baseFeePerGas' | 'excessBlobGas' | 'gasLimit'>

/** The rules for a block's transactions; who goes through them takes off their blob gas. */
export function blockRulesOf(
  { environment }: { readonly environment: Priced },
  { chainId, fork }: ChainRules,
): TransactionRules & { readonly block: BlockLimits & { blobGas: number } } {
  const { baseFeePerGas, gasLimit } = environment
  const { blobs } = fork
  let blobFee: bigint | undefined
  const block = {
    baseFeePerGas,
    gasLimit,
    // When the first blob asks for it: it takes longer than all other checks of a transaction
    get blobBaseFee(): bigint {
      return (blobFee ??= blobs === undefined ? 0n : blobFeeOf(environment, fork))
    },
    blobGas: (blobs?.max ?? 0) * GAS_PER_BLOB,
  }
  return { chainId, fork: rulesOf(fork), block }
}

export function blobGasOf({ blobVersionedHashes }: Transaction): number {
  return blobVersionedHashes.length * GAS_PER_BLOB
}

/** Transactions that are admitted or settled at once: 1 ms. */
const ADMITTED_AT_ONCE = 1_024

/**
 * The rules that need no account and no sender: each transaction's own, and those of the block
 * about all. What all transactions must use at the least is within the block's gas limit: so many
 * senders and authorities are worth recovering, and no more.
 * @throws InvalidTransactionError, InvalidBlockError for the first rule that is broken;
 *   CancelledError
 */
export async function checkTransactionsInTurns(
  block: BlockToCheck,
  config: ChainRules,
  pulse: Pulse,
): Promise<JudgedTransactions> {
  const { transactions } = block
  const check = checkerOf(block, config)
  const gas: IntrinsicGas[] = []
  await pulse.steps(transactions.length, (i) => void gas.push(check(transactions[i]!, i)))
  return { gas, refusals: NO_REFUSALS }
}

/** Checks one transaction after the other. */
function checkerOf(
  block: BlockToCheck,
  config: ChainRules,
): (tx: Transaction, index: number) => IntrinsicGas {
  const rules = blockRulesOf(block, config)
  const { gasLimit, number } = block.environment
  // Numbers and one place for all: bigints and objects cost 0.1 µs a transaction. The sum is exact
  const mostGas = LEAST_SHARE * Number(gasLimit)
  const place = { block: number, tx: 0 }
  let intrinsicGas = 0
  return (tx, i) => {
    place.tx = i
    const gas = checkTransaction(tx, rules, place)
    rules.block.blobGas -= blobGasOf(tx)
    intrinsicGas += Number(gas.intrinsic)
    if (intrinsicGas <= mostGas) return gas
    throw new InvalidTransactionError('gas-limit-above-block', 'transaction refused', {
      place: { ...place, field: 'gasLimit' },
      expected: 'at most what the transactions before it can leave of the block',
      got: tx.gasLimit,
    })
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
  for (let first = 0; first < records.length;) {
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

/**
 * The error of a verdict, with what the state has and what the transaction says.
 * @param refusals what the host has told the core to refuse
 */
export function rejection(
  core: Core,
  block: PreparedBlock,
  config: EngineConfig,
  record: number,
  index: number,
  verdict: number,
  refusals = NO_REFUSALS,
): ActorEvmError {
  if (verdict === REJECTED_BY_HOST) return refusals.get(index)!.error
  const tx = block.transactions[index]!
  const [reason, field] = RULES.get(verdict)!
  const place: ErrorPlace = {
    block: block.environment.number,
    tx: index,
    account: bytesToHex(block.senders[index]!),
    field,
  }
  const { expected, got } = expectation(core, block, config, record, tx, verdict)
  return new InvalidTransactionError(reason, 'transaction refused', { place, expected, got })
}

function expectation(
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
      return { expected: 'an account without code (EIP-3607)', got: words('a contract') }
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
      const fee = blobFeeOf(environment, config.fork)
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
