/**
 * Ends the process when one input takes too long: what hangs cannot end itself. A thread of its
 * own looks at what the fuzzer has begun.
 */

import { Worker } from 'node:worker_threads'

/** What one input may take. The clock is the machine's, which other work may slow down. */
export const INPUT_LIMIT_MS = 2_000
/** How much longer the thread waits, so that a busy machine is not taken for a hang. */
const GRACE = 10

const SOURCE = `
const { workerData } = require('node:worker_threads')
const words = new Int32Array(workerData.buffer)
let seen = -1
let since = Date.now()
setInterval(() => {
  const [begun, target] = [Atomics.load(words, 0), Atomics.load(words, 1)]
  if (begun !== seen || begun === 0) { seen = begun; since = Date.now(); return }
  if (Date.now() - since < workerData.limit) return
  const what = workerData.names[target] + ', input ' + (begun - 1)
  const text = 'fuzz: no answer after ' + workerData.limit + ' ms: ' + what + '\\n'
  require('node:fs').writeSync(2, text)
  process.kill(process.pid, 'SIGKILL')
}, 250)
`

export class Watchdog {
  readonly #words = new Int32Array(new SharedArrayBuffer(8))
  readonly #worker: Worker

  constructor(names: readonly string[]) {
    const workerData = { buffer: this.#words.buffer, limit: GRACE * INPUT_LIMIT_MS, names }
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
