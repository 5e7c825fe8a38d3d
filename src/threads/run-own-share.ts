/** The calling thread's share of a job. */

import type { ThreadShare } from './thread-share.js'
import type { Pulse } from '../base/pulse.js'

/**
 * Runs pieces until there is none to claim.
 * @returns the milliseconds it has taken; only a share longer than a pulse lets the event loop turn
 * @throws what the core trapped with, now or in the promise
 */
export function runOwnShare(share: ThreadShare, pulse: Pulse): number | Promise<number> {
  share.begin()
  while (share.runSome()) if (pulse.isDue()) return resume(share, pulse)
  return share.end()
}

async function resume(share: ThreadShare, pulse: Pulse): Promise<number> {
  do {
    if (pulse.isDue()) await pulse.turn()
  } while (share.runSome())
  return share.end()
}
