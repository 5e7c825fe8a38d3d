/**
 * One block, from its transactions to its roots, read from top to bottom:
 *
 *   block in → senders recovered → messages grouped → groups executed by workers over shared state
 *   → emitted messages sorted into the next virtual block → … converged → fees and refunds
 *   → roots and receipts out
 */

import { ExecutedBlock } from './block-result.js'
import { EMPTY_BYTES } from './bytes.js'
import { throwIfCancelled } from './errors.js'
import { Pulse } from './executor/pulse.js'
import { admitAll, checkTransactions } from './pipeline/admission.js'
import type { EngineParts } from './pipeline/engine-parts.js'
import { writeEnvironment, writeTransactionsRoot } from './pipeline/environment.js'
import { executeInOrder } from './pipeline/in-order.js'
import { archiveBlock, type BlockArchive } from './pipeline/results.js'
import { payWithdrawals, settleAll } from './pipeline/settlement.js'
import { readStateRoot } from './pipeline/state-root.js'
import { Stopwatch } from './pipeline/stopwatch.js'
import { callAtEnd, callAtStart, type SystemCallResult } from './pipeline/system-calls.js'
import { writeTransactions } from './pipeline/transaction-records.js'
import type { PreparedBlock } from './prepare-block.js'
import { orderedRoot } from './receipts/roots.js'
import { converge } from './rounds/converge.js'
import type { RoundRecord } from './rounds/run-round.js'
import type { BlockResult, Progress } from './types.js'

export interface ExecuteOptions {
  /** Stops the block; the state is as before. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** What a block has done, while all of it is still in linear memory. */
export interface BlockToJudge {
  /** Empty where the engine has a partial state. */
  readonly stateRoot: Uint8Array
  readonly archive: BlockArchive
  readonly records: Uint32Array
  /** Of EIP-7002 and EIP-7251; none before Prague. */
  readonly requests: readonly SystemCallResult[]
}

/** What a chain adds to the execution of a block. All of it may run again, if the block does. */
export interface ChainRules {
  /** Changes of the state that the protocol itself makes before the first transaction. */
  readonly beforeTransactions?: (() => void) | undefined
  /** The same after the last one, before the withdrawals: block rewards. */
  readonly afterTransactions?: (() => void) | undefined
  /** Sees the block before it is kept; throws to refuse it. */
  readonly judge?: ((block: BlockToJudge) => void) | undefined
  /** The state is a part of the chain's: state roots would be wrong, and are left out. */
  readonly hasPartialState?: boolean
}

/**
 * Executes a block and keeps what it did. Whoever calls undoes the block if this throws.
 * @throws InvalidTransactionError, InvalidBlockError, CancelledError, WorkerDiedError,
 *   WorkerTimeoutError, MemoryExhaustedError, EngineFaultError; LibraryMissing, which is no error
 */
export async function executeBlock(
  parts: EngineParts,
  block: PreparedBlock,
  options: ExecuteOptions,
  rules: ChainRules = {},
): Promise<BlockResult> {
  const { core, config } = parts
  const { environment, transactions } = block
  const { number } = environment
  const { signal } = options
  const pulse = new Pulse()
  const stopwatch = new Stopwatch()
  throwIfCancelled(signal, 'the block was cancelled')

  // Block in: the rules that need no state, then everything into linear memory
  const gas = checkTransactions(block, config)
  const decode = block.timing.decode + stopwatch.lap()
  writeEnvironment(core.memory, environment, config)
  core.exports.configure()
  core.exports.beginBlock()
  core.memory.refresh()
  const transactionsRoot = orderedRoot(core, transactions.map(({ raw }) => raw))
  writeTransactionsRoot(core.memory, transactionsRoot)
  const records = writeTransactions(core, block, gas)

  // Execution
  rules.beforeTransactions?.()
  callAtStart(core, environment, config)
  let rounds: RoundRecord[] = []
  let stateRoots: readonly Uint8Array[] = []
  let admission = 0
  if (config.semantics === 'actor') {
    const messages = admitAll(core, block, config, records)
    core.memory.refresh()
    admission = stopwatch.lap()
    report(options, 'admission', transactions.length, transactions.length)
    const { executor, groupNumbers } = parts
    const { maxRounds } = config.parameters
    const onRound = (round: number): void => report(options, 'rounds', round + 1)
    const run = { block: number, maxRounds, signal, onRound }
    rounds = await converge({ core, executor, pulse, groupNumbers, ...run }, messages)
  } else {
    admission = stopwatch.lap()
    const onTransaction = (done: number): void =>
      report(options, 'rounds', done, transactions.length)
    const { hasPartialState = false } = rules
    const inOrder = { pulse, signal, onTransaction, hasPartialState }
    stateRoots = await executeInOrder(core, block, config, records, inOrder)
  }
  const running = stopwatch.lap()

  // Fees and refunds
  if (config.semantics === 'actor') settleAll(core, records, rounds)
  core.exports.finishBlock()
  rules.afterTransactions?.()
  payWithdrawals(core, block.withdrawals)
  const requests = callAtEnd(core, config)
  const settlement = stopwatch.lap()
  report(options, 'settlement', transactions.length, transactions.length)
  throwIfCancelled(signal, 'the block was cancelled')

  // Roots and receipts out
  const stateRoot = rules.hasPartialState ? EMPTY_BYTES : readStateRoot(core)
  const stateRootMs = stopwatch.lap()
  const archive = archiveBlock(core, block, records, rounds, stateRoots)
  const results = stopwatch.lap()
  rules.judge?.({ stateRoot, archive, records, requests })
  if (rules.hasPartialState) core.exports.commitWithoutTries()
  else core.exports.commitBlock()
  report(options, 'results', transactions.length, transactions.length)
  const { senders } = block.timing
  const timing = {
    decode,
    senders,
    admission,
    rounds: running,
    settlement,
    execution: admission + running + settlement,
    stateRoot: stateRootMs,
    results,
    total: block.timing.decode + senders + stopwatch.total(),
  }
  return new ExecutedBlock({ number, stateRoot, transactionsRoot, archive, rounds, timing })
}

function report(
  { onProgress }: ExecuteOptions,
  phase: Progress['phase'],
  done: number,
  total?: number,
): void {
  onProgress?.({ phase, done, total })
}
