/** The state that a chain begins with, however large, into an engine without one. */

import { throwIfCancelled } from './errors.js'
import { writeGenesisInParts, type GenesisAccount } from './genesis.js'
import type { EngineParts } from './pipeline/engine-parts.js'
import { BrokenStateError, asOneBlock } from './pipeline/guard.js'
import { computeStateRoot } from './pipeline/state-root.js'
import type { LoadOptions } from './types.js'

/**
 * @returns the state root
 * @throws what `accounts` throws, MemoryExhaustedError, CancelledError; then the state is empty
 */
export async function loadGenesis(
  parts: EngineParts,
  accounts: Iterable<GenesisAccount> | AsyncIterable<GenesisAccount>,
  { signal, onProgress }: LoadOptions,
): Promise<Uint8Array> {
  const { core, config, executor } = parts
  const tell = (count: number): void => {
    throwIfCancelled(signal, 'loading was cancelled')
    onProgress?.(count)
  }
  try {
    return await asOneBlock(parts, { block: 0 }, async () => {
      core.exports.beginBlock()
      core.memory.refresh()
      await writeGenesisInParts(core, accounts, config.semantics === 'ethereum', tell)
      const stateRoot = await computeStateRoot(parts, { block: 0 })
      core.exports.commitBlock()
      return stateRoot
    })
  } catch (error) {
    if (error instanceof BrokenStateError) throw error
    // The parts before the one that failed are committed
    core.exports.resetState()
    core.memory.refresh()
    await executor.resetState()
    throw error
  }
}
