/**
 * One block, from its transactions to its roots, read from top to bottom:
 *
 *   block in → senders recovered → messages grouped → groups executed by workers over shared state
 *   → emitted messages sorted into the next virtual block → … converged → fees and refunds
 *   → roots and receipts out
 */

import { blockResult } from '../results/block-result.js'
import { EMPTY_BYTES } from '../base/bytes.js'
import {
  ABORT_CANCELLED,
  KEEP_OUTPUTS,
  WATCH,
  WATCH_PARTIAL,
} from '../../assembly/abi/memory-map.js'
import { throwIfCancelled } from '../base/errors.js'
import { Pulse } from '../base/pulse.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { beginBlock, writeTransactionsRoot } from '../intake/environment.js'
import { hasRootsInside } from './in-order.js'
import { leafMaker } from './leaf-job.js'
import { archiveBlock, type BlockArchive } from '../results/results.js'
import { STRATEGIES } from './strategies.js'
import type { Execution, StageContext, Strategy } from './strategy.js'
import { computeStateRoot } from '../state/state-root.js'
import { keepBlock, undoBlock } from '../machine/guard.js'
import { Stopwatch } from '../machine/stopwatch.js'
import { callAtEnd, callAtStart, type SystemCallResult } from './system-calls.js'
import { writeTransactionsInTurns } from '../intake/transaction-records.js'
import { checkWithdrawals, payWithdrawals } from './withdrawals.js'
import { PreparedBlock } from '../intake/prepare-block.js'
import { orderedRootByAll } from '../results/roots.js'
import type { Listener } from '../trace/listener.js'
import type { BlockResult, CancelSignal, Progress, StateWitness } from '../base/types.js'
import { abortRound } from '../threads/thread-share.js'

/** What may go with a block. */
export interface ExecuteOptions {
  /** Stops the block within 50 ms; the state is as before. */
  readonly signal?: CancelSignal | undefined
  /** Told of the phases of the block, between rounds and batches. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /**
   * Records what the block reads of the state before it, for who has no state: `result.witness`.
   * Before Byzantium the block is executed twice for it.
   */
  readonly witness?: boolean | undefined
  /**
   * Told what the block does, as far as it has methods for it. The calling thread executes the
   * block by itself then; no result depends on it.
   */
  readonly listener?: Listener | undefined
}

/** What a block has done, while all of it is still in linear memory. */
export interface BlockToJudge {
  /** With the transactions that are a part of it. */
  readonly block: PreparedBlock
  /** Empty where the engine has a partial state. */
  readonly stateRoot: Uint8Array
  readonly archive: BlockArchive
  /** Of each of its transactions. */
  readonly records: Uint32Array
  /** Before Byzantium the state root after each of them, whose receipts have it; else none. */
  readonly stateRoots: readonly Uint8Array[]
  /** Of EIP-7002 and EIP-7251; none before Prague. */
  readonly requests: readonly SystemCallResult[]
  readonly transactionsRoot: Uint8Array
  /** If it was asked for. */
  readonly witness: StateWitness | undefined
}

/** The same before its receipts are made. */
type DoneBlock = Omit<BlockToJudge, 'archive'> & Pick<Execution, 'rounds' | 'stateRoots'>

/** What is special about a block. All of it may run again, if the block does. */
export interface BlockRules {
  /** That of the semantics, if left out. */
  readonly strategy?: Strategy | undefined
  /** Whether its transactions are calls, which are in no block: any nonce, any sender. */
  readonly isCall?: boolean
  /** Whether what its transactions return is kept for its result. */
  readonly keepsOutputs?: boolean
  /** Whether the protocol makes its calls at the edges of the block. True if left out. */
  readonly hasSystemCalls?: boolean
  /** Whether the state keeps what the block does. True if left out; else `judge` sees it. */
  readonly isKept?: boolean
  /** Changes of the state that the protocol itself makes before the first transaction. */
  readonly beforeTransactions?: (() => void) | undefined
  /** The same after the last one, before the withdrawals: block rewards. */
  readonly afterTransactions?: (() => void) | undefined
  /** Sees the block before it is kept; throws to refuse it. */
  readonly judge?: ((block: BlockToJudge) => void) | undefined
  /** The state is a part of the chain's: state roots would be wrong, and are left out. */
  readonly hasPartialState?: boolean
}

const CANCELLED = 'the block was cancelled'

/** Who only validates makes none. */
const witnesses = () => import('../state/witness-recorder.js')

/**
 * Executes a block, and keeps what it did unless `rules` say otherwise. Whoever calls undoes the
 * block if this throws.
 * @throws InvalidTransactionError, InvalidBlockError, CancelledError, WorkerDiedError,
 *   WorkerTimeoutError, MemoryExhaustedError, EngineFaultError; LibraryMissing, which is no error
 */
