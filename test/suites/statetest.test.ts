/** `actor-evm statetest` on small tests in the official format: what passes, and what must not. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RLP } from '@ethereumjs/rlp'
import { fromHex, keccak, toHex } from '../reference/bytes.js'
import { stateRoot, worldFromAlloc, type Alloc } from '../reference/world.js'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

const SENDER = '0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b'
const SECRET_KEY = '0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8'
const COINBASE = '0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba'
const CONTRACT = '0x1000000000000000000000000000000000000000'
/** PUSH1 42 PUSH1 0 SSTORE PUSH1 0 PUSH1 0 LOG0 */
const CODE = '0x602a60005560006000a0'
const ETHER = 10n ** 18n
const GAS_PRICE = 10n

/** Transaction, four pushes, LOG0; and SSTORE's first write of the fork. */
const GAS_WITHOUT_STORE = 21_000n + 12n + 375n
const GAS_USED = {
  Frontier: GAS_WITHOUT_STORE + 20_000n,
  Berlin: GAS_WITHOUT_STORE + 22_100n,
}

const ENV = {
  currentCoinbase: COINBASE,
  currentDifficulty: '0x20000',
  currentGasLimit: '0x1000000',
  currentNumber: '0x1',
  currentTimestamp: '0x3e8',
}

const PRE: Alloc = {
  [SENDER]: { balance: ETHER, nonce: 0n },
  [CONTRACT]: { code: CODE },
}

const NO_LOGS = toHex(keccak(RLP.encode([])))
const ONE_LOG = toHex(keccak(RLP.encode([[fromHex(CONTRACT), [], new Uint8Array(0)]])))
const rootOf = (alloc: Alloc): string => toHex(stateRoot(worldFromAlloc(alloc)))

function rootAfter(fork: keyof typeof GAS_USED): string {
  const fee = GAS_USED[fork] * GAS_PRICE
  return rootOf({
    [SENDER]: { balance: ETHER - fee, nonce: 1n },
    [CONTRACT]: { code: CODE, storage: { '0x0': '0x2a' } },
    [COINBASE]: { balance: fee },
  })
}

interface Post {
  hash: string
  logs: string
  /** Index of the value. */
  value?: number
  expectException?: string | string[]
}

/** A test with two values to choose from: nothing, and more than the sender has. */
function stateTest(post: Record<string, Post[]>): unknown {
  const quantities = (alloc: Alloc): unknown =>
    Object.fromEntries(
      Object.entries(alloc).map(([address, { balance = 0n, code = '0x' }]) => [
        address,
        { balance: `0x${balance.toString(16)}`, nonce: '0x00', code, storage: {} },
      ]),
    )
  const withIndexes = ({ value = 0, ...rest }: Post): unknown => ({
    ...rest,
    indexes: { data: 0, gas: 0, value },
  })
  return {
    env: ENV,
    pre: quantities(PRE),
    transaction: {
      data: ['0x'],
      gasLimit: ['0x186a0'],
      gasPrice: `0x${GAS_PRICE.toString(16)}`,
      nonce: '0x00',
      secretKey: SECRET_KEY,
      sender: SENDER,
      to: CONTRACT,
      value: ['0x00', '0xffffffffffffffffffff'],
    },
    post: Object.fromEntries(
      Object.entries(post).map(([fork, posts]) => [fork, posts.map(withIndexes)]),
    ),
  }
}

const VM_TEST = {
  env: ENV,
  exec: {
    address: CONTRACT,
    caller: SENDER,
    code: '0x6007600055600160005260206000f3',
    data: '0x',
    gas: '0x186a0',
    gasPrice: '0x0a',
    origin: SENDER,
    value: '0x01',
  },
  // SSTORE, six pushes, MSTORE with a word of memory
  gas: `0x${(100_000 - 20_000 - 6 * 3 - 6).toString(16)}`,
  logs: NO_LOGS,
  out: `0x${'1'.padStart(64, '0')}`,
  pre: { [CONTRACT]: { balance: '0x05', nonce: '0x00', code: '0x6007600055600160005260206000f3' } },
  post: {
    [CONTRACT]: {
      balance: '0x05',
      nonce: '0x00',
      code: '0x6007600055600160005260206000f3',
      storage: { '0x00': '0x07' },
    },
  },
}

const GOOD = {
  pays: stateTest({
    Frontier: [{ hash: rootAfter('Frontier'), logs: ONE_LOG }],
    Berlin: [
      { hash: rootAfter('Berlin'), logs: ONE_LOG },
      // Berlin is after EIP-161: a reward of nothing makes no account
      {
        hash: rootOf(PRE),
        logs: NO_LOGS,
        value: 1,
        expectException: 'TransactionException.INSUFFICIENT_ACCOUNT_FUNDS',
      },
    ],
  }),
}

/** Refused for want of funds. */
const refused = (expectException: string | string[]): unknown =>
  stateTest({ Berlin: [{ hash: rootOf(PRE), logs: NO_LOGS, value: 1, expectException }] })

const WRONG_ROOT = `0x${'11'.repeat(32)}`

const UNKNOWN = {
  'one unknown name': refused('TR_Whatever'),
  'an unknown name or a wrong one': refused('TR_IntrinsicGas|BlockException.WHATEVER'),
  'an unknown name or the right one': refused('TR_Whatever|TR_NoFundsX'),
  'a list': refused(['TransactionException.WHATEVER', 'NotEnoughCash']),
}

