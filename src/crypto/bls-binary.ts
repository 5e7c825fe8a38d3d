/** The module of BLS12-381, as a part of the bundle. Browsers get bls-binary-browser.ts. */

import { blsWasmBytes } from './bls-bytes.generated.js'

export const compileBls = (): Promise<WebAssembly.Module> =>
  WebAssembly.compile(blsWasmBytes())
