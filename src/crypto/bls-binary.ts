/** The module of BLS12-381, as text, in browsers too: bundlers copy verifiers.js as it is. */

import { blsWasmBytes } from './bls-bytes.generated.js'

export const compileBls = (): Promise<WebAssembly.Module> =>
  WebAssembly.compile(blsWasmBytes())
