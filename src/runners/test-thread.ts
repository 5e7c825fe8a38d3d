/** Where a thread that runs official tests starts. Node only. */

import { parentPort, workerData } from 'node:worker_threads'
import { makeFileRunner } from './file-runner.js'
import type { AliveReply, FileCommand, FileReply, ThreadInit } from './protocol.js'

/** How often the main thread is told of the cases of a long file. */
const REPORT_EVERY_MS = 250

const port = parentPort
if (port === null) throw new Error('test-thread.js is where a worker thread starts')
const runFile = await makeFileRunner(workerData as ThreadInit)
port.postMessage({ cases: 0 } satisfies AliveReply)

/** Files may come while one is run: one after the other. */
let last: Promise<void> = Promise.resolve()
port.on('message', (command: FileCommand) => {
  last = last.then(() => run(command))
})

async function run({ name, bytes }: FileCommand): Promise<void> {
  let cases = 0
  let next = performance.now() + REPORT_EVERY_MS
  const onCase = (): void => {
    cases++
    if (performance.now() < next) return
    next = performance.now() + REPORT_EVERY_MS
    port!.postMessage({ cases } satisfies AliveReply)
  }
  const tally = await runFile(name, bytes, onCase)
  port!.postMessage({ tally } satisfies FileReply)
}
