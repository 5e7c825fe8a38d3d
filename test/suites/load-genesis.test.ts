/** A genesis as a stream, and memory above 2 GiB, where addresses have their highest bit set. */
import {
  CancelledError,
  InvalidInputError,
  MemoryExhaustedError,
  createEngine,
  type AllocAccount,
  type EngineOptions,
  type Engine,
  type Hex,
} from 'actor-evm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  ARENA_SIZE,
  HEAP_TOP,
  PAGES,
  PAGE_BYTES,
  PAGE_ENGINE,
} from '../../assembly/abi/memory-map.js'
import {
  lastHeapTop,
  lastMemory,
  unwatchMemories,
  watchMemories,
} from '../support/linear-memories.js'
import { CASE_ALLOC, CASE_BLOCK, manyRelays } from '../support/small-blocks.js'

const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
/** More than two parts (src/state/genesis.ts). */
const ACCOUNTS = 12_000
const SLOTS = 3
const MANY = manyRelays(40)

const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

async function makeEngine(options: Partial<EngineOptions>): Promise<Engine> {
  const engine = await createEngine({ semantics: 'actor', ...options })
  engines.push(engine)
  return engine
}

const addressOf = (i: number): Hex => `0x${(i + 1).toString(16).padStart(40, '0')}`

function* accounts(count = ACCOUNTS): Generator<[string, AllocAccount]> {
  for (let i = 0; i < count; i++) {
    const storage = Object.fromEntries(Array.from({ length: SLOTS }, (_, k) => [`0x${k}`, i + 1]))
    yield [addressOf(i), { balance: i + 1, storage }]
  }
}

describe('a genesis as a stream', () => {
  it('has the root of the same one as a whole', async () => {
    const whole = await makeEngine({ workers: 1 })
    const root = await whole.loadGenesis(Object.fromEntries(accounts()))
    const stream = await makeEngine({ workers: 2 })
    const told: number[] = []
    const onProgress = (count: number): void => void told.push(count)
    expect(await stream.loadGenesis(accounts(), { onProgress })).toBe(root)
    expect(told.length).toBeGreaterThan(2)
    expect(told.at(-1)).toBe(ACCOUNTS)
    async function* slowly(): AsyncGenerator<[string, AllocAccount]> {
      for (const account of accounts()) yield account
    }
    const slow = await makeEngine({ workers: 1 })
    expect(await slow.loadGenesis(slowly())).toBe(root)
  })

  it('leaves nothing if it fails in a later part', async () => {
    const engine = await makeEngine({ workers: 2 })
    function* broken(): Generator<[string, AllocAccount]> {
      yield* accounts()
      yield [addressOf(ACCOUNTS), { balance: '0xzz' }]
    }
    await expect(engine.loadGenesis(broken())).rejects.toBeInstanceOf(InvalidInputError)
    expect(await engine.stateRoot()).toBe(EMPTY_ROOT)
    expect(await engine.getBalance(addressOf(0))).toBe(0n)
    const signal = AbortSignal.abort()
    await expect(engine.loadGenesis(accounts(), { signal })).rejects.toBeInstanceOf(CancelledError)
    await engine.loadGenesis(CASE_ALLOC)
    expect((await engine.executeBlock(CASE_BLOCK)).gasUsed).toBe(86_526)
  })

  it('that does not fit leaves nothing', async () => {
    const engine = await makeEngine({ workers: 1, memory: ARENA_SIZE + 20 * 2 ** 20 })
    const failing = engine.loadGenesis(accounts(100_000))
    await expect(failing).rejects.toBeInstanceOf(MemoryExhaustedError)
    expect(await engine.stateRoot()).toBe(EMPTY_ROOT)
    await engine.loadGenesis(CASE_ALLOC)
    expect((await engine.executeBlock(CASE_BLOCK)).gasUsed).toBe(86_526)
  })
})

describe('memory above 2 GiB', () => {
  beforeAll(watchMemories)
  afterAll(unwatchMemories)

  it.each([
    { workers: 1, semantics: 'actor' },
    { workers: 3, semantics: 'actor' },
    { workers: 1, semantics: 'ethereum' },
  ] as const)('is as good as any: $workers workers, $semantics semantics', async (options) => {
    const simulation = { alwaysParallel: options.workers > 1 }
    const roots: string[] = []
    for (const top of [0, 2 ** 31 - 2 ** 20]) {
      const engine = await makeEngine({ ...options, simulation, memory: 3 * 2 ** 30 })
      const words = new Uint32Array(lastMemory().buffer)
      // As if all below were in use; the system gives pages only where they are written
      if (top > 0) {
        new Uint8Array(words.buffer).fill(PAGE_ENGINE, PAGES, PAGES + top / PAGE_BYTES)
        words[HEAP_TOP >>> 2] = top
      }
      await engine.loadGenesis({ ...MANY.alloc, ...Object.fromEntries(accounts()) })
      const { stateRoot, receiptsRoot } = await engine.executeBlock(MANY.block)
      roots.push(stateRoot + receiptsRoot)
      if (top > 0) expect(lastHeapTop()).toBeGreaterThan(2 ** 31 + 2 ** 20)
    }
    expect(roots[1]).toBe(roots[0])
  })
})
