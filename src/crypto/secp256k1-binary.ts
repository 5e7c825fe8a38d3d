/** The module of secp256k1, as a part of the bundle. Browsers get secp256k1-binary-browser.ts. */

import { secp256k1WasmBytes } from './secp256k1-bytes.generated.js'

export const compileSecp256k1 = (): Promise<WebAssembly.Module> =>
  WebAssembly.compile(secp256k1WasmBytes())
