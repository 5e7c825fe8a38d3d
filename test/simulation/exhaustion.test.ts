/**
 * Memory that runs out at each page that a block asks for, one after the other: the error is typed,
 * the state is as before, and the next block is right.
 *
 *   ACTOR_EVM_EXHAUSTION  every so many pages (standard 5)
 */
import {
  MemoryExhaustedError,
  createEngine,
  type Alloc,
  type BlockInput,
  type BlockResult,
  type Engine,
  type EngineOptions,
  type Hex,
} from 'actor-evm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { HEAP_LIMIT, HEAP_TOP, PAGE_BYTES } from '../../assembly/abi/memory-map.js'
import { fromEnvironment } from '../support/from-environment.js'
import {
  lastHeapTop,
  lastMemory,
  unwatchMemories,
  watchMemories,
} from '../support/linear-memories.js'
import { ALICE, ENV, ETHER, call } from '../support/small-blocks.js'

const STEP = fromEnvironment('ACTOR_EVM_EXHAUSTION', 5)
const MEMORY = 2 ** 28
const TEST_TIMEOUT_MS = 600_000
const GAS = 10_000_000
/** More than a block below takes beside the state. */
const BLOCK_BYTES = 2 ** 23

beforeAll(watchMemories)
afterAll(unwatchMemories)
const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

const word = (value: number | bigint): string => value.toString(16).padStart(64, '0')
/** For n = word 1 of the data … 1: `body` finds n on top of the stack, and leaves it there. */
const loop = (body: string): Hex => `0x6020355b${body}600190038060035700`
/** Word 0 of the data + n. */
const PLACE = '5f3501'
const at = (i: number): Hex => `0x${(0x1000 + i).toString(16).padStart(40, '0')}`

/** What contracts ask memory for; each is called with a place and a count. */
const KINDS = {
  accounts: { code: loop(`80${PLACE}3150`), count: 3_000 },
  slots: { code: loop(`80${PLACE}81${PLACE}55`), count: 400 },
  transient: { code: loop(`80${PLACE}81${PLACE}5d`), count: 4_000 },
  // CREATE of 8,000 bytes: place + n, then zeros
  codes: {
    code: loop(`607f5f5380${PLACE}60015268600052611f406000f360b81b602152602a5f5ff050`),
    count: 5,
  },
  // LOG1 of 2 KiB
  logs: { code: loop('806108005fa1'), count: 300 },
  // MSTORE at n × 4 KiB
  frames: { code: loop('8080600c1b52'), count: 450 },
  // CALL of the next contract with 1 KiB
  messages: { code: loop(`5f5f6104005f5f73${at(99).slice(2)}5af150`), count: 300 },
  // Calls itself, all the way down, with a word on the stack at each depth
  calls: { code: `0x5f5f5f5f5f305af15f52${'5b'.repeat(64)}00`, count: 1 },
} as const
type Kind = keyof typeof KINDS
const NAMES = Object.keys(KINDS) as Kind[]

const ALLOC = {
  [ALICE]: { balance: 10n ** 6n * ETHER },
  ...Object.fromEntries(NAMES.map((name, i) => [at(i), { code: KINDS[name].code }])),
  [at(99)]: { code: '0x5f3560010160005500' },
}

function blockOf(kinds: readonly Kind[], number: number, firstNonce: number): BlockInput {
  const transactions = kinds.flatMap((kind, i) => {
    const place = 2n ** 40n + BigInt(number) * 2n ** 20n
    const data: Hex = `0x${word(place)}${word(KINDS[kind].count)}`
    const nonce = firstNonce + 2 * i
    const fields = { to: at(NAMES.indexOf(kind)), data, gasLimit: GAS }
    return [call({ ...fields, nonce }), call({ ...fields, nonce: nonce + 1 })]
  })
  return { env: { ...ENV, number, gasLimit: 20 * GAS }, transactions }
}

const outcomesOf = ({ receipts }: BlockResult): string[] =>
  [...new Set(receipts.map(({ outcome }) => outcome))]

async function engineOf(options: EngineOptions): Promise<Engine> {
  const engine = await createEngine({ fork: 'prague', memory: MEMORY, ...options })
  engines.push(engine)
  await engine.loadGenesis(ALLOC)
  return engine
}

/**
 * Executes the block with ever more memory until it is enough.
 * @returns how often it was not
 */
