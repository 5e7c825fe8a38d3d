/** The module of BLS12-381, as a file beside the bundle: half of what it takes in a script. */

import { compileFile } from '../fetch-wasm.js'

export const compileBls = (): Promise<WebAssembly.Module> =>
  compileFile(new URL('./bls.wasm', import.meta.url))
