/** All of a block or nothing of it: what goes wrong is undone, and named. */

import { CancelledError, EngineFaultError, type ErrorPlace } from '../errors.js'
import { LibraryMissing, faultError, readFault } from '../wasm/faults.js'
import { clearSimulation } from '../workers/simulation.js'
import type { EngineParts } from './engine-parts.js'

/** The state cannot be trusted any more: undoing a block has failed. */
export class BrokenStateError extends EngineFaultError {}

/**
 * Runs `work`, which begins a block and commits it.
 * @throws what `work` throws, as a typed error; then nothing of the block is left, or, if it was
 *   cancelled, will be
 */
export async function asOneBlock<T>(
  parts: EngineParts,
  place: ErrorPlace,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const told = translate(parts, place, error)
      if (told instanceof CancelledError && parts.later !== undefined) {
        parts.later(() => undo(parts, place))
        throw told
      }
      await undo(parts, place)
      if (!(told instanceof LibraryMissing)) throw told
      await parts.executor.loadLibraries([told.precompile])
    }
  }
}

/** A trap of the coordinator's own instance becomes the error of the fault it wrote down. */
function translate(parts: EngineParts, place: ErrorPlace, error: unknown): unknown {
  const isTrap = error instanceof WebAssembly.RuntimeError || error instanceof RangeError
  return isTrap ? faultError(readFault(parts.core.memory), place, error) : error
}

async function undo(parts: EngineParts, place: ErrorPlace): Promise<void> {
  const { core, executor } = parts
  try {
    core.exports.undoBlock()
    // A trap leaves the instance's own variables as they were in its middle
    core.bind()
    clearSimulation(core.memory)
  } catch (cause) {
    const replay = 'execute the same block on the same state'
    throw new BrokenStateError('the block cannot be undone', replay, { place, cause })
  }
  await executor.repair()
}
