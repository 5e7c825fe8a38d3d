// The embedded example: 3,000 transactions on tokens, exchanges, splitters and factories in actor
// mode, on 1 worker and on more, each run on an engine of its own. Execution is admission, rounds
// and settlement; senders are recovered before.
import { createEngine } from 'actor-evm'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { workerCounts } from '../lib/engines.mjs'
import { takeTurnsBeside, withIndependentEngines } from '../lib/independent.mjs'
import { number, table } from '../lib/table.mjs'

export const market = {
  name: 'market',
  title: 'the embedded example in actor mode, 1 worker against more',

  async run({ smoke }) {
    const scenario = buildScenario({ transactions: smoke ? 60 : 3_000 })
    const counts = workerCounts()
    const { alloc, chainId, env, fork, parameters, transactions } = scenario
    const results = []
    const withEngine = async (workers, use) => {
      const engine = await createEngine({ semantics: 'actor', workers, chainId, fork, parameters })
      await engine.loadGenesis(alloc)
      const result = await use(engine).finally(() => engine.dispose())
      return result
    }
    const block = await withEngine(1, (engine) => engine.prepareBlock({ env, transactions }))
    const contestants = counts.map((workers, i) => async () => {
      results[i] = await withEngine(workers, (engine) => engine.executeBlock(block))
      return results[i].timing.execution
    })
    const options = smoke ? { warmups: 0, runs: 1 } : {}
    const measured = await withIndependentEngines(counts, (engines) =>
      takeTurnsBeside(engines, counts, contestants, options),
    )
    return report(counts, measured, results)
  },
}

function report(counts, { summaries, machine }, results) {
  for (const name of ['stateRoot', 'receiptsRoot', 'virtualBlocksRoot']) {
    for (const result of results) {
      if (result[name] !== results[0][name]) throw new Error(`${name} depends on the workers`)
    }
  }
  const mgas = Number(results[0].gasUsed) / 1e6
  const rows = counts.map((workers, i) => ({
    workers,
    ...summaries[i],
    mgasPerSecond: (mgas / summaries[i].median) * 1e3,
    speedUp: summaries[0].median / summaries[i].median,
    machine: machine[i],
  }))
  const text = table([
    ['workers', 'median ms', 'min', 'max', 'Mgas/s', 'speed-up', 'machine'],
    ...rows.map((row) => [
      row.workers,
      number(row.median),
      number(row.min),
      number(row.max),
      number(row.mgasPerSecond, 0),
      `${number(row.speedUp, 2)} ×`,
      `${number(row.machine, 2)} ×`,
    ]),
  ])
  return { rows, stateRoot: results[0].stateRoot, text }
}
