/** `actor-evm witness`, `actor-evm validate`: from a scenario to a verdict elsewhere. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASE_ALLOC, CASE_BLOCK, ENV } from '../support/small-blocks.js'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actor-evm-witness-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const path = (name: string): string => join(folder, name)

function cli(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

function writeScenario(name: string, blocks: unknown): string {
  const scenario = { chainId: 1, fork: 'osaka', alloc: CASE_ALLOC, blocks }
  const toJson = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? value.toString() : value
  writeFileSync(path(name), JSON.stringify(scenario, toJson))
  return path(name)
}

const lastJson = (stdout: string): any => JSON.parse(stdout.trimEnd().split('\n').at(-1)!)
const edit = (name: string, change: (json: any) => void): void => {
  const json = JSON.parse(readFileSync(path(name), 'utf8'))
  change(json)
  writeFileSync(path(name), JSON.stringify(json))
}

describe('actor-evm witness and validate', () => {
  it.each(['witness.json', 'witness.bin'])('by way of %s', async (name) => {
    const scenario = writeScenario('one.json', [CASE_BLOCK])
    const made = await cli('witness', scenario, '-o', path('block.json'), path(name))
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).toMatch(/^block 1 0x[0-9a-f]{64}\n {2}2 transactions/)
    const found = await cli('validate', path('block.json'), path(name), '--json', '--minimal')
    expect(found.code).toBe(0)
    const verdict = lastJson(found.stdout)
    expect(verdict).toMatchObject({ valid: true, number: 1, rounds: 2, witness: { codes: 2 } })
    const run = await cli('run', scenario, '--json')
    expect(verdict.stateRoot).toMatch(/^0x[0-9a-f]{64}$/)
    expect(run.code).toBe(0)
  })

  it('with several blocks, under both semantics', async () => {
    const next = { env: { ...ENV, number: 2, timestamp: ENV.timestamp + 12 }, transactions: [] }
    const scenario = writeScenario('two.json', [CASE_BLOCK, next])
    for (const semantics of ['actor', 'ethereum']) {
      const files = [path('blocks.json'), path('witnesses.json')] as const
      const options = ['--semantics', semantics, '--json']
      const made = await cli('witness', scenario, '-o', ...files, ...options)
      expect(lastJson(made.stdout).blocks).toHaveLength(2)
      const found = await cli('validate', ...files)
      expect(found).toMatchObject({ code: 0, stderr: '' })
      expect(found.stdout).toContain('block 2 is valid: state root 0x')
    }
  })

  it('refuse with exit code 1 and the first difference', async () => {
    const scenario = writeScenario('bad.json', [CASE_BLOCK])
    const files = [path('bad-block.json'), path('bad-witness.json')] as const
    await cli('witness', scenario, '-o', ...files)
    edit('bad-witness.json', (witness) => witness.codes.pop())
    const lacking = await cli('validate', ...files)
    expect(lacking.code).toBe(1)
    expect(lacking.stdout).toMatch(/^refused: code\n {2}code: expected the code with hash 0x/)
    edit('bad-block.json', (block) => {
      block.hash = `0x${'00'.repeat(32)}`
    })
    const other = await cli('validate', ...files, '--json')
    expect(other.code).toBe(1)
    expect(lastJson(other.stdout)).toMatchObject({ valid: false, reason: 'hash-mismatch' })
  })

  it('says what a verdict rests on', async () => {
    const scenario = writeScenario('rests.json', [CASE_BLOCK])
    const files = [path('rests-block.json'), path('rests-witness.json')] as const
    await cli('witness', scenario, '-o', ...files)
    const { hash } = JSON.parse(readFileSync(files[0], 'utf8')) as { hash: string }
    const [parent] = JSON.parse(readFileSync(files[1], 'utf8')).headers as string[]
    const byFile = await cli('validate', ...files)
    expect(byFile.stdout).toContain(`rests on the hash in the block file: ${hash}`)
    edit('rests-block.json', (block) => delete block.hash)
    const alone = await cli('validate', ...files)
    expect(alone.code).toBe(3)
    expect(alone.stdout).toMatch(/^block 1 is consistent, but rests on nothing: state root 0x/)
    expect(alone.stdout).toContain(`--hash ${hash}`)
    const json = await cli('validate', ...files, '--json')
    expect(lastJson(json.stdout)).toMatchObject({
      valid: false,
      consistent: true,
      restsOn: 'nothing',
      reason: 'no-anchor',
      blockHash: hash,
    })
    const anchors = [['--hash', hash, 'hash given'], ['--parent', parent!, 'parent given']] as const
    for (const [flag, value, words] of anchors) {
      const found = await cli('validate', ...files, flag, value)
      expect(found.code, found.stderr).toBe(0)
      expect(found.stdout).toContain(`rests on the ${words}`)
    }
    const other = await cli('validate', ...files, '--hash', `0x${'00'.repeat(32)}`)
    expect(other).toMatchObject({ code: 1, stdout: expect.stringContaining('hash-mismatch') })
    expect((await cli('validate', ...files, '--hash', '0x12')).code).toBe(1)
    expect((await cli('validate', ...files, '--hash', hash, hash)).stderr).toContain('--hash')
    edit('rests-block.json', (block) => (block.Hash = hash))
    const misspelt = await cli('validate', ...files)
    expect(misspelt.code).toBe(1)
    expect(misspelt.stderr).toContain('did you mean "hash"?')
    edit('rests-block.json', (block) => delete block.Hash)
    edit('rests-witness.json', (witness) => (witness.code = []))
    const more = await cli('validate', ...files)
    expect(more.stderr).toContain('did you mean "codes"?')
  })

  it('say what is wrong with files and arguments', async () => {
    const scenario = writeScenario('args.json', [CASE_BLOCK])
    expect((await cli('witness', scenario)).code).toBe(2)
    expect((await cli('witness', scenario, '-o', path('block.json'))).code).toBe(2)
    expect((await cli('validate', path('block.json'))).code).toBe(2)
    writeFileSync(path('empty'), '')
    for (const file of [path('nowhere.json'), path('empty'), scenario]) {
      const { code, stderr } = await cli('validate', file, file)
      expect(code).toBe(1)
      expect(stderr).toMatch(/^Invalid(Input|Witness)Error: /)
      expect(stderr.split('\n')).toHaveLength(2)
    }
  })
})
