/** Whatever is named as a file: without end, without a writer, a folder, nothing. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASE_ALLOC, CASE_BLOCK } from '../support/small-blocks.js'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const TIMEOUT = { timeout: 60_000 }
const hasFifos = process.platform !== 'win32'

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

let folder: string
let fifo: string
let sparse: string
let ended: string
let scenario: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actor-evm-files-'))
  fifo = join(folder, 'fifo.json')
  if (hasFifos) execFileSync('mkfifo', [fifo, join(folder, 'fifo.tar.gz')])
  sparse = join(folder, 'sparse.json')
  closeSync(openSync(sparse, 'w'))
  truncateSync(sparse, 2 ** 40)
  ended = join(folder, 'empty.json')
  writeFileSync(ended, '')
  const content = { chainId: 1, fork: 'osaka', alloc: CASE_ALLOC, ...CASE_BLOCK }
  scenario = JSON.stringify(content, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A process that is still there after half a minute is killed, and its code is none. */
function cli(args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { timeout: 30_000, killSignal: 'SIGKILL' } as const
    execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

/** Each command that reads files, with a file in each place of it. */
const PLACES: readonly (readonly [name: string, code: number, of: (file: string) => string[]])[] =
  [
    ['run', 1, (file) => ['run', file]],
    ['trace', 1, (file) => ['trace', '--tx', '0', file]],
    ['explain', 1, (file) => ['explain', file]],
    ['witness', 1, (file) => ['witness', file, '-o', ended, ended]],
    ['statetest', 1, (file) => ['statetest', '-t', '1', file]],
    ['blocktest', 1, (file) => ['blocktest', '-t', '1', file]],
    ['validate, the block', 1, (file) => ['validate', file, ended]],
    ['t8n', 11, (file) => ['t8n', '--input.alloc', file, '--input.env', file]],
  ]

describe.each(PLACES)('%s', (_, code, argsOf) => {
  it.each([
    ['a terabyte long', () => sparse, 'more than 500 MB, the most that is read of a file'],
    ['a FIFO without a writer', () => fifo, 'a FIFO that nobody writes to'],
    ['that there is not', () => join(folder, 'none'), 'ENOENT'],
  ])('refuses a file %s', TIMEOUT, async (kind, of, reason) => {
    const file = of()
    if (!hasFifos && kind.includes('FIFO')) return
    const outcome = await cli(argsOf(file))
    expect(outcome).toMatchObject({ code })
    expect(outcome.stderr).toContain(file)
    expect(outcome.stderr).toContain(reason)
    expect(outcome.stderr.length).toBeLessThan(500)
  })
})

describe.skipIf(!hasFifos)('a file', () => {
  it('without end is refused by name', TIMEOUT, async () => {
    for (const [command, code, argsOf] of PLACES) {
      if (!['run', 'statetest', 't8n'].includes(command)) continue
      const outcome = await cli(argsOf('/dev/zero'))
      expect(outcome, command).toMatchObject({ code })
      expect(outcome.stderr).toMatch(/\/dev\/zero cannot be read: more than 500 MB/)
    }
  })

  it('that is a folder is refused by name', TIMEOUT, async () => {
    for (const [command, code, argsOf] of PLACES) {
      if (command.endsWith('test')) continue
      const outcome = await cli(argsOf(folder))
      expect(outcome, command).toMatchObject({ code })
      expect(outcome.stderr).toContain(`${folder} cannot be read: EISDIR`)
    }
  })

  it('that is an archive and a FIFO is refused', TIMEOUT, async () => {
    const outcome = await cli(['statetest', join(folder, 'fifo.tar.gz')])
    expect(outcome).toMatchObject({ code: 1 })
    expect(outcome.stderr).toContain('an archive, but no file')
  })

  it('of few bytes that are many has the same limit', TIMEOUT, async () => {
    const small = join(folder, 'block.json.gz')
    writeFileSync(small, gzipSync(new Uint8Array(600_000_000), { level: 1 }))
    const outcome = await cli(['run', small])
    expect(outcome).toMatchObject({ code: 1 })
    expect(outcome.stderr).toMatch(/block\.json\.gz: not in gzip's format: .*larger than 500000000/)
  })

  it('may be a FIFO with a writer, or standard input', TIMEOUT, async () => {
    const path = join(folder, 'written')
    writeFileSync(path, scenario)
    const program = `"${process.execPath}" "${CLI}" run --json`
    for (const shell of [`${program} <(cat "${path}")`, `${program} - < "${path}"`]) {
      const { error, stdout } = await new Promise<{ error: unknown; stdout: string }>((resolve) => {
        execFile('bash', ['-c', shell], (cause, out) => resolve({ error: cause, stdout: out }))
      })
      expect(error).toBeNull()
      expect(stdout).toContain('stateRoot')
    }
  })

  it('from standard input has a limit, too', TIMEOUT, async () => {
    const shell = `"${process.execPath}" "${CLI}" run - < /dev/zero`
    const child = spawn('bash', ['-c', shell])
    let stderr = ''
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(1)
    expect(stderr).toContain('standard input cannot be read: more than 500 MB')
  })
})
