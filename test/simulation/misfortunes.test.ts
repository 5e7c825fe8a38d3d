/**
 * Threads are killed wherever they are, delayed, do not come back, and memory runs out: the block
 * ends with the right root, or with a typed error and the state as it was; then the engine goes on.
 *
 *   ACTOR_EVM_MISFORTUNES  how many (standard 40); 1,000 take some minutes
 *   ACTOR_EVM_SEED         the first seed (standard 1)
 */
import {
  EngineFaultError,
  MemoryExhaustedError,
  WorkerDiedError,
  WorkerTimeoutError,
  createEngine,
  type Alloc,
  type BlockInput,
  type Engine,
  type EngineOptions,
  type Hex,
} from 'actor-evm'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ARENA_SIZE } from '../../assembly/abi/memory-map.js'
import { Random } from '../../examples/market/random.mjs'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { fromEnvironment, portionsOfSeeds } from '../support/from-environment.js'
import { ALICE, ENV, call } from '../support/small-blocks.js'
import { atTick, disarm, livingThreads, takeTicks } from '../support/victims.js'

const COUNT = fromEnvironment('ACTOR_EVM_MISFORTUNES', 40)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_SEED', 1)
const ENGINES_PER_TEST = 2
const BLOCKS = 10
const TRANSACTIONS_PER_BLOCK = 40
const TEST_TIMEOUT_MS = 300_000
/** Starting a thread takes a second or two on a machine with much else to do. */
const PATIENCE_MS = 20_000

const integer = (random: Random, low: number, high: number): number =>
  low + random.below(high - low + 1)

const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

async function engineWith(alloc: Alloc, options: Partial<EngineOptions>): Promise<Engine> {
  const engine = await createEngine({
    semantics: 'actor',
    memory: 2 ** 30,
    workerTimeoutMs: PATIENCE_MS,
    ...options,
  })
  engines.push(engine)
  await engine.loadGenesis(alloc)
  return engine
}

/** A market, cut into blocks; contracts that create contracts, send and fail. */
const { chainId, fork, parameters, alloc, env, transactions } = buildScenario({
  transactions: BLOCKS * TRANSACTIONS_PER_BLOCK,
})
const options = { chainId, fork, parameters }
const blocks: readonly BlockInput[] = Array.from({ length: BLOCKS }, (_, i) => ({
  env: { ...env, number: i + 1, timestamp: 1_800_000_000 + 12 * i },
  transactions: transactions.slice(i * TRANSACTIONS_PER_BLOCK, (i + 1) * TRANSACTIONS_PER_BLOCK),
}))
/** State root after each block. */
let roots: readonly string[]

beforeAll(async () => {
  const engine = await engineWith(alloc, { ...options, workers: 1 })
  const expected: string[] = []
  for (const block of blocks) expected.push((await engine.executeBlock(block)).stateRoot)
  roots = expected
})

/** Executes block `i` under misfortune; if that fails, again. @returns what it failed with */
async function survive(engine: Engine, i: number): Promise<unknown> {
  const before = await engine.stateRoot()
  const block = await engine.prepareBlock(blocks[i]!)
  const outcome = await engine.executeBlock(block).catch((error: unknown) => error)
  if (!(outcome instanceof Error)) {
    expect(outcome).toMatchObject({ stateRoot: roots[i] })
    return undefined
  }
  expect(await engine.stateRoot(), 'the state is untouched').toBe(before)
  expect((await engine.executeBlock(block)).stateRoot, 'the engine goes on').toBe(roots[i])
  return outcome
}

/** Ends one or two of the threads, in mid-flight. */
function killSome(random: Random): void {
  const victims = [...livingThreads()]
  for (let left = random.below(5) === 0 ? 2 : 1; left > 0 && victims.length > 0; left--) {
    const [victim] = victims.splice(integer(random, 0, victims.length - 1), 1)
    void victim!.terminate()
  }
}

