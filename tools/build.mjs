#!/usr/bin/env node
// assembly/ → build/core.wasm → gate → src/wasm/core-bytes.generated.ts → dist/, and beside it
// assembly/CURVE/ → build/CURVE.wasm → gate → src/crypto/CURVE-bytes.generated.ts for the modules
// that compute on curves, each with a memory of its own.
// A stage whose inputs have the same contents as last time is left out (--force runs all).
// `--debug` builds the core with names and checks instead, for stack traces, and skips the gate.
import {
  copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withLock } from './lock.mjs'
import { fail, hashOf, inRoot, say } from './project.mjs'

const STAMPS = inRoot('build/stamps.json')
const GENERATED = 'src/wasm/core-bytes.generated.ts'
/** Folder of a module of curves → pages of its memory, and the folders that it is made of. */
const CURVES = {
  secp256k1: { pages: 1, folders: [] },
  p256: { pages: 1, folders: ['assembly/secp256k1'] },
  bls: { pages: 2, folders: ['assembly/secp256k1'] },
}
const curveGenerated = (name) => `src/crypto/${name}-bytes.generated.ts`
const curveFile = (name) => `build/${name}.wasm`
/** Where asconfig.json puts each target. */
const CORE_FILES = { release: 'build/core.wasm', debug: 'build/core.debug.wasm' }
const DIST_FILES = [
  ...['index.js', 'index.d.ts', 'light.js', 'light.d.ts', 'cli.js'],
  ...['chain.js', 'chain.d.ts', 'chain.cjs', 'chain.d.cts', 'browser/chain.js'],
  ...['provider.js', 'provider.d.ts', 'provider.cjs', 'provider.d.cts'],
  ...['server.js', 'server.d.ts', 'server.cjs', 'server.d.cts', 'browser/provider.js'],
  ...['index.cjs', 'index.d.cts', 'light.cjs', 'light.d.cts', 'curves.cjs'],
  ...['worker-source.js', 'worker-source.cjs'],
  ...['test-thread.js', 'browser/index.js', 'browser/light.js', 'browser/worker-entry.js'],
  ...['browser/curves.js', 'browser/verifiers.js'],
  ...['browser/core.wasm', 'browser/secp256k1.wasm'],
]
/** Where a browser begins to load. */
const BROWSER_ENTRIES = [
  ...['index', 'light', 'chain', 'provider', 'worker-entry', 'curves', 'verifiers'],
].map((name) => `browser/${name}.js`)

const CORE_INPUTS = [
  'asconfig.json',
  'assembly',
  'tools/build.mjs',
  'tools/compile-core.mjs',
  'tools/wasm-gate.mjs',
  'tools/wasm-reader.mjs',
]
const curveInputs = (name) => [
  'asconfig.curve.json',
  'assembly/abi',
  `assembly/${name}`,
  ...CURVES[name].folders,
  'assembly/u256',
  ...CORE_INPUTS.filter((path) => path.startsWith('tools/')),
]
const BUNDLE_INPUTS = [
  'assembly/abi',
  'package.json',
  'src',
  'tools/build.mjs',
  'tools/third-party.mjs',
  'tsconfig.json',
  'tsdown.config.ts',
]

const readStamps = () => (existsSync(STAMPS) ? JSON.parse(readFileSync(STAMPS, 'utf8')) : {})

function writeStamp(stage, hash) {
  mkdirSync(inRoot('build'), { recursive: true })
  writeFileSync(STAMPS, `${JSON.stringify({ ...readStamps(), [stage]: hash }, null, 2)}\n`)
}

/** Versions of the installed tools: an update of one builds everything again. */
const lockText = () => readFileSync(inRoot('package-lock.json'), 'utf8')

const coreHash = (target) => hashOf(CORE_INPUTS, `${target}\n${lockText()}`)
const curveHash = (name) => hashOf(curveInputs(name), lockText())
const bundleHash = () => hashOf(BUNDLE_INPUTS, lockText())

const isCoreBuilt = (target) =>
  existsSync(inRoot(GENERATED)) && readStamps().core === coreHash(target)
const isCurveBuilt = (name) =>
  existsSync(inRoot(curveGenerated(name))) && readStamps()[name] === curveHash(name)
const isBundleBuilt = () =>
  DIST_FILES.every((file) => existsSync(inRoot('dist', file))) &&
  readStamps().bundle === bundleHash()

/** True if a build would have nothing to do. */
export const isUpToDate = () =>
  isCoreBuilt('release') && Object.keys(CURVES).every(isCurveBuilt) && isBundleBuilt()

const writeModule = (path, name, wasm) => {
  mkdirSync(inRoot(dirname(path)), { recursive: true })
  writeFileSync(inRoot(path), moduleText(name, wasm))
}

const moduleText = (name, wasm) => `// Made by tools/build.mjs. Not in version control.
import { base64ToBytes } from '../base/bytes.js'

/** A WebAssembly binary, ${wasm.length} bytes, as base64 (RFC 4648, section 4). */
const WASM_BASE64 =
  '${wasm.toString('base64')}'

/** Decodes the binary. */
export const ${name} = (): Uint8Array<ArrayBuffer> => base64ToBytes(WASM_BASE64)
`

async function buildCore(target) {
  const [{ compileCore }, { checkCore }] = await Promise.all([
    import('./compile-core.mjs'),
    import('./wasm-gate.mjs'),
  ])
  const hash = coreHash(target)
  const { functionNames, output } = await compileCore(['--target', target])
  if (output !== '') say(output)
  const wasm = readFileSync(inRoot(CORE_FILES[target]))
  if (target === 'release') refuse('the core', checkCore(wasm, functionNames))
  writeModule(GENERATED, 'coreWasmBytes', wasm)
  writeStamp('core', hash)
  return kibibytes(wasm)
}

