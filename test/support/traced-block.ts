/** A block executed by one engine of its own that tells of every step. */
import {
  createEngine, type Alloc, type BlockInput, type EngineOptions, type TraceEvent,
} from 'actor-evm'

/** Address space of an engine of one worker and a small state. */
export const MEMORY_BYTES = 256 * 2 ** 20

/** Under Ethereum semantics, unless told otherwise. */
export async function traceBlock(
  alloc: Alloc,
  block: BlockInput,
  options: Partial<EngineOptions> = {},
): Promise<TraceEvent[]> {
  const events: TraceEvent[] = []
  const onTrace = (event: TraceEvent): number => events.push(event)
  const shape = { memory: MEMORY_BYTES, semantics: 'ethereum' } as const
  const engine = await createEngine({ ...shape, onTrace, ...options })
  try {
    await engine.loadGenesis(alloc)
    await engine.executeBlock(block)
    return events
  } finally {
    await engine.dispose()
  }
}
