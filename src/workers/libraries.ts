/**
 * Precompiles that a library of JavaScript computes. Loading one is asynchronous and calling one is
 * not; so libraries are loaded when a block first asks for one, and the block begins again.
 */

import type { Precompile } from '../crypto/precompiles/precompile.js'
import { PRECOMPILE_FAILED, PRECOMPILE_NOT_LOADED, type PrecompileImport } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

export class PrecompileLibraries {
  #precompiles: ReadonlyMap<number, Precompile> | undefined

  get isLoaded(): boolean {
    return this.#precompiles !== undefined
  }

  async load(): Promise<void> {
    if (this.#precompiles !== undefined) return
    const { loadPrecompiles } = await import('../crypto/precompiles/load.js')
    this.#precompiles = await loadPrecompiles()
  }

  /** The import `env.precompile` of an instance: output size in bytes, -1 for failure, -2. */
  importFor(memory: LinearMemory): PrecompileImport {
    return (id, inPtr, inSize, outPtr) => {
      if (this.#precompiles === undefined) return PRECOMPILE_NOT_LOADED
      const run = this.#precompiles.get(id)
      if (run === undefined) return PRECOMPILE_FAILED
      memory.refresh()
      // A copy: libraries check for plain arrays, and a page refuses views of shared memory
      const output = run(memory.copy(inPtr >>> 0, inSize >>> 0))
      if (output === undefined) return PRECOMPILE_FAILED
      memory.write(outPtr >>> 0, output)
      return output.length
    }
  }
}
