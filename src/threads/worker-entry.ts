/** Where a worker thread starts, in Node and in browsers. */

import { expose } from 'comlink'
import { loadRecoverSigners, type RecoverSigners } from '../crypto/recover-signers.js'
import { instantiateCore, type Core } from '../wasm/core.js'
import { coreKeccak256 } from '../wasm/keccak.js'
import { awaitTicket, reportDone } from './atomics.js'
import { importCustom } from './import-custom.js'
import { PrecompileLibraries } from './libraries.js'
import { onOwnThread, type OwnThread } from './platform/own-thread.js'
import type { WorkerApi, WorkerInit } from './protocol.js'
import { ThreadShare } from './thread-share.js'

class WorkerThreadApi implements WorkerApi {
  readonly #thread: OwnThread
  readonly #libraries = new PrecompileLibraries()
  #core!: Core
  #share!: ThreadShare
  #recoverSigners: RecoverSigners | undefined
  #threads = 0

  constructor(thread: OwnThread) {
    this.#thread = thread
  }

  async initialise(init: WorkerInit): Promise<void> {
    const { module, memory, id } = init
    await this.#libraries.load(init.libraries)
    this.#core = await instantiateCore(module, memory, id, (views) =>
      this.#libraries.importFor(views),
    )
    this.#core.bind()
    if (init.customs.length > 0) {
      const { addCustomPrecompiles } = await importCustom()
      await addCustomPrecompiles(this.#core, this.#libraries, init.customs)
    }
    this.#share = new ThreadShare(this.#core, () => this.#thread.end())
    this.#threads = init.threads
  }

  serve(ticket: number): void {
    const words = this.#core.memory.i32
    let seen = ticket
    for (;;) {
      seen = awaitTicket(words, seen)
      if (seen < 0) return
      this.#runOwnShare()
      reportDone(words, this.#threads)
    }
  }

  async recoverSigners(items: Uint8Array): Promise<Uint8Array> {
    this.#recoverSigners ??= await loadRecoverSigners(coreKeccak256(this.#core))
    return this.#recoverSigners(items)
  }

  async resetState(): Promise<void> {
    this.#core.memory.refresh()
    this.#core.exports.resetInstance()
  }

  async loadLibraries(precompiles: readonly number[]): Promise<void> {
    await this.#libraries.load(precompiles)
  }

  #runOwnShare(): void {
    this.#share.begin()
    try {
      while (this.#share.runSome());
    } catch {
      // Written down where the coordinator looks after the barrier
    }
    this.#share.end()
  }
}

onOwnThread((thread) => expose(new WorkerThreadApi(thread), thread.endpoint))
