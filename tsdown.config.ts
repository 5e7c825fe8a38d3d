import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minify } from 'terser'
import { defineConfig } from 'tsdown'
import type { UserConfig } from 'tsdown'

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What a bundle for browsers has in the place of another file. */
const BROWSER_FILES = new Map(
  [
    'src/crypto/precompiles/import-curves',
    'src/crypto/secp256k1-binary',
    'src/wasm/core-binary',
    'src/threads/import-custom',
    'src/threads/platform/import-module',
    'src/threads/platform/load',
    'src/threads/platform/own-thread',
  ].map((path) => [file(`${path}.ts`), file(`${path}-browser.ts`)]),
)

/**
 * What bundlers know files by, and the minifier takes away: it writes strings as templates, and
 * leaves out the comment that an import is of a URL (import-curves-browser.ts).
 */
const afterMinifier = {
  name: 'what bundlers know files by',
  generateBundle(_: unknown, bundle: Record<string, { code?: string }>) {
    for (const chunk of Object.values(bundle)) {
      chunk.code &&= chunk.code
        .replace(/`(module|\.\/[\w.-]+)`/g, '"$1"')
        .replace(/\bimport\((?=new URL\()/g, 'import(/* @vite-ignore *//* webpackIgnore: true */')
    }
  },
}

const DECODING = 'Uint8Array.from(atob(wasmBase64), function (c) { return c.charCodeAt(0); })'

/** The library of curves decodes its module in 65 ms at one go; a few are enough (mcl.ts). */
const fastDecoding = {
  name: 'fast decoding',
  transform(code: string, id: string) {
    if (!id.endsWith('/mcl_c.js')) return null
    if (!code.includes(DECODING)) throw new Error('mcl_c.js decodes its module in another way')
    return { code: code.replace(DECODING, 'opts.decodeBase64(wasmBase64)'), map: null }
  },
}

/**
 * What a page loads is minified once more: 0.6 kB gzip less of a validator. Its map leads to the
 * text before.
 */
const onceMore = {
  name: 'minified once more',
  async renderChunk(code: string) {
    const made = await minify(code, {
      module: true,
      compress: { passes: 3, ecma: 2020, pure_getters: true },
      mangle: { toplevel: true },
      sourceMap: true,
    })
    return { code: made.code!, map: made.map as string }
  },
}

const OWN = '?own'
/** What hashes in every page. */
const HASHING = /\/src\/crypto\/keccak(256|512)\.ts$/

/**
 * Signing needs all of the library of hashes, hashing a small part: so validators have a copy of
 * their own, of which that part alone is left (0.7 kB gzip less).
 */
const ownHashes = {
  name: 'hashes of validators',
  async resolveId(
    this: { resolve: (...args: [string, string | undefined, object]) => Promise<unknown> },
    source: string,
    importer = '',
  ) {
    const isOwn = importer.endsWith(OWN)
    if (!isOwn && !(HASHING.test(importer) && source.startsWith('@noble/'))) return null
    const from = isOwn ? importer.slice(0, -OWN.length) : importer
    const found = await this.resolve(source, from, { skipSelf: true })
    return `${(found as { readonly id: string }).id}${OWN}`
  },
  load: (id: string) => (id.endsWith(OWN) ? readFileSync(id.slice(0, -OWN.length), 'utf8') : null),
}

const forBrowsers = {
  name: 'files for browsers',
  async resolveId(
    this: { resolve: (...args: [string, string | undefined, object]) => Promise<unknown> },
    source: string,
    importer: string | undefined,
  ) {
    const found = await this.resolve(source, importer, { skipSelf: true })
    const id = (found as { readonly id?: string } | null)?.id ?? ''
    return BROWSER_FILES.get(id) ?? (found as null)
  },
}

/**
 * What is made apart from the engine and loaded late: its file in dist/, by the end of the path
 * that names it. The library of curves is there once, as CommonJS, which ES modules can load, too.
 */
const apart = (extension: 'js' | 'cjs') => ({
  name: 'files apart',
  resolveId(source: string, importer: string | undefined) {
    const path = join(dirname(importer ?? ''), source).replaceAll('\\', '/')
    if (path.endsWith('/precompiles/load.js')) return { id: './curves.cjs', external: true }
    if (!path.endsWith('/platform/worker-source.js')) return null
    return { id: `./worker-source.${extension}`, external: true }
  },
})

const common = {
  target: 'es2023',
  // Nothing bare may be left: a browser has no import map, and users install no more than they see.
  // Commander is for cli.js alone, the others are for server.js.
  deps: {
    alwaysBundle: [/^(?!commander$|ws$|hono$|@hono\/node-server$|node:)[^.]/],
    neverBundle: ['commander', 'ws', 'hono', '@hono/node-server', /^node:/],
    onlyBundle: false,
  },
  // The neutral platform ignores `main` unless told; comlink has nothing else.
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  platform: 'neutral',
  sourcemap: true,
  report: false,
  failOnWarn: true,
  // What a validator loads on demand, other commands always need
  checks: { pluginTimings: false, ineffectiveDynamicImport: false },
} satisfies UserConfig

/**
 * Few chunks compress better than many: what a thread runs, and what a validator needs besides.
 * The group of higher priority takes its modules, and all that they import, first.
 */
const THREAD =
  /\/comlink\/|\/src\/(threads\/(thread-share|libraries|import-custom-browser)|wasm\/(core|keccak)|crypto\/recover-signers)\./
const browserChunks = {
  groups: [
    { name: 'thread', test: THREAD, priority: 2 },
    { name: 'validator', test: /\/src\/light\.ts$/, priority: 1 },
  ],
}

const browser = {
  ...common,
  format: 'esm',
  minify: true,
  plugins: [forBrowsers, fastDecoding, afterMinifier],
  dts: false,
  clean: false,
} satisfies UserConfig

/** What only some blocks or commands need is loaded when they do. */
const ON_DEMAND = [
  /\/src\/(cli|runners)\b/,
  /\/src\/tools\/(?!snapshot-options|call-failed)/,
  /\/src\/intake\/(sign-|long-input|call-input)/,
  /\/src\/state\/(changes|indexes|overrides|dump-state)\./,
  /\/src\/trace\/tracers\//,
  /\/src\/crypto\/precompiles\/(p256-verify|point-evaluation|verifiers)\./,
  /\/src\/crypto\/(bls|bls-bytes|p256-bytes)\./,
  /\/node_modules\/@noble\/curves\//,
]

/**
 * All else is one file: Node takes 7 ms, of 25, to find, open and link the eight that would come of
 * what its entries share.
 */
const isEngine = (id: string): boolean =>
  !id.endsWith('.d.ts') && !ON_DEMAND.some((pattern) => pattern.test(id))

/** Entries of the package, in both formats. */
const LIBRARY = { index: 'src/index.ts', light: 'src/light.ts' }
/** What only some programs want: of these, nothing is in the engine's chunk. */
const MORE = {
  chain: 'src/chain.ts',
  provider: 'src/provider.ts',
  server: 'src/server.ts',
}

interface Graph {
  getModuleInfo(id: string): { importedIds: string[]; dynamicallyImportedIds: string[] } | null
}

/** What the entries of the library reach: runners and commands have the rest to themselves. */
function reachedByLibrary(graph: Graph): ReadonlySet<string> {
  const reached = new Set(Object.values(LIBRARY).map(file))
  for (const id of reached) {
    const found = graph.getModuleInfo(id)
    const imported = [...(found?.importedIds ?? []), ...(found?.dynamicallyImportedIds ?? [])]
    for (const it of imported) reached.add(it)
  }
  return reached
}

const reachedIn = new WeakMap<Graph, ReadonlySet<string>>()
function engineChunk(id: string, graph: Graph): string | null {
  if (!reachedIn.has(graph)) reachedIn.set(graph, reachedByLibrary(graph))
  return reachedIn.get(graph)?.has(id) === true ? 'engine' : null
}
const codeSplitting = { groups: [{ name: engineChunk, test: isEngine }] }

const commonJs = {
  ...common,
  format: 'cjs',
  dts: false,
  clean: false,
  sourcemap: false,
  minify: true,
  // `import()` needs a flag in Jest
  outputOptions: { dynamicImportInCjs: false, strict: true },
} satisfies UserConfig

export default defineConfig([
  {
    ...common,
    format: 'esm',
    entry: { ...LIBRARY, ...MORE, cli: 'src/cli.ts', 'test-thread': 'src/runners/test-thread.ts' },
    outputOptions: { codeSplitting },
    plugins: [apart('js')],
    dts: { entry: Object.values({ ...LIBRARY, ...MORE }), sourcemap: false },
    clean: true,
  },
  {
    ...commonJs,
    // Beside the ES modules and not below them: a wrapper of this starts a tenth slower
    entry: { ...LIBRARY, ...MORE },
    outputOptions: { ...commonJs.outputOptions, codeSplitting },
    plugins: [apart('cjs'), afterMinifier],
  },
  {
    ...commonJs,
    entry: { curves: 'src/crypto/precompiles/load.ts' },
    plugins: [fastDecoding],
  },
  {
    ...common,
    // One classic script that imports nothing; tools/build.mjs makes worker-source.js of it. A
    // top-level await would break that, and here it breaks the build.
    format: 'iife',
    entry: { 'worker-entry': 'src/threads/worker-entry.ts' },
    outputOptions: { entryFileNames: '[name].js' },
    sourcemap: false,
    minify: true,
    dts: false,
    clean: false,
  },
  // Apart from all else: shared files would hold what validators have no need of (1.5 kB gzip)
  {
    ...browser,
    plugins: [ownHashes, forBrowsers, onceMore, afterMinifier],
    // Page and workers load what they have in common once
    entry: {
      'browser/light': 'src/light.ts',
      'browser/worker-entry': 'src/threads/worker-entry.ts',
    },
    outputOptions: { chunkFileNames: 'browser/[name]-[hash].js', codeSplitting: browserChunks },
  },
  {
    ...browser,
    entry: {
      'browser/index': 'src/index.ts',
      'browser/chain': 'src/chain.ts',
      'browser/provider': 'src/provider.ts',
    },
    outputOptions: { chunkFileNames: 'browser/[name]-[hash].js' },
  },
  // By themselves, since they are loaded by URLs (src/crypto/precompiles/import-curves-browser.ts)
  {
    ...browser,
    entry: { 'browser/curves': 'src/crypto/precompiles/load.ts' },
    outputOptions: { chunkFileNames: 'browser/[name]-[hash].js' },
  },
  {
    ...browser,
    entry: { 'browser/verifiers': 'src/crypto/precompiles/verifiers.ts' },
    outputOptions: { chunkFileNames: 'browser/[name]-[hash].js' },
  },
  {
    ...browser,
    entry: { 'browser/custom-precompiles': 'src/threads/custom-precompiles.ts' },
    outputOptions: { chunkFileNames: 'browser/[name]-[hash].js' },
  },
])
