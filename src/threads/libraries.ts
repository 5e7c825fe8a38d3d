/**
 * Precompiles that a library of JavaScript computes. Loading one is asynchronous and calling one is
 * not; so libraries are loaded when a block first asks for one, and the block begins again.
 */

import { CUSTOM_PRECOMPILES } from '../../assembly/abi/custom-precompile.js'
import { loadEcrecover } from '../crypto/precompiles/ecrecover.js'
import { importCurves, importVerifiers } from '../crypto/precompiles/import-curves.js'
import { ECRECOVER, P256VERIFY, POINT_EVALUATION } from '../crypto/precompiles/numbers.js'
import { isInSteps, type Precompile, type Steps } from '../crypto/precompiles/precompile.js'
import {
  PRECOMPILE_FAILED,
  PRECOMPILE_NOT_ENDED,
  PRECOMPILE_NOT_LOADED,
  type PrecompileImport,
} from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** In place of a number: what was begun goes on. */
const GO_ON = 0

export class PrecompileLibraries {
  readonly #precompiles = new Map<number, Precompile>()
  /** Those that an embedder has added: ids from CUSTOM_PRECOMPILES on. */
  custom: PrecompileImport | undefined

  /** Loads those of some precompiles, each named by its number, with all else that they compute. */
  async load(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      if (this.#precompiles.has(number)) continue
      for (const [each, run] of await loadLibrary(number)) this.#precompiles.set(each, run)
      if (!this.#precompiles.has(number)) throw new RangeError(`no library has ${number}`)
    }
  }

  /** The import `env.precompile` of an instance: output size in bytes, or one of those below 0. */
  importFor(memory: LinearMemory): PrecompileImport {
    /** What has not ended. Of a block that was stopped, it stays until the next begins. */
    let steps: Steps | undefined
    const end = (output: Uint8Array | undefined, outPtr: number): number => {
      steps = undefined
      if (output === undefined) return PRECOMPILE_FAILED
      memory.refresh()
      memory.write(outPtr >>> 0, output)
      return output.length
    }
    const resume = (outPtr: number): number => {
      if (steps === undefined) throw new Error('no precompile is to go on')
      const { done, value } = steps.next()
      return done === true ? end(value, outPtr) : PRECOMPILE_NOT_ENDED
    }
    return (id, inPtr, inSize, outPtr) => {
      if (id === GO_ON) return resume(outPtr)
      if (id >= CUSTOM_PRECOMPILES) return this.custom!(id, inPtr, inSize, outPtr)
      const run = this.#precompiles.get(id)
      if (run === undefined) return PRECOMPILE_NOT_LOADED
      steps?.return(undefined)
      memory.refresh()
      // A copy: libraries check for plain arrays, and a page refuses views of shared memory
      const computed = run(memory.copy(inPtr >>> 0, inSize >>> 0))
      if (!isInSteps(computed)) return end(computed, outPtr)
      steps = computed
      return resume(outPtr)
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
