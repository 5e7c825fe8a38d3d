/**
 * Jobs on all threads. Each claims the next piece until none is left; the coordinator does so too,
 * and then waits for the others.
 */

import {
  ABORT_FAULT,
  JOB_GROUPS,
  WORKER_GROUPS_RUN,
} from '../../assembly/abi/memory-map.js'
import type { Keccak256 } from '../crypto/keccak256.js'
import { abortRound, Share } from '../workers/share.js'
import type { PrecompileLibraries } from '../workers/libraries.js'
import type { WorkerPool } from '../workers/pool.js'
import { isSimulated } from '../workers/simulation.js'
import { workerRecord, type Core } from '../wasm/core.js'
import { coreKeccak256 } from '../wasm/keccak.js'
import type { Executor, Job, SignerRecovery } from './executor.js'
import { runShare } from './run-share.js'
import { refuseToEnd } from './sequential.js'

/** Below this, threads cost more than they save: if they spin some 7 µs, if they sleep 8 to 65. */
const WORTH_SHARING_US = 30
const WORTH_WAKING_US = 100
/** Calls of a block whose first round will most likely wake the threads. */
const WORTH_ROUSING = 32
/** A first guess at a group's time, corrected by what rounds take. */
const FIRST_GROUP_US = 20
/** Weight of the last round in the running mean. */
const NEW_WEIGHT = 0.25

export class ParallelExecutor implements Executor {
  readonly workers: number
  readonly keccak256: Keccak256
  readonly #core: Core
  readonly #share: Share
  readonly #pool: WorkerPool
  readonly #libraries: PrecompileLibraries
  #microsecondsPerGroup = FIRST_GROUP_US

  constructor(core: Core, pool: WorkerPool, threads: number, libraries: PrecompileLibraries) {
    this.workers = threads + 1
    this.keccak256 = coreKeccak256(core)
    this.#core = core
    this.#share = new Share(core, refuseToEnd)
    this.#pool = pool
    this.#libraries = libraries
  }

  prepare(calls: number): void {
    if (calls >= WORTH_ROUSING) this.#pool.rouse()
  }

  get mostGroupsAlone(): number {
    if (isSimulated(this.#core.memory)) return 0
    return Math.max(1, Math.floor(this.#worthMicroseconds / this.#microsecondsPerGroup))
  }

  noteGroupsAlone(groups: number, ms: number): void {
    if (groups === 0) return
    this.#microsecondsPerGroup += NEW_WEIGHT * ((ms * 1000) / groups - this.#microsecondsPerGroup)
  }

  run(job: Job): Promise<void> | undefined {
    if (!this.#isWorthWaking(job)) return this.#runAlone(job)
    if (this.#pool.isBroken) return this.#pool.restart().then(() => this.#runWithThreads(job))
    return this.#runWithThreads(job)
  }

  lendThreads<T>(use: (threads: readonly SignerRecovery[]) => Promise<T>): Promise<T> {
    return this.#pool.lend(use)
  }

  resetState(): Promise<void> {
    return this.#pool.resetState()
  }

  async repair(): Promise<void> {
    if (this.#pool.isBroken) await this.#pool.restart()
  }

  async loadLibraries(precompiles: readonly number[]): Promise<void> {
    await this.#libraries.load(precompiles)
    await this.#pool.loadLibraries(precompiles)
  }

  dispose(): Promise<void> {
    return this.#pool.dispose()
  }

  #runAlone(job: Job): Promise<void> | undefined {
    const running = runShare(this.#share, job.pulse)
    if (typeof running !== 'number') return running.then((ms) => this.#learn(job, ms))
    this.#learn(job, running)
    return undefined
  }

  /** Without a turn of the event loop where all threads end at about the same time. */
  #runWithThreads(job: Job): Promise<void> | undefined {
    this.#pool.begin()
    let running: number | Promise<number>
    try {
      running = runShare(this.#share, job.pulse)
    } catch (error) {
      running = Promise.reject(error as Error)
    }
    if (typeof running !== 'number') return this.#finish(job, running)
    this.#learn(job, running)
    return this.#pool.hasFinishedSoon(running) ? undefined : this.#pool.finished(job.place)
  }

  async #finish(job: Job, running: Promise<number>): Promise<void> {
    let failure: { readonly error: unknown } | undefined
    try {
      this.#learn(job, await running)
    } catch (error) {
      abortRound(this.#core, ABORT_FAULT)
      failure = { error }
    }
    await this.#pool.finished(job.place)
    if (failure !== undefined) throw failure.error
  }

  #isWorthWaking({ pieces, microsecondsAPiece }: Job): boolean {
    if (pieces < 2) return false
    if (isSimulated(this.#core.memory)) return true
    const microseconds = pieces * (microsecondsAPiece ?? this.#microsecondsPerGroup)
    return microseconds > this.#worthMicroseconds
  }

  get #worthMicroseconds(): number {
    return this.#pool.isAwake ? WORTH_SHARING_US : WORTH_WAKING_US
  }

  /** From the groups that this thread has just run. */
  #learn({ kind }: Job, ms: number): void {
    if (kind !== JOB_GROUPS) return
    const record = workerRecord(this.#core.id)
    this.noteGroupsAlone(this.#core.memory.u32[(record + WORKER_GROUPS_RUN) >>> 2]!, ms)
  }
}
