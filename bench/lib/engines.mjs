// An engine with a state, for one run.
import { availableParallelism } from 'node:os'
import { createEngine } from 'actor-evm'

/** Worker counts worth measuring on this machine: 1, 2, 4, … as far as there are cores. */
export function workerCounts() {
  const counts = [1, 2, 4, 8, 16, 32, 64].filter((count) => count <= availableParallelism())
  return counts
}

/** @returns what `use` returns; the engine is disposed of */
export async function withEngine(options, alloc, use) {
  const engine = await createEngine({ semantics: 'actor', ...options })
  try {
    await engine.loadGenesis(alloc)
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}

/**
 * An engine that goes on from block to block, as a node does: what a new one spends on memory that
 * it touches first is not in its times.
 * @returns `{execute(), dispose()}`; `execute` repeats the workload's block
 */
export async function goingOn(options, { alloc, prepared }) {
  const engine = await createEngine({ semantics: 'actor', ...options })
  await engine.loadGenesis(alloc)
  let repeats = 0
  return {
    execute: async () => engine.executeBlock(await prepared(engine, repeats++)),
    dispose: () => engine.dispose(),
  }
}

/** Executes a block of `unsignedBlock` on a fresh state. */
export function executeOnce(options, { alloc, prepared }) {
  return withEngine(options, alloc, async (engine) =>
    engine.executeBlock(await prepared(engine)),
  )
}

/** Stops a bench whose results are not what they must be. */
export function expectEqual(what, got, expected) {
  if (got !== expected) throw new Error(`${what}: expected ${expected}, got ${got}`)
}
