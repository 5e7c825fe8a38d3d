/**
 * The engine against the slow, independent reference, on random blocks: every root, receipt,
 * message and account.
 *
 * ACTOR_EVM_RANDOM_BLOCKS (300) blocks with the seeds from ACTOR_EVM_RANDOM_SEED (0) on.
 */
import { createEngine, type EngineOptions } from 'actor-evm'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { randomBlock } from '../reference/programs.js'
import { executeReference } from '../reference/protocol.js'
import type { SignedScenario } from '../reference/signing.js'
import { fromEnvironment, portionsOfSeeds } from '../support/from-environment.js'
import { viewOfEngine, viewOfReference, type BlockView } from './block-view.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_RANDOM_BLOCKS', 300)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_RANDOM_SEED', 0)
const PORTION = 100
/** Address space of an engine of one worker and a small state. */
const MEMORY_BYTES = 192 * 2 ** 20

async function executeInEngine(
  { scenario, rawTransactions }: SignedScenario,
  like: BlockView,
  options: Partial<EngineOptions> = {},
): Promise<BlockView> {
  const { chainId, fork, parameters, env, alloc } = scenario
  const memory = MEMORY_BYTES
  const engine = await createEngine({
    semantics: 'actor',
    chainId,
    fork,
    parameters,
    memory,
    workers: 1,
    ...options,
  })
  try {
    await engine.loadGenesis(alloc as Parameters<typeof engine.loadGenesis>[0])
    const { withdrawals: payments = [], ...rest } = env
    const withdrawals = payments.map((withdrawal, index) => {
      return { index, validatorIndex: 0, ...withdrawal }
    })
    const block = { env: rest, transactions: rawTransactions, withdrawals } as never
    return await viewOfEngine(engine, await engine.executeBlock(block), like)
  } finally {
    await engine.dispose()
  }
}

describe('the engine and the reference agree on random blocks', () => {
  const portions = portionsOfSeeds(FIRST_SEED, BLOCKS, PORTION)
  it.each(portions.map((seeds) => ({ from: seeds[0]!, to: seeds.at(-1)!, seeds })))(
    'with seeds $from to $to',
    async ({ seeds }) => {
      for (const seed of seeds) {
        const block = randomBlock(seed)
        const expected = viewOfReference(executeReference(block.input))
        const found = await executeInEngine(block, expected)
        // What vitest needs to compare is too slow for thousands of blocks that are equal
        if (isDeepStrictEqual(found, expected)) continue
        const replay = `ACTOR_EVM_RANDOM_SEED=${seed} ACTOR_EVM_RANDOM_BLOCKS=1`
        expect(found, `random block ${seed}; again with ${replay}`).toEqual(expected)
      }
    },
    300_000,
  )
})
