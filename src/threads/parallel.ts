/**
 * Jobs on all threads. Each claims the next piece until none is left; the coordinator does so too,
 * and then waits for the others.
 */

import { ABORT_FAULT } from '../../assembly/abi/memory-map.js'
import type { Keccak256 } from '../crypto/keccak256.js'
import { abortRound, ThreadShare } from './thread-share.js'
import type { PrecompileLibraries } from './libraries.js'
import type { WorkerPool } from './pool.js'
import { isSimulated } from './simulation.js'
import type { Core } from '../wasm/core.js'
import { coreKeccak256 } from '../wasm/keccak.js'
import type { Workers, Job, SignerRecovery } from './workers.js'
import { RoundCosts, SharingBar } from './round-costs.js'
import { runOwnShare } from './run-own-share.js'
import { refuseToEnd } from './sequential.js'

/** Calls of a block whose first round will most likely wake the threads. */
const WORTH_ROUSING = 32

export class ParallelWorkers implements Workers {
  readonly count: number
  readonly costs = new RoundCosts()
  readonly keccak256: Keccak256
  readonly #core: Core
  readonly #share: ThreadShare
  readonly #pool: WorkerPool
  readonly #libraries: PrecompileLibraries
  readonly #bar = new SharingBar()
  /** Whether the threads were awake when the last job began. */
  #wasAwake = false
  /** Whether they were given a part of it. */
  #wasShared = false

  constructor(core: Core, pool: WorkerPool, threads: number, libraries: PrecompileLibraries) {
    this.count = threads + 1
    this.keccak256 = coreKeccak256(core)
    this.#core = core
    this.#share = new ThreadShare(core, refuseToEnd)
    this.#pool = pool
    this.#libraries = libraries
  }

  prepare(calls: number): void {
    if (calls >= WORTH_ROUSING) this.#pool.rouse()
  }

  get leastGainUs(): number {
    return isSimulated(this.#core.memory) ? -1 : this.#bar.least(this.#pool.isAwake)
  }

  noteAlone(): void {
    this.#bar.noteAlone()
  }

  noteShared(aloneUs: number, tookUs: number): void {
    if (this.#wasShared) this.#bar.noteShared(this.#wasAwake, aloneUs, tookUs)
  }

  run(job: Job): Promise<void> | undefined {
    this.#wasAwake = this.#pool.isAwake
    this.#wasShared = job.pieces > 1 && job.gainUs > this.leastGainUs
    if (!this.#wasShared) return this.#runAlone(job)
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
    const running = runOwnShare(this.#share, job.pulse)
    return typeof running === 'number' ? undefined : running.then(() => undefined)
  }

  /** Without a turn of the event loop where all threads end at about the same time. */
  #runWithThreads(job: Job): Promise<void> | undefined {
    this.#pool.begin()
    let running: number | Promise<number>
    try {
      running = runOwnShare(this.#share, job.pulse)
    } catch (error) {
      running = Promise.reject(error as Error)
    }
    if (typeof running !== 'number') return this.#finish(job, running)
    return this.#pool.hasFinishedSoon(running) ? undefined : this.#pool.finished(job.place)
  }

  async #finish(job: Job, running: Promise<number>): Promise<void> {
    let failure: { readonly error: unknown } | undefined
    try {
      await running
    } catch (error) {
      abortRound(this.#core, ABORT_FAULT)
      failure = { error }
    }
    await this.#pool.finished(job.place)
    if (failure !== undefined) throw failure.error
  }
}
