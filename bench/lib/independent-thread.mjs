// One of the independent engines of independent.mjs: `prepare` makes an
// engine with its state, `go` executes a block on it. Nothing is shared with another thread.
import { parentPort } from 'node:worker_threads'
import { withEngine } from './engines.mjs'
import { tokenTransfers } from './workloads.mjs'

/** Some 5 ms: shorter than a core stays fast or slow. */
const TRANSFERS = 2_000
const TOKENS = 10

const workload = tokenTransfers(TRANSFERS, TOKENS)

async function serve() {
  const { alloc, prepared } = workload
  return withEngine({ workers: 1, memory: 2 ** 28 }, alloc, async (engine) => {
    const block = await prepared(engine)
    parentPort.postMessage('ready')
    await nextMessage()
    const { timing } = await engine.executeBlock(block)
    parentPort.postMessage(timing.execution)
  })
}

const nextMessage = () => new Promise((resolve) => parentPort.once('message', resolve))

for (;;) {
  await nextMessage()
  await serve()
}