export async function executeBlock(
  parts: EngineParts,
  block: PreparedBlock,
  options: ExecuteOptions,
  rules: BlockRules = {},
): Promise<BlockResult> {
  const { listener, signal } = options
  if (listener !== undefined) {
    const { whileTold } = await import('./told.js')
    const rest = { ...options, listener: undefined }
    return whileTold(parts, listener, (told) => executeBlock(told, block, rest, rules))
  }
  const pulse = new Pulse(signal)
  throwIfCancelled(signal, CANCELLED)
  // Threads hear of it in their shares; this one, in its turns
  const stop = (): void => abortRound(parts.core, ABORT_CANCELLED)
  signal?.addEventListener('abort', stop)
  try {
    return await executeInTurns(parts, block, options, rules, pulse)
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

async function executeInTurns(
  parts: EngineParts,
  block: PreparedBlock,
  options: ExecuteOptions,
  rules: BlockRules,
  pulse: Pulse,
): Promise<BlockResult> {
  const { core, config } = parts
  const stopwatch = new Stopwatch(block.timing)
  const report: StageContext['report'] = (phase, done, total) =>
    options.onProgress?.({ phase, done, total })
  const isWatched = options.onProgress !== undefined
  const context = { pulse, stopwatch, isWatched, report }
  const isRecorded = options.witness ?? false
  const hasRoots = hasRootsInside(config) && !(rules.hasPartialState ?? false)
  let rehearsed: StateWitness | undefined
  if (isRecorded && hasRoots) {
    const pass = { isRecorded, hasRoots: false }
    const untold = { ...parts, reporter: undefined }
    rehearsed = (await runBlock(untold, block, rules, pass, context)).witness
    undoBlock(core)
  }
  const done = await runBlock(parts, block, rules, { isRecorded, hasRoots, rehearsed }, context)
  const maker = leafMaker(parts, { block: block.environment.number }, pulse)
  const archive = await archiveBlock(maker, done.block, done.records, done.rounds, done.stateRoots)
  const { rounds, stateRoot, transactionsRoot, witness } = done
  rules.judge?.({ ...done, archive })
  if (rules.isKept === false) core.exports.discardBlock()
  else if (rules.hasPartialState) core.exports.commitWithoutTries()
  else keepBlock(parts)
  stopwatch.lap('results')
  report('results', block.transactions.length, block.transactions.length)
  const { number } = block.environment
  const timing = stopwatch.timing()
  const result = { number, stateRoot, transactionsRoot, archive, rounds, timing, witness }
  return blockResult(result)
}

interface Pass {
  /** Whether what the block looks at is recorded. */
  readonly isRecorded: boolean
  /** Whether the state has a root after each transaction. */
  readonly hasRoots: boolean
  /** What the same block has looked at when it was executed without those roots. */
  readonly rehearsed?: StateWitness | undefined
}

/** All but the end of it: nothing is kept yet. */
async function runBlock(
  parts: EngineParts,
  block: PreparedBlock,
  rules: BlockRules,
  pass: Pass,
  context: StageContext,
): Promise<DoneBlock> {
  const { core, config } = parts
  parts.reporter?.beginBlock()
  const { environment, transactions } = block
  const { pulse, report, stopwatch } = context

  // Block in: the rules that need no state, then everything into linear memory
  const strategy = rules.strategy ?? STRATEGIES[config.semantics]
  const judged = await strategy.judge(block, config, pulse)
  checkWithdrawals(block, config)
  core.memory.u32[WATCH >>> 2]! &= WATCH_PARTIAL
  const recorder = pass.isRecorded ? (await witnesses()).recordWitness(parts, pulse) : undefined
  stopwatch.lap('decode')
  beginBlock(core, environment, config)
  const maker = leafMaker(parts, { block: environment.number }, pulse)
  let transactionsRoot = await orderedRootByAll(maker, transactions.map(({ raw }) => raw))
  writeTransactionsRoot(core.memory, transactionsRoot)
  core.memory.u32[KEEP_OUTPUTS >>> 2] = (rules.keepsOutputs ?? false) ? 1 : 0
  let records = await writeTransactionsInTurns(core, block, judged, pulse, rules.isCall)
  stopwatch.lap('input')

  // Execution, refunds included
  rules.beforeTransactions?.()
  const hasCalls = rules.hasSystemCalls ?? true
  if (hasCalls) await callAtStart(core, environment, config, pulse)
  const written = { prepared: block, records, judged, hasRoots: pass.hasRoots }
  const { included, made, rounds, stateRoots } = await strategy.execute(parts, written, context)
  let kept = made?.block ?? block
  if (included !== undefined && included.length < records.length) {
    kept = withOnly(block, included)
    records = Uint32Array.from(included, (i) => records[i]!)
  }
  if (made !== undefined) ({ records } = made)
  if (kept !== block) {
    const raws = kept.transactions.map(({ raw }) => raw)
    transactionsRoot = await orderedRootByAll(maker, raws)
  }

  // Fees, rewards, withdrawals, requests
  core.exports.finishBlock()
  rules.afterTransactions?.()
  await payWithdrawals(core, block.withdrawals, pulse)
  const requests = hasCalls ? await callAtEnd(core, config, pulse) : []
  stopwatch.lap('settlement')
  report('settlement', transactions.length, transactions.length)
  throwIfCancelled(pulse.signal, CANCELLED)

  // Roots and receipts out
  if (pass.rehearsed === undefined) await recorder?.collect()
  const stateRoot = rules.hasPartialState
    ? EMPTY_BYTES
    : await computeStateRoot(parts, { block: environment.number }, pulse)
  stopwatch.lap('stateRoot')
  const seen = await recorder?.finish()
  const { rehearsed } = pass
  const witness =
    seen === undefined || rehearsed === undefined
      ? seen
      : await (await witnesses()).withSiblings(rehearsed, seen.state, pulse)
  const roots = { stateRoot, stateRoots, transactionsRoot }
  return { ...roots, block: kept, records, requests, rounds, witness }
}

/** The block without the transactions that are no part of it. */
function withOnly(block: PreparedBlock, included: readonly number[]): PreparedBlock {
  const pick = <T>(list: readonly T[]): T[] => included.map((i) => list[i]!)
  const { authorities, senders, transactions } = block
  return new PreparedBlock({
    ...block,
    transactions: pick(transactions),
    senders: pick(senders),
    authorities: pick(authorities),
  })
}
