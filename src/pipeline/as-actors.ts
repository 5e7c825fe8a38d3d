/** Actor semantics: admission, rounds until nothing is emitted, refunds (PROTOCOL 2). */

import { JOB_ADMISSION, JOB_SETTLEMENT } from '../../assembly/abi/memory-map.js'
import type { PreparedBlock } from '../prepare-block.js'
import { checkStopped } from '../rounds/check-round.js'
import { converge } from '../rounds/converge.js'
import { isSimulated } from '../workers/simulation.js'
import { readAdmitted } from './admission.js'
import type { EngineParts } from './engine-parts.js'
import { placeSenderPieces } from './sender-pieces.js'
import type { Execution, StageContext } from './stage-context.js'

/** What a transaction takes to be admitted, and to be settled. */
const ADMISSION_US = 0.4
const SETTLEMENT_US = 0.15

/**
 * @param records the transactions' records
 * @throws InvalidTransactionError, InvalidBlockError, CancelledError, and what stops a round
 */
export async function executeAsActors(
  parts: EngineParts,
  block: PreparedBlock,
  records: Uint32Array,
  { pulse, report, signal, stopwatch }: StageContext,
): Promise<Execution> {
  const { config, core, executor, tracer } = parts
  executor.prepare(records.length)
  const pieces = placeSenderPieces(core, block, records, executor.workers, isSimulated(core.memory))
  const place = { block: block.environment.number }
  const forAll = async (kind: number, microseconds: number): Promise<void> => {
    const microsecondsAPiece = (microseconds * records.length) / pieces
    await executor.run({ kind, pieces, microsecondsAPiece, place, pulse })
    core.memory.refresh()
    checkStopped(core.memory, place, signal)
  }
  await forAll(JOB_ADMISSION, ADMISSION_US)
  const messages = readAdmitted(core, block, config, records)
  stopwatch.lap('admission')
  report('admission', records.length, records.length)
  tracer?.beginMessages()
  const rounds = await converge(
    {
      core,
      executor,
      pulse,
      signal,
      block: place.block,
      maxRounds: config.parameters.maxRounds,
      onRound: (round) => report('rounds', round + 1),
    },
    messages,
  )
  tracer?.endMessages()
  stopwatch.lap('rounds')
  await forAll(JOB_SETTLEMENT, SETTLEMENT_US)
  return { rounds, stateRoots: [] }
}
