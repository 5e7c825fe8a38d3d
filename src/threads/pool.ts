/** The threads of one engine, and the coordinator's side of workers/protocol.ts. */

import { wrap, type Remote } from 'comlink'
import { WorkerDiedError, WorkerTimeoutError, type ErrorPlace } from '../base/errors.js'
import {
  ROUSED_SPIN_US,
  currentTicket,
  doneHasChanged,
  publishLeave,
  publishRound,
  readDone,
  requestAbort,
  resetTicket,
  rouse,
  wakeCoordinator,
} from './atomics.js'
import { ABORT_FAULT } from '../../assembly/abi/memory-map.js'
import type { CustomEntry } from './custom-precompiles.js'
import type { Platform, WorkerThread } from './platform/platform.js'
import type { WorkerApi } from './protocol.js'
import { SpinPolicy } from './spin.js'

export interface PoolOptions {
  readonly platform: Platform
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Number of threads, the coordinator not counted. They are workers 1 … `threads`. */
  readonly threads: number
  /** How long a thread may take to end a round after the coordinator has. */
  readonly timeoutMs: number
  /** Precompiles that an embedder has added. */
  readonly customs: readonly CustomEntry[]
}

/** One thread's recovery of signers. */
export type ThreadRecovery = (items: Uint8Array) => Promise<Uint8Array>

interface PoolWorker {
  readonly id: number
  readonly thread: WorkerThread
  readonly api: Remote<WorkerApi>
}

/** What ended a thread that nobody told to end. */
interface Death {
  readonly worker: number
  readonly cause: Error
}

/** After ABORT the living stop by themselves at the end of their message; then all are ended. */
const GRACE_MS = 50
/** A thread has this long to start at least: it takes 4 s on a machine with much else to do. */
const LEAST_START_MS = 10_000
/** The barrier looks around at least this often, whatever it is told. */
const LOOK_AROUND_MS = 200

export class WorkerPool {
  readonly #options: PoolOptions
  readonly #words: Int32Array
  readonly #spinPolicy: SpinPolicy
  #workers: PoolWorker[] = []
  #death: Death | undefined
  /** Precompiles whose libraries each thread has. */
  #libraries: readonly number[] = []
  #isRunning = false
  /** When the threads will have fallen asleep, unless there is something to do before. */
  #awakeUntil = 0

  private constructor(options: PoolOptions) {
    this.#options = options
    this.#words = new Int32Array(options.memory.buffer)
    // With a core for every thread
    this.#spinPolicy = new SpinPolicy(options.threads < options.platform.concurrency)
  }

