/**
 * The library of curves as a file beside the bundle. Named by its URL, which bundlers copy: they
 * would refuse a worker of several chunks, or put all into one.
 */

export function importCurves(): Promise<typeof import('./load.js')> {
  const url = new URL('./curves.js', import.meta.url)
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url.href)
}
