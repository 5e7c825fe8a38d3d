/**
 * Blocks that fail, and contracts that come and go: memory stays as the state is.
 *
 *   ACTOR_EVM_FLAT  blocks of each test (standard 150)
 */
import {
  CancelledError,
  InvalidTransactionError,
  createEngine,
  type AllocAccount,
  type BlockInput,
  type Engine,
  type EngineOptions,
  type Hex,
} from 'actor-evm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  HEAP_TOP,
  PAGES,
  PAGE_CODE,
  PAGE_SLAB,
  PAGE_STATE,
} from '../../assembly/abi/memory-map.js'
import { fromEnvironment } from '../support/from-environment.js'
import { lastMemory, unwatchMemories, watchMemories } from '../support/linear-memories.js'
import { ALICE, A, B, C, ENV, ETHER, call } from '../support/small-blocks.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_FLAT', 150)
const WARM_UP = Math.ceil(BLOCKS / 5)
const TEST_TIMEOUT_MS = 900_000

beforeAll(watchMemories)
afterAll(unwatchMemories)
const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

const word = (value: number | bigint): string => value.toString(16).padStart(64, '0')
const ofWords = (words: readonly number[]): Hex => `0x${words.map(word).join('')}`
const loop = (body: string): Hex => `0x6020355b${body}600190038060035700`
const PLACE = '5f3501'
/** A: looks at accounts. B: writes slots. C: creates contracts, as large as word 2 of the data. */
const ALLOC = {
  [ALICE]: { balance: 10n ** 9n * ETHER },
  [A]: { code: loop(`80${PLACE}3150`) },
  [B]: { code: loop(`80${PLACE}81${PLACE}55`) },
  [C]: { code: loop(creation()) },
}

/** CREATE of a contract whose code is word place + n, and zeros up to word 2 of the data. */
function creation(): string {
  return [
    // PUSH32 place + n
    `607f5f5380${PLACE}600152`,
    // PUSH1 0 MSTORE PUSH4 size PUSH1 0 RETURN
    '636000526360e01b602152',
    '60403560e01b602552',
    '626000f360e81b602952',
    '602c5f5ff050',
  ].join('')
}

/** Of the state and its records. */
function pagesOfState(): number {
  const memory = lastMemory()
  const top = new Uint32Array(memory.buffer)[HEAP_TOP >>> 2]!
  const pages = new Uint8Array(memory.buffer).subarray(PAGES, PAGES + (top >>> 16))
  return pages.reduce((sum, owner) => sum + Number(owner === PAGE_STATE || owner === PAGE_SLAB), 0)
}

function pagesOfCode(): number {
  const memory = lastMemory()
  return new Uint8Array(memory.buffer)
    .subarray(PAGES, PAGES + 65_536)
    .reduce((sum, owner) => sum + Number(owner === PAGE_CODE), 0)
}

const data = (number: number, count: number, size = 0): Hex =>
  `0x${word(2n ** 64n + BigInt(number) * 4_096n)}${word(count)}${word(size)}`

/** Touches, writes and creates what no other block does. */
function touchingBlock(number: number, nonce: number): BlockInput {
  const size = 200 + ((number * 7_919) % 3_000)
  const calls = [
    { to: A, data: data(number, 500) },
    { to: B, data: data(number, 100) },
    { to: C, data: data(number, 6, size) },
  ]
  const transactions = calls.map((fields, i) =>
    call({ ...fields, nonce: nonce + i, gasLimit: 9_000_000 }),
  )
  return { env: { ...ENV, number: 1, gasLimit: 40_000_000 }, transactions }
}

async function engineOf(options: EngineOptions): Promise<Engine> {
  const engine = await createEngine({ fork: 'shanghai', ...options })
  engines.push(engine)
  await engine.loadGenesis(ALLOC)
  return engine
}

const MODES = [
  { semantics: 'ethereum', workers: 1 },
  { semantics: 'actor', workers: 1 },
  { semantics: 'actor', workers: 3, simulation: { alwaysParallel: true } },
] as const

describe(`${BLOCKS} blocks that fail`, () => {
  it.each(MODES)('leave nothing in memory: %o', async (options) => {
    const engine = await engineOf(options)
    const root = await engine.stateRoot()
    const pages: number[] = []
    for (let i = 1; i <= BLOCKS; i++) {
      const block = touchingBlock(i, 0)
      const transactions = [...block.transactions, call({ to: ALICE, nonce: 77 })]
      const failing = engine.executeBlock({ ...block, transactions })
      await expect(failing).rejects.toBeInstanceOf(InvalidTransactionError)
      pages.push(pagesOfState())
    }
    expect(await engine.stateRoot()).toBe(root)
    expect(pages.at(-1)! - pages[WARM_UP]!).toBe(0)
    const { receipts } = await engine.executeBlock(touchingBlock(1, 0))
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success'])
  }, TEST_TIMEOUT_MS)

  it('because they are cancelled leave nothing either', async () => {
    const engine = await engineOf({ semantics: 'ethereum', workers: 1 })
    const pages: number[] = []
    for (let i = 1; i <= BLOCKS; i++) {
      const controller = new AbortController()
      const { signal } = controller
      const stop = (): void => controller.abort()
      const failing = engine.executeBlock(touchingBlock(i, 0), { signal, onProgress: stop })
      await expect(failing).rejects.toBeInstanceOf(CancelledError)
      pages.push(pagesOfState())
    }
    expect(pages.at(-1)! - pages[WARM_UP]!).toBe(0)
  }, TEST_TIMEOUT_MS)
})

