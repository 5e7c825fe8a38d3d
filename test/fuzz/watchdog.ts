/**
 * Ends the process when one input takes too long: what hangs cannot end itself. A thread of its
 * own looks at what the fuzzer has begun.
 */

import { Worker } from 'node:worker_threads'

/** What one input may take of the processor. */
export const INPUT_LIMIT_MS = 2_000
/** How much longer the thread lets it go on: it is not there to measure. */
const GRACE = 3
/** By the clock, for what waits and does nothing: a busy machine may have no time for us. */
const WAIT_MS = 120_000

/** The environment that makes an input again. */
export function againText(target: string, input: number, seed: number): string {
  return `${beforeTarget(seed)}${target}:${input}`
}

function beforeTarget(seed: number): string {
  return `ACTOR_EVM_SEED=${seed} ACTOR_EVM_FUZZ_INPUT=`
}

const SOURCE = `
const { workerData } = require('node:worker_threads')
const words = new Int32Array(workerData.buffer)
let seen = -1
const cpuMs = () => { const { system, user } = process.cpuUsage(); return (system + user) / 1e3 }
let since = Date.now()
let usedThen = cpuMs()
setInterval(() => {
  const [begun, target] = [Atomics.load(words, 0), Atomics.load(words, 1)]
  if (begun !== seen || begun === 0) {
    seen = begun
    since = Date.now()
    usedThen = cpuMs()
    return
  }
  const waits = Date.now() - since < workerData.wait
  if (waits && cpuMs() - usedThen < workerData.limit) return
  const what = workerData.before + workerData.names[target] + ':' + (begun - 1)
  const text = 'fuzz: no answer after ' + workerData.limit + ' ms: ' + what + '\\n'
  require('node:fs').writeSync(2, text)
  process.kill(process.pid, 'SIGKILL')
}, 250)
`

export class Watchdog {
  readonly #words = new Int32Array(new SharedArrayBuffer(8))
  readonly #worker: Worker

  constructor(names: readonly string[], seed: number) {
    const limit = GRACE * INPUT_LIMIT_MS
    const before = beforeTarget(seed)
    const workerData = { buffer: this.#words.buffer, limit, wait: WAIT_MS, names, before }
    this.#worker = new Worker(SOURCE, { eval: true, workerData })
    this.#worker.unref()
  }

  begin(target: number, input: number): void {
    Atomics.store(this.#words, 1, target)
    Atomics.store(this.#words, 0, input + 1)
  }

  end(): void {
    Atomics.store(this.#words, 0, 0)
  }

  async dispose(): Promise<void> {
    await this.#worker.terminate()
  }
}
