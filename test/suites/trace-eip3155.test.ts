/** EIP-3155 traces: exact lines, and every step beside a peer's. */
import {
  createEngine, stateRootLine, traceLine, type Alloc, type BlockInput, type EngineOptions,
  type TraceEvent, type TraceStep,
} from 'actor-evm'
import { createTx, type TypedTxData } from '@ethereumjs/tx'
import { Mainnet, createCustomCommon } from '@ethereumjs/common'
import { bytesToHex, hexToBytes, type PrefixedHexString } from '@ethereumjs/util'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { randomBlock } from '../reference/programs.js'
import { fromEnvironment } from '../support/from-environment.js'
import { peerSteps, type PeerBlock, type PeerStep } from '../support/peer-steps.js'
import { A, ALICE, C, CASE_ALLOC, CASE_BLOCK, ENV, ETHER, call } from '../support/small-blocks.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_TRACED_BLOCKS', 60)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_RANDOM_SEED', 0)
/** Address space of an engine of one worker and a small state. */
const MEMORY_BYTES = 256 * 2 ** 20

const OP_STOP = 0x00
const OP_CREATE = 0xf0
const OP_CREATE2 = 0xf5
const CALLS = new Set([0xf1, 0xf2, 0xf4, 0xfa])
const CALLS_WITH_VALUE = new Set([0xf1, 0xf2])
const STIPEND = 2_300n

async function trace(
  alloc: Alloc,
  block: BlockInput,
  options: EngineOptions = {},
): Promise<TraceEvent[]> {
  const events: TraceEvent[] = []
  const onTrace = (event: TraceEvent): number => events.push(event)
  const shape = { memory: MEMORY_BYTES, semantics: 'ethereum' } as const
  const engine = await createEngine({ ...shape, onTrace, ...options })
  try {
    await engine.loadGenesis(alloc)
    await engine.executeBlock(block)
    return events
  } finally {
    await engine.dispose()
  }
}

async function linesOf(code: string, fields: Record<string, unknown> = {}): Promise<string[]> {
  const alloc = { [ALICE]: { balance: ETHER }, [A]: { code } }
  const transactions = [call({ to: A, nonce: 0, gasLimit: 121_000, ...fields })]
  return (await trace(alloc, { env: ENV, transactions })).map(traceLine)
}

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
    const events = await trace(CASE_ALLOC, CASE_BLOCK)
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
    const alloc = {
      [ALICE]: { balance: ETHER },
      // STATICCALL of C with all gas, then STOP
      [A]: { code: `0x5f5f5f5f73${C.slice(2)}5afa00` },
      // PUSH2 0x1234 PUSH0 MSTORE PUSH1 2 PUSH1 30 RETURN
      [C]: { code: '0x6112345f526002601ef3' },
    }
    const constructor = '0x6112345f526002601ef3'
    const creation = { ...call({ to: A, nonce: 1 }), to: null, data: constructor }
    const transactions = [call({ to: A, nonce: 0 }), creation]
    const lines = (await trace(alloc, { env: ENV, transactions })).map(traceLine)
    expect(lines.find((text) => text.includes('"op":0,'))).toContain('"returnData":"0x1234"')
    expect(lines.at(-1)).toMatch(/^{"output":"1234","gasUsed":/)
  })

  it('tells of activations under actor semantics', async () => {
    const events = await trace(CASE_ALLOC, CASE_BLOCK, { semantics: 'actor' })
    const ends = events.filter(({ kind }) => kind === 'end')
    // A and B in round 0, then C twice
    const senders = ends.map((end) => end.kind === 'end' && end.transactionIndex)
    expect([...senders.slice(0, 2), ...senders.slice(2).sort()]).toEqual([0, 1, 0, 1])
    expect(new Set(ends.map((end) => end.kind === 'end' && end.message)).size).toBe(4)
    expect(traceLine(ends[0]!)).toMatch(/^{"output":"","gasUsed":"0x[0-9a-f]+","message":"0x/)
    const steps = events.filter(({ kind }) => kind === 'step') as TraceStep[]
    expect(new Set(steps.map(({ depth }) => depth))).toEqual(new Set([1]))
  })

  it('changes no result', async () => {
    const roots = []
    for (const onTrace of [undefined, () => undefined]) {
      for (const semantics of ['actor', 'ethereum'] as const) {
        const engine = await createEngine({ workers: 1, memory: MEMORY_BYTES, semantics, onTrace })
        await engine.loadGenesis(CASE_ALLOC)
        const { gasUsed, receiptsRoot, stateRoot } = await engine.executeBlock(CASE_BLOCK)
        roots.push({ gasUsed, receiptsRoot, stateRoot })
        await engine.dispose()
      }
    }
    expect(roots.slice(2)).toEqual(roots.slice(0, 2))
  })

  it('needs one worker, which is the default then', async () => {
    const onTrace = (): void => undefined
    await expect(createEngine({ workers: 2, onTrace })).rejects.toMatchObject({
      code: 'INVALID_INPUT', place: { field: 'workers' },
    })
    await expect(createEngine({ onTrace: 1 as never })).rejects.toThrow(/onTrace/)
    const engine = await createEngine({ onTrace })
    expect(engine.workers).toBe(1)
    await engine.dispose()
  })

  it('of a state test ends with its state root', () => {
    expect(stateRootLine('0xab')).toBe('{"stateRoot": "0xab"}')
  })
})

