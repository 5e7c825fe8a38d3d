/** What an engine is made of, as the stages of a block see it. */

import type { Workers } from '../threads/workers.js'
import type { ChainConfig, Fork } from '../forks/forks.js'
import type { Reporter } from '../trace/reporter.js'
import type { ProtocolParameters, Semantics } from '../base/types.js'
import type { Core } from '../wasm/core.js'

export interface EngineConfig {
  /** Of the block in progress; between blocks the first one of the chain. */
  readonly fork: Fork
  /** Its forks, one after the other or a single one, and what else differs from chain to chain. */
  readonly chain: ChainConfig
  readonly semantics: Semantics
  readonly chainId: bigint
  readonly parameters: Required<ProtocolParameters>
}

export interface EngineParts {
  /** The coordinator's instance. */
  readonly core: Core
  readonly workers: Workers
  /** The coordinator by itself, who runs what a listener is told. */
  readonly alone: Workers
  readonly config: EngineConfig
  /**
   * Does work after the present turn of the engine, before the next: what was begun and cancelled
   * is undone then, so that nobody waits for that who has given up.
   */
  readonly later?: ((work: () => Promise<void>) => void) | undefined
  /** Notes what each block has changed that is kept, if somebody wants to go back. */
  readonly history?: { note(core: Core): (() => void) | undefined } | undefined
  /** Tells a listener of the block in progress, if it has one (execution/told.ts). */
  readonly reporter?: Reporter | undefined
}
