/** Where a thread that runs official tests starts. Node only. */

import { parentPort, workerData } from 'node:worker_threads'
import type { AliveReply, FileCommand, FileReply, ThreadInit } from './protocol.js'
import { makeBlockFileRunner } from './run-block-file.js'
import { runTestFile } from './run-test-file.js'
import type { Tally } from './tally.js'
import { TestMachine } from './test-machine.js'

/** How often the main thread is told of the cases of a long file. */
const REPORT_EVERY_MS = 250

const port = parentPort
if (port === null) throw new Error('test-thread.js is where a worker thread starts')
const { filter, isTimed, kind } = workerData as ThreadInit
const runFile = kind === 'block' ? await makeBlockFileRunner(filter, isTimed) : await forState()
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

type RunFile = (file: string, bytes: Uint8Array, onCase: () => void) => Tally | Promise<Tally>

async function forState(): Promise<RunFile> {
  const machine = await TestMachine.make()
  return (file, bytes, onCase) => runTestFile(machine, file, bytes, filter, onCase)
}
