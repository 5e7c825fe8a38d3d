/** An engine of one worker that runs case after case, and what cases need beside. */

import { beginBlock, type Environment } from '../intake/environment.js'
import { loadSenderRecovery, type SenderRecovery } from '../intake/sender.js'
import { ONE_OF_EACH_LIBRARY } from '../crypto/precompiles/numbers.js'
import { replaceState } from '../state/load-state.js'
import type { GenesisAccount } from '../state/genesis.js'
import { assembleEngine } from '../machine/assemble-engine.js'
import type { EngineConfig, EngineParts } from '../machine/engine-parts.js'
import { resolveOptions } from '../machine/engine-options.js'
import { asOneBlock, undoBlock } from '../machine/guard.js'
import { tellAll } from '../execution/told.js'
import { loadPlatform } from '../threads/platform/load.js'
import type { Listener } from '../trace/listener.js'
import type { Hex } from '../base/types.js'

/** Address space. The largest case, 1,024 frames with a megabyte each, takes 1.2 GB of it. */
const MEMORY_BYTES = 2 ** 32 - 2 ** 16

/** What the official tests have in common. */
export const ETHEREUM = {
  semantics: 'ethereum',
  parameters: { gMessage: 6_000, gWord: 64, maxRounds: 1 },
} as const

export class TestMachine {
  readonly recovery: SenderRecovery
  /** Told the state root after each case, if somebody follows. */
  readonly onStateRoot: ((root: Hex) => void) | undefined
  readonly #parts: EngineParts
  /** Whose state the engine has. Cases undo what they do, so it serves all that begin with it. */
  #accounts: readonly GenesisAccount[] | undefined

  private constructor(
    parts: EngineParts,
    recovery: SenderRecovery,
    onStateRoot: TestMachine['onStateRoot'],
  ) {
    this.#parts = parts
    this.recovery = recovery
    this.onStateRoot = onStateRoot
  }

  static async make(
    listener?: Listener,
    onStateRoot?: (root: Hex) => void,
  ): Promise<TestMachine> {
    const options = { workers: 1, semantics: 'ethereum', memory: MEMORY_BYTES } as const
    const made = await assembleEngine(resolveOptions(options, 1), loadPlatform())
    const parts = listener === undefined ? made : await tellAll(made, listener)
    await parts.workers.loadLibraries(ONE_OF_EACH_LIBRARY)
    return new TestMachine(parts, await loadSenderRecovery(), onStateRoot)
  }

  /** @returns the engine under these rules, with the state of these accounts and nothing else */
  async load(config: EngineConfig, accounts: readonly GenesisAccount[]): Promise<EngineParts> {
    const parts = { ...this.#parts, config }
    if (this.#accounts === accounts) return parts
    this.#accounts = undefined
    await replaceState(parts, accounts)
    this.#accounts = accounts
    return parts
  }
}

/** Looks at what `work` does in a block of this environment, and undoes it. */
export function tryInBlock<T>(
  parts: EngineParts,
  environment: Environment,
  work: () => T,
): Promise<T> {
  const { core } = parts
  return asOneBlock(parts, { block: environment.number }, async () => {
    beginBlock(core, environment, parts.config)
    const result = work()
    undoBlock(core)
    return result
  })
}
