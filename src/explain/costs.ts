/** What the rounds of a block cost, as measured, for predictions by explain-block.ts. */

import { asInput } from '../base/errors.js'
import { asArray } from '../base/read-once.js'
import type { BlockResult, Round } from '../base/types.js'

/** Costs in any one unit of time. */
export interface BlockCosts {
  /** Of a unit of gas in each round: rounds differ in what their gas is spent on. */
  readonly perGas: readonly number[]
  /** What one thread does alone: admission, grouping and sorting, barriers, settlement. */
  readonly serial: number
  /** What a round takes longer when other threads are woken for it. */
  readonly wake: number
}

/** What measuring needs of a result. */
export type MeasuredBlock = {
  readonly rounds: readonly Pick<Round, 'gasUsed' | 'ms' | 'perWorker'>[]
  readonly timing: Pick<BlockResult['timing'], 'execution'>
}

/**
 * Costs in milliseconds.
 * @param alone the block as one worker executed it
 * @param shared the same block as several did; without it waking is taken to be free
 * @throws InvalidInputError if they are none
 */
export function measureCosts(alone: MeasuredBlock, shared?: MeasuredBlock): BlockCosts {
  return asInput('no result of a block', () => measure(alone, shared))
}

function measure(alone: MeasuredBlock, shared: MeasuredBlock | undefined): BlockCosts {
  asArray(alone.rounds, 'rounds')
  if (shared !== undefined) asArray(shared.rounds, 'rounds')
  const busy = alone.rounds.map(busyMs)
  const running = alone.rounds.map(({ gasUsed }, i) => (gasUsed === 0 ? 0 : busy[i]!))
  const perGas = alone.rounds.map(({ gasUsed }, i) => (gasUsed === 0 ? 0 : running[i]! / gasUsed))
  const serial = alone.timing.execution - running.reduce((sum, ms) => sum + ms, 0)
  return { perGas, serial: Math.max(serial, 0), wake: wakeMs(alone, shared) }
}

/** On the average of the rounds in which more than one worker ran a group. */
function wakeMs(alone: MeasuredBlock, shared: MeasuredBlock | undefined): number {
  let sum = 0
  let count = 0
  shared?.rounds.forEach((round, i) => {
    const before = alone.rounds[i]
    const runners = round.perWorker.filter(({ groups }) => groups > 0)
    if (before === undefined || runners.length < 2) return
    sum += round.ms - busyMs(round) - (before.ms - busyMs(before))
    count++
  })
  return count === 0 ? 0 : Math.max(sum / count, 0)
}

/** From the start to the end of the longest share. Who has run no group has none. */
function busyMs({ perWorker }: MeasuredBlock['rounds'][number]): number {
  asArray(perWorker, 'perWorker')
  const shares = perWorker.filter(({ groups }) => groups > 0).map(({ busyMs: ms }) => ms)
  return Math.max(0, ...shares)
}
