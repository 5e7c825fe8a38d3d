/** `actor-evm t8n` from the outside: options, streams, files and exit codes. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const SENDER = '0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b'
const SECRET_KEY = '0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8'
const CONTRACT = `0x${'c0'.repeat(20)}`
const MINER = `0x${'aa'.repeat(20)}`

const alloc = {
  [SENDER]: { balance: '0xde0b6b3a7640000', nonce: '0x1' },
  // Stores the number of the block in slot 1: NUMBER PUSH1 1 SSTORE
  [CONTRACT]: { balance: '0x0', code: '0x43600155' },
}
const env = {
  currentCoinbase: MINER,
  currentRandom: '0x1',
  currentGasLimit: '0x1c9c380',
  currentNumber: '7',
  currentTimestamp: '1000',
  parentBaseFee: '0x8',
  parentGasUsed: '0x0',
  parentGasLimit: '0x1c9c380',
  withdrawals: [{ index: '0x0', validatorIndex: '0x1', address: CONTRACT, amount: '0x2' }],
}
const tx = (nonce: string, more: object = {}) => ({
  nonce,
  gas: '0x186a0',
  gasPrice: '0x10',
  to: CONTRACT,
  value: '0x0',
  input: '0x',
  v: '0x0',
  r: '0x0',
  s: '0x0',
  secretKey: SECRET_KEY,
  ...more,
})
const txs = [tx('0x1'), tx('0x1'), tx('0x2', { gas: '0x5207' }), tx('0x2', { protected: false })]
const INPUTS = ['--input.alloc', 'stdin', '--input.env', 'stdin', '--input.txs', 'stdin']
const OUTPUTS = ['--output.alloc', 'stdout', '--output.result', 'stdout', '--output.body', 'stdout']

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actor-evm-t8n-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function t8n(args: readonly string[], input?: unknown) {
  const stdin = input === undefined ? '' : JSON.stringify(input)
  const { status, stderr, stdout } = spawnSync(process.execPath, [CLI, 't8n', ...args], {
    input: stdin,
    encoding: 'utf8',
  })
  return { status, stderr, stdout }
}

describe('t8n', () => {
  it('executes what is valid and rejects the rest', () => {
    const args = [...INPUTS, ...OUTPUTS, '--state.fork', 'Shanghai']
    const { status, stdout } = t8n(args, { alloc, env, txs })
    expect(status).toBe(0)
    const output = JSON.parse(stdout)
    const address = '0xa94f5374Fce5edBC8E2a8697C15331677e6EbF0B'
    expect(output.result.rejected).toEqual([
      { index: 1, error: `nonce too low: address ${address}, tx: 1 state: 2` },
      { index: 2, error: 'intrinsic gas too low: have 20999, want 21000' },
    ])
    expect(output.result).toMatchObject({ currentBaseFee: '0x7', currentDifficulty: null })
    expect(output.result.receipts).toHaveLength(2)
    expect(output.alloc[SENDER].nonce).toBe('0x3')
    const slot = (n: number): string => `0x${n.toString(16).padStart(64, '0')}`
    expect(output.alloc[CONTRACT].storage).toEqual({ [slot(1)]: slot(7) })
    expect(output.alloc[CONTRACT].balance).toBe('0x77359400')
    expect(output.body).toMatch(/^0xf8/)

    // The body is input again, with the same result
    const again = t8n(args, { alloc, env, txsRlp: output.body })
    const { rejected: _, ...result } = output.result
    expect(JSON.parse(again.stdout).result).toEqual(result)
  })

  it('reads and writes files, and traces', () => {
    const write = (name: string, value: unknown): void =>
      writeFileSync(join(folder, name), JSON.stringify(value))
    write('a.json', alloc)
    write('e.json', env)
    write('t.json', txs)
    const inputs = ['alloc', 'env', 'txs'].flatMap((name) => {
      return [`--input.${name}`, join(folder, `${name[0]}.json`)]
    })
    const out = join(folder, 'out')
    const args = [...inputs, '--output.basedir', out, '--state.fork', 'Shanghai', '--trace']
    expect(t8n(args).status).toBe(0)
    const files = readdirSync(out).sort()
    // As geth's: a file for each that was tried, in their order
    expect(files.map((file) => file.replace(/-0x[0-9a-f]{64}/, ''))).toEqual([
      ...['alloc.json', 'result.json'],
      ...['trace-0.jsonl', 'trace-1.jsonl', 'trace-2.jsonl', 'trace-3.jsonl'],
    ])
    expect(readFileSync(join(out, files[3]!), 'utf8')).toBe('')
    const trace = readFileSync(join(out, files[2]!), 'utf8').trimEnd().split('\n')
    expect(trace.map((line) => JSON.parse(line).opName)).toEqual([
      ...['NUMBER', 'PUSH1', 'SSTORE', 'STOP'],
      undefined,
    ])
  })

  it.each([
    [3, 'a fork that is unknown', ['--state.fork', 'Utopia'], { alloc, env, txs }],
    [3, 'a missing random', ['--state.fork', 'Paris'], without('currentRandom')],
    [3, 'missing withdrawals', ['--state.fork', 'Shanghai'], without('withdrawals')],
    [3, 'a missing beacon root', ['--state.fork', 'Cancun'], { alloc, env, txs }],
    [2, 'a missing system contract', ['--state.fork', 'Prague'], prague()],
    [4, 'an unknown hash', ['--state.fork', 'Shanghai'], asking()],
    [10, 'a missing number', ['--state.fork', 'Shanghai'], without('currentNumber')],
    [10, 'a transaction that is none', ['--state.fork', 'Shanghai'], noTransaction()],
    [10, 'a file that is not JSON', ['--input.env', CLI], { alloc, txs }],
    [11, 'a file that is not there', ['--input.env', 'nowhere.json'], { alloc, txs }],
    [12, 'RLP that is none', ['--state.fork', 'Shanghai'], { alloc, env, txsRlp: '0x81' }],
  ])('ends with exit code %i on %s', (exitCode, _, args, input) => {
    const { status, stderr } = t8n([...INPUTS, ...OUTPUTS, ...args], input)
    expect(stderr).toContain(`ERROR(${exitCode}): `)
    expect(status).toBe(exitCode)
  })

  function without(field: string) {
    return { alloc, env: { ...env, [field]: null } }
  }

  function noTransaction() {
    return { alloc, env, txs: [{ nonce: 'x' }] }
  }

  /** BLOCKHASH of block 5 of 7. */
  function asking() {
    const asked = { ...alloc, [CONTRACT]: { code: '0x600540600155' } }
    const hashes = { blockHashes: { 6: `0x${'66'.repeat(32)}` } }
    return { alloc: asked, env: { ...env, ...hashes }, txs: [tx('0x1')] }
  }

  function prague() {
    return { alloc, env: { ...env, parentBeaconBlockRoot: `0x${'00'.repeat(32)}` }, txs: [] }
  }
})
