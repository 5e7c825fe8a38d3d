/** The module of secp256k1, as a file beside the bundle: half of what it takes in a script. */

import { compileFile } from '../base/fetch-wasm.js'

export const compileSecp256k1 = (): Promise<WebAssembly.Module> =>
  compileFile(new URL('./secp256k1.wasm', import.meta.url))