async function executeAtLast(engine: Engine, block: BlockInput): Promise<number> {
  const words = new Uint32Array(lastMemory().buffer)
  const root = await engine.stateRoot()
  let failures = 0
  // The block before has left its memory, which the next one gives back first
  let limit = Math.max(lastHeapTop() - BLOCK_BYTES, PAGE_BYTES)
  try {
    for (;;) {
      words[HEAP_LIMIT >>> 2] = Math.min(limit, MEMORY)
      const outcome = await engine.executeBlock(block).catch((error: unknown) => error)
      if (!(outcome instanceof Error)) return failures
      expect(outcome).toBeInstanceOf(MemoryExhaustedError)
      expect(outcome.message).toMatch(/"memory" expected at least \d+ bytes/)
      expect(await engine.stateRoot()).toBe(root)
      failures++
      limit += STEP * PAGE_BYTES
    }
  } finally {
    words[HEAP_LIMIT >>> 2] = MEMORY
  }
}

describe('memory that runs out at any page', () => {
  it.each([
    { semantics: 'ethereum', workers: 1 },
    { semantics: 'actor', workers: 1 },
    { semantics: 'actor', workers: 3, simulation: { alwaysParallel: true } },
  ] as const)('leaves the state and the engine as they were: %o', async (options) => {
    const roomy = await engineOf({ semantics: options.semantics, workers: 1 })
    const tight = await engineOf(options)
    let number = 1
    let nonce = 0
    for (const kinds of [...NAMES.map((name) => [name] as const), NAMES]) {
      const block = blockOf(kinds, number++, nonce)
      nonce += block.transactions.length
      const failures = await executeAtLast(tight, block)
      expect(failures, kinds.join()).toBeGreaterThan(0)
      const right = await roomy.executeBlock(block)
      expect(outcomesOf(right), kinds.join()).toEqual(['success'])
      expect(await tight.stateRoot(), kinds.join()).toBe(right.stateRoot)
    }
  }, TEST_TIMEOUT_MS)

  it('of a genesis leaves the engine empty', async () => {
    const engine = await createEngine({ semantics: 'actor', memory: MEMORY, workers: 1 })
    engines.push(engine)
    const words = new Uint32Array(lastMemory().buffer)
    const empty = await engine.stateRoot()
    const codeOf = (i: number): Hex => `0x${word(i)}${'5b'.repeat(300)}`
    const alloc: Alloc = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, i) => {
        const storage = { [`0x${word(i + 1)}`]: i + 1 }
        return [at(i), { balance: i + 1, code: codeOf(i), storage }]
      }),
    )
    let failures = 0
    for (let limit = words[HEAP_TOP >>> 2]!; ; limit += STEP * PAGE_BYTES) {
      words[HEAP_LIMIT >>> 2] = limit
      const outcome = await engine.loadGenesis(alloc).catch((error: unknown) => error)
      if (!(outcome instanceof Error)) break
      expect(outcome).toBeInstanceOf(MemoryExhaustedError)
      expect(await engine.stateRoot()).toBe(empty)
      failures++
    }
    expect(failures).toBeGreaterThan(3)
    const other = await createEngine({ semantics: 'actor', workers: 1 })
    engines.push(other)
    expect(await other.loadGenesis(alloc)).toBe(await engine.stateRoot())
  }, TEST_TIMEOUT_MS)
})

describe('what took all memory', () => {
  // Records of one kind must not stay in the way of another
  it('is there for whatever comes next', async () => {
    const engine = await engineOf({ semantics: 'ethereum', workers: 1, memory: 2 ** 25 })
    const root = await engine.stateRoot()
    let number = 1
    const order: Kind[] = ['accounts', 'slots', 'codes', 'logs', 'transient', 'accounts', 'frames']
    for (const kind of order) {
      const env = { ...ENV, number: number++, gasLimit: 1e12 }
      const count = { frames: 40_000, codes: 20_000, logs: 60_000 }[kind as 'logs'] ?? 600_000
      const data: Hex = `0x${word(2n ** 40n)}${word(count)}`
      const hog = call({ to: at(NAMES.indexOf(kind)), nonce: 0, data, gasLimit: 1e11 })
      const failing = engine.executeBlock({ env, transactions: [hog] })
      await expect(failing, kind).rejects.toBeInstanceOf(MemoryExhaustedError)
      expect(await engine.stateRoot()).toBe(root)
    }
    // Takes a third of it, of each kind
    const result = await engine.executeBlock(blockOf(NAMES, number, 0))
    expect(outcomesOf(result)).toEqual(['success'])
  }, TEST_TIMEOUT_MS)
})