describe(`${COUNT} threads killed at random points`, () => {
  const perTest = ENGINES_PER_TEST * BLOCKS
  const deaths = { happened: 0, noticed: 0 }

  it.each(portionsOfSeeds(FIRST_SEED, Math.ceil(COUNT / BLOCKS), ENGINES_PER_TEST))(
    `${perTest} blocks, seeds %i and on`,
    async (...seeds) => {
      for (const seed of seeds) {
        const random = new Random(seed)
        const workers = integer(random, 2, 4)
        const simulation = { alwaysParallel: true, delaySeed: integer(random, 1, 1e9) }
        const engine = await engineWith(alloc, { ...options, workers, simulation })
        let usual = 2_000
        for (let i = 0; i < BLOCKS; i++) {
          takeTicks()
          atTick(integer(random, 1, usual), () => {
            deaths.happened++
            killSome(random)
          })
          const failure = await survive(engine, i)
          if (failure === undefined) usual = takeTicks()
          else expect(failure).toBeInstanceOf(WorkerDiedError)
          if (failure !== undefined) deaths.noticed++
        }
        // Else it may strike while the next engine loads its state
        disarm()
        await engines.pop()!.dispose()
      }
    },
    TEST_TIMEOUT_MS,
  )

  it('of which many struck in the middle of a block', () => {
    expect(deaths.happened).toBeGreaterThan(COUNT / 2)
    expect(deaths.noticed).toBeGreaterThan(COUNT / 10)
  })
})

describe('at the moment a piece of work is claimed', () => {
  const KINDS = [
    { name: 'killWorker', Failure: WorkerDiedError, workerTimeoutMs: PATIENCE_MS },
    { name: 'trapWorker', Failure: EngineFaultError, workerTimeoutMs: PATIENCE_MS },
    { name: 'hangWorker', Failure: WorkerTimeoutError, workerTimeoutMs: 4_000 },
  ]

  const STRUCK = ['groups', 'groups', 'keys', 'tries', 'leaves'] as const

  it.each(portionsOfSeeds(FIRST_SEED, Math.ceil(COUNT / 5), 4))(
    'threads end, trap and do not come back, seeds %i and on',
    async (...seeds) => {
      for (const seed of seeds) {
        const random = new Random(seed)
        const workers = integer(random, 2, 4)
        const victim = { worker: integer(random, 1, workers - 1), round: integer(random, 0, 4) }
        const kind = random.pick(KINDS) as (typeof KINDS)[number]
        const { workerTimeoutMs } = kind
        const during = random.pick(STRUCK)
        const simulation = { alwaysParallel: true, during, [kind.name]: victim }
        const engine = await engineWith(alloc, { ...options, workers, workerTimeoutMs, simulation })
        const failures = [await survive(engine, 0), await survive(engine, 1)]
        for (const failure of failures.filter((it) => it !== undefined)) {
          expect(failure).toBeInstanceOf(kind.Failure)
        }
        await engines.pop()!.dispose()
      }
    },
    TEST_TIMEOUT_MS,
  )
})

describe('memory that runs out', () => {
  /** MSTORE of a word at what the first word of the data says, LOG0 of all that. */
  const hog = `0x${'ab'.repeat(20)}`
  const HOG_CODE = '0x5f355f8152805fa000'

  it.each([1, 2, 3])('in the middle of a block on %i workers', async (workers) => {
    const random = new Random(FIRST_SEED + workers)
    const hogs = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [hog.slice(0, -1) + i, { code: HOG_CODE }]),
    )
    const rich = { [ALICE]: { balance: 10n ** 24n } }
    const memory = workers * ARENA_SIZE + 24 * 2 ** 20
    const simulation = { alwaysParallel: true, delaySeed: 7 }
    const tight = await engineWith({ ...rich, ...hogs }, { workers, memory, simulation })
    const roomy = await engineWith({ ...rich, ...hogs }, { workers: 1 })
    let nonce = 0
    const failures: unknown[] = []
    for (let i = 0; i < COUNT / 2; i++) {
      const calls = Array.from({ length: integer(random, 1, 40) }, () => {
        const data: Hex = `0x${integer(random, 1, 1_000_000).toString(16).padStart(64, '0')}`
        const to = random.pick(Object.keys(hogs)) as Hex
        return call({ to, nonce: nonce++, data, gasLimit: 12_000_000 })
      })
      const block = { env: { ...ENV, number: i + 1, gasLimit: 1e9 }, transactions: calls }
      const before = await tight.stateRoot()
      const outcome = await tight.executeBlock(block).catch((error: unknown) => error)
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(MemoryExhaustedError)
        expect(await tight.stateRoot()).toBe(before)
        failures.push(outcome)
        nonce -= calls.length
      } else expect((await roomy.executeBlock(block)).stateRoot).toBe(await tight.stateRoot())
    }
    expect(failures.length).toBeGreaterThan(0)
    expect(failures.length).toBeLessThan(COUNT / 2)
  })
})
