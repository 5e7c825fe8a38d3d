/** Threads in Node. Its modules are loaded on demand: the same bundle runs in browsers. */

import type { Worker } from 'node:worker_threads'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { Platform, WorkerThread } from './platform.js'

export async function nodePlatform(): Promise<Platform> {
  const [{ Worker }, { availableParallelism }] = await Promise.all([
    import('node:worker_threads'),
    import('node:os'),
  ])
  return {
    concurrency: availableParallelism(),
    canShareMemory: true,
    // The bundle puts all files into one folder
    spawn: (name) => wrap(new Worker(new URL('./worker-entry.js', import.meta.url), { name })),
  }
}

function wrap(worker: Worker): WorkerThread {
  let isEnding = false
  let cause: Error | undefined
  worker.on('error', (error) => {
    cause = error as Error
  })
  return {
    endpoint: nodeEndpoint(worker),
    onDeath(listener) {
      worker.once('exit', (exitCode) => {
        if (!isEnding) listener(cause ?? new Error(`the thread ended with exit code ${exitCode}`))
      })
    },
    async terminate() {
      isEnding = true
      await worker.terminate()
    },
    keepAlive(isKept) {
      if (isKept) worker.ref()
      else worker.unref()
    },
  }
}
