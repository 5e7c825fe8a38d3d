/**
 * Precompiles that a library of JavaScript computes. Loading one is asynchronous and calling one is
 * not; so libraries are loaded when a block first asks for one, and the block begins again.
 */

import { loadEcrecover } from '../crypto/precompiles/ecrecover.js'
import { importCurves, importVerifiers } from '../crypto/precompiles/import-curves.js'
import { ECRECOVER, P256VERIFY, POINT_EVALUATION } from '../crypto/precompiles/numbers.js'
import type { Precompile } from '../crypto/precompiles/precompile.js'
import { PRECOMPILE_FAILED, PRECOMPILE_NOT_LOADED, type PrecompileImport } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

export class PrecompileLibraries {
  readonly #precompiles = new Map<number, Precompile>()

  /** Loads those of some precompiles, each named by its number, with all else that they compute. */
  async load(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      if (this.#precompiles.has(number)) continue
      for (const [each, run] of await loadLibrary(number)) this.#precompiles.set(each, run)
      if (!this.#precompiles.has(number)) throw new RangeError(`no library has ${number}`)
    }
  }

  /** The import `env.precompile` of an instance: output size in bytes, -1 for failure, -2. */
  importFor(memory: LinearMemory): PrecompileImport {
    return (id, inPtr, inSize, outPtr) => {
      const run = this.#precompiles.get(id)
      if (run === undefined) return PRECOMPILE_NOT_LOADED
      memory.refresh()
      // A copy: libraries check for plain arrays, and a page refuses views of shared memory
      const output = run(memory.copy(inPtr >>> 0, inSize >>> 0))
      if (output === undefined) return PRECOMPILE_FAILED
      memory.write(outPtr >>> 0, output)
      return output.length
    }
  }
}

async function loadLibrary(number: number): Promise<readonly (readonly [number, Precompile])[]> {
  if (number === ECRECOVER) return [[number, await loadEcrecover()]]
  if (number === POINT_EVALUATION || number === P256VERIFY) {
    const { loadVerifier } = await importVerifiers()
    return [[number, await loadVerifier(number)]]
  }
  const { loadCurve } = await importCurves()
  return loadCurve(number, async () => (await importVerifiers()).loadBls())
}
