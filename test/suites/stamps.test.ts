/** Numbers that records are stamped with end at 2^32: an engine that lives on must not notice. */
import { createEngine, parseScenario, type Engine, type PreparedBlock } from 'actor-evm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BLOCK, LAST_GROUP, LOG_STRETCH, ROUND } from '../../assembly/abi/memory-map.js'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { lastMemory, unwatchMemories, watchMemories } from '../support/linear-memories.js'

const STAMPS = { ROUND, BLOCK, LOG_STRETCH, LAST_GROUP }
/** Just below what assembly/state/stamps.ts takes as the end. */
const NEARLY_LAST = 0x70000000 - 3
const BLOCKS = 12
const TRANSACTIONS_PER_BLOCK = 25

beforeAll(watchMemories)
afterAll(unwatchMemories)

const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

const scenario = parseScenario(buildScenario({ transactions: BLOCKS * TRANSACTIONS_PER_BLOCK }))
const { env, transactions } = scenario.blocks[0]!
const blocks = Array.from({ length: BLOCKS }, (_, i) => ({
  env: { ...env, number: i + 1, timestamp: 1_800_000_000 + 12 * i },
  transactions: transactions.slice(i * TRANSACTIONS_PER_BLOCK, (i + 1) * TRANSACTIONS_PER_BLOCK),
}))

async function engineWith(workers: number): Promise<{ engine: Engine; words: Uint32Array }> {
  const engine = await createEngine({ ...scenario.engine, workers })
  engines.push(engine)
  const words = new Uint32Array(lastMemory().buffer)
  await engine.loadGenesis(scenario.alloc)
  return { engine, words }
}

describe('stamps that come to their end', () => {
  it.each(Object.entries(STAMPS))('begin anew, and no result shows it: %s', async (_, at) => {
    for (const workers of [1, 2]) {
      const usual = await engineWith(workers)
      const aged = await engineWith(workers)
      const prepared: PreparedBlock[] = []
      for (const block of blocks) prepared.push(await usual.engine.prepareBlock(block))
      for (const [i, block] of prepared.entries()) {
        // Records have stamps from 1 on by now, which come back after the end
        if (i === 4) aged.words[at >>> 2] = NEARLY_LAST
        const expected = await usual.engine.executeBlock(block)
        const found = await aged.engine.executeBlock(block)
        expect(found.stateRoot).toBe(expected.stateRoot)
        expect(found.receiptsRoot).toBe(expected.receiptsRoot)
        expect(found.virtualBlocksRoot).toBe(expected.virtualBlocksRoot)
      }
      expect(aged.words[at >>> 2]).toBeLessThan(10_000)
    }
  })
})
