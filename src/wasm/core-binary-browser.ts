/** The core's WebAssembly binary, as a file beside the bundle that is compiled while it arrives. */

import { EngineFaultError } from '../errors.js'

const REPLAY = 'serve core.wasm beside the scripts of this package'
const WASM_TYPE = 'application/wasm'

export async function readCore(): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchCore()
  return new Uint8Array(await response.arrayBuffer())
}

export async function compileCore(): Promise<WebAssembly.Module> {
  const response = await fetchCore()
  // Browsers stream only what their server calls Wasm
  const type = response.headers.get('Content-Type') ?? ''
  if (type.startsWith(WASM_TYPE)) return WebAssembly.compileStreaming(response)
  return WebAssembly.compile(await response.arrayBuffer())
}

/** @throws EngineFaultError if it is not there */
async function fetchCore(): Promise<Response> {
  // In one expression: that is how bundlers know a file to copy
  const url = new URL('./core.wasm', import.meta.url)
  try {
    const response = await fetch(url, { credentials: 'same-origin' })
    if (response.ok) return response
    throw new Error(`${response.status} ${response.statusText}`)
  } catch (cause) {
    const details = { place: { field: url.href }, cause }
    throw new EngineFaultError('the core cannot be loaded', REPLAY, details)
  }
}
