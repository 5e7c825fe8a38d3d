/** What goes wrong is a typed error that names the place; the state is as before. */
import {
  CancelledError,
  EngineDisposedError,
  EngineFaultError,
  InvalidBlockError,
  InvalidInputError,
  InvalidTransactionError,
  MemoryExhaustedError,
  WorkerDiedError,
  WorkerTimeoutError,
  createEngine,
  type BlockInput,
  type Engine,
  type EngineOptions,
  type Hex,
  type Alloc,
} from 'actor-evm'
import { afterEach, describe, expect, it } from 'vitest'
import { ARENA_SIZE } from '../../assembly/abi/memory-map.js'
import {
  A,
  ALICE,
  CASE_ALLOC,
  CASE_BLOCK,
  ENV,
  ETHER,
  LOOP_CODE,
  call,
  longRallies,
  manyRelays,
} from '../support/small-blocks.js'

/** Enough groups for every worker to get some. */
const MANY = manyRelays(40)
const POOR_KEY: Hex = `0x${'22'.repeat(32)}`

const engines: Engine[] = []

async function engineWith(
  alloc: typeof CASE_ALLOC,
  options: Partial<EngineOptions>,
): Promise<Engine> {
  const engine = await createEngine({ semantics: 'actor', ...options })
  engines.push(engine)
  await engine.loadGenesis(alloc)
  return engine
}

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

/** The error of a block that fails; state and engine must not show that it was tried. */
async function failureOf(engine: Engine, block: BlockInput): Promise<unknown> {
  const before = await engine.stateRoot()
  const failure = await engine.executeBlock(block).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(await engine.stateRoot()).toBe(before)
  expect(await engine.getNonce(ALICE)).toBe(0n)
  return failure
}

async function rootOnOneWorker(alloc: typeof CASE_ALLOC, block: BlockInput): Promise<string> {
  return (await (await engineWith(alloc, { workers: 1 })).executeBlock(block)).stateRoot
}

