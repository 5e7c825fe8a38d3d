/** Precompiles that an embedder adds: on all workers, under both semantics, whatever they do. */
import { createEngine, type Engine, type EngineOptions, type Hex } from 'actor-evm'
import { afterEach, describe, expect, it } from 'vitest'
import { MOOD_NAMES, native } from '../support/precompiles/native.mjs'

const module = new URL('../support/precompiles/native.mjs', import.meta.url)
const PRECOMPILE: Hex = `0x${'9a'.repeat(20)}`
const DEAR: Hex = `0x${'9b'.repeat(20)}`
const NEGATIVE: Hex = `0x${'9c'.repeat(20)}`
const OTHER: Hex = `0x${'9d'.repeat(20)}`
const PRECOMPILES = [
  { address: PRECOMPILE, module, export: 'native' },
  { address: DEAR, module: module.href, export: 'dear' },
  { address: NEGATIVE, module, export: 'negative' },
]
const ACTORS = [{ address: PRECOMPILE, module, isActor: true }]

const [FORWARD, STATIC, DELEGATE] = ['a1', 'a2', 'a3'].map((it): Hex => `0x${it.repeat(20)}`)
const RECEIVER: Hex = `0x${'a4'.repeat(20)}`
const ALICE: Hex = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
const secretKey: Hex = `0x${'11'.repeat(32)}`

/** Calls the precompile with its own input and ends as that does. */
const forward = (value: string, opcode: string): Hex => {
  const jump = value === '' ? '29' : '2a'
  const call = `${value}73${PRECOMPILE.slice(2)}5a${opcode}`
  return `0x365f5f375f5f365f${call}3d5f5f3e60${jump}573d5ffd5b3d5ff3`
}
const ALLOC = {
  [ALICE]: { balance: 10n ** 18n },
  [FORWARD!]: { code: forward('34', 'f1'), balance: 5n },
  [STATIC!]: { code: forward('', 'fa') },
  [DELEGATE!]: { code: forward('', 'f4') },
  // Adds what it gets, and notes how often it is called
  [RECEIVER]: { code: '0x5f546001015f55346001540160015500' as Hex },
}
const env = { number: 1, timestamp: 1_800_000_000, gasLimit: 30_000_000, coinbase: ALICE }

const engines: Engine[] = []
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose()
})

async function engineWith(options: Partial<EngineOptions>): Promise<Engine> {
  const engine = await createEngine({ semantics: 'ethereum', precompiles: PRECOMPILES, ...options })
  engines.push(engine)
  await engine.loadGenesis(ALLOC)
  return engine
}

const inputOf = (mood: string, rest = ''): Hex => {
  const number = MOOD_NAMES.indexOf(mood)
  expect(number).not.toBe(-1)
  return `0x${number.toString(16).padStart(2, '0')}${rest}`
}
const wordOf = (value: bigint | number): string => BigInt(value).toString(16).padStart(64, '0')

let nonce = 0
const calls = (engine: Engine, inputs: readonly [to: Hex, data: Hex, value?: number][]) => {
  nonce = 0
  const transactions = inputs.map(([to, data, value = 0]) => ({
    ...{ to, data, value, nonce: nonce++, gasLimit: 400_000, gasPrice: 10, secretKey },
  }))
  return engine.executeBlock({ env, transactions })
}

