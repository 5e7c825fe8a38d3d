/** Whatever is handed in, what comes back is a result or a typed error. */
import { ActorEvmError, createEngine, parseScenario, type Engine } from 'actor-evm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { A, CASE_ALLOC, ENV, call } from '../support/small-blocks.js'

let engine: Engine
let genesis: string
beforeAll(async () => {
  engine = await createEngine({ semantics: 'actor', workers: 1 })
  genesis = await engine.loadGenesis(CASE_ALLOC)
})
afterAll(() => engine.dispose())

const anything = fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true })
const almostHex = fc.oneof(
  fc.string().map((text) => `0x${text}`),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
)
const value = fc.oneof(anything, almostHex, fc.nat(), fc.bigInt())

/** Sets one field of a good object to something else. */
const damaged = (good: object): fc.Arbitrary<object> =>
  fc
    .tuple(fc.constantFrom(...Object.keys(good)), value)
    .map(([name, bad]) => ({ ...good, [name]: bad }))

/** Resolves to whether the work succeeded; fails the test for an error that is not ours. */
async function isFine(work: () => unknown): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    expect(error.code).toMatch(/^[A-Z_]+$/)
    expect(error.message.length).toBeLessThan(2_000)
    return false
  }
}

async function check(input: fc.Arbitrary<unknown>, use: (it: never) => unknown): Promise<void> {
  const property = fc.asyncProperty(input, async (it) => {
    await isFine(() => use(it as never))
  })
  await fc.assert(property, { numRuns: 300 })
}

describe('garbage', () => {
  it('as options', async () => {
    const options = fc.oneof(
      fc.object({ maxDepth: 2 }),
      damaged({ fork: 'osaka', semantics: 'actor', chainId: 1, parameters: {} }),
    )
    await check(options, async (it: object) => {
      const other = await createEngine({ semantics: 'actor', ...it, workers: 1, memory: 2 ** 28 })
      await other.dispose()
    })
  })

  it('as a genesis', async () => {
    const account = { balance: 1, nonce: 2, code: '0x00', storage: { '0x1': 2 } }
    const alloc = fc.oneof(
      anything,
      damaged(account).map((bad) => ({ [A]: bad })),
      almostHex.map((name) => ({ [name]: account })),
    )
    await check(alloc, async (it) => {
      const other = await createEngine({ semantics: 'actor', workers: 1, memory: 2 ** 28 })
      await other.loadGenesis(it).finally(() => other.dispose())
    })
  })

  it('as a block, its environment, or a transaction', async () => {
    const tx = call({ to: A, nonce: 0, data: '0x1234' })
    const block = fc.oneof(
      anything,
      damaged({ env: ENV, transactions: [tx], withdrawals: [] }),
      damaged(ENV).map((env) => ({ env, transactions: [] })),
      damaged(tx).map((bad) => ({ env: ENV, transactions: [bad] })),
      value.map((bad) => ({ env: ENV, transactions: [bad] })),
      fc.uint8Array({ maxLength: 300 }).map((raw) => ({ env: ENV, transactions: [raw] })),
      value.map((bad) => ({ env: ENV, transactions: [], withdrawals: [bad] })),
    )
    // A block that happens to be good is taken back by a bad one behind it
    const bad = call({ to: A, nonce: 99 })
    const property = fc.asyncProperty(block, async (it) => {
      const input = it as { transactions?: unknown }
      const list = input?.transactions
      const doomed = Array.isArray(list) ? { ...input, transactions: [...list, bad] } : it
      await isFine(() => engine.executeBlock(doomed as never))
      expect(await engine.stateRoot()).toBe(genesis)
    })
    await fc.assert(property, { numRuns: 600 })
  })

  it('as a scenario', async () => {
    const good = { chainId: 1, fork: 'osaka', alloc: {}, env: ENV, transactions: [] }
    const scenario = fc.oneof(anything, fc.string(), damaged(good), fc.json())
    await check(scenario, (it) => parseScenario(it))
  })

  it('as an address or a slot', async () => {
    await check(value, (it) => engine.getAccount(it))
    await check(value, (it) => engine.getStorage(A, it))
  })
})
