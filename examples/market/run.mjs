#!/usr/bin/env node
// `npm start`: a block of a few thousand transactions on a market of tokens, exchanges, splitters
// and factories, executed on 1 worker and on all cores. Exits with 1 if the roots differ.
//
//   node examples/market/run.mjs [transactions]
import { availableParallelism, cpus } from 'node:os'
import { createEngine } from 'actor-evm'
import { describeOutcome, describeRoots, describeRounds, describeSpeed } from './report.mjs'
import { buildScenario } from './scenario.mjs'

/** Each number of workers executes the block as often, on an engine of its own; the best counts. */
const RUNS = 3

/** Does something with an engine of its own, which holds the scenario's genesis. */
async function withEngine({ alloc, chainId, fork, parameters }, workers, use) {
  const engine = await createEngine({ semantics: 'actor', workers, chainId, fork, parameters })
  try {
    await engine.loadGenesis(alloc)
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}

const execute = (scenario, block, workers) =>
  withEngine(scenario, workers, (engine) => engine.executeBlock(block))

const faster = (a, b) => (b.timing.execution < a.timing.execution ? b : a)
const say = (...lines) => process.stdout.write(`${lines.join('\n')}\n\n`)

const transactions = Number(process.argv[2] ?? 3_000)
const workerCounts = [1, Math.max(2, availableParallelism())]
const model = cpus()[0]?.model.trim() ?? process.arch
say(`${model}, ${availableParallelism()} cores, Node ${process.versions.node}`)

const scenario = buildScenario({ transactions })
const { env } = scenario
const input = { env, transactions: scenario.transactions }
// Senders are recovered once, before: that is not the execution that is compared
const block = await withEngine(scenario, 1, (engine) => engine.prepareBlock(input))

// Compiles the hot paths of the core; not counted
await execute(scenario, block, workerCounts[1])
const runs = workerCounts.map((workers) => ({ workers, result: undefined }))
for (let i = 0; i < RUNS; i++) {
  for (const run of runs) {
    const result = await execute(scenario, block, run.workers)
    run.result = run.result === undefined ? result : faster(run.result, result)
  }
}

const [{ result }] = runs
say(...describeOutcome(result))
say(...describeRounds(result))
say(...describeSpeed(runs))
say(...describeRoots(runs))
const isSame = (name) => runs.every((run) => run.result[name] === result[name])
process.exitCode = ['stateRoot', 'receiptsRoot', 'virtualBlocksRoot'].every(isSame) ? 0 : 1
