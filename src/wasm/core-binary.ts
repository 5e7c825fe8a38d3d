/** The core's WebAssembly binary, as a part of the bundle. Browsers get core-binary-browser.ts. */

import { coreWasmBytes } from './core-bytes.generated.js'

/** All of it: 98 kB. */
export function readCore(): Promise<Uint8Array<ArrayBuffer>> {
  return Promise.resolve(coreWasmBytes())
}

/** About a millisecond. */
export function compileCore(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(coreWasmBytes())
}
