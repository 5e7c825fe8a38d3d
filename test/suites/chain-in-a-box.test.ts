/** A chain in a box: pool, mining, time, going back, logs, import. */

import { afterEach, describe, expect, it } from 'vitest'
import { createChain, type Chain, type ChainOptions, type LedgerLog } from '../../src/chain.js'

const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
const ACCOUNT = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'
const OTHER = '0x00000000000000000000000000000000000000bb'
/** Logs its calldata's first word as a topic, and stores it. */
const LOGGER = '0x5f35805f5560205f5fa1'
const LOGGER_AT = '0x00000000000000000000000000000000000000cc'
const MEMORY = 192 * 2 ** 20

const open: Chain[] = []
async function chainOf(options: Partial<ChainOptions> = {}): Promise<Chain> {
  const chain = await createChain({
    semantics: 'ethereum',
    workers: 1,
    memory: MEMORY,
    chainId: 31_337,
    clock: () => 1_800_000_000,
    genesis: {
      timestamp: 1_700_000_000,
      alloc: {
        [ACCOUNT]: { balance: 10n ** 21n },
        [LOGGER_AT]: { code: LOGGER, nonce: 1 },
      },
    },
    ...options,
  })
  open.push(chain)
  return chain
}
afterEach(async () => {
  for (const chain of open.splice(0)) await chain.dispose()
})

function transfer(nonce: number, more: object = {}) {
  return {
    nonce,
    gasLimit: 21_000,
    to: OTHER,
    value: 1,
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 1n,
    secretKey: KEY,
    ...more,
  } as const
}

function logging(nonce: number, word: number) {
  const data = `0x${word.toString(16).padStart(64, '0')}` as const
  return transfer(nonce, { to: LOGGER_AT, value: 0, gasLimit: 100_000, data })
}

describe.each(['ethereum', 'actor'] as const)('under %s semantics', (semantics) => {
  it('mines with each transaction, and reads states of old blocks', async () => {
    const chain = await chainOf({ semantics })
    for (let i = 0; i < 5; i++) {
      const hash = await chain.send(transfer(i))
      expect(chain.transaction(hash)).toMatchObject({ index: 0, sender: ACCOUNT })
      expect(chain.head.number).toBe(BigInt(i + 1))
    }
    expect(await chain.engine.getBalance(OTHER)).toBe(5n)
    const old = chain.stateAt(chain.block(2n)!)!
    expect(await chain.engine.getBalance(OTHER, { at: old.at! })).toBe(2n)
    expect(chain.head.header.stateRoot).toHaveLength(32)
  })
})

describe('the pool', () => {
  it('orders by tips and nonces, queues behind gaps, replaces for a tenth more', async () => {
    const chain = await chainOf({ mining: 'manual' })
    const first = await chain.send(transfer(0))
    await chain.send(transfer(2))
    expect(chain.pool.status).toEqual({ pending: 1, queued: 1 })
    await expect(chain.send(transfer(0))).rejects.toMatchObject({ reason: 'already-known' })
    const little = transfer(0, { maxFeePerGas: 10n ** 10n + 1n })
    await expect(chain.send(little)).rejects.toMatchObject({ reason: 'replacement-underpriced' })
    const enough = transfer(0, { maxFeePerGas: 11n * 10n ** 9n, maxPriorityFeePerGas: 2n })
    const second = await chain.send(enough)
    expect(chain.pool.get(first)).toBeUndefined()
    await chain.send(transfer(1))
    expect(chain.pool.status).toEqual({ pending: 3, queued: 0 })
    const [block] = await chain.mine()
    expect(block!.transactions).toHaveLength(3)
    expect(chain.transaction(second)).toMatchObject({ index: 0 })
    await expect(chain.send(transfer(0))).rejects.toMatchObject({ reason: 'nonce-too-low' })
  })

  it('drops the cheapest when it is full, and refuses who pays less', async () => {
    const chain = await chainOf({ mining: 'manual', pool: { limit: 2 } })
    await chain.send(transfer(0))
    const cheap = await chain.send(transfer(1, { maxFeePerGas: 2n * 10n ** 9n }))
    const less = transfer(2, { maxFeePerGas: 10n ** 9n })
    await expect(chain.send(less)).rejects.toMatchObject({ reason: 'pool-full' })
    await chain.send(transfer(2))
    expect(chain.pool.get(cheap)).toBeUndefined()
  })

  it('refuses what the sender cannot pay', async () => {
    const chain = await chainOf()
    const large = transfer(0, { value: 10n ** 22n })
    await expect(chain.send(large)).rejects.toMatchObject({ reason: 'insufficient-funds' })
    expect(chain.head.number).toBe(0n)
  })
})

