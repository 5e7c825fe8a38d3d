/** The thread that runs this code, seen from its inside. Browsers get own-thread-browser.ts. */

import type { Endpoint } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'

export interface OwnThread {
  readonly endpoint: Endpoint
  /** Ends the thread at once, as a crash would. */
  end(): void
}

/** Calls `start` with the thread, once Node's module is there; messages wait until then. */
export function onOwnThread(start: (thread: OwnThread) => void): void {
  void import('node:worker_threads').then(({ parentPort }) => {
    if (parentPort === null) throw new Error('worker-entry.js is where a worker thread starts')
    start({ endpoint: nodeEndpoint(parentPort), end: () => process.exit(1) })
  })
}
