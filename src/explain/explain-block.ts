/** How much of a block can run at the same time, and what that is worth on how many workers. */

import { asInput } from '../base/errors.js'
import { asArray } from '../base/read-once.js'
import type { Hex, Round } from '../base/types.js'
import type { BlockCosts } from './costs.js'
import { groupsOf, type GroupLoad, type GroupedMessage } from './groups.js'
import { makespan } from './schedule.js'

/** What explaining needs of a round. */
export interface ExplainedRound {
  readonly round: Round['round']
  readonly messages: readonly GroupedMessage[]
}

/** The groups of one round, and what bounds its parallelism. */
export interface RoundParallelism {
  readonly round: number
  readonly messageCount: number
  readonly groupCount: number
  readonly gasUsed: number
  /** Gas of the group that used most: no number of workers makes the round shorter. */
  readonly largestGroupGas: number
  /** Its recipient; null where no message ran anything. */
  readonly largestGroup: Hex | null
  /** In the order in which workers claim them. */
  readonly groups: readonly GroupLoad[]
}

/** The speed-up to expect of a number of workers. */
export interface Prediction {
  readonly workers: number
  /** In the unit of the costs; gas if there were none. */
  readonly time: number
  /** Against one worker. */
  readonly speedUp: number
}

/** The parallelism found in a block, and what more workers would gain. */
export interface BlockParallelism {
  readonly rounds: readonly RoundParallelism[]
  readonly messageCount: number
  /** By all messages; what transactions cost in themselves is not in it. */
  readonly gasUsed: number
  /** Sum of the largest groups' gas: what is left with any number of workers. */
  readonly criticalPathGas: number
  readonly predictions: readonly Prediction[]
}

/** For whom predictions are made. */
const WORKER_COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/**
 * Finds the parallelism of a block in its rounds.
 * @param rounds as in a block's result
 * @param costs as measured; left out, only gas counts: then the answer is the same everywhere
 * @throws InvalidInputError if they are none
 */
export function explainBlock(
  rounds: readonly ExplainedRound[],
  costs?: BlockCosts,
): BlockParallelism {
  return asInput('no rounds of a block', () => {
    return explainRounds(asArray(rounds, 'rounds') as readonly ExplainedRound[], costs)
  })
}

function explainRounds(
  rounds: readonly ExplainedRound[],
  costs: BlockCosts | undefined,
): BlockParallelism {
  const explained = rounds.map(explainRound)
  const total = (of: (round: RoundParallelism) => number): number =>
    explained.reduce((sum, round) => sum + of(round), 0)
  return {
    rounds: explained,
    messageCount: total(({ messageCount }) => messageCount),
    gasUsed: total(({ gasUsed }) => gasUsed),
    criticalPathGas: total(({ largestGroupGas }) => largestGroupGas),
    predictions: predict(explained, costs),
  }
}

function explainRound({ round, messages }: ExplainedRound): RoundParallelism {
  const groups = groupsOf(messages)
  let gasUsed = 0
  let largest: GroupLoad | undefined
  for (const group of groups) {
    gasUsed += group.gasUsed
    if (largest === undefined || group.gasUsed > largest.gasUsed) largest = group
  }
  return {
    round,
    messageCount: messages.length,
    groupCount: groups.length,
    gasUsed,
    largestGroupGas: largest?.gasUsed ?? 0,
    largestGroup: largest?.recipient ?? null,
    groups,
  }
}

function predict(rounds: readonly RoundParallelism[], costs: BlockCosts | undefined): Prediction[] {
  const jobs = rounds.map(({ groups }, i) => {
    const perGas = costs?.perGas[i] ?? 1
    return groups.map(({ gasUsed }) => gasUsed * perGas)
  })
  const { serial = 0, wake = 0 } = costs ?? {}
  const timeOn = (workers: number): number =>
    jobs.reduce((sum, round) => sum + roundTime(round, workers, wake), serial)
  const alone = timeOn(1)
  return WORKER_COUNTS.map((workers) => {
    const time = timeOn(workers)
    return { workers, time, speedUp: time === 0 ? 1 : alone / time }
  })
}

/** Where waking others does not pay, the engine does not wake them. */
function roundTime(jobs: readonly number[], workers: number, wake: number): number {
  const alone = makespan(jobs, 1)
  return workers === 1 ? alone : Math.min(alone, makespan(jobs, workers) + wake)
}
