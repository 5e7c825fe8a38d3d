/** The calling thread's share of a job. */

import type { Share } from '../workers/share.js'
import type { Pulse } from './pulse.js'

/**
 * Runs piece after piece until there is none to claim.
 * @returns undefined if that is done: only a share longer than a pulse lets the event loop turn
 * @throws what the core trapped with, now or in the promise
 */
export function runShare(share: Share, pulse: Pulse): Promise<void> | undefined {
  share.begin()
  while (share.runNext()) if (pulse.isDue()) return goOn(share, pulse)
  share.end()
  return undefined
}

async function goOn(share: Share, pulse: Pulse): Promise<void> {
  do {
    if (pulse.isDue()) await pulse.turn()
  } while (share.runNext())
  share.end()
}
