/** EIP-3155 traces: exact lines, and the command line's `--trace`. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createEngine,
  stateRootLine,
  traceLine,
  type Alloc,
  type FrameEnd,
  type Hex,
  type TraceStep,
} from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  A, ALICE, C, CASE_ALLOC, CASE_BLOCK, COINBASE, ENV, ETHER, SECRET_KEY, call,
} from '../support/small-blocks.js'
import { MEMORY_BYTES, linesOfBlock, traceBlock } from '../support/traced-block.js'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
/** keccak256 of the RLP of an empty list. */
const NO_LOGS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

/** The trace of one transaction to a contract with this code. */
async function linesOf(code: Hex, fields: Record<string, unknown> = {}): Promise<string[]> {
  const alloc = { [ALICE]: { balance: ETHER }, [A]: { code } }
  const transactions = [call({ to: A, nonce: 0, gasLimit: 121_000, ...fields })]
  return linesOfBlock(alloc, { env: ENV, transactions })
}

/** @param rest bytes of memory, and after a bar the error */
const line = (
  pc: number, op: number, gas: string, cost: string, stack: string[], name: string, rest = '',
): string => {
  const words = stack.map((word) => `"${word}"`).join(',')
  const [memSize = '0', error] = rest.split('|')
  return `{"pc":${pc},"op":${op},"gas":"${gas}","gasCost":"${cost}","memSize":${memSize || '0'},` +
    `"stack":[${words}],"depth":1,"returnData":"0x","refund":0,"opName":"${name}"` +
    `${error === undefined ? '' : `,"error":"${error}"`}}`
}

