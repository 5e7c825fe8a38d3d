import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const DIST_INDEX = fileURLToPath(new URL('dist/index.js', import.meta.url))

export default defineConfig({
  // Tests exercise what ships, as test/support/fresh-build.ts has built it.
  resolve: { alias: { 'actor-evm': DIST_INDEX } },
  // What a build writes; it is built before tests run again
  server: { watch: { ignored: ['**/build/**', '**/dist/**'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/fresh-build.ts',
    setupFiles: 'test/support/refuse-stale.ts',
    // `npm run dev`: what ships is in no graph of imports, so all tests that ran run again
    forceRerunTriggers: [
      '**/{src,assembly}/**/!(*.generated).ts',
      '**/package.json',
      '**/*.config.ts',
    ],
    pool: 'forks',
    // The engine under test starts workers of its own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // Node loads the bundle itself, so that `import.meta.url` and its workers are the real ones.
    server: { deps: { external: [/\/dist\/[^/]+\.js$/] } },
  },
})
