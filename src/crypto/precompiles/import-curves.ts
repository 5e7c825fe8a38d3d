/** What computes on curves, loaded when the first block needs it. */

/** The library of curves. Browsers get import-curves-browser.ts instead. */
export function importCurves(): Promise<typeof import('./load.js')> {
  return import('./load.js')
}

/** Our own modules that verify. */
export function importVerifiers(): Promise<typeof import('./verifiers.js')> {
  return import('./verifiers.js')
}
