/**
 * Threads in Node. Its modules are asked for where they are used: the bundle runs where there are
 * none, and threads bring Node's streams with them, 3 ms that an engine of one worker needs not.
 */

import type { Worker } from 'node:worker_threads'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { Platform, WorkerThread } from './platform.js'

export function nodePlatform(): Platform {
  return {
    concurrency: process.getBuiltinModule('node:os').availableParallelism(),
    canShareMemory: true,
    async spawn(name) {
      // A module and not a path: bundles of a user's have no file beside them
      const { workerSource } = await import('./worker-source.js')
      const { Worker } = process.getBuiltinModule('node:worker_threads')
      return wrap(new Worker(workerSource, { eval: true, name }))
    },
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
