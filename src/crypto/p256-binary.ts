/** The module of P-256, as a part of the bundle. Browsers get p256-binary-browser.ts. */

import { p256WasmBytes } from './p256-bytes.generated.js'

export const compileP256 = (): Promise<WebAssembly.Module> =>
  WebAssembly.compile(p256WasmBytes())
