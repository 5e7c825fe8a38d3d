/**
 * Programs that a bundler has put into one file run where there is no package: workers, Wasm and
 * the libraries of precompiles are in the bundle.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as library from 'actor-evm'
import { build as esbuild, type BuildOptions } from 'esbuild'
import { build as vite } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Configuration } from 'webpack'
import { buildByWebpack } from '../support/webpack.js'
import {
  CJS_PROGRAM,
  ESM_PROGRAM,
  answer,
  makeProject,
  run,
  type Project,
  type Run,
} from './installed.js'
import { runProgram } from './program.mjs'

const ESM_ENTRY = { entryPoints: ['main.mjs'] }
/** Without a top-level await. */
const START =
  'runProgram(library, light, 2).then((found) => console.log(JSON.stringify(found)))'
const CJS_ENTRY = { entryPoints: ['main.cjs'] }

let project: Project
/** Where bundles are run: no node_modules is above it. */
let elsewhere: string
let expected: unknown

beforeAll(async () => {
  expected = await runProgram(library, library, 2)
  project = await makeProject('bundlers')
  elsewhere = mkdtempSync(join(tmpdir(), 'actor-evm-elsewhere-'))
  project.write('main.mjs', ESM_PROGRAM)
  project.write('main.cjs', CJS_PROGRAM)
})

afterAll(() => {
  project?.dispose()
  rmSync(elsewhere, { recursive: true, force: true })
})

/** Runs a copy of a file, as one does with a bundle. */
function runElsewhere(file: string): Run {
  const copy = join(elsewhere, file.replaceAll(/[\\/]/g, '-'))
  copyFileSync(project.path(file), copy)
  return run(process.execPath, [copy], { cwd: elsewhere })
}

describe('without a bundler', () => {
  it('an imported package runs the program', () => {
    const found = answer(run(process.execPath, ['main.mjs'], { cwd: project.folder }))
    expect(found).toEqual(expected)
    expect(expected).toMatchObject({ statuses: [1, 1], slots: [1, 1], workers: 2, valid: true })
  })

  it('a required one does, too, and is not the one that is imported', () => {
    const found = answer(run(process.execPath, ['main.cjs'], { cwd: project.folder }))
    expect(found).toEqual(expected)
    const require = createRequire(project.path('main.cjs'))
    expect(require.resolve('actor-evm')).toBe(project.path('node_modules/actor-evm/dist/index.cjs'))
  })

  it('resolvers that do not know `exports` find what it names', () => {
    // A path into the folder passes by `exports`, as they do
    const require = createRequire(project.path('main.cjs'))
    for (const name of ['.', './light']) {
      const found = require.resolve(project.path(join('node_modules/actor-evm', name)))
      expect(found).toBe(require.resolve(join('actor-evm', name)))
    }
  })
})

describe('esbuild', () => {
  const common: BuildOptions = { bundle: true, platform: 'node', logLevel: 'silent' }

  it.each<[string, BuildOptions]>([
    ['ES modules', { format: 'esm', ...ESM_ENTRY, outfile: 'esbuild.mjs' }],
    ['CommonJS', { format: 'cjs', ...CJS_ENTRY, outfile: 'esbuild.cjs' }],
    ['minified', { format: 'esm', ...ESM_ENTRY, outfile: 'min.mjs', minify: true }],
    ['names kept', { format: 'cjs', ...CJS_ENTRY, outfile: 'names.cjs', keepNames: true }],
    ['for Node 20', { format: 'esm', ...ESM_ENTRY, outfile: '20.mjs', target: 'node20' }],
  ])('%s', async (_, options) => {
    const absWorkingDir = project.folder
    const { errors, warnings } = await esbuild({ ...common, absWorkingDir, ...options })
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] })
    expect(answer(runElsewhere(options.outfile!))).toEqual(expected)
  })

  it('ES modules of it as CommonJS', async () => {
    project.write('start.mjs', ESM_PROGRAM.replace(/console.*/, START))
    const { errors, warnings } = await esbuild({
      ...common,
      absWorkingDir: project.folder,
      format: 'cjs',
      entryPoints: ['start.mjs'],
      outfile: 'start.cjs',
    })
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] })
    expect(answer(runElsewhere('start.cjs'))).toEqual(expected)
  })
})

describe('webpack for Node', () => {
  it.each<[string, Configuration]>([
    ['ES modules', { entry: './main.mjs', output: { filename: 'webpack.mjs', module: true } }],
    ['CommonJS', { entry: './main.cjs', output: { filename: 'webpack.cjs' } }],
  ])('%s', async (_, { entry, output }) => {
    const isModule = output!.module === true
    const problems = await buildByWebpack({
      context: project.folder,
      mode: 'production',
      target: 'node20',
      entry: entry!,
      output: { ...output, path: project.folder, chunkFormat: isModule ? 'module' : 'commonjs' },
      experiments: { outputModule: isModule },
      // Ten seconds, and esbuild has made it small before
      optimization: { minimize: false, splitChunks: false },
      // One file
      module: { parser: { javascript: { dynamicImportMode: 'eager' } } },
      performance: { hints: false },
    })
    expect(problems).toBe('')
    expect(answer(runElsewhere(output!.filename as string))).toEqual(expected)
  })
})

describe('Vite for Node', () => {
  it('one file of everything', async () => {
    await vite({
      root: project.folder,
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: project.path('main.mjs'),
        outDir: project.path('vite'),
        rolldownOptions: { output: { codeSplitting: false, entryFileNames: 'main.mjs' } },
      },
    })
    expect(answer(runElsewhere('vite/main.mjs'))).toEqual(expected)
  })
})