/** Without what only one side shows: STOPs after the code, and the first line of a failure. */
function comparable(events: readonly TraceEvent[]): TraceStep[] {
  const steps: TraceStep[] = []
  for (const event of events) {
    if (event.kind !== 'step' || event.op === OP_STOP) continue
    const last = steps.at(-1)
    const isSecond = event.error !== undefined && last !== undefined && event.stack === last.stack
    if (isSecond) steps.pop()
    steps.push(event)
  }
  return steps
}

/** What the peer calls the cost: without the gas that a call forwards. */
function costWithoutForwarded(step: TraceStep, next: TraceStep | undefined): bigint | undefined {
  if (step.error !== undefined) return undefined
  if (!CALLS.has(step.op)) return step.gasCost
  if (next?.depth !== step.depth + 1) return undefined
  const hasValue = CALLS_WITH_VALUE.has(step.op) && step.stack.at(-3) !== 0n
  return step.gasCost - next.gas + (hasValue ? STIPEND : 0n)
}

function expectSameSteps(
  ours: readonly TraceStep[],
  theirs: readonly PeerStep[],
  what: string,
): void {
  ours.forEach((step, i) => {
    const { pc, op, gas, memSize, stack, depth, error } = step
    const { gasCost, ...peer } = theirs[i]!
    // An SSTORE that runs out of gas adds a refund in the peer that is lost at once
    const refund = error === undefined ? step.refund : peer.refund
    const found = { pc, op, gas, memSize, stack, depth, refund }
    const cost = costWithoutForwarded(step, ours[i + 1])
    // What vitest needs to compare is too slow for thousands of steps that are equal
    if (!isDeepStrictEqual(found, peer)) expect(found, `${what}, step ${i}`).toEqual(peer)
    if (cost === undefined || cost === gasCost) return
    expect({ op, cost }, `${what}, cost of step ${i}`).toEqual({ op, cost: gasCost })
  })
  expect(ours.length, what).toBe(theirs.length)
}

async function expectSameTraces(block: PeerBlock, what: string): Promise<TraceStep[]> {
  const { chainId, env, rawTransactions } = block
  const input = { env, transactions: rawTransactions } as unknown as BlockInput
  const events = await trace(block.alloc as Alloc, input, { chainId })
  const ends = events.flatMap((event, i) => (event.kind === 'end' ? [i] : []))
  const theirs = await peerSteps(block)
  expect(ends).toHaveLength(theirs.length)
  const all: TraceStep[] = []
  theirs.forEach((steps, tx) => {
    const ours = comparable(events.slice((ends[tx - 1] ?? -1) + 1, ends[tx]))
    const running = steps.filter(({ op }) => op !== OP_STOP)
    expectSameSteps(ours, running, `${what}, transaction ${tx}`)
    all.push(...ours)
  })
  return all
}

describe('every step is that of @ethereumjs/vm', () => {
  it(`in ${BLOCKS} random blocks`, async () => {
    const opcodes = new Set<number>()
    for (let seed = FIRST_SEED; seed < FIRST_SEED + BLOCKS; seed++) {
      const { scenario, rawTransactions: all } = randomBlock(seed)
      const { alloc, chainId, env } = scenario
      // People who are delegated to a contract may create: then later nonces are wrong
      const rawTransactions = all.slice(0, 1)
      const block = { alloc, chainId, env, rawTransactions } as unknown as PeerBlock
      const steps = await expectSameTraces(block, `random block ${seed}`)
      for (const { op } of steps) opcodes.add(op)
    }
    for (const op of [...CALLS, OP_CREATE, OP_CREATE2]) expect(opcodes).toContain(op)
  }, 300_000)

  it('in the market, whose contracts call each other', async () => {
    const { alloc, chainId, env, transactions } = buildScenario({ transactions: 12 })
    const common = createCustomCommon({ chainId }, Mainnet, { hardfork: 'osaka' })
    const rawTransactions = transactions.map(({ gas, input, secretKey, ...fields }) => {
      const data = { ...fields, gasLimit: gas, data: input } as unknown as TypedTxData
      return bytesToHex(
        createTx(data, { common }).sign(hexToBytes(secretKey as PrefixedHexString)).serialize(),
      )
    })
    const block = { alloc, chainId, env, rawTransactions } as unknown as PeerBlock
    const steps = await expectSameTraces(block, 'market')
    expect(Math.max(...steps.map(({ depth }) => depth))).toBeGreaterThan(2)
    expect(steps.length).toBeGreaterThan(5_000)
  }, 120_000)
})