const BAD = {
  'another root': stateTest({ Berlin: [{ hash: rootAfter('Frontier'), logs: ONE_LOG }] }),
  'another log': stateTest({ Berlin: [{ hash: rootAfter('Berlin'), logs: NO_LOGS }] }),
  'another exception': stateTest({
    Berlin: [{ hash: rootOf(PRE), logs: NO_LOGS, value: 1, expectException: 'TR_IntrinsicGas' }],
  }),
  'no exception': stateTest({
    Berlin: [{ hash: rootAfter('Berlin'), logs: ONE_LOG, expectException: 'TR_NoFunds' }],
  }),
  'an exception': stateTest({ Berlin: [{ hash: rootOf(PRE), logs: NO_LOGS, value: 1 }] }),
  'an unknown exception of what is accepted': stateTest({
    Berlin: [{ hash: rootAfter('Berlin'), logs: ONE_LOG, expectException: 'TR_Whatever' }],
  }),
  'another root after an unknown exception': stateTest({
    Berlin: [{ hash: WRONG_ROOT, logs: NO_LOGS, value: 1, expectException: 'TR_Whatever' }],
  }),
  'gas of a VM test': { ...VM_TEST, gas: '0x1' },
  'output of a VM test': { ...VM_TEST, out: '0x' },
  'state of a VM test': { ...VM_TEST, post: VM_TEST.pre },
  'outcome of a VM test': { ...VM_TEST, gas: undefined },
  'no test': { pre: {} },
}

interface Tally {
  passed: number
  failed: number
  skipped: number
  unverified: number
  unknownNames: string[]
  failures: { file: string; test: string; reason: string }[]
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'statetest-'))
  mkdirSync(join(folder, 'good'))
  mkdirSync(join(folder, 'good/.meta'))
  const write = (name: string, json: unknown): void =>
    writeFileSync(join(folder, name), JSON.stringify(json))
  write('good/state.json', GOOD)
  write('good/vm.json', { 'runs alone': VM_TEST })
  write('good/.meta/index.json', ['no test'])
  write('bad.json', BAD)
  write('unknown.json', UNKNOWN)
  writeFileSync(join(folder, 'broken.json'), '{"cut')
})
afterAll(() => rmSync(folder, { recursive: true }))

function run(...args: string[]): { exitCode: number | null; tally: Tally; stderr: string } {
  const options = { cwd: folder, encoding: 'utf8', timeout: 30_000 } as const
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, 'statetest', ...args, '--threads', '1', '--json'],
    options,
  )
  const lastLine = stdout.trimEnd().split('\n').at(-1)!
  const tally = (lastLine === '' ? undefined : JSON.parse(lastLine)) as Tally
  return { exitCode: status, tally, stderr }
}

describe('statetest', () => {
  it('passes what is right, in a folder', () => {
    const { exitCode, tally } = run('good')
    const none = { failed: 0, skipped: 0, unverified: 0, unknownNames: [], failures: [] }
    expect(tally).toEqual({ passed: 4, ...none })
    expect(exitCode).toBe(0)
  })

  it('runs the cases of one fork, by any of its names', () => {
    expect(run('good', '--fork', 'berlin').tally.passed).toBe(2)
    expect(run('good', '--fork', 'Frontier').tally.passed).toBe(2)
  })

  it('runs the tests with a text in the name of the test or the file', () => {
    expect(run('good', '--match', 'alone').tally.passed).toBe(1)
    expect(run('good', '--match', 'state.json').tally.passed).toBe(3)
  })

  it('counts apart what is refused, but for a name that is not known', () => {
    const { exitCode, tally } = run('unknown.json')
    expect(tally).toMatchObject({ passed: 2, failed: 0, unverified: 2, failures: [] })
    expect(tally.unknownNames).toEqual(['TR_Whatever', 'BlockException.WHATEVER'])
    expect(exitCode).toBe(0)
    const { stdout } = spawnSync(process.execPath, [CLI, 'statetest', 'unknown.json'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stdout).toContain('not known: TR_Whatever, BlockException.WHATEVER')
    expect(stdout).toContain('2 passed, 0 failed, 2 unverified, 0 skipped in ')
  })

  it('fails what is wrong, and says why', () => {
    const { exitCode, tally } = run('bad.json')
    expect(exitCode).toBe(1)
    expect(tally.passed).toBe(0)
    const reasons = tally.failures.map(({ reason }) => reason)
    expect(reasons).toHaveLength(Object.keys(BAD).length)
    const starts = [
      'state root: expected 0x',
      'logs hash: expected 0x',
      'refused as insufficient-funds, expected TR_IntrinsicGas',
      'transaction accepted, expected TR_NoFunds',
      'valid transaction refused: transaction refused: "balance" expected at least',
      'transaction accepted, expected TR_Whatever',
      'state root: expected 0x',
      'gas left: expected 1, got ',
      'output: expected 0x, got 0x0',
      'state root: expected 0x',
      'outcome: expected a halt, got success',
      'neither a state test nor a VM test',
    ]
    reasons.forEach((reason, i) => expect(reason).toContain(starts[i]))
    expect(tally.failures[0]).toMatchObject({ file: 'bad.json' })
    expect(tally.failures[0]!.test).toMatch(/^another root.* Berlin data 0 gas 0 value 0$/)
  })

  it('counts a file that cannot be read as one failure', () => {
    const { exitCode, tally } = run('broken.json', 'good')
    expect(exitCode).toBe(1)
    expect(tally).toMatchObject({ passed: 4, failed: 1, failures: [{ file: 'broken.json' }] })
    expect(tally.failures[0]!.reason).toContain('not a file of tests')
  })

  it('names a path that is not there', () => {
    const { exitCode, stderr } = run('nowhere')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('cannot read nowhere')
  })

  it('refuses a fork that there is not', () => {
    const { exitCode, stderr } = run('good', '--fork', 'atlantis')
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('frontier')
  })
})
