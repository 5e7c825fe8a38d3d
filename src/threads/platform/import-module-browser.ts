/** An ES module of an embedder's, in place of import-module.ts. */

/** @param url absolute */
export function importModule(url: string): Promise<Record<string, unknown>> {
  // In one expression: so bundlers leave it alone (tsdown.config.ts)
  return import(/* @vite-ignore */ /* webpackIgnore: true */ new URL(url).href)
}
