/** Threads in browsers: module workers beside the bundle. */

import type { Platform, WorkerThread } from './platform.js'

export function browserPlatform(): Platform {
  return {
    concurrency: navigator.hardwareConcurrency,
    canShareMemory: globalThis.crossOriginIsolated === true,
    // In one expression: that is how bundlers know a worker
    spawn: async (name) =>
      wrap(new Worker(new URL('./worker-entry.js', import.meta.url), { type: 'module', name })),
  }
}

function wrap(worker: Worker): WorkerThread {
  return {
    endpoint: worker,
    onDeath(listener) {
      // A browser tells of uncaught errors only, not of a thread's end: there the barrier's bound
      worker.addEventListener('error', (event) => {
        event.preventDefault()
        listener(new Error(event.message || 'the worker could not be loaded'))
      })
    },
    async terminate() {
      worker.terminate()
    },
    keepAlive() {
      // A page lives without its workers' help
    },
  }
}
