/** The package as users get it: packed, and unpacked into a project of theirs, with no network. */
import { spawnSync, type SpawnSyncOptions } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTarGz } from '../../src/runners/tar.js'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PROGRAM = fileURLToPath(new URL('program.mjs', import.meta.url))
const RUN_TIMEOUT_MS = 120_000

export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  options: SpawnSyncOptions = {},
): Run {
  const { error, status, stderr, stdout } = spawnSync(command, [...args], {
    timeout: RUN_TIMEOUT_MS,
    ...options,
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  return { status, stdout, stderr }
}

/** npm names its own script where it runs us; Windows cannot start `npm` without a shell. */
export function npm(args: readonly string[], options: SpawnSyncOptions = {}): Run {
  const script = process.env['npm_execpath']
  return script === undefined
    ? run('npm', args, { ...options, shell: true })
    : run(process.execPath, [script, ...args], options)
}

/** What the last line of a program says. */
export function answer({ status, stderr, stdout }: Run): unknown {
  const line = stdout.trimEnd().split('\n').at(-1) ?? ''
  if (status !== 0 || !line.startsWith('{')) throw new Error(`exit ${status}: ${stdout}${stderr}`)
  return JSON.parse(line)
}

export interface Project {
  readonly folder: string
  /** The packed package. */
  readonly tarball: string
  /** @returns the path of a new file */
  write(name: string, text: string): string
  path(name: string): string
  dispose(): void
}

/** A folder with the package and the program, and nothing else of ours above it. */
export async function makeProject(name: string): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), `actor-evm-${name}-`))
  const path = (file: string): string => join(folder, file)
  const { status, stderr, stdout } = npm(
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: ROOT },
  )
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`)
  const tarball = path((JSON.parse(stdout) as { filename: string }[])[0]!.filename)
  for await (const { bytes, name: file } of readTarGz(tarball)) {
    const target = path(file.replace(/^package\//, 'node_modules/actor-evm/'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, bytes)
  }
  const commander = 'node_modules/commander'
  symlinkSync(join(ROOT, commander), path(commander), 'junction')
  const program = readFileSync(PROGRAM, 'utf8')
  writeFileSync(path('program.mjs'), program)
  const asCommonJs = program.replace('export async', 'exports.runProgram = async')
  writeFileSync(path('program.cjs'), asCommonJs)
  return {
    folder,
    tarball,
    path,
    write(file, text) {
      mkdirSync(dirname(path(file)), { recursive: true })
      writeFileSync(path(file), text)
      return path(file)
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Programs on two workers. The block does not depend on their number. */
export const ESM_PROGRAM = `
import * as library from 'actor-evm'
import * as light from 'actor-evm/light'
import { runProgram } from './program.mjs'
console.log(JSON.stringify(await runProgram(library, light, 2)))
`
/** What a bundler of CommonJS takes: no top-level await. */
export const CJS_PROGRAM = `
const library = require('actor-evm')
const light = require('actor-evm/light')
const { runProgram } = require('./program.cjs')
runProgram(library, light, 2).then((result) => console.log(JSON.stringify(result)))
`
