/** Actor semantics: admission, rounds until nothing is emitted, refunds (PROTOCOL 2). */

import type { PreparedBlock } from '../intake/prepare-block.js'
import { converge } from './converge.js'
import { admitAll, checkTransactionsInTurns, settleAll } from '../intake/admission.js'
import type { EngineParts } from '../machine/engine-parts.js'
import type { Execution, StageContext, Strategy, WrittenBlock } from './strategy.js'

/** Transactions that will most likely run code: those without data are transfers as a rule. */
function countCalls({ transactions }: PreparedBlock): number {
  let count = 0
  for (const { data } of transactions) if (data.length > 0) count++
  return count
}

export const ACTOR: Strategy = { judge: checkTransactionsInTurns, execute: executeAsActors }

async function executeAsActors(
  parts: EngineParts,
  { prepared: block, records }: WrittenBlock,
  { isWatched, pulse, report, stopwatch }: StageContext,
): Promise<Execution> {
  const { alone, config, core, reporter } = parts
  const workers = reporter === undefined ? parts.workers : alone
  workers.prepare(countCalls(block))
  reporter?.beginMessages(records)
  const messages = await admitAll(core, block, config, records, pulse)
  stopwatch.lap('admission')
  report('admission', records.length, records.length)
  const rounds = await converge(
    {
      core,
      workers,
      pulse,
      block: block.environment.number,
      maxRounds: config.parameters.maxRounds,
      onRound: isWatched ? (round) => report('rounds', round + 1) : undefined,
    },
    messages,
  )
  stopwatch.lap('rounds')
  await settleAll(core, records, pulse)
  reporter?.endMessages(records)
  return { rounds, stateRoots: [] }
}
