import { fileURLToPath } from 'node:url'
import { defineConfig } from 'tsdown'
import type { Rolldown, UserConfig } from 'tsdown'

const SRC = fileURLToPath(new URL('src/', import.meta.url))
/** What only the command line needs. */
const isCliOnly = (file: string) => /^(cli|fixtures)(\/|\.ts$)/.test(file)

/**
 * The command line is one more user of the public API: what it imports of the engine it gets from
 * the shipped module. A copy of its own would have errors of other classes.
 */
const shareEngine: Rolldown.Plugin = {
  name: 'share-engine',
  resolveId: {
    order: 'pre',
    async handler(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return null
      const resolved = await this.resolve(source, importer, { skipSelf: true })
      if (resolved === null || !resolved.id.startsWith(SRC)) return null
      const isShared = !isCliOnly(resolved.id.slice(SRC.length))
      return isShared ? { id: './index.js', external: true } : null
    },
  },
}

const common = {
  format: 'esm',
  target: 'es2023',
  fixedExtension: false,
  // A browser imports dist/index.js as it is, with no import map: nothing bare may be left.
  deps: { alwaysBundle: [/^[^.]/], neverBundle: [/^node:/], onlyBundle: false },
  sourcemap: true,
  report: false,
  failOnWarn: true,
  checks: { pluginTimings: false },
} satisfies UserConfig

/** For what runs in Node and in browsers. */
const portable = {
  ...common,
  platform: 'neutral',
  // The neutral platform ignores `main` unless told; comlink and libauth have nothing else.
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
} satisfies UserConfig

export default defineConfig([
  {
    ...portable,
    entry: { index: 'src/index.ts' },
    dts: { sourcemap: false },
    clean: true,
  },
  {
    ...portable,
    // One classic script that imports nothing: a bundler may copy it as an asset, or bundle it
    // again into what it takes a worker to be. A top-level await would break that, and here it
    // breaks the build.
    format: 'iife',
    outputOptions: { entryFileNames: '[name].js' },
    entry: { 'worker-entry': 'src/workers/worker-entry.ts' },
    dts: false,
    clean: false,
  },
  {
    ...common,
    entry: { cli: 'src/cli.ts' },
    platform: 'node',
    plugins: [shareEngine],
    dts: false,
    clean: false,
  },
])
