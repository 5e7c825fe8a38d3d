/** The command line, as a person or a script meets it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { A, B, C, CASE_ALLOC, CASE_BLOCK, ENV, LOOP_CODE, call } from '../support/small-blocks.js'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const PACKAGE = new URL('../../package.json', import.meta.url)

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actor-evm-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, it: unknown) => (typeof it === 'bigint' ? it.toString() : it))

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : toJson(content))
  return path
}

function cli(args: readonly string[], input?: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
    if (input !== undefined) child.stdin!.end(input)
  })
}

const lastJson = (stdout: string): any => JSON.parse(stdout.trimEnd().split('\n').at(-1)!)

const SCENARIO = { chainId: 1, fork: 'osaka', alloc: CASE_ALLOC, ...CASE_BLOCK }

describe('actor-evm run', () => {
  it('prints the block and its rounds for a person', async () => {
    const { code, stdout, stderr } = await cli(['run', file('case.json', SCENARIO), '-w', '2'])
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/state root +0x[0-9a-f]{64}/)
    expect(stdout).toMatch(/round +messages +groups +gas/)
    expect(stdout).toMatch(/on 2 workers/)
    expect(stdout).not.toMatch(/undefined|NaN/)
  })

  it('prints one JSON object as the last line with --json, the same for any workers', async () => {
    const path = file('case.json', SCENARIO)
    const [one, two] = await Promise.all(
      ['1', '2'].map(async (workers) => {
        const { code, stdout } = await cli(['run', path, '--json', '--workers', workers])
        expect(code).toBe(0)
        return lastJson(stdout)
      }),
    )
    const golden = JSON.parse(
      readFileSync(new URL('../golden/two-callers.json', import.meta.url), 'utf8'),
    )
    for (const result of [one, two]) {
      for (const name of ['stateRoot', 'receiptsRoot', 'virtualBlocksRoot', 'gasUsed']) {
        expect(result[name]).toBe(golden[name])
      }
      expect(result.rounds.map((round: any) => round.messages.length)).toEqual([2, 2])
      const [message] = result.rounds[1].messages
      expect(message).toMatchObject({ to: C, value: '0x0', status: 1, gas: 170_310 })
      for (const name of ['id', 'parent', 'from', 'data', 'gasUsed']) {
        expect(message).toHaveProperty(name)
      }
      expect(result.receipts.length).toBe(2)
      expect(result.timing.execution).toBeGreaterThan(0)
    }
  })

  it('executes several blocks, reads standard input', async () => {
    const { alloc } = SCENARIO
    const second = { env: { ...ENV, number: 2 }, transactions: [call({ to: A, nonce: 2 })] }
    const source = toJson({ alloc, blocks: [CASE_BLOCK, second] })
    const { code, stdout } = await cli(['run', '-', '--json'], source)
    expect(code).toBe(0)
    const { blocks, stateRoot } = lastJson(stdout)
    expect(blocks.map((block: any) => block.number)).toEqual([1, 2])
    expect(stateRoot).toBe(blocks[1].stateRoot)
  })

  it('takes semantics and fork from the command line before those of the file', async () => {
    const path = file('case.json', SCENARIO)
    const args = ['--json', '--semantics', 'ethereum', '--fork', 'cancun']
    const { stdout } = await cli(['run', path, ...args])
    expect(lastJson(stdout).rounds).toEqual([])
  })

  it('ends with 1 and a typed error where a block fails', async () => {
    const alloc = { ...CASE_ALLOC, [A]: { code: LOOP_CODE } }
    const env = { ...ENV, gasLimit: 150_000 }
    const transactions = [0, 1].map((nonce) => call({ to: A, nonce, gasLimit: 100_000 }))
    const path = file('gas.json', { alloc, env, transactions })
    const { code, stdout, stderr } = await cli(['run', path, '--json'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/InvalidBlockError: the block uses more gas than it may/)
    expect(lastJson(stdout).error).toMatchObject({
      code: 'INVALID_BLOCK',
      reason: 'gas-above-limit',
      place: { block: '1', round: 0 },
    })
  })

  it.each([
    ['no JSON', '{', /not JSON/],
    ['an unknown field', { ...SCENARIO, gasPrice: 1 }, /"gasPrice"/],
    ['an unknown fork', { ...SCENARIO, fork: 'nowhere' }, /"fork" expected one of/],
    ['a bad environment', { ...SCENARIO, env: { ...ENV, coinbase: 1 } }, /"env.coinbase"/],
    ['a bad account', { ...SCENARIO, alloc: { [A]: { nonce: -1 } } }, /alloc.0xaa.*nonce/],
    ['no blocks list', { blocks: 5 }, /"blocks" expected a list/],
  ])('ends with 1 for a file with %s', async (name, content, message) => {
    const { code, stderr } = await cli(['run', file(`${name.replaceAll(' ', '-')}.json`, content)])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^InvalidScenarioError: /)
    expect(stderr).toMatch(message)
  })

  it('says which transactions failed and why, and what a bare revert may be', async () => {
    // Error("no") as Solidity encodes it
    const words = ['20'.padStart(64, '0'), '2'.padStart(64, '0'), '6e6f'.padEnd(64, '0')]
    const data = `08c379a0${words.join('')}`
    // PUSH1 100 PUSH1 10 PUSH0 CODECOPY PUSH1 100 PUSH0 REVERT, data
    const code = '0x6064600a5f3960645ffd'
    const alloc = { ...CASE_ALLOC, [A]: { code: code + data }, [B]: { code: '0x5f5ffd' } }
    const transactions = [A, C, B].map((to, nonce) => call({ to, nonce }))
    const path = file('reverts.json', { semantics: 'actor', alloc, env: ENV, transactions })
    const { code: exit, stdout } = await cli(['run', path])
    expect(exit).toBe(0)
    expect(stdout).toMatch(/tx 0 {2}0x[0-9a-f]{64} {2}revert: Error\("no"\)\n/)
    expect(stdout).toMatch(/tx 2 {2}0x[0-9a-f]{64} {2}revert\n/)
    expect(stdout).not.toContain('tx 1')
    expect(stdout).toContain('block 1, actor semantics')
    for (const out of [stdout, (await cli(['trace', path, '--tx', '2'])).stdout]) {
      expect(out).toMatch(/hint: a revert without a reason, under actor semantics/)
    }
    expect((await cli(['trace', path, '--tx', '0'])).stdout).not.toContain('hint')
    const ethereum = await cli(['run', path, '--semantics', 'ethereum'])
    expect(ethereum.stdout).toContain('tx 2')
    expect(ethereum.stdout).not.toContain('hint')
  })

  it('names a file that is wrong', async () => {
    const bad = file('bad-file.json', { ...SCENARIO, fork: 'osakaa' })
    const half = file('half.json.gz', 'x')
    const witness = file('bad-witness.json', '{"state": [')
    const block = file('bad-block.json', { hash: 1 })
    const empty = file('empty-witness.json', '{}')
    const good = file('good-block.json', { hash: `0x${'00'.repeat(32)}`, rlp: '0x' })
    for (const [args, name, message] of [
      [['run', bad], 'bad-file.json', 'did you mean "osaka"'],
      [['run', half], 'half.json.gz', 'gzip'],
      [['run', folder], folder, 'EISDIR'],
      [['explain', bad], 'bad-file.json', 'osaka'],
      [['validate', block, witness], 'bad-block.json', '"hash"'],
      [['validate', good, witness], 'bad-witness.json', 'not JSON'],
      [['validate', good, empty], 'empty-witness.json', '"witness.state"'],
      [['validate', join(folder, 'none.json'), witness], 'none.json', 'ENOENT'],
      [['witness', file('case.json', SCENARIO), '-o', '/nowhere/a', '/b'], '/nowhere/a', ''],
    ] as const) {
      const { code, stderr } = await cli(args)
      expect(code).toBe(1)
      expect(stderr).toMatch(/^Invalid\w+Error: /)
      expect(stderr).toContain(name)
      expect(stderr).toContain(message)
    }
  })

  it('ends with 1 for a file that is not there', async () => {
    const { code, stderr } = await cli(['run', join(folder, 'nowhere.json')])
    expect(code).toBe(1)
    expect(stderr).toMatch(/ENOENT/)
  })
})

describe('actor-evm', () => {
  it('prints its version and its help', async () => {
    const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8'))
    expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` })
    const help = await cli(['run', '--help'])
    expect(help.code).toBe(0)
    expect(help.stdout).toMatch(/--workers[^]*--json[^]*Exit codes[^]*Examples/)
  })

  it.each([
    [['run']],
    [['run', 'x.json', '--workers', '0']],
    [['run', 'x.json', '--semantics', 'other']],
    [['fly']],
    [['--nonsense']],
  ])('ends with 2 for %j', async (args) => {
    const { code, stderr } = await cli(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/error/)
  })
})

describe('what cannot be read or written', () => {
  it.each([
    ['a fork without choices', { Osaka: null }],
    ['a choice that is none', { Osaka: [null] }],
    ['a choice without indexes', { Osaka: [{ indexes: {} }] }],
  ])('is a failed test, and the next is run: %s', async (_, post) => {
    const bad = { env: {}, pre: {}, transaction: {}, post }
    const path = file('bad-post.json', { one: bad, two: {}, three: null })
    const { code, stdout } = await cli(['statetest', path])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^0 passed, 3 failed/m)
  })

  it('a network of lists of lists is none', async () => {
    const network = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    const path = file('deep.json', `{"a": {"blocks": [], "network": ${network}}}`)
    const { code, stderr, stdout } = await cli(['blocktest', path])
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/1 failed/)
  })

  it('no tests are no success', async () => {
    const path = file('no-tests.json', {})
    const { code, stderr } = await cli(['statetest', path])
    expect([code, stderr]).toEqual([1, 'error: no test was found\n'])
  })

  it('a terminal is not moved by what a file holds', async () => {
    const path = file('escape.json', '\u001b]0;name\u0007')
    for (const command of ['run', 'statetest']) {
      const { stderr, stdout } = await cli([command, path])
      expect(stdout + stderr).toMatch(/not JSON/)
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    }
  })

  it('witness says that it needs two files', async () => {
    const { code, stderr } = await cli(['witness', 'any.json', '-o', 'one.json'])
    expect([code, stderr]).toEqual([
      2,
      'error: -o needs two files, one for blocks and one for witnesses\n',
    ])
  })

  it('nobody who listens ends it quietly', async () => {
    const path = file('heard.json', { alloc: CASE_ALLOC, ...CASE_BLOCK })
    const child = execFile(process.execPath, [CLI, 'run', path])
    child.stdout!.destroy()
    let stderr = ''
    child.stderr!.on('data', (text: string) => (stderr += text))
    const code = await new Promise((resolve) => void child.on('close', resolve))
    expect([code, stderr]).toEqual([1, ''])
  })
})
