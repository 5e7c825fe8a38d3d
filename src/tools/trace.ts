/** Executes a block or a call, keeps nothing of it, and tells tracers. */

import { ADMITTED } from '../../assembly/abi/status.js'
import { bytesToHex } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import { Pulse } from '../base/pulse.js'
import type { CancelSignal, Hex } from '../base/types.js'
import { executeBlock } from '../execution/execute-block.js'
import { executeAlone } from '../execution/in-order.js'
import { callAtStart } from '../execution/system-calls.js'
import { whileTold } from '../execution/told.js'
import { STRATEGIES } from '../execution/strategies.js'
import { rejection } from '../intake/admission.js'
import { beginBlock } from '../intake/environment.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import { writeTransactionsInTurns } from '../intake/transaction-records.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { asOneBlock } from '../machine/guard.js'
import type { Listener, Tracer } from '../trace/listener.js'
import { executeCall, type CallPlace } from './call.js'
import type { Call } from '../intake/call-input.js'

const CANCELLED = 'the trace was cancelled'

/** As geth answers for each transaction of a block. */
export interface TransactionTrace {
  readonly txHash: Hex
  /** What the tracer says, as JSON-RPC has it. */
  readonly result: unknown
}

export interface BlockToTrace {
  readonly block: PreparedBlock
  /** Indexes; all if undefined. */
  readonly transactions: ReadonlySet<number> | undefined
  /** Makes the state that of the parent, within the block. */
  readonly rewind: () => void
  readonly makeTracer: () => Tracer
  readonly signal: CancelSignal | undefined
}

/** @throws InvalidInputError for an index that there is not; else as a block does */
export async function traceBlock(
  parts: EngineParts,
  given: BlockToTrace,
): Promise<TransactionTrace[]> {
  const { block, makeTracer, signal } = given
  const { transactions } = block
  const indexes = [...(given.transactions ?? transactions.keys())].sort((a, b) => a - b)
  const last = indexes.at(-1) ?? -1
  if (last >= transactions.length) {
    const expected = `below ${transactions.length}`
    const details = { place: { field: 'transactions' }, expected, got: last }
    throw new InvalidInputError('no such transaction in the block', details)
  }
  const trace = async (hasSteps: boolean): Promise<Tracer[]> => {
    const tracers = new Map(indexes.map((index) => [index, makeTracer()]))
    const listenerOf = (index: number): Listener | undefined => {
      const listener = tracers.get(index)?.listener
      return listener === undefined || !hasSteps ? listener : withSteps(listener)
    }
    const hasMemory = [...tracers.values()].some(({ listener }) => listener.hasMemory === true)
    const place = { block: block.environment.number }
    const run = (told: EngineParts): Promise<void> => executeTold(told, given, last)
    await asOneBlock(parts, place, () => whileTold(parts, listenerOf, run, hasMemory), signal)
    return [...tracers.values()]
  }
  const tracers = await exactly(trace)
  return tracers.map((tracer, i) => {
    return { txHash: bytesToHex(transactions[indexes[i]!]!.hash), result: tracer.result() }
  })
}

/** @returns what the tracer says, as JSON-RPC has it */
export async function traceCall(
  parts: EngineParts,
  call: Call,
  place: CallPlace,
  makeTracer: () => Tracer,
): Promise<unknown> {
  const [tracer] = await exactly(async (hasSteps) => {
    const tracer = makeTracer()
    const listener = hasSteps ? withSteps(tracer.listener) : tracer.listener
    const run = async (told: EngineParts): Promise<void> => {
      await executeCall(told, call, place)
    }
    await asOneBlock(parts, {}, () => whileTold(parts, listener, run), place.signal)
    return [tracer]
  })
  return tracer!.result()
}

/** Few traces need steps for their words alone, and those are taken again. */
async function exactly(
  trace: (hasSteps: boolean) => Promise<readonly Tracer[]>,
): Promise<readonly Tracer[]> {
  const tracers = await trace(false)
  const isVague = tracers.some((tracer) => tracer.isVague?.() === true)
  return isVague ? trace(true) : tracers
}

function withSteps(listener: Listener): Listener {
  return { onStep: () => undefined, ...listener }
}

/** As far as the last transaction that is traced. */
async function executeTold(
  parts: EngineParts,
  { block, rewind, signal }: BlockToTrace,
  last: number,
): Promise<void> {
  if (parts.config.semantics === 'ethereum') return executeEach(parts, block, rewind, last, signal)
  // All of a block's messages are in its rounds
  const rules = { isKept: false, beforeTransactions: rewind }
  await executeBlock(parts, block, { signal }, rules)
}

/** Without roots and receipts, of which no trace says anything. */
async function executeEach(
  parts: EngineParts,
  block: PreparedBlock,
  rewind: () => void,
  last: number,
  signal: CancelSignal | undefined,
): Promise<void> {
  const { config, core, reporter } = parts
  const pulse = new Pulse(signal, CANCELLED)
  const judged = await STRATEGIES.ethereum.judge(block, config, pulse)
  reporter?.beginBlock()
  beginBlock(core, block.environment, config)
  const records = await writeTransactionsInTurns(core, block, judged, pulse)
  rewind()
  await callAtStart(core, block.environment, config, pulse)
  for (const [i, record] of records.subarray(0, last + 1).entries()) {
    reporter?.beginTransaction(record)
    const verdict = await executeAlone(core, record, pulse)
    if (verdict !== ADMITTED) throw rejection(core, block, config, record, i, verdict)
    reporter?.endTransaction()
    if (pulse.isDue()) await pulse.turn()
  }
  core.exports.discardBlock()
  core.memory.refresh()
}
