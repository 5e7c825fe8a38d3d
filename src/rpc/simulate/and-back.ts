import type { EngineParts } from '../../machine/engine-parts.js'
import { writeStateBefore } from '../../state/changes.js'
import type { Snapshot } from '../../tools/history.js'
import { changeState } from '../../tools/state-tools.js'
import type { Tools } from '../../tools/tools.js'

/** On the state as it was, and back to what it is, whatever happens. */
export async function andBack<T>(
  parts: EngineParts,
  tools: Tools,
  at: Snapshot | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const start = tools.snapshot(undefined)
  try {
    const before = at === undefined ? undefined : tools.history.since(at)
    if (before !== undefined) await changeState(parts, () => writeStateBefore(parts.core, before))
    return await work()
  } finally {
    await tools.revert(start)
    tools.history.release(start)
  }
}