describe('under Ethereum semantics', () => {
  it('runs and keeps what it stores, called by a transaction or by a contract', async () => {
    const engine = await engineWith({ workers: 1 })
    const data = inputOf('count')
    const { receipts } = await calls(engine, [[PRECOMPILE, data], [FORWARD!, data]])
    expect(receipts.map(({ status }) => status)).toEqual([1, 1])
    expect(receipts.map(({ output }) => output)).toEqual([`0x${wordOf(1)}`, `0x${wordOf(2)}`])
    expect(await engine.getStorage(PRECOMPILE, 0)).toBe(2n)
    // With nonce 1, or it would be deleted as empty
    expect((await engine.getAccount(PRECOMPILE))?.nonce).toBe(1n)
    // 21,000, a byte of input, the price of the call
    expect(receipts[0]!.gasUsed).toBe(21_000 + 4 + 101)
  })

  it.each([
    ['throwAfterCount', 0n],
    ['promise', 0n],
    ['badSlot', 0n],
  ])('fails with all gas where it throws (%s)', async (mood) => {
    const engine = await engineWith({ workers: 1 })
    const { receipts } = await calls(engine, [[PRECOMPILE, inputOf(mood)]])
    expect(receipts[0]).toMatchObject({ status: 0, gasUsed: 400_000 })
    expect(await engine.getStorage(PRECOMPILE, 0)).toBe(0n)
    expect(await engine.getAccount(PRECOMPILE)).toMatchObject({ exists: false })
  })

  it('reverts with its output, its changes undone and its gas left', async () => {
    const engine = await engineWith({ workers: 1 })
    const data = inputOf('revertAfterCount')
    const { receipts } = await calls(engine, [[PRECOMPILE, data, 3], [FORWARD!, data, 3]])
    for (const { output, status } of receipts) {
      expect([status, output]).toEqual([0, '0xabcd'])
    }
    // 21,000, a byte of input, the price of the call
    expect(receipts[0]!.gasUsed).toBe(21_000 + 16 + 101)
    expect(await engine.getStorage(PRECOMPILE, 0)).toBe(0n)
    expect(await engine.getBalance(PRECOMPILE)).toBe(0n)
  })

  it('is told who calls with how much, and that it may change nothing', async () => {
    const engine = await engineWith({ workers: 1 })
    const tell = async (to: Hex, value: number): Promise<string[]> => {
      const { output } = await engine.call({ from: ALICE, to, value, data: inputOf('tell') })
      const words = output.slice(2).match(/.{64}/g)!.slice(0, 3)
      return words.map((it) => `0x${BigInt(`0x${it}`).toString(16)}`)
    }
    expect(await tell(PRECOMPILE, 7)).toEqual([ALICE, '0x7', '0x0'])
    expect(await tell(FORWARD!, 7)).toEqual([FORWARD, '0x7', '0x0'])
    expect(await tell(STATIC!, 0)).toEqual([STATIC, '0x0', '0x1'])
    expect(await tell(DELEGATE!, 0)).toEqual([ALICE, '0x0', '0x1'])
    for (const to of [STATIC!, DELEGATE!]) {
      expect((await engine.call({ to, data: inputOf('count') })).status).toBe(0)
      expect((await engine.call({ to, data: inputOf('readOnly') })).output).toBe(`0x${wordOf(0)}`)
    }
  })

  it('takes its price, and more while it runs', async () => {
    const engine = await engineWith({ workers: 1 })
    const call = (to: Hex, data: Hex) => engine.call({ to, data, gas: 60_000 })
    expect((await call(PRECOMPILE, inputOf('useGas', '05'))).gasUsed)
      .toBe(21_000 + 32 + 102 + 5_000)
    expect((await call(PRECOMPILE, inputOf('useGas', '40'))).status).toBe(0)
    expect((await call(DEAR, '0x')).status).toBe(0)
    expect((await call(NEGATIVE, '0x')).status).toBe(0)
  })

  it('may have a large output', async () => {
    const engine = await engineWith({ workers: 1 })
    for (const to of [PRECOMPILE, FORWARD!]) {
      const { output } = await engine.call({ to, data: inputOf('large') })
      expect(output).toBe(`0x${'07'.repeat(300_000)}`)
    }
  })

  it('sends no messages', async () => {
    const engine = await engineWith({ workers: 1 })
    const data = inputOf('send', RECEIVER.slice(2))
    expect((await engine.call({ to: PRECOMPILE, data })).status).toBe(0)
  })

  it('is there from its fork on', async () => {
    const precompiles = [{ address: PRECOMPILE, module, since: 'cancun' as const }]
    for (const [fork, output] of [['shanghai', '0x'], ['cancun', `0x${wordOf(0)}`]] as const) {
      const engine = await engineWith({ workers: 1, fork, precompiles })
      expect((await engine.call({ to: PRECOMPILE, data: inputOf('readOnly') })).output).toBe(output)
    }
  })

  it('cannot go on where the engine cannot', async () => {
    const memory = 24 * 2 ** 20
    const engine = await engineWith({ workers: 1, memory })
    await expect(calls(engine, [[PRECOMPILE, inputOf('fill')]])).rejects.toMatchObject({
      code: 'MEMORY_EXHAUSTED',
    })
    const { receipts } = await calls(engine, [[PRECOMPILE, inputOf('count')]])
    expect(receipts[0]!.output).toBe(`0x${wordOf(1)}`)
  })

  it('is there after a block that was refused', async () => {
    const engine = await engineWith({ workers: 1 })
    await expect(engine.executeBlock({ env, transactions: ['0x00'] })).rejects.toThrow()
    const { receipts } = await calls(engine, [[PRECOMPILE, inputOf('count')]])
    expect(receipts[0]!.status).toBe(1)
  })

  it('may be given as functions, which makes one worker the default', async () => {
    const precompiles = [{ address: OTHER, gas: native.gas, run: native.run }]
    const engine = await engineWith({ precompiles })
    expect(engine.workers).toBe(1)
    expect((await engine.call({ to: OTHER, data: inputOf('readOnly') })).status).toBe(1)
  })
})

