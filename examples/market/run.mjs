#!/usr/bin/env node
// Executes the example's block on one worker and on all cores, and compares.
//
//   node examples/market/run.mjs [transactions]
import { availableParallelism, cpus } from 'node:os'
import { createEngine } from 'actor-evm'
import { describeOutcome, describeRoots, describeRounds, describeSpeed } from './report.mjs'
import { buildScenario } from './scenario.mjs'

/** The machine is shared: of some runs the fastest tells most. */
const RUNS_EACH = 3

const transactions = Number(process.argv[2] ?? 3_000)
const scenario = buildScenario({ transactions })
const workerCounts = [...new Set([1, availableParallelism()])]

print(`A market of actors: ${transactions.toLocaleString('en')} transactions in one block`, [])
const runs = []
for (const workers of workerCounts) runs.push(await fastestRun(workers))

const { result } = runs.at(-1)
print('Rounds', describeRounds(result))
print('Outcome', describeOutcome(result))
print(`Execution on ${cpus()[0]?.model ?? 'an unknown processor'}`, describeSpeed(runs))
const roots = describeRoots(runs)
print('Roots', roots)
if (roots.some((line) => line.includes('DIFFERENT'))) process.exitCode = 1

async function fastestRun(workers) {
  let best
  for (let run = 0; run < RUNS_EACH; run++) {
    const result = await executeOnce(workers)
    if (best === undefined || result.timing.execution < best.timing.execution) best = result
  }
  return { workers, result: best }
}

/** A new engine each time: the block wants the state before it. */
async function executeOnce(workers) {
  const { chainId, fork, parameters, alloc, env } = scenario
  const engine = await createEngine({ workers, chainId, fork, parameters, semantics: 'actor' })
  try {
    await engine.loadGenesis(alloc)
    return await engine.executeBlock({ env, transactions: scenario.transactions })
  } finally {
    await engine.dispose()
  }
}

function print(title, lines) {
  console.log(`\n${title}`)
  for (const line of lines) console.log(`  ${line}`)
}
