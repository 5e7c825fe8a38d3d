import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const DIST_INDEX = fileURLToPath(new URL('dist/index.js', import.meta.url))

export default defineConfig({
  // Tests exercise what ships. `npm test` builds it first; after an edit run `npm run build`.
  resolve: { alias: { 'actor-evm': DIST_INDEX } },
  test: {
    include: ['test/**/*.test.ts'],
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
