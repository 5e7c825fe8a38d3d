/**
 * What computes on curves as files beside the bundle. Named by their URLs, which bundlers copy:
 * they would refuse a worker of several chunks, or put all into one.
 */

/** 190 kB, compressed. */
export function importCurves(): Promise<typeof import('./load.js')> {
  const url = new URL('./curves.js', import.meta.url)
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url.href)
}

/** 30 kB, compressed. */
export function importVerifiers(): Promise<typeof import('./verifiers.js')> {
  const url = new URL('./verifiers.js', import.meta.url)
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url.href)
}
