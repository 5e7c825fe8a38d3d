/** The module of P-256, as a file beside the bundle: half of what it takes in a script. */

import { compileFile } from '../fetch-wasm.js'

export const compileP256 = (): Promise<WebAssembly.Module> =>
  compileFile(new URL('./p256.wasm', import.meta.url))