async function buildCurve(name) {
  const [{ compileCore }, { checkCurve }] = await Promise.all([
    import('./compile-core.mjs'),
    import('./wasm-gate.mjs'),
  ])
  const hash = curveHash(name)
  const { pages } = CURVES[name]
  const { functionNames } = await compileCore([
    ...[`assembly/${name}/index.ts`, '--outFile', curveFile(name)],
    ...['--config', 'asconfig.curve.json', '--target', 'release'],
    ...['--initialMemory', `${pages}`, '--maximumMemory', `${pages}`],
  ])
  const wasm = readFileSync(inRoot(curveFile(name)))
  refuse(name, checkCurve(wasm, functionNames))
  writeModule(curveGenerated(name), `${name}WasmBytes`, wasm)
  writeStamp(name, hash)
  return kibibytes(wasm)
}

const kibibytes = ({ length }) => `${(length / 1024).toFixed(1)} KiB`

function refuse(what, problems) {
  if (problems.length === 0) return
  throw new Error(`${what} must not ship:\n  ${problems.join('\n  ')}`)
}

/** What a browser loads may import only its neighbours. */
function checkImports(chunks) {
  const chunkOf = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const problems = []
  const visited = new Set()
  const visit = (fileName) => {
    if (visited.has(fileName)) return
    visited.add(fileName)
    const { imports, dynamicImports } = chunkOf.get(fileName)
    for (const name of [...imports, ...dynamicImports]) {
      if (chunkOf.has(name)) visit(name)
      else problems.push(`${fileName} imports '${name}'`)
    }
  }
  for (const entry of BROWSER_ENTRIES) visit(entry)
  if (problems.length > 0) throw new Error(`a browser cannot load:\n  ${problems.join('\n  ')}`)
}

/**
 * The script of a thread as a module that bundlers take along: in both formats, since Node takes as
 * long again to look through CommonJS for what it exports. In ASCII: the string takes one byte a
 * character then, and half the time to load.
 */
function packWorker(folder) {
  const script = `${folder}/worker-entry.js`
  const escape = (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`
  const text = readFileSync(script, 'utf8').replace(/[^\0-\x7f]/g, escape)
  const literal = JSON.stringify(text)
  writeFileSync(`${folder}/worker-source.js`, `export const workerSource = ${literal}\n`)
  writeFileSync(`${folder}/worker-source.cjs`, `exports.workerSource = ${literal}\n`)
  rmSync(script)
}

/** Declares `Symbol.asyncDispose` to programs whose `lib` has none. */
const DISPOSABLE = '/// <reference lib="esnext.disposable" />\n'

/**
 * Declarations for who imports the package and, the same again, for who requires it: a declaration
 * is of the format that its name ends with.
 */
function finishTypes(folder) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.d.ts'))) {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    // rolldown-plugin-dts makes no map, but rolldown still names one
    const bare = text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
    const whole = bare.includes('Symbol.asyncDispose') ? `${DISPOSABLE}${bare}` : bare
    writeFileSync(`${folder}/${name}`, whole)
    const required = whole.replace(/(from "\.\/[\w-]+)\.js"/g, '$1.cjs"')
    writeFileSync(`${folder}/${name.replace(/ts$/, 'cts')}`, required)
  }
}

/** Bundles beside dist/ and swaps, so that a failed build leaves the last good one in place. */
async function buildBundle() {
  const [{ build }, { thirdPartyNotices }] = await Promise.all([
    import('tsdown'),
    import('./third-party.mjs'),
  ])
  const hash = bundleHash()
  const fresh = inRoot('build/dist-fresh')
  const stale = inRoot('build/dist-stale')
  rmSync(fresh, { recursive: true, force: true })
  const bundles = await build({ cwd: inRoot(), outDir: fresh, logLevel: 'warn' })
  const chunks = bundles.flatMap((bundle) => bundle.chunks)
  writeFileSync(`${fresh}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(chunks))
  copyFileSync(inRoot(CORE_FILES.release), `${fresh}/browser/core.wasm`)
  copyFileSync(inRoot(curveFile('secp256k1')), `${fresh}/browser/secp256k1.wasm`)
  packWorker(fresh)
  finishTypes(fresh)
  const missing = DIST_FILES.filter((file) => !existsSync(`${fresh}/${file}`))
  if (missing.length > 0) throw new Error(`tsdown made no ${missing.join(', ')}`)
  checkImports(chunks)
  rmSync(stale, { recursive: true, force: true })
  if (existsSync(inRoot('dist'))) renameSync(inRoot('dist'), stale)
  renameSync(fresh, inRoot('dist'))
  rmSync(stale, { recursive: true, force: true })
  writeStamp('bundle', hash)
  const bytes = chunks.reduce((sum, { code = '' }) => sum + code.length, 0)
  return `${(bytes / 1024).toFixed(0)} KiB`
}

async function stage(name, isDone, run) {
  if (isDone) return say(`build: ${name} unchanged`)
  const start = performance.now()
  const summary = await run()
  say(`build: ${name} ${summary} in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

/** Builds what changed. Throws with the tool's own message where a stage fails. */
export async function buildAll({ force = false, target = 'release' } = {}) {
  await withLock('build', async () => {
    await stage(`core (${target})`, !force && isCoreBuilt(target), () => buildCore(target))
    for (const name of Object.keys(CURVES)) {
      await stage(name, !force && isCurveBuilt(name), () => buildCurve(name))
    }
    await stage('dist', !force && isBundleBuilt(), buildBundle)
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const options = new Set(process.argv.slice(2))
  const target = options.has('--debug') ? 'debug' : 'release'
  await buildAll({ force: options.has('--force'), target }).catch((error) =>
    fail(`build failed: ${error.message}`),
  )
}
