/** Runtimes beside Node, and Jest in CommonJS. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { arch, execPath, platform } from 'node:process'
import * as library from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { ESM_PROGRAM, answer, makeProject, run, type Project } from './installed.js'
import { installOnDemand } from './on-demand.js'
import { runProgram } from './program.mjs'

const TEST_TIMEOUT_MS = 300_000

const BUN = `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : arch}`
const BUN_VERSION = '1.4.5'
const DENO = `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`
const DENO_VERSION = '2.9.6'
const JEST_VERSION = '30.5.2'

let project: Project
/** A folder with nothing in it: there is no package that a bundle could find. */
let elsewhere: string
let expected: object

beforeAll(async () => {
  expected = await runProgram(library, library, 2)
  project = await makeProject('runtimes')
  project.write('main.mjs', ESM_PROGRAM)
  elsewhere = mkdtempSync(join(tmpdir(), 'actor-evm-elsewhere-'))
})

afterAll(() => {
  project?.dispose()
  rmSync(elsewhere, { recursive: true, force: true })
})

/** A program that came without the right to be run. */
function program(file: string): string {
  chmodSync(file, 0o755)
  return file
}

describe('Bun', { timeout: TEST_TIMEOUT_MS }, () => {
  const bun = (context: TestContext): string =>
    program(join(installOnDemand(context, BUN, BUN_VERSION), 'bin/bun'))

  it('runs the program', (context) => {
    const found = answer(run(bun(context), ['main.mjs'], { cwd: project.folder }))
    expect(found).toEqual(expected)
  })

  it('makes one file of it that runs alone', (context) => {
    const file = join(elsewhere, 'alone')
    const build = ['build', '--compile', 'main.mjs', '--outfile', file]
    expect(run(bun(context), build, { cwd: project.folder })).toMatchObject({ status: 0 })
    expect(answer(run(file, [], { cwd: elsewhere }))).toEqual(expected)
  })
})

describe('Deno', { timeout: TEST_TIMEOUT_MS }, () => {
  it('runs the program', (context) => {
    const deno = program(join(installOnDemand(context, DENO, DENO_VERSION), 'deno'))
    const permissions = ['--allow-read', '--allow-env', '--allow-sys']
    const args = ['run', '--no-remote', '--node-modules-dir=manual', ...permissions, 'main.mjs']
    project.write('package.json', '{"dependencies":{"actor-evm":"*"}}')
    expect(answer(run(deno, args, { cwd: project.folder }))).toEqual(expected)
  })
})

describe('Jest in CommonJS', { timeout: TEST_TIMEOUT_MS }, () => {
  it('runs the program, and knows errors by their classes', (context) => {
    const jest = join(installOnDemand(context, 'jest', JEST_VERSION), 'bin/jest.js')
    project.write('package.json', '{}')
    project.write(
      'program.test.js',
      `
      const library = require('actor-evm')
      const light = require('actor-evm/light')
      const { runProgram } = require('./program.cjs')

      test('the program', async () => {
        expect(await runProgram(library, light, 2)).toEqual(${JSON.stringify(expected)})
      }, 60_000)

      test('an error', async () => {
        const error = await library.createEngine({
          semantics: 'actor',
          workers: -1,
        }).catch((thrown) => thrown)
        expect(error).toBeInstanceOf(library.InvalidInputError)
        expect(error).toBeInstanceOf(light.ActorEvmError)
        expect(error).toBeInstanceOf(Error)
      })
      `,
    )
    const args = [jest, '--rootDir', project.folder, '--runInBand', '--no-cache', '--ci']
    const { status, stderr } = run(execPath, args, { cwd: project.folder })
    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^Tests: +2 passed, 2 total$/m),
    })
  })
})
