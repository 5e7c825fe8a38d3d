/** The thread that runs this code, in place of own-thread.ts: a worker of a page. */

import type { Endpoint } from 'comlink'
import type { OwnThread } from './own-thread.js'

/** At once: messages that come before there is a listener are lost. */
export function onOwnThread(start: (thread: OwnThread) => void): void {
  const scope = globalThis as unknown as Endpoint & { close(): void }
  start({ endpoint: scope, end: () => scope.close() })
}
