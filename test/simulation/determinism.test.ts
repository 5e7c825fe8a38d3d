/** One result for every number of workers, however they are delayed. */
import { createEngine, type BlockResult, type Engine, type EngineOptions } from 'actor-evm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { CHAIN_ID, randomChain, type RandomChain } from '../support/random-blocks.js'

const RUNS = 10
const BLOCKS_PER_RUN = 50
const MARKET_TRANSACTIONS = 300

const rootsOf = (result: BlockResult): unknown => {
  const { stateRoot, receiptsRoot, virtualBlocksRoot, gasUsed } = result
  return { stateRoot, receiptsRoot, virtualBlocksRoot, gasUsed }
}

async function withEngines<T>(
  options: readonly Partial<EngineOptions>[],
  use: (engines: readonly Engine[]) => Promise<T>,
): Promise<T> {
  const engines = await Promise.all(options.map((option) => createEngine({
    semantics: 'actor',
    ...option,
  })))
  try {
    return await use(engines)
  } finally {
    await Promise.all(engines.map((engine) => engine.dispose()))
  }
}

/** Executes the chain on 1 worker, and beside it on as many as told under random delays. */
async function compare(chain: RandomChain, workerCounts: readonly number[]): Promise<void> {
  const { alloc, blocks, parameters } = chain
  const options = { chainId: CHAIN_ID, parameters }
  const delayed = workerCounts.map((workers) => {
    return { ...options, workers, simulation: { delaySeed: workers * 7919 } }
  })
  await withEngines([{ ...options, workers: 1 }, ...delayed], async (engines) => {
    const genesis = await Promise.all(engines.map((engine) => engine.loadGenesis(alloc)))
    expect(new Set(genesis).size).toBe(1)
    for (const input of blocks) {
      const block = await engines[0]!.prepareBlock(input)
      const expected = rootsOf(await engines[0]!.executeBlock(block))
      for (const engine of engines.slice(1)) {
        expect(rootsOf(await engine.executeBlock(block))).toEqual(expected)
      }
    }
  })
}

describe('the same roots on 1, 2, 3 and 4 workers', () => {
  it(
    `of ${RUNS * BLOCKS_PER_RUN} random blocks, with workers that are delayed at random`,
    async () => {
      const property = fc.asyncProperty(randomChain(BLOCKS_PER_RUN), async (chain) => {
        await compare(chain, [2, 3, 4])
      })
      await fc.assert(property, { numRuns: RUNS, endOnFailure: true })
    },
    300_000,
  )

  it('of the market', async () => {
    const scenario = buildScenario({ transactions: MARKET_TRANSACTIONS })
    const { chainId, env, fork, parameters, transactions } = scenario
    const options = [1, 2, 3, 4].map((workers) => ({ workers, chainId, fork, parameters }))
    await withEngines(options, async (engines) => {
      const block = await engines[0]!.prepareBlock({ env, transactions })
      const results = []
      for (const engine of engines) {
        await engine.loadGenesis(scenario.alloc)
        results.push(await engine.executeBlock(block))
      }
      const [first, ...others] = results
      expect(first!.rounds.length).toBeGreaterThan(3)
      for (const other of others) expect(rootsOf(other)).toEqual(rootsOf(first!))
    })
  })
})