describe.each([1, 2])('invalid transactions, on %i workers', (workers) => {
  const failing = async (bad: unknown, env = ENV): Promise<unknown> => {
    const engine = await engineWith(CASE_ALLOC, { workers })
    // The good one in front must be undone too
    const transactions = [call({ to: A, nonce: 0 }), bad] as BlockInput['transactions']
    const failure = await failureOf(engine, { env, transactions })
    const { stateRoot } = await engine.executeBlock(CASE_BLOCK)
    expect(stateRoot).toBe(await rootOnOneWorker(CASE_ALLOC, CASE_BLOCK))
    return failure
  }

  it('truncated', async () => {
    const engine = await engineWith(CASE_ALLOC, { workers: 1 })
    const { transactions } = await engine.prepareBlock(CASE_BLOCK)
    const { raw } = transactions[1]!
    const failure = await failing(raw.subarray(0, raw.length - 5))
    expect(failure).toBeInstanceOf(InvalidTransactionError)
    expect(failure).toMatchObject({ reason: 'malformed-rlp', place: { block: 1n, tx: 1 } })
  })

  it('wrong nonce', async () => {
    const high = await failing(call({ to: A, nonce: 5 }))
    expect(high).toBeInstanceOf(InvalidTransactionError)
    expect(high).toMatchObject({
      reason: 'nonce-too-high',
      place: { block: 1n, tx: 1, account: ALICE, field: 'nonce' },
      message: expect.stringMatching(/"nonce" expected 1, got 5 \(block 1, tx 1/),
    })
    const low = await failing(call({ to: A, nonce: 0, value: 1 }))
    expect(low).toMatchObject({ reason: 'nonce-too-low', place: { tx: 1 } })
  })

  it('sender cannot pay', async () => {
    const failure = await failing({ ...call({ to: A, nonce: 0 }), secretKey: POOR_KEY })
    expect(failure).toMatchObject({
      reason: 'insufficient-funds',
      place: { block: 1n, tx: 1, field: 'balance' },
    })
    const value = await failing(call({ to: A, nonce: 1, value: ETHER }))
    expect(value).toMatchObject({ reason: 'insufficient-funds', place: { account: ALICE } })
  })

  it('gas limit above the cap, which geth asks for before the block’s; price', async () => {
    const gas = await failing(call({ to: A, nonce: 1, gasLimit: 30_000_001 }))
    expect(gas).toMatchObject({ reason: 'gas-limit-above-cap', place: { tx: 1 } })
    const price = await failing(call({ to: A, nonce: 1, gasPrice: 6 }))
    expect(price).toMatchObject({ reason: 'fee-cap-below-base-fee', place: { tx: 1 } })
  })

  it('another chain', async () => {
    const failure = await failing({ ...call({ to: A, nonce: 1 }), chainId: 5 })
    expect(failure).toMatchObject({ reason: 'wrong-chain-id', place: { tx: 1 } })
  })
})

it('gas limit above what the block has left, under Ethereum semantics', async () => {
  const options = { workers: 1, semantics: 'ethereum', fork: 'london' } as const
  const engine = await engineWith(CASE_ALLOC, options)
  const first = call({ to: ALICE, nonce: 0, gasLimit: 30_000_000 })
  const transactions = [first, call({ to: ALICE, nonce: 1, gasLimit: 29_979_001 })]
  expect(await failureOf(engine, { env: ENV, transactions })).toMatchObject({
    reason: 'gas-limit-above-block',
    place: { tx: 1, field: 'gasLimit' },
    message: expect.stringContaining('at most 29979000'),
  })
})

describe.each([1, 2])('a block above its gas limit, on %i workers', (workers) => {
  it('stops in mid-round, is undone and named', async () => {
    const alloc: Alloc = { ...CASE_ALLOC, [A]: { code: LOOP_CODE } }
    const engine = await engineWith(alloc, { workers })
    const env = { ...ENV, gasLimit: 10_000_000 }
    const transactions = [0, 1, 2].map((nonce) => call({ to: A, nonce, gasLimit: 4_000_000 }))
    const failure = await failureOf(engine, { env, transactions })
    expect(failure).toBeInstanceOf(InvalidBlockError)
    expect(failure).toMatchObject({
      reason: 'gas-above-limit',
      place: { block: 1n, round: 0, field: 'gasUsed' },
    })
    const two = { env, transactions: transactions.slice(0, 2) }
    expect((await engine.executeBlock(two)).gasUsed).toBe(8_000_000)
  })
})

describe('memory exhausted', () => {
  it('by the state that a genesis brings', async () => {
    const engine = await createEngine({
      semantics: 'actor',
      workers: 1,
      memory: ARENA_SIZE + 25 * 2 ** 20,
    })
    engines.push(engine)
    const code = `0x${'5b'.repeat(2 ** 20)}`
    const alloc = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => {
        const address = `0x${i.toString(16).padStart(40, '0')}`
        // One code is stored once: let each be another
        return [address, { code: `${code}${i.toString(16).padStart(2, '0')}` as Hex }]
      }),
    )
    const before = await engine.stateRoot()
    const failure = await engine.loadGenesis(alloc).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(MemoryExhaustedError)
    expect(failure).toMatchObject({ place: { block: 0, worker: 0 } })
    expect(await engine.stateRoot()).toBe(before)
    expect((await engine.getAccount(`0x${'00'.repeat(20)}`)).exists).toBe(false)
  })

  it('by the transactions of a block', async () => {
    const engine = await engineWith(CASE_ALLOC, { workers: 1, memory: ARENA_SIZE + 20 * 2 ** 20 })
    const data: Hex = `0x${'00'.repeat(2 ** 20)}`
    const env = { ...ENV, gasLimit: 1_000_000_000 }
    const transactions = Array.from({ length: 30 }, (_, nonce) => {
      return call({ to: ALICE, nonce, data, gasLimit: 12_000_000 })
    })
    const failure = await failureOf(engine, { env, transactions })
    expect(failure).toBeInstanceOf(MemoryExhaustedError)
    expect(failure).toMatchObject({ place: { block: 1n, worker: 0 } })
    expect((await engine.executeBlock(CASE_BLOCK)).gasUsed).toBe(86_526)
  })

  it('before the engine is made', async () => {
    const making = createEngine({ semantics: 'actor', workers: 64, memory: 2 ** 27 })
    await expect(making).rejects.toMatchObject({
      name: 'InvalidInputError',
      place: { field: 'memory' },
    })
  })
})

describe('a worker', () => {
  const failureUnder = async (options: Partial<EngineOptions>): Promise<unknown> => {
    const engine = await engineWith(MANY.alloc, options)
    const start = performance.now()
    const failure = await failureOf(engine, MANY.block)
    expect(performance.now() - start, 'no hang').toBeLessThan(10_000)
    const { stateRoot } = await engine.executeBlock(MANY.block)
    expect(stateRoot).toBe(await rootOnOneWorker(MANY.alloc, MANY.block))
    return failure
  }

  it.each([2, 3, 4])('killed in mid-round, of %i', async (workers) => {
    const worker = workers - 1
    const failure = await failureUnder({
      workers,
      simulation: { killWorker: { worker, round: 0 } },
    })
    expect(failure).toBeInstanceOf(WorkerDiedError)
    expect(failure).toMatchObject({ place: { block: 1n, round: 0, worker } })
  })

  it('that never comes back', async () => {
    const failure = await failureUnder({
      workers: 2,
      workerTimeoutMs: 400,
      simulation: { hangWorker: { worker: 1, round: 0 } },
    })
    expect(failure).toBeInstanceOf(WorkerTimeoutError)
    expect(failure).toMatchObject({ timeoutMs: 400, place: { block: 1n, round: 0 } })
  })

  it('whose core traps', async () => {
    const failure = await failureUnder({
      workers: 2,
      simulation: { trapWorker: { worker: 1, round: 0 } },
    })
    expect(failure).toBeInstanceOf(EngineFaultError)
    expect(failure).toMatchObject({ place: { block: 1n, round: 0, worker: 1 } })
  })
})

