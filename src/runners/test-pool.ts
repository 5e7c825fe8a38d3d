/**
 * Deals test files out to threads, each with an engine and a memory of its own. A thread that dies
 * or falls silent costs its files, which count as failed, and is replaced. Node only.
 */

import { Worker } from 'node:worker_threads'
import { WorkerDiedError } from '../base/errors.js'
import type { FileCommand, ThreadInit, ThreadReply } from './protocol.js'
import { addTally, emptyTally, type CaseFilter, type Tally, type TestKind } from './tally.js'
import type { TestFile } from './test-sources.js'

export interface PoolOptions {
  readonly kind: TestKind
  readonly threads: number
  readonly filter: CaseFilter
  readonly isTimed: boolean
  /** How long a single case may take. */
  readonly timeoutMs: number
  /** Told of the number of cases run since the last time. */
  readonly onCases: (count: number) => void
}

/** A file on its way while another one runs: no thread waits for the next. */
const FILES_IN_FLIGHT = 2

export class TestPool {
  readonly tally: Tally
  readonly #options: PoolOptions
  readonly #threads: TestThread[]
  #wake: (() => void) | undefined
  #failure: Error | undefined

  constructor(options: PoolOptions) {
    this.#options = options
    this.tally = emptyTally(options.isTimed)
    this.#threads = Array.from({ length: options.threads }, () => this.#start())
  }

  /** Resolves when a thread has taken the file, which then is the thread's. */
  async submit(file: TestFile): Promise<void> {
    await this.#until(() => this.#threads.some((thread) => thread.load < FILES_IN_FLIGHT))
    const leastLoaded = this.#threads.reduce((a, b) => (b.load < a.load ? b : a))
    leastLoaded.send(file)
  }

  /** Resolves when every file has been run. */
  async finish(): Promise<Tally> {
    await this.#until(() => this.#threads.every((thread) => thread.load === 0))
    return this.tally
  }

  /** Whoever waits is told of this error. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#wake?.()
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  async #until(condition: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      if (condition()) return
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #start(): TestThread {
    const thread: TestThread = new TestThread(this.#options, {
      onTally: (tally) => {
        addTally(this.tally, tally)
        this.#wake?.()
      },
      onDeath: (cause) => {
        if (thread.hasLived) this.#threads[this.#threads.indexOf(thread)] = this.#start()
        else this.#failure = new WorkerDiedError(`a thread for tests cannot start: ${cause}`)
        this.#wake?.()
      },
    })
    return thread
  }
}

interface ThreadListener {
  onTally(tally: Tally): void
  /** Its files have been reported as failed. */
  onDeath(cause: string): void
}

class TestThread {
  readonly #options: PoolOptions
  readonly #listener: ThreadListener
  readonly #worker: Worker
  /** Names of the files that it has not answered yet, the running one first. */
  readonly #files: string[] = []
  #casesReported = 0
  #hasLived = false
  #watchdog: NodeJS.Timeout | undefined
  #cause = 'the thread ended'
  #isEnding = false

  constructor(options: PoolOptions, listener: ThreadListener) {
    this.#options = options
    this.#listener = listener
    const { filter, isTimed, kind } = options
    const workerData: ThreadInit = { filter, isTimed, kind }
    // The bundle puts all files into one folder
    this.#worker = new Worker(new URL('./test-thread.js', import.meta.url), { workerData })
    this.#worker.on('message', (reply: ThreadReply) => this.#receive(reply))
    this.#worker.on('error', (error: Error) => (this.#cause = error.message))
    this.#worker.on('exit', () => this.#die())
  }

  /** Whether it has ever said anything. */
  get hasLived(): boolean {
    return this.#hasLived
  }

  get load(): number {
    return this.#files.length
  }

  send({ name, bytes }: TestFile): void {
    this.#files.push(name)
    if (this.load === 1) this.#watch()
    // Only whole buffers can move; a file of an archive is a part of one
    const moved = bytes.slice()
    this.#worker.postMessage({ name, bytes: moved } satisfies FileCommand, [moved.buffer])
  }

  async end(): Promise<void> {
    this.#isEnding = true
    clearTimeout(this.#watchdog)
    await this.#worker.terminate()
  }

  #receive(reply: ThreadReply): void {
    const isDone = 'tally' in reply
    this.#hasLived = true
    const cases = isDone ? casesOf(reply.tally) : reply.cases
    this.#options.onCases(cases - this.#casesReported)
    this.#casesReported = isDone ? 0 : cases
    if (isDone) this.#files.shift()
    this.#watch()
    if (isDone) this.#listener.onTally(reply.tally)
  }

  #watch(): void {
    clearTimeout(this.#watchdog)
    if (this.load === 0) return
    const { timeoutMs } = this.#options
    this.#watchdog = setTimeout(() => {
      this.#cause = `no answer within ${timeoutMs} ms`
      void this.#worker.terminate()
    }, timeoutMs)
  }

  #die(): void {
    clearTimeout(this.#watchdog)
    if (this.#isEnding) return
    this.#isEnding = true
    for (const file of this.#files.splice(0)) {
      const tally = emptyTally()
      tally.failed = 1
      tally.failures.push({ file, test: '', reason: this.#cause })
      this.#options.onCases(1)
      this.#listener.onTally(tally)
    }
    this.#listener.onDeath(this.#cause)
  }
}

function casesOf({ failed, passed, unverified }: Tally): number {
  return passed + failed + unverified
}
