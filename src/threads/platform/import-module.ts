/** An ES module of an embedder's. Browsers get import-module-browser.ts instead. */

/** @param url absolute */
export function importModule(url: string): Promise<Record<string, unknown>> {
  // Written out, it becomes `require` in the CommonJS bundle
  const load = new Function('url', 'return import(url)') as typeof importModule
  return load(url)
}
