/** The state that a chain begins with, written into an engine. */

import { writeGenesis, type GenesisAccount } from './genesis.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { asOneBlock } from '../machine/guard.js'
import { readStateRoot } from './state-root.js'

/**
 * Puts accounts in place of whatever the engine holds.
 * @returns the state root
 */
export async function replaceState(
  parts: EngineParts,
  accounts: readonly GenesisAccount[],
): Promise<Uint8Array> {
  const { core, workers } = parts
  core.exports.resetState()
  core.memory.refresh()
  await workers.resetState()
  return asOneBlock(parts, { block: 0 }, async () => {
    write(parts, accounts)
    const root = readStateRoot(core)
    core.exports.commitBlock()
    return root
  })
}

/** The same with a part of a state, whose root would mean nothing. */
export async function replacePartialState(
  parts: EngineParts,
  accounts: readonly GenesisAccount[],
): Promise<void> {
  const { core, workers } = parts
  core.exports.resetState()
  core.memory.refresh()
  await workers.resetState()
  await asOneBlock(parts, { block: 0 }, async () => {
    write(parts, accounts)
    core.exports.commitWithoutTries()
  })
}

function write({ core }: EngineParts, accounts: readonly GenesisAccount[]): void {
  core.exports.beginBlock()
  core.memory.refresh()
  writeGenesis(core, accounts, true)
}
