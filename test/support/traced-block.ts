/** A block executed by one engine of its own that tells of every step. */
import {
  createEngine, traceLines, type Alloc, type BlockInput, type EngineOptions, type FrameEnd,
  type Listener, type TraceStep, type TransactionEnd,
} from 'actor-evm'

/** Address space of an engine of one worker and a small state. */
export const MEMORY_BYTES = 256 * 2 ** 20

/** Under Ethereum semantics, unless told otherwise. */
export async function executeTold(
  alloc: Alloc,
  block: BlockInput,
  listener: Listener,
  options: Partial<EngineOptions> = {},
): Promise<void> {
  const shape = { memory: MEMORY_BYTES, semantics: 'ethereum', workers: 1 } as const
  const engine = await createEngine({ ...shape, ...options })
  try {
    await engine.loadGenesis(alloc)
    await engine.executeBlock(block, { listener })
  } finally {
    await engine.dispose()
  }
}

/** Its steps, and the ends of its transactions, or of its activations. */
export async function traceBlock(
  alloc: Alloc,
  block: BlockInput,
  options: Partial<EngineOptions> = {},
): Promise<(TraceStep | TransactionEnd | FrameEnd)[]> {
  const events: (TraceStep | TransactionEnd | FrameEnd)[] = []
  await executeTold(alloc, block, {
    onStep: (step) => events.push(step),
    onTransactionEnd: (end) => {
      if (!end.hasMessages) events.push(end)
    },
    onFrameEnd: (end) => {
      if (end.message !== null && end.depth === 0) events.push(end)
    },
  }, options)
  return events
}

export async function linesOfBlock(
  alloc: Alloc,
  block: BlockInput,
  options: Partial<EngineOptions> = {},
): Promise<string[]> {
  const lines: string[] = []
  await executeTold(alloc, block, traceLines((line) => lines.push(line)), options)
  return lines
}