  /** @throws WorkerDiedError, WorkerTimeoutError if a thread does not start */
  static async start(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options)
    await pool.#spawnAll()
    return pool
  }

  /** All that the job needs is written: the threads begin. One of the next two tells the end. */
  begin(): void {
    this.#isRunning = true
    publishRound(this.#words, this.#spinPolicy.workersMicroseconds)
  }

  /**
   * Spins for the others, if that is worth it.
   * @param shareMs what the calling thread has taken for its share
   * @returns whether every thread has ended its own; if not, `finished` must be awaited
   */
  hasFinishedSoon(shareMs: number): boolean {
    if (this.#death !== undefined || !this.#spinPolicy.spin(shareMs, this.#isDone)) return false
    this.#endRound()
    return true
  }

  /** The threads spin and will see a job at once. */
  get isAwake(): boolean {
    return performance.now() < this.#awakeUntil
  }

  /** A round will begin soon: waking threads then would delay it, by milliseconds on virtual
   * machines. */
  rouse(): void {
    rouse(this.#words)
    if (this.#spinPolicy.workersMicroseconds === 0) return
    this.#awakeUntil = performance.now() + ROUSED_SPIN_US / 1000
  }

  #endRound(): void {
    this.#isRunning = false
    this.#awakeUntil = performance.now() + this.#spinPolicy.workersMicroseconds / 1000
  }

  /**
   * Resolves when every thread has ended its share of the round.
   * @throws WorkerDiedError, WorkerTimeoutError; then no thread runs any more and `restart` is due
   */
  async finished(place: ErrorPlace): Promise<void> {
    const { threads, timeoutMs } = this.#options
    // Also keeps the process alive while nothing else does
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      wakeCoordinator(this.#words)
    }, timeoutMs)
    try {
      for (;;) {
        // Read once: a thread that ends in between would be waited for until the next look around
        const count = readDone(this.#words)
        if (count >= threads) break
        if (this.#death !== undefined || isLate) await this.#giveUp(place)
        await doneHasChanged(this.#words, count, LOOK_AROUND_MS)
      }
      // A thread may die behind its share; but then the others have been told to stop in theirs
      if (this.#death !== undefined) await this.#giveUp(place)
    } finally {
      clearTimeout(timer)
      this.#endRound()
    }
  }

  readonly #isDone = (): boolean => readDone(this.#words) >= this.#options.threads

  /** Ends what still runs and starts all threads anew. */
  async restart(): Promise<void> {
    await this.#endAll()
    await this.#spawnAll()
  }

  /** True if a thread has died since it was started: `restart` is due. */
  get isBroken(): boolean {
    return this.#death !== undefined || this.#workers.length < this.#options.threads
  }

  /** Loads the libraries of these precompiles in every thread. */
  async loadLibraries(precompiles: readonly number[]): Promise<void> {
    this.#libraries = [...this.#libraries, ...precompiles]
    publishLeave(this.#words)
    await this.#patiently(
      'load its libraries',
      this.#workers.map(({ id, api }) => ({ id, done: api.loadLibraries(precompiles) })),
    )
    this.#serveAll()
  }

  /** The coordinator has reset the state: each instance begins anew. */
  async resetState(): Promise<void> {
    if (this.isBroken) return this.restart()
    publishLeave(this.#words)
    await this.#patiently(
      'reset its state',
      this.#workers.map(({ id, api }) => ({ id, done: api.resetState() })),
    )
    this.#serveAll()
  }

  /**
   * Lends the threads to recover signers, while no round runs.
   * @param use is given one function for each thread; they reject if the thread has died
   */
  async lend<T>(use: (threads: readonly ThreadRecovery[]) => Promise<T>): Promise<T> {
    if (this.isBroken) return use([])
    publishLeave(this.#words)
    const workers = [...this.#workers]
    const recover = async (worker: PoolWorker, items: Uint8Array): Promise<Uint8Array> => {
      const answer = worker.api.recoverSigners(items)
      const done = answer.then(() => undefined)
      await this.#patiently('recover signers', [{ id: worker.id, done }])
      return answer
    }
    try {
      return await use(workers.map((worker) => (items) => recover(worker, items)))
    } finally {
      // Who has answered has left `serve`, and only then may tickets start again
      const none = new Uint8Array(0)
      await Promise.all(workers.map((worker) => recover(worker, none))).catch((cause: Error) => {
        this.#death ??= { worker: workers[0]!.id, cause }
      })
      if (!this.isBroken) this.#serveAll()
    }
  }

  async dispose(): Promise<void> {
    publishLeave(this.#words)
    await this.#endAll()
  }

  async #spawnAll(): Promise<void> {
    const { customs, platform, module, memory, threads } = this.#options
    this.#death = undefined
    const spawn = async (_: unknown, i: number): Promise<PoolWorker> => {
      const id = i + 1
      const thread = await platform.spawn(`actor-evm worker ${id}`)
      thread.onDeath((cause) => this.#noteDeath(thread, id, cause))
      return { id, thread, api: wrap<WorkerApi>(thread.endpoint) }
    }
    this.#workers = await Promise.all(Array.from({ length: threads }, spawn))
    const init = { customs, module, memory, threads, libraries: this.#libraries }
    try {
      await this.#patiently(
        'start',
        this.#workers.map(({ id, api }) => ({ id, done: api.initialise({ ...init, id }) })),
        Math.max(this.#options.timeoutMs, LEAST_START_MS),
      )
    } catch (error) {
      await this.#endAll()
      throw error
    }
    this.#serveAll()
    // An idle engine does not keep a process alive
    for (const { thread } of this.#workers) thread.keepAlive(false)
  }

  #serveAll(): void {
    resetTicket(this.#words, this.#spinPolicy.workersMicroseconds)
    const ticket = currentTicket(this.#words)
    for (const { id, thread, api } of this.#workers) {
      api.serve(ticket).catch((cause: Error) => this.#noteDeath(thread, id, cause))
    }
  }

  #noteDeath(thread: WorkerThread, worker: number, cause: Error): void {
    // A thread that was replaced has nothing to say about the one in its place
    if (!this.#workers.some((it) => it.thread === thread)) return
    this.#death ??= { worker, cause }
    // An idle thread takes no block with it: it is replaced before the next round
    if (!this.#isRunning) return
    requestAbort(this.#words, ABORT_FAULT)
    wakeCoordinator(this.#words)
  }

  /** A round that cannot end: lets the living finish their group, ends every thread, throws. */
  async #giveUp(place: ErrorPlace): Promise<never> {
    requestAbort(this.#words, ABORT_FAULT)
    await new Promise((resolve) => setTimeout(resolve, GRACE_MS))
    const death = this.#death
    await this.#endAll()
    if (death !== undefined) throw diedError(death, place)
    const { timeoutMs } = this.#options
    throw new WorkerTimeoutError('a worker did not end its round', timeoutMs, { place })
  }

  async #endAll(): Promise<void> {
    const workers = this.#workers
    this.#workers = []
    await Promise.all(workers.map(({ thread }) => thread.terminate()))
  }

  /** Waits for an answer of every worker, but not for ever, nor for a dead one. */
  async #patiently(
    task: string,
    answers: readonly { readonly id: number; readonly done: Promise<void> }[],
    timeoutMs = this.#options.timeoutMs,
  ): Promise<void> {
    const pending = new Set(answers.map(({ id }) => id))
    const all = Promise.all(answers.map(({ id, done }) => done.then(() => pending.delete(id))))
    let timer: ReturnType<typeof setInterval> | undefined
    const start = performance.now()
    const watch = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (this.#death !== undefined) reject(diedError(this.#death, {}))
        else if (performance.now() - start > timeoutMs) {
          const [worker] = pending
          const place = worker === undefined ? {} : { worker }
          reject(new WorkerTimeoutError(`a worker did not ${task}`, timeoutMs, { place }))
        }
      }, LOOK_AROUND_MS / 10)
    })
    try {
      await Promise.race([all, watch])
    } finally {
      clearInterval(timer)
    }
  }
}

function diedError({ worker, cause }: Death, place: ErrorPlace): WorkerDiedError {
  return new WorkerDiedError(`a worker died (${cause.message}); the block is undone`, {
    place: { ...place, worker },
    cause,
  })
}
