/** What runs precompiles of an embedder's in a thread: loaded where there are some. */

/** Browsers get import-custom-browser.ts instead. */
export function importCustom(): Promise<typeof import('./custom-precompiles.js')> {
  return import('./custom-precompiles.js')
}
