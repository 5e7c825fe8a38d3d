/** The module of P-256, as text, in browsers too: bundlers copy verifiers.js as it is. */

import { p256WasmBytes } from './p256-bytes.generated.js'

export const compileP256 = (): Promise<WebAssembly.Module> =>
  WebAssembly.compile(p256WasmBytes())
