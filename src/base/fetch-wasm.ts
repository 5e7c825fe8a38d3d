/** Files of WebAssembly beside a bundle for browsers. */

import { EngineFaultError } from './errors.js'

const WASM_TYPE = 'application/wasm'

/**
 * Compiles while the file arrives.
 * @throws EngineFaultError if it is not there
 */
export async function compileFile(url: URL): Promise<WebAssembly.Module> {
  const response = await fetchFile(url)
  // Browsers stream only what their server calls Wasm
  const type = response.headers.get('Content-Type') ?? ''
  if (type.startsWith(WASM_TYPE)) return WebAssembly.compileStreaming(response)
  return WebAssembly.compile(await response.arrayBuffer())
}

/** @throws EngineFaultError if it is not there */
export async function fetchFile(url: URL): Promise<Response> {
  try {
    const response = await fetch(url, { credentials: 'same-origin' })
    if (response.ok) return response
    throw new Error(`${response.status} ${response.statusText}`)
  } catch (cause) {
    const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
    const replay = `serve ${name} beside the scripts of this package`
    const details = { place: { field: url.href }, cause }
    throw new EngineFaultError(`${name} cannot be loaded`, replay, details)
  }
}
