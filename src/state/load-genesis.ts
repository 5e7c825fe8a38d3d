/** The state that a chain begins with, however large, into an engine without one. */

import { CancelledError, throwIfCancelled } from '../base/errors.js'
import { Pulse } from '../base/pulse.js'
import { readAccounts, writeGenesisInParts } from './genesis.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { BrokenStateError, asOneBlock } from '../machine/guard.js'
import { computeStateRoot } from './state-root.js'
import type { Alloc, AllocStream, LoadOptions } from '../base/types.js'

const CANCELLED = 'loading was cancelled'

/**
 * @returns the state root
 * @throws InvalidInputError, what a stream throws, MemoryExhaustedError, CancelledError; then the
 *   state is empty, or will be
 */
export async function loadGenesis(
  parts: EngineParts,
  alloc: Alloc | AllocStream,
  { signal, onProgress }: LoadOptions,
): Promise<Uint8Array> {
  const { core, workers } = parts
  const pulse = new Pulse(signal, CANCELLED)
  const tell = (count: number): void => {
    throwIfCancelled(signal, CANCELLED)
    onProgress?.(count)
  }
  const accounts = await readAccounts(alloc, pulse)
  try {
    return await asOneBlock(parts, { block: 0 }, async () => {
      core.exports.beginBlock()
      core.memory.refresh()
      await writeGenesisInParts(parts, accounts, tell, pulse)
      const stateRoot = await computeStateRoot(parts, { block: 0 }, pulse)
      core.exports.commitBlock()
      return stateRoot
    })
  } catch (error) {
    if (error instanceof BrokenStateError) throw error
    // The parts before the one that failed are committed
    const reset = async (): Promise<void> => {
      core.exports.resetState()
      core.memory.refresh()
      await workers.resetState()
    }
    if (error instanceof CancelledError && parts.later !== undefined) parts.later(reset)
    else await reset()
    throw error
  }
}
