/**
 * The declarations compile for every way of resolving them, with the oldest TypeScript that is
 * supported and with ours, checked themselves (`skipLibCheck: false`) and without those of Node or
 * of a page.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import newest, { type CompilerOptions } from 'typescript'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { makeProject, type Project } from './installed.js'
import { installOnDemand } from './on-demand.js'

const USE = `
const engine: Engine = await createEngine({ workers: 1, fork: 'osaka', semantics: 'actor' })
const signal = { aborted: false, addEventListener() {}, removeEventListener() {} }
const options: ExecuteOptions = { signal }
const result: BlockResult = await engine.executeBlock({ env, transactions: [] }, options)
const root: string = result.receipts[0]!.transactionHash
const verdict: Verdict = await validateBlock({
  semantics: 'actor',
  block: new Uint8Array(),
  witness: new Uint8Array(),
})
if (!verdict.valid) verdict.reason.length
await engine[Symbol.asyncDispose]()
// @ts-expect-error: a number is no root
const wrong: string = result.gasUsed
`
const ENV = `
const coinbase = '0x${'00'.repeat(20)}'
const env = { number: 1, timestamp: 1, gasLimit: 1, coinbase } as const
`
const NAMES = '{ createEngine, type BlockResult, type Engine, type ExecuteOptions }'
const IMPORTS = `
import ${NAMES} from 'actor-evm'
import { validateBlock, type Verdict } from 'actor-evm/light'
`
const IN_A_FUNCTION = `${IMPORTS}${ENV}export async function use() {${USE}}\n`
/** A signal of Node's, or of a page's. */
const SIGNAL = `
import type { ExecuteOptions } from 'actor-evm'
export const options: ExecuteOptions = { signal: AbortSignal.timeout(1) }
`
const OLDEST_VERSION = '5.4.5'

const COMMON = {
  target: 'es2022',
  lib: ['es2022'],
  types: [] as string[],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
}

let project: Project

beforeAll(async () => {
  project = await makeProject('types')
  project.write('use.mts', `${IMPORTS}${ENV}${USE}`)
  project.write('use.cts', IN_A_FUNCTION)
  project.write('use.ts', IN_A_FUNCTION)
  project.write('signal.mts', SIGNAL)
})

afterAll(() => project?.dispose())

type TypeScript = typeof newest

/** What a version of TypeScript says of a file of the project. */
function problems(typescript: TypeScript, file: string, json: object): string[] {
  const { convertCompilerOptionsFromJson, createProgram, getPreEmitDiagnostics } = typescript
  const { errors, options } = convertCompilerOptionsFromJson({ ...COMMON, ...json }, project.folder)
  const program = createProgram([project.path(file)], options as CompilerOptions)
  const found = [...errors, ...getPreEmitDiagnostics(program)]
  return found.map(({ file: where, messageText }) => {
    const text = typescript.flattenDiagnosticMessageText(messageText, '\n')
    return `${where?.fileName ?? ''}: ${text}`
  })
}

function oldest(context: TestContext): TypeScript {
  const folder = installOnDemand(context, 'typescript', OLDEST_VERSION)
  return createRequire(import.meta.url)(join(folder, 'lib/typescript.js')) as TypeScript
}

const RESOLUTIONS: [file: string, options: object][] = [
  ['use.mts', { module: 'node16', moduleResolution: 'node16' }],
  ['use.cts', { module: 'node16', moduleResolution: 'node16' }],
  ['use.mts', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['use.cts', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['use.ts', { module: 'esnext', moduleResolution: 'bundler' }],
  ['use.ts', { module: 'esnext', moduleResolution: 'bundler', customConditions: ['browser'] }],
]

describe('declarations compile', { timeout: 300_000 }, () => {
  it.for(RESOLUTIONS)('with TypeScript 5.4, %s %o', ([file, options], context) => {
    const typescript = oldest(context)
    expect(typescript.version).toBe(OLDEST_VERSION)
    expect(problems(typescript, file, options)).toEqual([])
  })

  it.each(RESOLUTIONS)('with the newest, %s %o', (file, options) => {
    expect(problems(newest, file, options)).toEqual([])
  })

  it('with the resolution of old Node', (context) => {
    const options = { module: 'commonjs', moduleResolution: 'node10' }
    expect(problems(oldest(context), 'use.ts', options)).toEqual([])
  })

  it.each([
    ["Node's", { lib: ['es2022'], types: ['node'] }],
    ["a page's", { lib: ['es2022', 'dom'] }],
  ])('with %s signal', (_, json) => {
    const typeRoots = [fileURLToPath(new URL('../../node_modules/@types', import.meta.url))]
    const resolution = { module: 'nodenext', moduleResolution: 'nodenext', typeRoots }
    // Those of Node are not ours to check
    const options = { ...resolution, ...json, skipLibCheck: true }
    expect(problems(newest, 'signal.mts', options)).toEqual([])
  })
})

describe('the package is as its fields say', () => {
  it('for publint', async () => {
    const pkgDir = project.path('node_modules/actor-evm')
    const { messages, pkg } = await publint({ pkgDir, level: 'warning', strict: true, pack: false })
    expect(messages.map((message) => formatMessage(message, pkg as never))).toEqual([])
  })

  it('for arethetypeswrong', async () => {
    const tarball = new Uint8Array(readFileSync(project.tarball))
    const analysis = await checkPackage(createPackageFromTarballData(tarball))
    expect(analysis).toMatchObject({ types: { kind: 'included' }, problems: [] })
  })
})