describe('a trace', () => {
  it('has the lines of EIP-3155', async () => {
    // PUSH1 1 PUSH1 2 ADD PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    expect(await linesOf('0x60016002015f5260205ff3')).toEqual([
      line(0, 0x60, '0x186a0', '0x3', [], 'PUSH1'),
      line(2, 0x60, '0x1869d', '0x3', ['0x1'], 'PUSH1'),
      line(4, 0x01, '0x1869a', '0x3', ['0x1', '0x2'], 'ADD'),
      line(5, 0x5f, '0x18697', '0x2', ['0x3'], 'PUSH0'),
      line(6, 0x52, '0x18695', '0x6', ['0x3', '0x0'], 'MSTORE'),
      line(7, 0x60, '0x1868f', '0x3', [], 'PUSH1', '32'),
      line(9, 0x5f, '0x1868c', '0x2', ['0x20'], 'PUSH0', '32'),
      line(10, 0xf3, '0x1868a', '0x0', ['0x20', '0x0'], 'RETURN', '32'),
      `{"output":"${'3'.padStart(64, '0')}","gasUsed":"0x16"}`,
    ])
  })

  it('has the STOP after the code, but nothing where there is no code', async () => {
    expect(await linesOf('0x6101')).toEqual([
      line(0, 0x61, '0x186a0', '0x3', [], 'PUSH2'),
      line(3, 0x00, '0x1869d', '0x0', ['0x100'], 'STOP'),
      '{"output":"","gasUsed":"0x3"}',
    ])
    expect(await linesOf('0x')).toEqual(['{"output":"","gasUsed":"0x0"}'])
  })

  it('says why a frame failed', async () => {
    const used = '"gasUsed":"0x186a0"'
    // PUSH0 PUSH0 REVERT: found out while it executes, hence two lines
    const revert = line(2, 0xfd, '0x1869c', '0x0', ['0x0', '0x0'], 'REVERT')
    expect((await linesOf('0x5f5ffd')).slice(2)).toEqual([
      revert,
      revert.replace(/}$/, ',"error":"execution reverted"}'),
      '{"output":"","gasUsed":"0x4","error":"execution reverted"}',
    ])
    expect(await linesOf('0x01')).toEqual([
      line(0, 0x01, '0x186a0', '0x3', [], 'ADD', '|stack underflow (0 <=> 2)'),
      `{"output":"",${used},"error":"stack underflow (0 <=> 2)"}`,
    ])
    const undefinedName = 'opcode 0xc not defined'
    expect(await linesOf('0x0c')).toEqual([
      line(0, 0x0c, '0x186a0', '0x0', [], undefinedName),
      line(0, 0x0c, '0x186a0', '0x0', [], undefinedName, `|invalid opcode: ${undefinedName}`),
      `{"output":"",${used},"error":"invalid opcode: ${undefinedName}"}`,
    ])
    expect((await linesOf('0xfe')).at(-1)).toBe(
      `{"output":"",${used},"error":"invalid opcode: INVALID"}`,
    )
    // PUSH1 1 JUMP
    expect((await linesOf('0x600156')).slice(1)).toEqual([
      line(2, 0x56, '0x1869d', '0x8', ['0x1'], 'JUMP'),
      line(2, 0x56, '0x1869d', '0x8', ['0x1'], 'JUMP', '|invalid jump destination'),
      `{"output":"",${used},"error":"invalid jump destination"}`,
    ])
    // JUMPDEST PUSH0 PUSH0 JUMP, a word higher each time
    const overflow = await linesOf('0x5b5f5f56', { gasLimit: 1_021_000 })
    expect(overflow.at(-1)).toContain('"error":"stack limit reached 1024 (1023)"')
    expect(overflow).toHaveLength(4 * 1023 + 3 + 1)
  })

  it('names the cost of a call with what it forwards, of a creation without', async () => {
    // CALL of C with all gas: 2,600 for the cold account, and 63/64 of the rest
    const events = await traceBlock(CASE_ALLOC, CASE_BLOCK)
    const steps = events.filter(({ kind }) => kind === 'step') as TraceStep[]
    const place = steps.findIndex(({ opName }) => opName === 'CALL')
    const { gas, gasCost } = steps[place]!
    const left = gas - 2_600n
    expect(gasCost).toBe(2_600n + left - left / 64n)
    expect(steps[place + 1]).toMatchObject({ depth: 2, pc: 0, gas: left - left / 64n })
    // PUSH0 ×3 CREATE of nothing
    const created = await linesOf('0x5f5f5ff0')
    expect(created[3]).toBe(line(3, 0xf0, '0x1869a', '0x7d00', ['0x0', '0x0', '0x0'], 'CREATE'))
    expect(created[4]).toMatch(/"op":0,"gas":"0x1099a"/)
  })

  it('shows return data, and the code of a contract that a transaction creates', async () => {
    const alloc: Alloc = {
      [ALICE]: { balance: ETHER },
      // STATICCALL of C with all gas, then STOP
      [A]: { code: `0x5f5f5f5f73${C.slice(2)}5afa00` },
      // PUSH2 0x1234 PUSH0 MSTORE PUSH1 2 PUSH1 30 RETURN
      [C]: { code: '0x6112345f526002601ef3' },
    }
    const constructor: Hex = '0x6112345f526002601ef3'
    const creation = { ...call({ to: A, nonce: 1 }), to: null, data: constructor }
    const transactions = [call({ to: A, nonce: 0 }), creation]
    const lines = await linesOfBlock(alloc, { env: ENV, transactions })
    expect(lines.find((text) => text.includes('"op":0,'))).toContain('"returnData":"0x1234"')
    expect(lines.at(-1)).toMatch(/^{"output":"1234","gasUsed":/)
  })

  it('tells of activations under actor semantics', async () => {
    const events = await traceBlock(CASE_ALLOC, CASE_BLOCK, { semantics: 'actor' })
    const ends = events.filter((event): event is FrameEnd => event.kind === 'frameEnd')
    // A and B in round 0, then C twice
    const senders = ends.map((end) => end.transactionIndex)
    expect([...senders.slice(0, 2), ...senders.slice(2).sort()]).toEqual([0, 1, 0, 1])
    expect(new Set(ends.map((end) => end.message!.id)).size).toBe(4)
    expect(traceLine(ends[0]!)).toMatch(/^{"output":"","gasUsed":"0x[0-9a-f]+","message":"0x/)
    const steps = events.filter(({ kind }) => kind === 'step') as TraceStep[]
    expect(new Set(steps.map(({ depth }) => depth))).toEqual(new Set([1]))
  })

  it('changes no result', async () => {
    const roots = []
    const onStep = (): void => undefined
    for (const listener of [undefined, { onStep }]) {
      for (const semantics of ['actor', 'ethereum'] as const) {
        const engine = await createEngine({ workers: 1, memory: MEMORY_BYTES, semantics })
        await engine.loadGenesis(CASE_ALLOC)
        const result = await engine.executeBlock(CASE_BLOCK, { listener })
        const { gasUsed, receiptsRoot, stateRoot } = result
        roots.push({ gasUsed, receiptsRoot, stateRoot })
        await engine.dispose()
      }
    }
    expect(roots.slice(2)).toEqual(roots.slice(0, 2))
  })

  it('is the same with any number of workers', async () => {
    for (const semantics of ['actor', 'ethereum'] as const) {
      const alone = await linesOfBlock(CASE_ALLOC, CASE_BLOCK, { semantics })
      const simulation = { alwaysParallel: true, delaySeed: 1, placementSeed: 5 }
      const options = { semantics, workers: 3, simulation }
      expect(await linesOfBlock(CASE_ALLOC, CASE_BLOCK, options)).toEqual(alone)
    }
  })

  it('of a state test ends with its state root', () => {
    expect(stateRootLine('0xab')).toBe('{"stateRoot": "0xab"}')
  })
})

/** What the command printed, line by line. */
function cli(...args: string[]): { stdout: string[]; stderr: string[]; status: number | null } {
  const { stderr, stdout, status } = spawnSync(process.execPath, [CLI, ...args])
  const lines = (bytes: Buffer): string[] => bytes.toString().trimEnd().split('\n')
  return { stdout: lines(stdout), stderr: lines(stderr), status }
}

describe('--trace', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'actor-evm-trace-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function file(name: string, content: unknown): string {
    const path = join(folder, name)
    const plain = (_: string, value: unknown): unknown =>
      typeof value === 'bigint' ? `0x${value.toString(16)}` : value
    writeFileSync(path, JSON.stringify(content, plain))
    return path
  }

  it('of run writes to standard error what a listener is told', async () => {
    const path = file('case.json', { chainId: 1, alloc: CASE_ALLOC, ...CASE_BLOCK })
    const traced = cli('run', path, '--semantics', 'ethereum', '--trace', '--json')
    expect(traced.stderr).toEqual(await linesOfBlock(CASE_ALLOC, CASE_BLOCK))
    const plain = cli('run', path, '--semantics', 'ethereum', '--json')
    expect(plain.stderr).toEqual([''])
    const rootOf = ({ stdout }: typeof plain): unknown => JSON.parse(stdout.at(-1)!).stateRoot
    expect(rootOf(traced)).toBe(rootOf(plain))
    const two = cli('run', path, '--semantics', 'ethereum', '--trace', '-w', '2')
    expect(two).toMatchObject({ status: 0, stderr: traced.stderr })
  })

  it('of statetest ends each case with its state root', () => {
    const hash = `0x${'00'.repeat(32)}`
    const test = {
      env: {
        currentCoinbase: COINBASE, currentDifficulty: '0x0', currentGasLimit: '0xffffff',
        currentNumber: '0x1', currentTimestamp: '0x3e8', currentRandom: hash, currentBaseFee: '0x7',
      },
      pre: {
        [ALICE]: { balance: ETHER, nonce: '0x0', code: '0x', storage: {} },
        [A]: { balance: '0x0', nonce: '0x0', code: '0x60016002015f55', storage: {} },
      },
      transaction: {
        data: ['0x'], gasLimit: ['0xf4240'], gasPrice: '0xa', nonce: '0x0', to: A, value: ['0x0'],
        secretKey: SECRET_KEY, sender: ALICE,
      },
      post: { Cancun: [{ hash, logs: NO_LOGS, indexes: { data: 0, gas: 0, value: 0 } }] },
    }
    const { stderr, stdout } = cli('statetest', file('st.json', { test }), '--trace', '--json')
    const names = stderr.slice(0, -2).map((text) => JSON.parse(text).opName)
    expect(names).toEqual(['PUSH1', 'PUSH1', 'ADD', 'PUSH0', 'SSTORE', 'STOP'])
    expect(stderr.at(-2)).toBe(`{"output":"","gasUsed":"0x${(11 + 22_100).toString(16)}"}`)
    // The test states a wrong root, and so its failure names the right one
    const [failure] = JSON.parse(stdout.at(-1)!).failures
    expect(stderr.at(-1)).toBe(stateRootLine(failure.reason.split('got ')[1]))
  })
})
