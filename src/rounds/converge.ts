/**
 * The loop of rounds (PROTOCOL 2).
 *
 *   original block ─▶ round 0 ─▶ barrier ─▶ virtual block 1 ─▶ round 1 ─▶ barrier ─▶ … ─▶ ∅
 *
 * Every emission burns prepaid gas and the last round emits nothing, so the loop ends.
 */

import { JOB_GROUPS } from '../../assembly/abi/memory-map.js'
import { EngineFaultError } from '../errors.js'
import { crossBarrier } from './barrier.js'
import type { Machine } from './machine.js'
import { endRound, prepareRound, type RoundRecord } from './run-round.js'

/**
 * @param original messages 0 of the admitted transactions, in block order
 * @returns the rounds that were executed, at least round 0
 */
export async function converge(machine: Machine, original: Uint32Array): Promise<RoundRecord[]> {
  const rounds: RoundRecord[] = []
  let messages = original
  do {
    const start = performance.now()
    const prepared = prepareRound(machine, rounds.length, messages)
    const { block, executor, pulse } = machine
    const { groups, round } = prepared
    if (groups.count > 0) {
      // A round that has ended at once is not waited for: a turn of the promise queue is 0.5 µs
      const pieces = groups.count
      const running = executor.run({ kind: JOB_GROUPS, pieces, pulse, place: { block, round } })
      if (running !== undefined) await running
    }
    const record = endRound(machine, prepared)
    messages = crossBarrier(machine)
    record.ms = performance.now() - start
    rounds.push(record)
    machine.onRound?.(record.round, record.messages.length)
    if (machine.pulse.isDue()) await machine.pulse.turn()
  } while (messages.length > 0 && rounds.length < machine.maxRounds)
  if (messages.length > 0) {
    throw new EngineFaultError('the last round has emitted messages', 'execute the same block', {
      place: { block: machine.block, round: rounds.length },
    })
  }
  return rounds
}
