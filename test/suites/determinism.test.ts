/**
 * One result for any number of workers, any placement of groups and any timing.
 *
 * ACTOR_EVM_RANDOM_BLOCKS (500) random blocks, executed by each of the engines below.
 */
import {
  InvalidTransactionError,
  createEngine,
  parseScenario,
  type Alloc,
  type BlockResult,
  type Engine,
  type EngineOptions,
  type PreparedBlock,
} from 'actor-evm'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { Random } from '../../examples/market/random.mjs'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { arbitrarySeed, randomScenario } from '../reference/programs.js'
import { signScenario, type SignedScenario } from '../reference/signing.js'
import { fromEnvironment } from '../support/from-environment.js'
import { blockEnv } from '../support/block-env.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_RANDOM_BLOCKS', 500)
/** Blocks on one state: starting threads costs more than a random block. */
const BLOCKS_IN_CHAIN = 25
/** Time for a block on all engines, generously. */
const MS_PER_BLOCK = 1_000

type Variant = Pick<EngineOptions, 'workers' | 'simulation'>

/** The first is what the others are compared with. */
const variantsOf = (seed: number): Variant[] => [
  { workers: 1 },
  { workers: 1, simulation: { placementSeed: seed } },
  { workers: 2, simulation: { sliceGas: 1 } },
  { workers: 2, simulation: { delaySeed: seed } },
  { workers: 3, simulation: { alwaysParallel: true, placementSeed: seed } },
  { workers: 8, simulation: { delaySeed: seed, placementSeed: seed } },
]

const engines: Engine[] = []

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

async function makeEngines(options: EngineOptions, alloc: Alloc, seed: number): Promise<void> {
  for (const variant of variantsOf(seed)) {
    const engine = await createEngine({ ...options, ...variant })
    engines.push(engine)
    await engine.loadGenesis(alloc)
  }
}

/** Everything in a result but times and which worker did what. */
function consensusPart(result: BlockResult): unknown {
  const { stateRoot, receiptsRoot, virtualBlocksRoot, logsBloom, gasUsed, receipts } = result
  const rounds = result.rounds.map(({ messages, groupCount, largestGroupGas }) => {
    return { groupCount, largestGroupGas, messages: [...messages] }
  })
  return { stateRoot, receiptsRoot, virtualBlocksRoot, logsBloom, gasUsed, receipts, rounds }
}

/** Groups that each worker of an engine ran. */
type Shares = number[]

function addShares(shares: Shares, { rounds }: BlockResult): void {
  for (const { perWorker } of rounds) {
    perWorker.forEach(({ groups }, id) => (shares[id] = (shares[id] ?? 0) + groups))
  }
}

/** Executes on every engine; returns what they all say. */
async function executeOnAll(block: PreparedBlock, shares: Shares[]): Promise<BlockResult> {
  const [first, ...others] = engines
  const result = await first!.executeBlock(block)
  const expected = consensusPart(result)
  for (const [i, engine] of others.entries()) {
    const found = await engine.executeBlock(block)
    expect(consensusPart(found), `on ${engine.workers} workers`).toEqual(expected)
    addShares(shares[i]!, found)
  }
  return result
}

/** Blocks without common accounts, and the genesis of all of them. */
function randomChain(seed: number): { alloc: Alloc; blocks: SignedScenario[] } {
  const blocks = Array.from({ length: BLOCKS_IN_CHAIN }, (_, i) =>
    signScenario(randomScenario((seed + i) >>> 0, false, i + 1)),
  )
  const allocs = blocks.map(({ scenario }) => scenario.alloc)
  return { alloc: Object.assign({}, ...allocs) as Alloc, blocks }
}

describe('roots, receipts and messages are the same', () => {
  const chains = Math.ceil(BLOCKS / BLOCKS_IN_CHAIN)

  it(
    `for 1 to 8 workers, shuffled groups and delays, on ${BLOCKS} random blocks`,
    async () => {
      const shares: Shares[] = variantsOf(1).slice(1).map(() => [])
      const property = fc.asyncProperty(arbitrarySeed(), async (seed) => {
        const { alloc, blocks } = randomChain(seed)
        const { chainId, fork, parameters } = blocks[0]!.scenario
        await makeEngines({ semantics: 'actor', chainId, fork, parameters }, alloc, seed || 1)
        for (const { scenario, rawTransactions } of blocks) {
          const block = { env: blockEnv(scenario.env), transactions: rawTransactions }
          await executeOnAll(await engines[0]!.prepareBlock(block), shares)
        }
        await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
      })
      await fc.assert(property, { numRuns: chains })
      // The parallel path was taken: each worker of each engine has run groups
      for (const counts of shares) expect(Math.min(...counts)).toBeGreaterThan(0)
    },
    BLOCKS_IN_CHAIN * chains * MS_PER_BLOCK,
  )

  it('for 1 to 8 workers on the market of the examples', async () => {
    const scenario = parseScenario(buildScenario({ transactions: 300 }))
    await makeEngines(scenario.engine, scenario.alloc, 1)
    const shares: Shares[] = variantsOf(1).slice(1).map(() => [])
    const block = await engines[0]!.prepareBlock(scenario.blocks[0]!)
    const result = await executeOnAll(block, shares)
    expect(result.rounds.length).toBeGreaterThan(2)
    // One block is too little for each thread to get a group; but some engine has used several
    const busy = shares.map((counts) => counts.filter((groups) => groups > 0).length)
    expect(Math.max(...busy)).toBeGreaterThan(1)
  })

  it('and so is the first transaction that is refused, whoever admits it', async () => {
    const scenario = parseScenario(buildScenario({ transactions: 300 }))
    await makeEngines(scenario.engine, scenario.alloc, 1)
    const { transactions, ...block } = scenario.blocks[0]!
    const before = await engines[0]!.stateRoot()
    const random = new Random(1)
    const reasons = new Set<unknown>()
    for (let i = 0; i < 20; i++) {
      // Transactions that are gone, and some that come twice
      const bad = transactions.filter(() => random.below(60) > 0)
      bad.splice(random.below(bad.length), 0, bad[random.below(bad.length)]!)
      const prepared = await engines[0]!.prepareBlock({ ...block, transactions: bad })
      const errors: unknown[] = []
      for (const engine of engines) {
        const outcome = await engine.executeBlock(prepared).catch((error: unknown) => error)
        expect(outcome).toBeInstanceOf(InvalidTransactionError)
        const { message, reason, place } = outcome as InvalidTransactionError
        errors.push({ message, reason, place })
        reasons.add(reason)
        expect(await engine.stateRoot()).toBe(before)
      }
      for (const error of errors) expect(error).toEqual(errors[0])
    }
    expect(reasons).toEqual(new Set(['nonce-too-high', 'nonce-too-low']))
  })
})
