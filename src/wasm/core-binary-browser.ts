/** The core's WebAssembly binary, as a file beside the bundle that is compiled while it arrives. */

import { compileFile, fetchFile } from '../base/fetch-wasm.js'

// The URL in one expression: that is how bundlers know a file to copy

export async function readCore(): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchFile(new URL('./core.wasm', import.meta.url))
  return new Uint8Array(await response.arrayBuffer())
}

export function compileCore(): Promise<WebAssembly.Module> {
  return compileFile(new URL('./core.wasm', import.meta.url))
}
