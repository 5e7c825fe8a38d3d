/** The thread that runs this code, seen from its inside. */

import type { Endpoint } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { isNode } from './is-node.js'

export interface OwnThread {
  readonly endpoint: Endpoint
  /** Ends the thread at once, as a crash would. */
  end(): void
}

/**
 * Calls `start` with the thread: in a browser at once, because messages that come before there is
 * a listener are lost there; in Node, which keeps them, when its module is loaded.
 */
export function onOwnThread(start: (thread: OwnThread) => void): void {
  if (!isNode()) {
    const scope = globalThis as unknown as Endpoint & { close(): void }
    start({ endpoint: scope, end: () => scope.close() })
    return
  }
  void import('node:worker_threads').then(({ parentPort }) => {
    if (parentPort === null) throw new Error('worker-entry.js is where a worker thread starts')
    start({ endpoint: nodeEndpoint(parentPort), end: () => process.exit(1) })
  })
}
