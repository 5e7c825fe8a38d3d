/** One instance of the core with a memory of its own, which one thread uses for case after case. */

import { loadSenderRecovery, type SenderRecovery } from '../intake/sender.js'
import { bytesToHex } from '../base/bytes.js'
import { ONE_OF_EACH_LIBRARY } from '../crypto/precompiles/numbers.js'
import { writeGenesis, type GenesisAccount } from '../state/genesis.js'
import type { EngineConfig } from '../machine/engine-parts.js'
import { writeEnvironment, type Environment } from '../intake/environment.js'
import { readStateRoot } from '../state/state-root.js'
import { Pulse } from '../base/pulse.js'
import type { TraceListener } from '../trace/trace-event.js'
import type { Tracer } from '../trace/tracer.js'
import type { Hex } from '../base/types.js'
import { makeCoreSource } from '../wasm/compile.js'
import { instantiateCore, type Core } from '../wasm/core.js'
import { faultError, readFault } from '../wasm/faults.js'
import { PrecompileLibraries } from '../threads/libraries.js'

/** Address space. The largest case, 1,024 frames with a megabyte each, takes 1.2 GB of it. */
const MEMORY_BYTES = 2 ** 32 - 2 ** 16

/** What the official tests have in common. */
export const ETHEREUM = {
  semantics: 'ethereum',
  parameters: { gMessage: 6_000, gWord: 64, maxRounds: 1 },
} as const

export class TestMachine {
  readonly core: Core
  readonly recovery: SenderRecovery
  readonly tracer: Tracer | undefined
  /** Lets the event loop turn in long cases. */
  readonly pulse = new Pulse()
  readonly #onStateRoot: ((root: Hex) => void) | undefined

  private constructor(
    core: Core,
    recovery: SenderRecovery,
    tracer: Tracer | undefined,
    onStateRoot?: (root: Hex) => void,
  ) {
    this.core = core
    this.recovery = recovery
    this.tracer = tracer
    this.#onStateRoot = onStateRoot
  }

  static async make(
    onTrace?: TraceListener,
    onStateRoot?: (root: Hex) => void,
  ): Promise<TestMachine> {
    const libraries = new PrecompileLibraries()
    await libraries.load(ONE_OF_EACH_LIBRARY)
    const { module, memory } = await makeCoreSource(MEMORY_BYTES)
    const core = await instantiateCore(module, memory, 0, (views) =>
      libraries.importFor(views),
    )
    core.exports.initialise(MEMORY_BYTES, 1)
    core.bind()
    const tracer = onTrace && new (await import('../trace/tracer.js')).Tracer(core, onTrace)
    return new TestMachine(core, await loadSenderRecovery(), tracer, onStateRoot)
  }

  /** The state of `accounts`, in a block of this environment that nothing has run in yet. */
  begin(config: EngineConfig, environment: Environment, accounts: readonly GenesisAccount[]): void {
    const { core } = this
    core.exports.resetState()
    writeEnvironment(core.memory, environment, config)
    core.exports.configure()
    core.exports.beginBlock()
    core.memory.refresh()
    writeGenesis(core, accounts, true)
  }

  /** Runs a case; a trap of the core becomes the fault that it wrote down. */
  async guard<T>(run: () => T | Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error
      this.core.memory.refresh()
      throw faultError(readFault(this.core.memory), {}, error)
    }
  }

  /** Tells the root after a case, if somebody follows. */
  tellStateRoot(): void {
    this.#onStateRoot?.(bytesToHex(this.stateRoot()))
  }

  /** Root of the state as it is. */
  stateRoot(): Uint8Array {
    return readStateRoot(this.core)
  }
}