describe('cancelling', () => {
  it.each([1, 2])('stops a block between messages, on %i workers', async (workers) => {
    const alloc: Alloc = { ...CASE_ALLOC, [A]: { code: LOOP_CODE } }
    const engine = await engineWith(alloc, { workers })
    const env = { ...ENV, gasLimit: 2_000_000_000 }
    const transactions = Array.from({ length: 100 }, (_, nonce) => {
      return call({ to: A, nonce, gasLimit: 16_000_000 })
    })
    const block = await engine.prepareBlock({ env, transactions })
    const before = await engine.stateRoot()
    const signal = AbortSignal.timeout(1)
    const running = engine.executeBlock(block, { signal })
    // One group is not interrupted by the event loop: its end may come before the signal
    const failure = await running.catch((error: unknown) => error)
    if (failure instanceof Error) {
      expect(failure).toBeInstanceOf(CancelledError)
      expect(await engine.stateRoot()).toBe(before)
    }
  })

  it.each([1, 2])('stops a block of small rounds, on %i workers', async (workers) => {
    const { alloc, block } = longRallies(80)
    const engine = await engineWith(alloc, { workers })
    const prepared = await engine.prepareBlock(block)
    const before = await engine.stateRoot()
    const running = engine.executeBlock(prepared, { signal: AbortSignal.timeout(1) })
    await expect(running).rejects.toBeInstanceOf(CancelledError)
    expect(await engine.stateRoot()).toBe(before)
    const { receipts, rounds } = await engine.executeBlock(prepared)
    expect(rounds.length).toBeGreaterThan(100)
    expect(receipts.every(({ status }) => status === 1)).toBe(true)
  })

  it('refuses a block whose signal is aborted already', async () => {
    const engine = await engineWith(CASE_ALLOC, { workers: 1 })
    const running = engine.executeBlock(CASE_BLOCK, { signal: AbortSignal.abort('enough') })
    await expect(running).rejects.toMatchObject({ name: 'CancelledError', cause: 'enough' })
  })
})

describe('wrong use', () => {
  it.each([
    [{ workers: 0 }, 'workers'],
    [{ workers: 2.5 }, 'workers'],
    [{ fork: 'nowhere' }, 'fork'],
    [{ semantics: 'other' as never }, 'semantics'],
    [{ memory: -1 }, 'memory'],
    [{ chainId: 'x' }, 'chainId'],
    [{ parameters: { gMessage: 2300 } }, 'parameters.gMessage'],
  ])('of options %j', async (options, field) => {
    const making = createEngine({ semantics: 'actor', ...options } as EngineOptions)
    await expect(making).rejects.toBeInstanceOf(InvalidInputError)
    await expect(making).rejects.toMatchObject({ place: { field } })
  })

  it('of a genesis', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    engines.push(engine)
    const loading = engine.loadGenesis({ [ALICE]: { balance: '0xzz' } })
    await expect(loading).rejects.toMatchObject({ place: { field: `alloc.${ALICE}.balance` } })
    await engine.loadGenesis(CASE_ALLOC)
    await expect(engine.loadGenesis(CASE_ALLOC)).rejects.toBeInstanceOf(InvalidInputError)
  })

  it('of an environment', async () => {
    const engine = await engineWith(CASE_ALLOC, { workers: 1 })
    const env = { ...ENV, coinbase: '0x12' as const }
    const running = engine.executeBlock({ env, transactions: [] })
    await expect(running).rejects.toMatchObject({ place: { field: 'env.coinbase' } })
  })

  it('after dispose', async () => {
    const engine = await engineWith(CASE_ALLOC, { workers: 2 })
    await engine.dispose()
    await engine.dispose()
    await expect(engine.executeBlock(CASE_BLOCK)).rejects.toBeInstanceOf(EngineDisposedError)
    await expect(engine.stateRoot()).rejects.toBeInstanceOf(EngineDisposedError)
  })
})
