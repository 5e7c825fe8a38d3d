/** An engine from the sources, whose balances can be summed between rounds. */
import { ACCOUNT_INDEX } from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_LIVE,
  INDEX_ENTRIES,
  INDEX_MASK,
  VIEW_BALANCE,
} from '../../assembly/abi/records.js'
import { assembleEngine } from '../../src/machine/assemble-engine.js'
import { resolveOptions } from '../../src/machine/engine-options.js'
import { Engine } from '../../src/engine.js'
import type { BlockResult } from '../../src/base/types.js'
import type { LinearMemory } from '../../src/wasm/linear-memory.js'
import { loadPlatform } from '../../src/threads/platform/load.js'
import { signScenario, type Scenario } from '../reference/signing.js'
import { blockEnv } from './block-env.js'

const MEMORY_BYTES = 192 * 2 ** 20

/** Sums in wei. */
export interface Sums {
  readonly before: bigint
  /** All balances and all value in flight, before round 0 and after each round. */
  readonly atBarriers: readonly bigint[]
  readonly after: bigint
}

export interface WatchedRun {
  readonly sums: Sums
  readonly result: BlockResult
  readonly baseFee: bigint
}

/** All balances of an engine. */
function sumOfBalances(memory: LinearMemory): bigint {
  memory.refresh()
  const index = memory.u32[ACCOUNT_INDEX >>> 2]!
  const mask = memory.u32[(index + INDEX_MASK) >>> 2]!
  let sum = 0n
  for (let i = 0; i <= mask; i++) {
    const account = memory.u32[(index + INDEX_ENTRIES + 4 * i) >>> 2]!
    if (account !== 0) sum += memory.readWord(account + ACCOUNT_LIVE + VIEW_BALANCE)
  }
  return sum
}

export async function runInWatchedCore(scenario: Scenario): Promise<WatchedRun> {
  const { chainId, parameters, env, alloc } = scenario
  const options = resolveOptions({
    semantics: 'actor',
    chainId,
    parameters,
    workers: 1,
    memory: MEMORY_BYTES,
  }, 1)
  const parts = await assembleEngine(options, await loadPlatform())
  const engine = new Engine(parts)
  await engine.loadGenesis(alloc as never)
  const before = sumOfBalances(parts.core.memory)
  const balances: bigint[] = []
  const result = await engine.executeBlock(
    { env: blockEnv(env), transactions: signScenario(scenario).rawTransactions },
    {
      // Told after admission and after each barrier, before the next round begins
      onProgress: ({ phase }) => {
        // A block that needs a library which is not loaded is executed twice
        if (phase === 'admission') balances.length = 0
        const isBarrier = phase === 'admission' || phase === 'rounds'
        if (isBarrier) balances.push(sumOfBalances(parts.core.memory))
      },
    },
  )
  const after = sumOfBalances(parts.core.memory)
  const inFlight = result.rounds.map(({ messages }) =>
    messages.reduce((sum, { value }) => sum + value, 0n),
  )
  const atBarriers = balances.map((sum, round) => sum + (inFlight[round] ?? 0n))
  await engine.dispose()
  return { sums: { before, atBarriers, after }, result, baseFee: BigInt(env.baseFeePerGas) }
}