describe('going back', () => {
  it('a snapshot has head, state, time and pool; later ones are gone', async () => {
    const chain = await chainOf({ mining: 'manual' })
    await chain.send(transfer(0))
    const snapshot = await chain.snapshot()
    const later = await chain.snapshot()
    chain.increaseTime(1_000)
    await chain.mine({ count: 3 })
    expect(await chain.engine.getBalance(OTHER)).toBe(1n)
    expect(await chain.revert(snapshot)).toBe(true)
    expect(await chain.revert(later)).toBe(false)
    expect(chain.head).toBe(chain.genesis)
    expect(chain.pool.status).toEqual({ pending: 1, queued: 0 })
    expect(await chain.engine.getBalance(OTHER)).toBe(0n)
    const [again] = await chain.mine()
    expect(again!.header.timestamp).toBe(1_800_000_000n)
  })

  it('blocks that are taken away give their transactions back, and are told', async () => {
    const chain = await chainOf()
    const removedLogs: LedgerLog[] = []
    const told: bigint[] = []
    chain.on('logs', (logs) => removedLogs.push(...logs.filter(({ removed }) => removed)))
    chain.on('reorg', (blocks) => told.push(...blocks.map(({ number }) => number)))
    await chain.send(logging(0, 7))
    await chain.send(logging(1, 8))
    chain.setMining('manual')
    await chain.rollBack(2)
    expect(told).toEqual([2n, 1n])
    expect(removedLogs).toHaveLength(2)
    expect(chain.logs({ from: 0n, to: 9n })).toEqual([])
    expect(chain.pool.status).toEqual({ pending: 2, queued: 0 })
    const [block] = await chain.mine()
    expect(block!.transactions).toHaveLength(2)
    expect(await chain.engine.getStorage(LOGGER_AT, 0)).toBe(8n)
  })

  it('a branch of other blocks becomes the chain, with the same state', async () => {
    const [one, two] = [await chainOf(), await chainOf()]
    await one.send(transfer(0))
    for (let i = 0; i < 3; i++) await two.send(transfer(i, { value: 5 }))
    for (let n = 1n; n <= 3n; n++) await one.importBlock(two.block(n)!.bytes)
    expect(one.head.hash).toBe(two.head.hash)
    expect(await one.engine.stateRoot()).toBe(await two.engine.stateRoot())
    expect(one.pool.status.pending + one.pool.status.queued).toBe(0)
    const broken = two.head.bytes.slice()
    broken[40]! ^= 1
    await expect(one.importBlock(broken)).rejects.toMatchObject({ code: 'INVALID_BLOCK' })
    expect(one.head.hash).toBe(two.head.hash)
  })
})

describe('logs and history', () => {
  it('finds logs by address, topic and range', async () => {
    const chain = await chainOf()
    for (let i = 0; i < 4; i++) await chain.send(logging(i, i % 2))
    const all = chain.logs({ from: 1n, to: 4n, addresses: [LOGGER_AT] })
    expect(all.map(({ block }) => block.number)).toEqual([1n, 2n, 3n, 4n])
    expect(chain.logs({ from: 2n, to: 3n })).toHaveLength(2)
    const topic = all[0]!.topics[0]!
    const found = chain.logs({ from: 0n, to: 9n, topics: [[topic]] })
    expect(found.length).toBe(all.filter(({ topics }) => topics[0] === topic).length)
    expect(chain.logs({ from: 0n, to: 9n, addresses: [OTHER] })).toEqual([])
  })

  it('is as long as it is told', async () => {
    const chain = await chainOf({ history: { blocks: 4, states: 2 } })
    for (let i = 0; i < 10; i++) await chain.send(logging(i, i))
    expect(chain.oldest).toBe(7n)
    expect(chain.block(6n)).toBeUndefined()
    expect(chain.stateAt(chain.block(7n)!)).toBeUndefined()
    expect(chain.stateAt(chain.block(9n)!)).toBeDefined()
    expect(chain.logs({ from: 0n, to: 99n })).toHaveLength(4)
  })
})

describe('options', () => {
  it('that nobody knows are refused', async () => {
    const wrong = { semantics: 'ethereum', minning: 'auto' } as never
    await expect(createChain(wrong)).rejects.toThrow('did you mean "mining"?')
    await expect(chainOf({ mining: { interval: 0 } })).rejects.toThrow('mining.interval')
    await expect(chainOf({ history: { blocks: 0 } })).rejects.toThrow('history.blocks')
  })
})
