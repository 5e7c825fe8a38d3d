/** Ethereum semantics: one transaction after another, calls are synchronous (YP 6). */

import { REVISION_BYZANTIUM } from '../../assembly/abi/revision.js'
import { TX_GAS_FINAL } from '../../assembly/abi/records.js'
import { ADMITTED } from '../../assembly/abi/status.js'
import { InvalidTransactionError, throwIfCancelled } from '../errors.js'
import type { Pulse } from '../executor/pulse.js'
import type { PreparedBlock } from '../prepare-block.js'
import type { Core } from '../wasm/core.js'
import { rejection } from './admission.js'
import type { EngineConfig } from './engine-parts.js'
import { readStateRoot } from './state-root.js'

export interface InOrderOptions {
  readonly pulse: Pulse
  readonly signal: AbortSignal | undefined
  readonly onTransaction: (done: number) => void
  /** Then there are no state roots. */
  readonly hasPartialState: boolean
}

/**
 * @returns the state root after each transaction before Byzantium, whose receipts have it; else none
 * @throws InvalidTransactionError, CancelledError
 */
export async function executeInOrder(
  core: Core,
  block: PreparedBlock,
  config: EngineConfig,
  records: Uint32Array,
  options: InOrderOptions,
): Promise<readonly Uint8Array[]> {
  const { pulse, signal } = options
  const needsRoots = config.fork.revision < REVISION_BYZANTIUM && !options.hasPartialState
  const stateRoots: Uint8Array[] = []
  let gasUsed = 0n
  for (let i = 0; i < records.length; i++) {
    checkRoom(block, i, gasUsed)
    const verdict = core.exports.executeTransaction(records[i]!)
    core.memory.refresh()
    if (verdict !== ADMITTED) throw rejection(core, block, config, records[i]!, i, verdict)
    gasUsed += core.memory.u64[(records[i]! + TX_GAS_FINAL) >>> 3]!
    if (needsRoots) stateRoots.push(readStateRoot(core))
    if (!pulse.isDue()) continue
    options.onTransaction(i + 1)
    await pulse.turn()
    throwIfCancelled(signal, 'the block was cancelled')
  }
  return stateRoots
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
