/**
 * Misfortunes that tests arrange. They lie in shared memory, where every worker finds them; without
 * a simulation a worker looks at one word per round.
 *
 *   SIMULATION             i32  non-zero: there is one
 *   SIMULATION_ARGUMENTS   u32  seed of delays, 0 = none
 *                          then for each of kill, hang, trap: u32 worker (0 = nobody), u32 round
 */

import { BLOCK_ROUND, SIMULATION, SIMULATION_ARGUMENTS } from '../../assembly/abi/memory-map.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** A worker other than the coordinator (1 …), and a round of a block (0 …). */
export interface WorkerAndRound {
  readonly worker: number
  readonly round: number
}

/** For tests of the engine itself. Results must not depend on it, errors must name it. */
export interface SimulationOptions {
  /** Every worker waits for a random time before each group. */
  readonly delaySeed?: number
  /** The thread ends after it has claimed a group. */
  readonly killWorker?: WorkerAndRound
  /** The thread does not come back after it has claimed a group. */
  readonly hangWorker?: WorkerAndRound
  /** The core traps. */
  readonly trapWorker?: WorkerAndRound
}

const ARGUMENTS_INDEX = SIMULATION_ARGUMENTS >>> 2
const SEED = 0
const KILL = 1
const HANG = 3
const TRAP = 5
const ARGUMENT_COUNT = 7
/** No worker's id. The coordinator, worker 0, is never a victim. */
const NOBODY = -1

const MAX_DELAY_US = 300
/** How long the others wait with each group while a victim is to claim one. */
const COURTESY_US = 20_000

export function writeSimulation(memory: LinearMemory, options: SimulationOptions): void {
  const { u32, i32 } = memory
  const misfortunes = [options.killWorker, options.hangWorker, options.trapWorker]
  const values = [
    options.delaySeed ?? 0,
    ...misfortunes.flatMap((it) => (it === undefined ? [0, 0] : [it.worker, it.round])),
  ]
  values.forEach((value, i) => (u32[ARGUMENTS_INDEX + i] = value))
  i32[SIMULATION >>> 2] = values[SEED] !== 0 || misfortunes.some((it) => it !== undefined) ? 1 : 0
}

/** Misfortunes happen once: what replaces a dead worker lives. */
export function clearSimulation(memory: LinearMemory): void {
  memory.u32.fill(0, ARGUMENTS_INDEX + KILL, ARGUMENTS_INDEX + ARGUMENT_COUNT)
}

export function isSimulated(memory: LinearMemory): boolean {
  return memory.i32[SIMULATION >>> 2] !== 0
}

/** What a worker does to itself between claiming a group and running it. */
export function suffer(memory: LinearMemory, worker: number, group: number, end: () => void): void {
  const { u32 } = memory
  const round = u32[BLOCK_ROUND >>> 2]!
  const victimOf = (at: number): number =>
    u32[ARGUMENTS_INDEX + at + 1] === round ? u32[ARGUMENTS_INDEX + at]! || NOBODY : NOBODY
  if (victimOf(KILL) === worker) end()
  if (victimOf(HANG) === worker) for (;;) busyWait(COURTESY_US)
  if (victimOf(TRAP) === worker) throw new WebAssembly.RuntimeError('a test arranged this trap')
  // Everybody else holds back, so that the victim gets a group at all
  if (Math.max(victimOf(KILL), victimOf(HANG), victimOf(TRAP)) !== NOBODY) busyWait(COURTESY_US)
  const seed = u32[ARGUMENTS_INDEX + SEED]!
  if (seed !== 0) busyWait(mix(seed, worker, round, group) % MAX_DELAY_US)
}

function busyWait(microseconds: number): void {
  const end = performance.now() + microseconds / 1000
  while (performance.now() < end);
}

/** A u32 that looks random (the finaliser of MurmurHash3 over each value). */
function mix(...values: readonly number[]): number {
  let hash = 0
  for (const value of values) {
    hash = Math.imul(hash ^ value, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash >>> 0
}
