import { defineConfig } from 'tsdown'
import type { UserConfig } from 'tsdown'

/** For what runs in Node and in browsers. */
const portable = {
  platform: 'neutral',
  target: 'es2023',
  // A browser imports dist/index.js as it is, with no import map: nothing bare may be left there.
  // Commander is for cli.js alone, which only Node runs.
  deps: {
    alwaysBundle: [/^(?!commander$|node:)[^.]/],
    neverBundle: ['commander', /^node:/],
    onlyBundle: false,
  },
  // The neutral platform ignores `main` unless told; comlink and libauth have nothing else.
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  sourcemap: true,
  report: false,
  failOnWarn: true,
  checks: { pluginTimings: false },
} satisfies UserConfig

export default defineConfig([
  {
    ...portable,
    format: 'esm',
    entry: {
      index: 'src/index.ts',
      cli: 'src/cli.ts',
      'test-thread': 'src/runners/test-thread.ts',
    },
    dts: { entry: 'src/index.ts', sourcemap: false },
    clean: true,
  },
  {
    ...portable,
    // One classic script that imports nothing: a bundler may copy it as an asset, or bundle it
    // again into what it takes a worker to be. A top-level await would break that, and here it
    // breaks the build.
    format: 'iife',
    entry: { 'worker-entry': 'src/workers/worker-entry.ts' },
    outputOptions: { entryFileNames: '[name].js' },
    dts: false,
    clean: false,
  },
])
