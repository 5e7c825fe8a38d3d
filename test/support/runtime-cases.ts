/** Blocks that every runtime must execute alike, as plain JSON: hex for bytes and integers. */
import {
  createEngine,
  type Alloc,
  type BlockInput,
  type EngineOptions,
  type Hex,
} from 'actor-evm'
import fc from 'fast-check'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { CHAIN_ID, randomChain } from './random-blocks.js'
import { CASE_ALLOC, CASE_BLOCK } from './small-blocks.js'

const SEED = 4_711
const CHAINS = 10
const BLOCKS_PER_CHAIN = 10
const MARKET_TRANSACTIONS = 200

export interface RuntimeCase {
  readonly name: string
  readonly options: EngineOptions
  readonly alloc: Alloc
  readonly blocks: readonly BlockInput[]
}

/** 100 blocks of random programs, the golden block, a market. The same on every run. */
export async function makeRuntimeCases(): Promise<RuntimeCase[]> {
  const { chainId, fork, parameters, alloc, ...market } = buildScenario({
    transactions: MARKET_TRANSACTIONS,
  })
  const chains = fc.sample(randomChain(BLOCKS_PER_CHAIN), { numRuns: CHAINS, seed: SEED })
  const cases: RuntimeCase[] = [
    { name: 'two callers', options: {
      semantics: 'actor',
    }, alloc: CASE_ALLOC, blocks: [CASE_BLOCK] },
    { name: 'market', options: {
      semantics: 'actor',
      chainId,
      fork,
      parameters,
    }, alloc, blocks: [market] },
    ...chains.map((chain, i) => ({
      name: `random chain ${i}`,
      options: { semantics: 'actor' as const, chainId: CHAIN_ID, parameters: chain.parameters },
      alloc: chain.alloc,
      blocks: chain.blocks,
    })),
  ]
  return Promise.all(cases.map(signed))
}

/** With each transaction as the bytes that travel. */
async function signed(it: RuntimeCase): Promise<RuntimeCase> {
  const engine = await createEngine({ ...it.options, workers: 1 })
  try {
    const blocks: BlockInput[] = []
    for (const block of it.blocks) {
      const { transactions } = await engine.prepareBlock(block)
      const raw = transactions.map((tx): Hex => `0x${Buffer.from(tx.raw).toString('hex')}`)
      blocks.push({ ...block, transactions: raw })
    }
    const json = JSON.stringify({ ...it, blocks }, (_, value: unknown) =>
      typeof value === 'bigint' ? `0x${value.toString(16)}` : value,
    )
    return JSON.parse(json) as RuntimeCase
  } finally {
    await engine.dispose()
  }
}
