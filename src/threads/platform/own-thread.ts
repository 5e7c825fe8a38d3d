/** The thread that runs this code, seen from its inside. Browsers get own-thread-browser.ts. */

import type { Endpoint } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'

export interface OwnThread {
  readonly endpoint: Endpoint
  /** Ends the thread at once, as a crash would. */
  end(): void
}

/** Calls `start` with the thread. */
export function onOwnThread(start: (thread: OwnThread) => void): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads')
  if (parentPort === null) throw new Error('this is where a worker thread starts')
  start({ endpoint: nodeEndpoint(parentPort), end: () => process.exit(1) })
}
