/** SIGINT and SIGTERM in the midst of what the command line does. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { A, ALICE, CASE_ALLOC, ENV, LOOP_CODE, call } from '../support/small-blocks.js'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
/** Prague is the last fork whose transactions may have so much. */
const LONG_GAS = 20_000_000_000
/** A process takes half a second to begin, more on a busy machine. */
const WAIT_MS = 3_000
const ZEROS = `0x${'00'.repeat(32)}`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actor-evm-interruption-'))
  const scenario = {
    chainId: 1,
    fork: 'prague',
    alloc: { ...CASE_ALLOC, [ALICE]: { balance: `0x${'f'.repeat(30)}` }, [A]: { code: LOOP_CODE } },
    env: { ...ENV, gasLimit: LONG_GAS },
    transactions: [call({ to: A, nonce: 0, gasLimit: LONG_GAS })],
  }
  write('scenario.json', scenario)
  const stateTest = {
    env: {
      currentCoinbase: A,
      currentGasLimit: '0x7fffffffffffffff',
      currentNumber: '0x1',
      currentTimestamp: '0x3e8',
      currentBaseFee: '0x0',
    },
    pre: { [A]: { code: LOOP_CODE, balance: '0x0', nonce: '0x0', storage: {} } },
    transaction: {
      data: ['0x'],
      gasLimit: ['0xffffffffffff'],
      gasPrice: '0x0',
      nonce: '0x0',
      secretKey: '0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8',
      sender: '0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b',
      to: A,
      value: ['0x0'],
    },
    post: {
      Shanghai: [
        { hash: ZEROS, logs: ZEROS, indexes: { data: 0, gas: 0, value: 0 } },
      ],
    },
  }
  write('state-test.json', { loop: stateTest })
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, content: unknown): void {
  const toJson = (_: string, it: unknown): unknown => (typeof it === 'bigint' ? it.toString() : it)
  writeFileSync(join(folder, name), JSON.stringify(content, toJson))
}

interface Outcome {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command and gives it a signal after some time. */
function interrupted(args: readonly string[], signal: NodeJS.Signals): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (bytes) => (stdout += bytes))
    child.stderr.on('data', (bytes) => (stderr += bytes))
    const timer = setTimeout(() => child.kill(signal), WAIT_MS)
    child.on('close', (code, by) => {
      clearTimeout(timer)
      resolve({ code, signal: by, stdout, stderr })
    })
  })
}

const COMMANDS = [
  ['run', 'scenario.json', '-w', '1'],
  ['run', 'scenario.json', '-w', '2', '--json'],
  ['run', 'scenario.json', '-w', '2', '--semantics', 'ethereum'],
  ['run', '-'],
  ['trace', '-', '--tx', '0'],
  ['validate', '-', '-'],
  ['t8n', '--input.alloc', 'stdin', '--input.env', 'stdin', '--input.txs', 'stdin'],
  ['explain', 'scenario.json'],
  ['witness', 'scenario.json', '-o', 'block.json', 'witness.json'],
  ['statetest', 'state-test.json', '--threads', '1'],
]

describe('a command that is interrupted', () => {
  it.each(COMMANDS.map((args) => [args.join(' '), args] as const))(
    'ends with 130 after SIGINT: %s',
    { timeout: 60_000 },
    async (_, args) => {
      const outcome = await interrupted(args, 'SIGINT')
      expect(outcome).toMatchObject({ code: 130, signal: null, stdout: '' })
      expect(outcome.stderr).toMatch(/interrupted \(SIGINT\)\n$/)
      expect(outcome.stderr).not.toMatch(/Error| {4}at /)
    },
  )

  it('ends with 143 after SIGTERM', { timeout: 60_000 }, async () => {
    const outcome = await interrupted(COMMANDS[0]!, 'SIGTERM')
    const stderr = 'interrupted (SIGTERM)\n'
    expect(outcome).toMatchObject({ code: 143, signal: null, stdout: '', stderr })
  })

  it('ends in the midst of a trace, too', { timeout: 60_000 }, async () => {
    const { code, stderr } = await interrupted(['run', 'scenario.json', '--trace'], 'SIGINT')
    expect(code).toBe(130)
    expect(stderr).toContain('"opName":"JUMPDEST"')
  })
})
