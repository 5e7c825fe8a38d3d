/** Ethereum semantics: one transaction after another, calls are synchronous (YP 6). */

import { REVISION_BYZANTIUM } from '../../assembly/abi/revision.js'
import { TX_GAS_FINAL } from '../../assembly/abi/records.js'
import { ADMITTED } from '../../assembly/abi/status.js'
import { InvalidTransactionError, throwIfCancelled } from '../errors.js'
import type { PreparedBlock } from '../prepare-block.js'
import { rejection } from './admission.js'
import type { EngineConfig, EngineParts } from './engine-parts.js'
import type { Execution, StageContext } from './stage-context.js'
import { readStateRoot } from './state-root.js'

/** Whether receipts hold the state root after their transactions: before Byzantium (EIP-658). */
export function hasRootsInside({ fork, semantics }: EngineConfig): boolean {
  return semantics === 'ethereum' && fork.revision < REVISION_BYZANTIUM
}

/**
 * @param needsRoots whether to compute the state root after each transaction
 * @throws InvalidTransactionError, CancelledError
 */
export async function executeInOrder(
  { core, config, tracer }: EngineParts,
  block: PreparedBlock,
  records: Uint32Array,
  { pulse, report, signal, stopwatch }: StageContext,
  needsRoots: boolean,
): Promise<Execution> {
  const stateRoots: Uint8Array[] = []
  let gasUsed = 0n
  stopwatch.lap('admission')
  for (let i = 0; i < records.length; i++) {
    checkRoom(block, i, gasUsed)
    tracer?.beginTransaction(records[i]!)
    const verdict = core.exports.executeTransaction(records[i]!)
    core.memory.refresh()
    if (verdict !== ADMITTED) throw rejection(core, block, config, records[i]!, i, verdict)
    tracer?.endTransaction()
    gasUsed += core.memory.u64[(records[i]! + TX_GAS_FINAL) >>> 3]!
    if (needsRoots) {
      stopwatch.lap('rounds')
      stateRoots.push(readStateRoot(core))
      stopwatch.lap('stateRoot')
    }
    if (!pulse.isDue()) continue
    report('rounds', i + 1, records.length)
    await pulse.turn()
    throwIfCancelled(signal, 'the block was cancelled')
  }
  stopwatch.lap('rounds')
  return { rounds: [], stateRoots }
}

/** A transaction is invalid if its limit does not fit what the block has left (YP 6.2). */
function checkRoom(block: PreparedBlock, index: number, gasUsed: bigint): void {
  const { environment, transactions } = block
  const left = environment.gasLimit - gasUsed
  const { gasLimit } = transactions[index]!
  if (gasLimit <= left) return
  throw new InvalidTransactionError('gas-limit-above-block', 'transaction refused', {
    place: { block: environment.number, tx: index, field: 'gasLimit' },
    expected: `at most ${left}, what the block has left`,
    got: gasLimit,
  })
}
