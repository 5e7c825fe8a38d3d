/**
 * Ethereum's order, but a transaction that is invalid is left out, and the block goes on without
 * it: as a block is built, and as tools try transactions.
 */

import { TX_REFUSAL } from '../../assembly/abi/records.js'
import { ADMITTED, REFUSAL_BEFORE_NONCE, REFUSAL_NONE } from '../../assembly/abi/status.js'
import { InvalidBlockError, InvalidTransactionError } from '../base/errors.js'
import { blobGasOf, blockRulesOf, rejection, type JudgedTransactions } from '../intake/admission.js'
import { intrinsicGas } from '../intake/intrinsic-gas.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import type { EngineConfig, EngineParts } from '../machine/engine-parts.js'
import { computeStateRoot } from '../state/state-root.js'
import { executeAlone } from './in-order.js'
import { judgeOne } from './judge-in-order.js'
import type { Execution, StageContext, Strategy, WrittenBlock } from './strategy.js'
import { rulesOf } from '../forks/rules.js'

export type TransactionRefusal = InvalidTransactionError | InvalidBlockError

export interface PickListener {
  /** Before a transaction is executed, which the state may still refuse. */
  readonly onTransaction?: ((index: number) => void) | undefined
  /** After one that is a part of the block. */
  readonly onIncluded?: ((index: number) => void) | undefined
  /** One is left out. The state is as the transactions before have made it. */
  readonly onRefused: (error: TransactionRefusal, index: number) => void
}

/** @param listener whatever it throws ends the block */
export function picking(listener: PickListener): Strategy {
  return {
    judge: priceAll,
    execute: (parts, block, context) => execute(parts, block, context, listener),
  }
}

/** Nothing is refused before what comes before it has been executed. */
export function priceAll(
  { transactions }: PreparedBlock,
  { fork }: EngineConfig,
): JudgedTransactions {
  const rules = rulesOf(fork)
  return { gas: transactions.map((tx) => intrinsicGas(tx, rules)), refusals: new Map() }
}

async function execute(
  parts: EngineParts,
  { prepared, records, hasRoots }: WrittenBlock,
  { pulse, stopwatch }: StageContext,
  { onIncluded, onRefused, onTransaction }: PickListener,
): Promise<Execution> {
  const { config, core, reporter } = parts
  const { number } = prepared.environment
  const rules = blockRulesOf(prepared, config)
  const included: number[] = []
  const stateRoots: Uint8Array[] = []

  const run = async (index: number): Promise<void> => {
    const tx = prepared.transactions[index]!
    const record = records[index]!
    const judged = judgeOne(tx, rules, { block: number, tx: index })
    const refusal = 'error' in judged ? judged : undefined
    if (refusal?.moment === REFUSAL_BEFORE_NONCE) throw refusal.error
    onTransaction?.(index)
    core.memory.u32[(record + TX_REFUSAL) >>> 2] = refusal?.moment ?? REFUSAL_NONE
    reporter?.beginTransaction(record)
    const verdict = await executeAlone(core, record, pulse)
    if (verdict !== ADMITTED) {
      const refusals = new Map(refusal && [[index, refusal]])
      throw rejection(core, prepared, config, record, index, verdict, refusals)
    }
    reporter?.endTransaction()
    rules.block.blobGas -= blobGasOf(tx)
    included.push(index)
    onIncluded?.(index)
  }

  for (let index = 0; index < records.length; index++) {
    if (pulse.isDue()) await pulse.turn()
    try {
      await run(index)
    } catch (error) {
      if (!isRefusal(error)) throw error
      onRefused(error, index)
      continue
    }
    if (hasRoots) stateRoots.push(await computeStateRoot(parts, { block: number }, pulse))
  }
  stopwatch.lap('rounds')
  return { rounds: [], stateRoots, included }
}

/** The transaction breaks a rule of its own, or the block has no room for its blobs. */
function isRefusal(error: unknown): error is TransactionRefusal {
  return error instanceof InvalidTransactionError || error instanceof InvalidBlockError
}
