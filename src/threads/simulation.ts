/**
 * Misfortunes that tests arrange. They lie in shared memory, where every worker finds them; without
 * a simulation a worker looks at one word per round.
 *
 *   SIMULATION             i32  non-zero: there is one, and every job of two pieces is shared
 *   SIMULATION_ARGUMENTS   u32  seed of delays, 0 = none
 *                          then for each of kill, hang, trap: u32 worker (0 = nobody), u32 round
 *                          u32  seed of placements, 0 = longest first
 *                          u32  JOB_* in which a worker is killed, hangs or traps
 *   SIMULATION_SLICE       u32  the most gas of a slice, 0 = as many as asked
 */

import {
  BLOCK_ROUND,
  GROUPS,
  JOB,
  JOB_GROUPS,
  JOB_KEYS,
  JOB_LEAVES,
  JOB_TRIES,
  PIECE_COUNT,
  SIMULATION,
  SIMULATION_ARGUMENTS,
  SIMULATION_SLICE,
} from '../../assembly/abi/memory-map.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** A worker other than the coordinator (1 …), and a round of a block (0 …) if in its groups. */
export interface WorkerAndRound {
  readonly worker: number
  readonly round: number
}

/** What all workers do together. */
const JOBS = {
  groups: JOB_GROUPS,
  tries: JOB_TRIES,
  keys: JOB_KEYS,
  leaves: JOB_LEAVES,
} as const

export const SIMULATED_JOBS = Object.keys(JOBS) as readonly (keyof typeof JOBS)[]

/** For tests of the engine itself. Results must not depend on it, errors must name it. */
export interface SimulationOptions {
  /** Wakes the workers for small rounds too, as every other simulation does. */
  readonly alwaysParallel?: boolean
  /** Every worker waits for a random time before each piece of work. Not 0. */
  readonly delaySeed?: number
  /** The groups of a round are claimed in a random order. Not 0. */
  readonly placementSeed?: number
  /** In which job the following strike; `groups` unless given. */
  readonly during?: keyof typeof JOBS
  /** The thread ends after it has claimed a piece of work. */
  readonly killWorker?: WorkerAndRound
  /** The thread does not come back after it has claimed a piece. */
  readonly hangWorker?: WorkerAndRound
  /** The core traps. */
  readonly trapWorker?: WorkerAndRound
  /** Work stops and goes on after so much gas, at the end of a basic block. By itself it changes no
   *  more: rounds are shared as without a simulation. */
  readonly sliceGas?: number
}

const ARGUMENTS_INDEX = SIMULATION_ARGUMENTS >>> 2
const SEED = 0
const KILL = 1
const HANG = 3
const TRAP = 5
const PLACEMENT = 7
const DURING = 8
/** No worker's id. The coordinator, worker 0, is never a victim. */
const NOBODY = -1

const MAX_DELAY_US = 300
/** How long the others wait with each piece while a victim is to claim one. */
const COURTESY_US = 20_000

export function writeSimulation(memory: LinearMemory, options: SimulationOptions): void {
  const { u32, i32 } = memory
  const misfortunes = [options.killWorker, options.hangWorker, options.trapWorker]
  const values = [
    options.delaySeed ?? 0,
    ...misfortunes.flatMap((it) => (it === undefined ? [0, 0] : [it.worker, it.round])),
  ]
  values.push(options.placementSeed ?? 0, JOBS[options.during ?? 'groups'])
  u32[SIMULATION_SLICE >>> 2] = options.sliceGas ?? 0
  values.forEach((value, i) => (u32[ARGUMENTS_INDEX + i] = value))
  const isAny = options.alwaysParallel === true || values.some((value) => value !== 0)
  i32[SIMULATION >>> 2] = isAny ? 1 : 0
}

/** Misfortunes happen once: what replaces a dead worker lives. */
export function clearSimulation(memory: LinearMemory): void {
  memory.u32.fill(0, ARGUMENTS_INDEX + KILL, ARGUMENTS_INDEX + PLACEMENT)
}

export function isSimulated(memory: LinearMemory): boolean {
  return memory.i32[SIMULATION >>> 2] !== 0
}

/** Shuffles the groups of the round that is about to begin (Fisher and Yates). */
export function shufflePlacement({ u32 }: LinearMemory): void {
  const seed = u32[ARGUMENTS_INDEX + PLACEMENT]!
  if (seed === 0) return
  const groups = u32[GROUPS >>> 2]! >>> 2
  for (let i = u32[PIECE_COUNT >>> 2]! - 1; i > 0; i--) {
    const other = groups + (mix(seed, u32[BLOCK_ROUND >>> 2]!, i) % (i + 1))
    const kept = u32[groups + i]!
    u32[groups + i] = u32[other]!
    u32[other] = kept
  }
}

/** What a worker does to itself between claiming a piece and running it. */
export function injectMisfortune(
  memory: LinearMemory,
  worker: number,
  piece: number,
  end: () => void,
): void {
  const { u32 } = memory
  const round = u32[BLOCK_ROUND >>> 2]!
  const job = u32[JOB >>> 2]!
  const victimOf = (at: number): number => {
    const isTime = job !== JOB_GROUPS || u32[ARGUMENTS_INDEX + at + 1] === round
    return isTime && job === u32[ARGUMENTS_INDEX + DURING]!
      ? u32[ARGUMENTS_INDEX + at]! || NOBODY
      : NOBODY
  }
  if (victimOf(KILL) === worker) end()
  if (victimOf(HANG) === worker) for (;;) busyWait(COURTESY_US)
  if (victimOf(TRAP) === worker) throw new WebAssembly.RuntimeError('a test arranged this trap')
  // Everybody else holds back, so that the victim gets a group at all
  if (Math.max(victimOf(KILL), victimOf(HANG), victimOf(TRAP)) !== NOBODY) busyWait(COURTESY_US)
  const seed = u32[ARGUMENTS_INDEX + SEED]!
  if (seed !== 0) busyWait(mix(seed, worker, round, piece) % MAX_DELAY_US)
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
