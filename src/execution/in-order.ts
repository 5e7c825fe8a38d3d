/** Ethereum semantics: one transaction after another, calls are synchronous (YP 6). */

import { TX_STATUS } from '../../assembly/abi/records.js'
import { ADMITTED } from '../../assembly/abi/status.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import type { Pulse } from '../base/pulse.js'
import type { Core } from '../wasm/core.js'
import {
  checkTransactionsInTurns,
  rejection,
  type JudgedTransactions,
} from '../intake/admission.js'
import type { EngineConfig, EngineParts } from '../machine/engine-parts.js'
import { judgeInOrder } from './judge-in-order.js'
import type { Execution, StageContext, Strategy, WrittenBlock } from './strategy.js'
import { computeStateRoot } from '../state/state-root.js'
import { rulesOf } from '../forks/rules.js'

/** The core's answer where a transaction goes on in the next slice. */
const NOT_ENDED = -1

/** Whether receipts hold the state root after their transactions: before Byzantium (EIP-658). */
export function hasRootsInside({ fork, semantics }: EngineConfig): boolean {
  return semantics === 'ethereum' && !rulesOf(fork).hasStatus
}

/** A block is refused before it is executed, if that is enough to tell. */
export const IN_ORDER: Strategy = { judge: checkTransactionsInTurns, execute: executeInOrder }

/** The same; but a block is refused for the rule that geth names first. */
export const IN_ORDER_OF_GETH: Strategy = { judge: judgeInOrder, execute: executeInOrder }

async function executeInOrder(
  { core, config, workers, reporter }: EngineParts,
  { prepared: block, records, judged: { refusals }, hasRoots }: WrittenBlock,
  { pulse, report, stopwatch }: StageContext,
): Promise<Execution> {
  const { exports, memory } = core
  const stateRoots: Uint8Array[] = []
  const most = hasRoots || reporter !== undefined ? 1 : records.length
  const place = { block: block.environment.number }
  stopwatch.lap('admission')
  for (let i = 0, begun = -1; i < records.length;) {
    if (begun !== i) reporter?.beginTransaction(records[i]!)
    begun = i
    const ended = exports.executeEach(records[i]!, Math.min(most, records.length - i))
    i += ended
    memory.refresh()
    checkNext(core, block, config, records, i, refusals)
    if (ended > 0) reporter?.endTransaction()
    if (hasRoots && ended > 0) {
      stopwatch.lap('rounds')
      stateRoots.push(await computeStateRoot({ core, workers }, place, pulse))
      stopwatch.lap('stateRoot')
    }
    if (!pulse.isDue()) continue
    report('rounds', i, records.length)
    await pulse.turn()
  }
  stopwatch.lap('rounds')
  return { rounds: [], stateRoots }
}

/**
 * One transaction by itself.
 * @returns ADMITTED or REJECTED_*
 * @throws CancelledError
 */
export async function executeAlone(
  { exports, memory }: Core,
  record: number,
  pulse: Pulse,
): Promise<number> {
  let verdict = exports.executeTransaction(record)
  while (verdict === NOT_ENDED) {
    if (pulse.isDue()) await pulse.turn()
    verdict = exports.goOnTransaction(record)
  }
  memory.refresh()
  return verdict
}

/** The core has stopped before or in this transaction: for a turn, or because it refuses it. */
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
