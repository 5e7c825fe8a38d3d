/** All pieces on the calling thread, in their order: the oracle of the parallel ones. */

import type { Keccak256 } from '../crypto/keccak256.js'
import type { PrecompileLibraries } from './libraries.js'
import { ThreadShare } from './thread-share.js'
import { isSimulated } from './simulation.js'
import type { Core } from '../wasm/core.js'
import { coreKeccak256 } from '../wasm/keccak.js'
import type { Workers, Job, SignerRecovery } from './workers.js'
import { RoundCosts } from './round-costs.js'
import { runOwnShare } from './run-own-share.js'

export class SequentialWorkers implements Workers {
  readonly count = 1
  readonly costs = new RoundCosts()
  readonly keccak256: Keccak256
  readonly #core: Core
  readonly #share: ThreadShare
  readonly #libraries: PrecompileLibraries

  constructor(core: Core, libraries: PrecompileLibraries) {
    this.keccak256 = coreKeccak256(core)
    this.#core = core
    this.#share = new ThreadShare(core, refuseToEnd)
    this.#libraries = libraries
  }

  prepare(): void {
    // Nobody to wake
  }

  /** None gains, but a simulation is to meet groups one by one. */
  get leastGainUs(): number {
    return isSimulated(this.#core.memory) ? -1 : Infinity
  }

  noteAlone(): void {
    // Nobody else to give them to
  }

  noteShared(): void {
    // The same
  }

  run({ pulse }: Job): Promise<void> | undefined {
    const running = runOwnShare(this.#share, pulse)
    return typeof running === 'number' ? undefined : running.then(() => undefined)
  }

  lendThreads<T>(use: (threads: readonly SignerRecovery[]) => Promise<T>): Promise<T> {
    return use([])
  }

  async resetState(): Promise<void> {
    // No other instances
  }

  async repair(): Promise<void> {
    // Nothing but the core itself, which undoes its block
  }

  async loadLibraries(precompiles: readonly number[]): Promise<void> {
    await this.#libraries.load(precompiles)
  }

  async dispose(): Promise<void> {
    // No threads to end
  }
}

/** Simulations name workers from 1 on: the calling thread is not theirs to end. */
export function refuseToEnd(): never {
  throw new Error('the calling thread cannot end itself')
}
