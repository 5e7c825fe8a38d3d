/** Ethereum semantics: one transaction after another, calls are synchronous (YP 6). */

import { REVISION_BYZANTIUM } from '../../assembly/abi/revision.js'
import { TX_STATUS } from '../../assembly/abi/records.js'
import { ADMITTED } from '../../assembly/abi/status.js'
import { throwIfCancelled } from '../errors.js'
import type { PreparedBlock } from '../prepare-block.js'
import type { Core } from '../wasm/core.js'
import { rejection, type JudgedTransactions } from './admission.js'
import type { EngineConfig, EngineParts } from './engine-parts.js'
import type { Execution, StageContext } from './stage-context.js'
import { readStateRoot } from './state-root.js'

/** Whether receipts hold the state root after their transactions: before Byzantium (EIP-658). */
export function hasRootsInside({ fork, semantics }: EngineConfig): boolean {
  return semantics === 'ethereum' && fork.revision < REVISION_BYZANTIUM
}

interface InOrderContext extends StageContext {
  /** Whether to compute the state root after each transaction. */
  readonly hasRoots: boolean
  readonly refusals: JudgedTransactions['refusals']
}

/**
 * @throws InvalidTransactionError, CancelledError
 */
export async function executeInOrder(
  { core, config, tracer }: EngineParts,
  block: PreparedBlock,
  records: Uint32Array,
  { hasRoots, pulse, refusals, report, signal, stopwatch }: InOrderContext,
): Promise<Execution> {
  const { exports, memory } = core
  const stateRoots: Uint8Array[] = []
  const most = hasRoots || tracer !== undefined ? 1 : records.length
  stopwatch.lap('admission')
  for (let i = 0; i < records.length; ) {
    tracer?.beginTransaction(records[i]!)
    i += exports.executeEach(records[i]!, Math.min(most, records.length - i))
    memory.refresh()
    checkNext(core, block, config, records, i, refusals)
    tracer?.endTransaction()
    if (hasRoots) {
      stopwatch.lap('rounds')
      stateRoots.push(readStateRoot(core))
      stopwatch.lap('stateRoot')
    }
    if (!pulse.isDue()) continue
    report('rounds', i, records.length)
    await pulse.turn()
    throwIfCancelled(signal, 'the block was cancelled')
  }
  stopwatch.lap('rounds')
  return { rounds: [], stateRoots }
}

/** The core has stopped before this transaction: for a turn, or because it refuses it. */
function checkNext(
  core: Core,
  block: PreparedBlock,
  config: EngineConfig,
  records: Uint32Array,
  index: number,
  refusals: JudgedTransactions['refusals'],
): void {
  const record = records[index]
  if (record === undefined) return
  const verdict = core.memory.u32[(record + TX_STATUS) >>> 2]!
  if (verdict !== ADMITTED) {
    throw rejection(core, block, config, record, index, verdict, refusals)
  }
}