describe('under actor semantics', () => {
  const inputs = Array.from({ length: 48 }, (_, i): [Hex, Hex, number?] => {
    if (i % 3 === 0) return [FORWARD!, inputOf('count'), i]
    if (i % 3 === 1) return [PRECOMPILE, inputOf('send', RECEIVER.slice(2)), i]
    return [PRECOMPILE, inputOf(i % 2 === 0 ? 'revertAfterCount' : 'throwAfterCount'), i]
  })

  it('an actor has its messages one after the other, on any number of workers', async () => {
    const roots = new Set<string>()
    for (const workers of [1, 2, 3]) {
      const simulation = { alwaysParallel: workers > 1 }
      const options = { semantics: 'actor', precompiles: ACTORS, workers, simulation } as const
      const engine = await engineWith(options)
      const { rounds, stateRoot } = await calls(engine, inputs)
      roots.add(stateRoot)
      // From contracts it comes a round later
      expect(await engine.getStorage(PRECOMPILE, 0)).toBe(32n)
      expect(await engine.getStorage(RECEIVER, 0)).toBe(16n)
      const sent = inputs.filter((_, i) => i % 3 === 1).reduce((sum, it) => sum + it[2]!, 0)
      expect(await engine.getStorage(RECEIVER, 1)).toBe(BigInt(sent))
      expect(rounds.length).toBe(2)
    }
    expect(roots.size).toBe(1)
  })

  it('another is called synchronously, without storage to write', async () => {
    const roots = new Set<string>()
    for (const workers of [1, 2, 3]) {
      const simulation = { alwaysParallel: workers > 1 }
      const engine = await engineWith({ semantics: 'actor', workers, simulation })
      const { receipts, rounds, stateRoot } = await calls(engine, [
        [FORWARD!, inputOf('tell'), 3],
        [PRECOMPILE, inputOf('count'), 3],
        [STATIC!, inputOf('readOnly')],
        [PRECOMPILE, inputOf('useGas', '02'), 3],
      ])
      expect(receipts.map(({ status }) => status)).toEqual([1, 0, 1, 1])
      expect(rounds.length).toBe(1)
      expect(await engine.getBalance(PRECOMPILE)).toBe(6n)
      roots.add(stateRoot)
    }
    expect(roots.size).toBe(1)
  })

  it('is there in threads that replace dead ones', async () => {
    const simulation = { alwaysParallel: true, killWorker: { worker: 1, round: 0 } }
    const options = { semantics: 'actor', precompiles: ACTORS, workers: 2, simulation } as const
    const engine = await engineWith(options)
    await expect(calls(engine, inputs)).rejects.toThrow(/died/)
    await calls(engine, inputs)
    expect(await engine.getStorage(PRECOMPILE, 0)).toBe(32n)
  })
})

describe('is refused', () => {
  const run = (precompiles: unknown, workers = 1): Promise<unknown> =>
    createEngine({ semantics: 'actor', workers, precompiles } as EngineOptions)

  it.each([
    [[{ address: PRECOMPILE, gas: native.gas, run: native.run }], 2, /cannot travel to 2 workers/],
    [[{ address: '0x01', module }], 1, /precompiles\[0\]\.address/],
    [[{ address: `0x${'00'.repeat(18)}0100`, module }], 1, /none of Ethereum's own/],
    [[{ address: PRECOMPILE }], 1, /precompiles\[0\]\.gas/],
    [[{ address: PRECOMPILE, module, run: native.run }], 1, /no functions beside a module/],
    [[{ address: PRECOMPILE, module: './here.mjs' }], 1, /an absolute URL/],
    [[{ address: PRECOMPILE, module: 'data:text/javascript,export const a = 1' }], 1, /"default"/],
    [[{ address: PRECOMPILE, module, export: 'nothing' }], 1, /an export "nothing"/],
    [[{ address: PRECOMPILE, module: 'file:///nowhere.mjs' }], 1, /cannot be loaded/],
    [[{ address: PRECOMPILE, module }, { address: PRECOMPILE, module }], 1, /an address once/],
    [[{ address: PRECOMPILE, modul: module }], 1, /unknown field: "precompiles\[0\]\.modul"/],
    [[{ address: PRECOMPILE, module, since: 'now' }], 1, /unknown fork: "precompiles\[0\]\.since"/],
    [Array.from({ length: 32 }, () => ({ address: PRECOMPILE, module })), 1, /at most 31/],
    [{}, 1, /precompiles/],
  ])('%#', async (precompiles, workers, message) => {
    await expect(run(precompiles, workers)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(message),
    })
  })
})
