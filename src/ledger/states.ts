/** The engine's snapshots. */

import type { Engine } from '../engine.js'

interface Snapshots {
  snapshot(): Promise<number>
  revert(state: number): Promise<unknown>
  release(state: number): Promise<void>
}

export function statesOf(engine: Engine): Snapshots {
  return engine as unknown as Snapshots
}