describe(`contracts of ${BLOCKS} blocks that come and go`, () => {
  /** With data: slot 1 = its first word. Without: SELFDESTRUCT. */
  const MORTAL = '3660065733ff5b5f358060015500'

  /** Initcode of a mortal with code that no other has, of any size. */
  function mortal(number: number): Hex {
    const size = 300 + ((number * 7_919) % 12_000)
    const runtime = `${MORTAL}${word(number)}`.padEnd(2 * size, '0')
    return `0x61${size.toString(16).padStart(4, '0')}80600a5f395ff3${runtime}`
  }
  const env = { ...ENV, gasLimit: 40_000_000 }

  it('take no memory once they are gone', async () => {
    const engine = await engineOf({ semantics: 'ethereum', workers: 1 })
    const pages: number[] = []
    let nonce = 0
    for (let i = 1; i <= BLOCKS; i++) {
      const deploy = call({ to: A, nonce: nonce++, data: mortal(i), gasLimit: 9_000_000 })
      const made = await engine.executeBlock({
        env: { ...env, number: 2 * i },
        transactions: [{ ...deploy, to: null }],
      })
      const to = made.receipts[0]!.contractAddress!
      const gone = await engine.executeBlock({
        env: { ...env, number: 2 * i + 1 },
        transactions: [
          call({ to, nonce: nonce++, data: `0x${word(i)}` }),
          call({ to, nonce: nonce++ }),
        ],
      })
      expect([made, gone].flatMap(({ receipts }) => receipts.map(({ status }) => status)))
        .toEqual([1, 1, 1])
      expect((await engine.getAccount(to)).exists).toBe(false)
      pages.push(pagesOfState())
    }
    expect(pages.at(-1)! - pages[WARM_UP]!).toBe(0)
  }, TEST_TIMEOUT_MS)

  // CREATE of the data, and a call of what that made
  it.each(MODES)('within one call: %o', async (options) => {
    const engine = await createEngine({ fork: 'prague', ...options })
    engines.push(engine)
    const factory = '0x365f5f37365f5ff05f5f5f5f5f855af100'
    await engine.loadGenesis({ ...ALLOC, [A]: { code: factory }, [B]: { code: factory } })
    const pages: number[] = []
    let nonce = 0
    for (let i = 1; i <= BLOCKS; i++) {
      const calls = [A, B, A].map((to, k) =>
        call({ to, nonce: nonce++, data: mortal(3 * i + k), gasLimit: 9_000_000 }))
      const block = { env: { ...env, number: i }, transactions: calls }
      const { receipts } = await engine.executeBlock(block)
      expect(receipts.map(({ status }) => status)).toEqual([1, 1, 1])
      pages.push(pagesOfState())
    }
    expect(pages.at(-1)! - pages[WARM_UP]!).toBe(0)
  }, TEST_TIMEOUT_MS)
})

describe('reading', () => {
  it('of accounts that are not there takes no memory', async () => {
    const engine = await engineOf({ semantics: 'ethereum', workers: 1 })
    const pages: number[] = []
    for (let i = 1; i <= 20 * BLOCKS; i++) {
      await engine.getProof(`0x${i.toString(16).padStart(40, '0')}`, [i])
      pages.push(pagesOfState())
    }
    expect(pages.at(-1)! - pages[WARM_UP]!).toBe(0)
  }, TEST_TIMEOUT_MS)
})

describe('decoded code', () => {
  const CONTRACTS = fromEnvironment('ACTOR_EVM_LARGE_CONTRACTS', 1_200)
  const CODE_BYTES = 24_576
  /** A sixth more than the codes, for the rest of the state and what runs. 18,000: 512 MB. */
  const MEMORY = Math.floor((CONTRACTS * CODE_BYTES * 7) / 6) + 2 ** 23

  async function* largeContracts(): AsyncGenerator<[string, AllocAccount]> {
    yield [ALICE, { balance: 10n ** 9n * ETHER }]
    // Calls word 0, word 0 + 1, …, to before word 1
    yield [A, { code: '0x5f355b5f5f5f5f5f855af150600101806020351160025700' }]
    for (let i = 0; i < CONTRACTS; i++) {
      // Jumps over a word of its own to the last of many destinations
      const begin = `605b5061${(CODE_BYTES - 1).toString(16)}567f${word(i)}`
      yield [addressOf(i), { code: `0x${begin.padEnd(2 * CODE_BYTES, '5b')}` }]
    }
  }
  const addressOf = (i: number): Hex => `0x${(0x100_0000 + i).toString(16).padStart(40, '0')}`

  it.each(['ethereum', 'actor'] as const)(
    `of ${CONTRACTS} large contracts called once each fits what is left: %s`,
    async (semantics) => {
      const engine = await createEngine({ semantics, workers: 1, fork: 'prague', memory: MEMORY })
      engines.push(engine)
      await engine.loadGenesis(largeContracts())
      let nonce = 0
      for (let first = 0; first < CONTRACTS; first += 600) {
        const words = [0x100_0000 + first, 0x100_0000 + Math.min(first + 600, CONTRACTS)]
        const fields = { to: A, data: ofWords(words), gasLimit: 16_000_000 }
        const { receipts } = await engine.executeBlock({
          env: { ...ENV, number: nonce + 1 },
          transactions: [call({ ...fields, nonce: nonce++ })],
        })
        expect(receipts[0]).toMatchObject({ status: 1 })
        expect(pagesOfCode() * 65_536).toBeLessThan(MEMORY / 6)
      }
    },
    TEST_TIMEOUT_MS,
  )
})
