/**
 * What runs precompiles of an embedder's in a thread, as a file beside the bundle: see
 * crypto/precompiles/import-curves-browser.ts.
 */

export function importCustom(): Promise<typeof import('./custom-precompiles.js')> {
  const url = new URL('./custom-precompiles.js', import.meta.url)
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url.href)
}
