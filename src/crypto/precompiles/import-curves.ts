/** The library of curves, loaded when the first block needs it. */

/** Browsers get import-curves-browser.ts instead. */
export function importCurves(): Promise<typeof import('./load.js')> {
  return import('./load.js')
}
