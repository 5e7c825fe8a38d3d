/**
 * The loop of rounds (PROTOCOL 2). The core goes through it by itself (assembly/actors/rounds.ts)
 * up to a round that is worth waking the other workers for.
 */

import {
  BLOCK_ROUND,
  JOB_GROUPS,
  LAST_ROUND,
  NEXT_MESSAGE_COUNT,
  NEXT_PIECE,
  ROUND_GAIN,
  TRACE,
  WORKER_BUSY,
  WORKER_GROUPS_RUN,
} from '../../assembly/abi/memory-map.js'
import { EngineFaultError } from '../base/errors.js'
import { evenGain } from '../threads/workers.js'
import { workerRecord, type Core } from '../wasm/core.js'
import { isSimulated, shufflePlacement } from '../threads/simulation.js'
import { checkRound } from '../threads/check-round.js'
import type { Machine } from '../threads/machine.js'
import { RoundLog, type RoundRecord } from '../results/round-log.js'

/** After so much gas the core comes back from the rounds that it runs by itself: 0.1 to 5 ms. */
const GAS_ALONE = 500_000
const ANY_NUMBER = 0xffffffff

/**
 * Every emission burns prepaid gas and the last round emits nothing, so the loop ends.
 * @param original messages 0 of the admitted transactions, in block order
 * @returns the rounds that were executed, at least round 0
 */
export async function converge(machine: Machine, original: Uint32Array): Promise<RoundRecord[]> {
  const { core, workers, onRound, pulse } = machine
  const log = new RoundLog(core.memory, workers.count)
  startRounds(core, original)
  do {
    const told = log.rounds.length
    const start = performance.now()
    const left = runAlone(machine, log, start)
    if (left > 0) {
      const begin = log.rounds.length > told ? performance.now() : start
      const running = runShared(machine, log.rounds.length, left)
      if (running !== undefined) await running
      endShared(machine, log, begin)
    }
    if (onRound !== undefined) for (const { round } of log.rounds.slice(told)) onRound(round)
    if (pulse.isDue()) await pulse.turn()
  } while (core.memory.u32[NEXT_MESSAGE_COUNT >>> 2]! > 0 && log.rounds.length < machine.maxRounds)
  if (core.memory.u32[NEXT_MESSAGE_COUNT >>> 2]! > 0) {
    throw new EngineFaultError('the last round has emitted messages', 'execute the same block', {
      place: { block: machine.block, round: log.rounds.length },
    })
  }
  return log.rounds
}

function startRounds(core: Core, original: Uint32Array): void {
  const ptr = core.allocateForBlock(original.byteLength)
  core.memory.u32.set(original, ptr >>> 2)
  core.exports.startRounds(ptr, original.length)
}

/**
 * What the core does by itself, up to a pause for the event loop.
 * @returns groups of a round that has begun, for all workers; 0 if all that have begun have ended
 */
function runAlone(machine: Machine, log: RoundLog, start: number): number {
  const { core, workers } = machine
  const { memory } = core
  const { costs, leastGainUs } = workers
  // Who wants to hear of each round hears of it at its end
  const rounds = machine.onRound === undefined ? ANY_NUMBER : 1
  const leastGain = (leastGainUs * 1e3) / costs.nsPerGas
  const left = core.exports.goOn(leastGain, costs.gasShare, workers.count, GAS_ALONE, rounds)
  const ms = performance.now() - start
  memory.refresh()
  const { f64, u32 } = memory
  checkRound(machine, u32[BLOCK_ROUND >>> 2]!)
  const ended = log.addAlone(left > 0 ? u32[LAST_ROUND >>> 2]! : 0, ms)
  costs.noteAlone(ended.work, ms)
  costs.noteGas(ended.gasOffered, ended.gasUsed)
  if (ended.rounds > 0) workers.noteAlone()
  else if (left > 0 && u32[NEXT_PIECE >>> 2]! > 0) {
    // Some of its groups have been run already
    f64[(workerRecord(core.id) + WORKER_BUSY) >>> 3]! += ms * 1e6
  }
  return left
}

/**
 * Runs the round that has begun on all workers.
 * @returns undefined if it has ended at once: a turn of the promise queue is 0.1 µs and more
 */
function runShared(machine: Machine, round: number, groups: number): Promise<void> | undefined {
  const { block, core, workers, pulse } = machine
  const gainUs = gainOf(machine, groups)
  // Of a round that was begun alone, groups have their places
  const isNew = core.memory.u32[NEXT_PIECE >>> 2] === 0
  // What a listener is told keeps its order
  const isTold = core.memory.u32[TRACE >>> 2] !== 0
  if (isNew && !isTold && isSimulated(core.memory)) shufflePlacement(core.memory)
  return workers.run({ kind: JOB_GROUPS, pieces: groups, gainUs, pulse, place: { block, round } })
}

/** What sharing the groups that are left will save, µs. */
function gainOf({ core, workers }: Machine, groups: number): number {
  const { f64, u32 } = core.memory
  const { costs } = workers
  const own = workerRecord(core.id)
  const busyUs = f64[(own + WORKER_BUSY) >>> 3]! / 1e3
  const run = u32[(own + WORKER_GROUPS_RUN) >>> 2]!
  // Of a round that was begun alone, what its first groups have taken tells more than gas, also
  // if the first one has not ended
  if (busyUs > 0) return evenGain(workers.count, groups, busyUs / Math.max(1, run))
  return (f64[ROUND_GAIN >>> 3]! * costs.nsPerGas) / 1e3
}

/** @param start when the round has begun */
function endShared(machine: Machine, log: RoundLog, start: number): void {
  const { core, workers } = machine
  const { exports, memory } = core
  memory.refresh()
  checkRound(machine, log.rounds.length)
  exports.endRound()
  memory.refresh()
  const ms = performance.now() - start
  const { gasOffered, gasUsed, isShared, ownMs, ownWork, work } = log.addShared(core.id, ms)
  const { costs } = workers
  costs.noteGas(gasOffered, gasUsed)
  workers.noteShared((work * costs.nsPerGas) / 1e3, ms * 1e3)
  if (isShared) costs.noteShared(ownWork, ownMs)
  else costs.noteAlone(ownWork, ownMs)
}
