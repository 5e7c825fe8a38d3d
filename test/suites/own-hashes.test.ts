/** BLOCKHASH knows the blocks that the engine has executed. */
import {
  createEngine,
  encodeHeader,
  type Alloc,
  type BlockInput,
  type Engine,
  type Hex,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { ALICE, C, ENV, ETHER, call } from '../support/small-blocks.js'

/** The hash of n blocks before into slot n, for n = 1, 2, 3 and 256. */
const READER: Hex = `0x${[1, 2, 3, 256]
  .map((n) => `61${n.toString(16).padStart(4, '0')}`)
  .map((push) => `${push}430340${push}55`)
  .join('')}00`
const ALLOC: Alloc = { [ALICE]: { balance: ETHER }, [C]: { code: READER } }

const hashIn = async (engine: Engine, slot: number): Promise<string> =>
  `0x${(await engine.getStorage(C, slot)).toString(16).padStart(64, '0')}`

function block(number: number, nonce: number, env: object = {}): BlockInput {
  const at = { number, timestamp: ENV.timestamp + number }
  return { env: { ...ENV, ...at, ...env }, transactions: [call({ to: C, nonce })] }
}

async function open(semantics: 'actor' | 'ethereum'): Promise<Engine> {
  const engine = await createEngine({ semantics, workers: 1, memory: 2 ** 28 })
  await engine.loadGenesis(ALLOC)
  return engine
}

describe.each(['actor', 'ethereum'] as const)('under %s semantics', (semantics) => {
  it('BLOCKHASH gives the hashes of headers that a twin produces', async () => {
    const [engine, twin] = [await open(semantics), await open(semantics)]
    const hashes: string[] = []
    for (let number = 1; number <= 4; number++) {
      await engine.executeBlock(block(number, number - 1))
      const { hash, parentHeader } = await twin.produceBlock(block(number, number - 1))
      if (number === 1) {
        const { headerHash } = await import('actor-evm')
        hashes.push(`0x${Buffer.from(headerHash(parentHeader)).toString('hex')}`)
      }
      expect(await engine.stateRoot()).toBe(await twin.stateRoot())
      for (const n of [1, 2, 3].filter((it) => it <= number)) {
        expect(await hashIn(engine, n), `block ${number}, ${n} before`).toBe(hashes.at(-n))
      }
      hashes.push(hash)
    }
    expect(new Set(hashes).size).toBe(5)
    // Executed and produced blocks are one chain
    const { hash, parentHeader } = await engine.produceBlock(block(5, 4))
    expect(parentHeader.number).toBe(4n)
    expect(await hashIn(engine, 1)).toBe(hashes.at(-1))
    await engine.executeBlock(block(6, 5))
    expect(await hashIn(engine, 1)).toBe(hash)
    expect(await hashIn(engine, 2)).toBe(hashes.at(-1))
    await Promise.all([engine, twin].map((it) => it.dispose()))
  })

  it('what the environment states comes first', async () => {
    const engine = await open(semantics)
    await engine.executeBlock(block(1, 0))
    await engine.executeBlock(block(2, 1))
    const own = await hashIn(engine, 1)
    const told = `0x${'1d'.repeat(32)}`
    await engine.executeBlock(block(3, 2, { blockHashes: { 1: told } }))
    expect(await hashIn(engine, 2)).toBe(told)
    expect(await hashIn(engine, 1)).not.toMatch(/^0x0+$/)
    expect(own).not.toBe(told)
    // A parent that is none of the engine's: it knows nothing of that chain
    await engine.executeBlock(block(4, 3, { parentHash: told }))
    expect(await hashIn(engine, 1)).toBe(told)
    expect(await hashIn(engine, 2)).toMatch(/^0x0+$/)
    await engine.executeBlock(block(5, 4))
    expect(await hashIn(engine, 1)).not.toMatch(/^0x0+$/)
    expect(await hashIn(engine, 2)).toBe(told)
    await engine.dispose()
  })

  it('a block that does not follow has no hashes, and one that failed leaves none', async () => {
    const engine = await open(semantics)
    await engine.executeBlock(block(1_000, 0))
    expect(await hashIn(engine, 1)).toMatch(/^0x0+$/)
    await engine.executeBlock(block(1_001, 1))
    const hash = await hashIn(engine, 1)
    expect(hash).not.toMatch(/^0x0+$/)
    await expect(engine.executeBlock(block(1_002, 7))).rejects.toThrow('nonce')
    await expect(engine.produceBlock(block(1_002, 7))).rejects.toThrow('nonce')
    await engine.executeBlock(block(1_002, 2))
    expect(await hashIn(engine, 2)).toBe(hash)
    await engine.executeBlock(block(1_010, 3))
    expect(await hashIn(engine, 1)).toMatch(/^0x0+$/)
    await engine.dispose()
  })

  it('256 blocks back, and no further', { timeout: 120_000 }, async () => {
    const engine = await open(semantics)
    const first = await engine.produceBlock(block(1, 0))
    const headers = [first.parentHeader, first.block.header].map((it) => encodeHeader(it))
    expect(headers).toHaveLength(2)
    const empty = (number: number): BlockInput => ({ ...block(number, 0), transactions: [] })
    for (let number = 2; number <= 256; number++) await engine.executeBlock(empty(number))
    await engine.executeBlock(block(257, 1))
    expect(await hashIn(engine, 256)).toBe(first.hash)
    await engine.executeBlock(block(258, 2))
    expect(await hashIn(engine, 256)).not.toBe(first.hash)
    expect(await hashIn(engine, 256)).not.toMatch(/^0x0+$/)
    // The header of the oldest hash is there for the witness
    const { hash, witness } = await engine.produceBlock(block(259, 3))
    expect(witness.headers).toHaveLength(256)
    expect(hash).toHaveLength(66)
    await engine.dispose()
  })
})
