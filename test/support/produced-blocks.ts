/** Blocks with their witnesses, made of random scenarios. */
import { createEngine, type EngineOptions, type ProducedBlock, type Semantics } from 'actor-evm'
import { randomBlock } from '../reference/programs.js'

/** Address space of an engine of one worker and a small state. */
const MEMORY_BYTES = 192 * 2 ** 20

export interface RandomProduct {
  /** For engines and validators of the block's chain. */
  readonly options: EngineOptions & { readonly semantics: Semantics }
  readonly produced: ProducedBlock
}

/** Undefined if the block is none under these semantics: what it runs decides its nonces. */
export async function produceRandom(
  seed: number,
  semantics: Semantics,
  more: Partial<EngineOptions> = {},
): Promise<RandomProduct | undefined> {
  const { scenario, rawTransactions } = randomBlock(seed)
  const { alloc, chainId, env, fork, parameters } = scenario
  const options = { chainId, fork, parameters, semantics, workers: 1, memory: MEMORY_BYTES }
  const engine = await createEngine({ ...options, ...more })
  try {
    await engine.loadGenesis(alloc as never)
    const { withdrawals: payments = [], ...rest } = env
    const withdrawals = payments.map((withdrawal, index) => {
      return { index, validatorIndex: 0, ...withdrawal }
    })
    const input = { env: rest, transactions: rawTransactions, withdrawals }
    return { options, produced: await engine.produceBlock(input as never) }
  } catch (error) {
    if (semantics === 'ethereum' && (error as Error).name === 'InvalidTransactionError') {
      return undefined
    }
    throw error
  } finally {
    await engine.dispose()
  }
}
