/** `actor-evm explain`: the parallelism of a scenario's blocks, and what it is worth. */

import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import {
  InvalidInputError,
  explainBlock,
  measureCosts,
  type BlockParallelism,
  type BlockResult,
  type PreparedBlock,
  type Scenario,
} from '../index.js'
import { attempt, print } from './attempt.js'
import { describeExplanation, explanationJson, type Measured } from './explain-output.js'
import { ProgressLine } from './progress-line.js'
import { readScenario, withEngine } from './scenario-file.js'

/** Each number of workers executes the scenario as often; the fastest time of a block counts. */
const RUNS = 3

const HELP = `
Predictions come from the groups of each round, claimed by 1 to 256 workers longest first as the
engine does, with costs as measured here: time for each round's gas, what one thread does alone,
what waking threads costs. With --no-measure only gas counts, and the output is the same everywhere.

Exit codes: 0 explained, 1 a block failed or the file cannot be read, 2 wrong usage.

Examples:
  $ actor-evm explain market.json
  $ actor-evm explain market.json --no-measure --json | tail -1 | jq .predictions`

interface ExplainOptions {
  readonly measure: boolean
  readonly json: boolean
}

/** A block and what is known of its parallelism. */
interface Explanation {
  readonly result: BlockResult
  readonly parallelism: BlockParallelism
  /** Undefined if nothing was measured. */
  readonly measured: Measured | undefined
}

/** @param onExit told the exit code */
export function addExplainCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('explain')
    .description('show how parallel the blocks of a scenario are, and predict speed-ups')
    .argument('<file>', 'scenario file, or - for standard input')
    .option('--no-measure', 'count gas only, measure no times')
    .option('--json', 'print one JSON object as the last line', false)
    .addHelpText('after', HELP)
    .action(async (file: string, options: ExplainOptions) => {
      onExit(await explain(file, options))
    })
}

function explain(file: string, { measure, json }: ExplainOptions): Promise<number> {
  return attempt(json, async (signal) => {
    const scenario = await readScenario(file)
    if (scenario.engine.semantics !== 'actor') {
      throw new InvalidInputError('there is nothing to explain', {
        place: { field: 'semantics' },
        expected: 'actor',
        got: scenario.engine.semantics,
      })
    }
    const explained = measure
      ? await explainMeasured(scenario, signal)
      : await explainByGas(scenario, signal)
    if (!json) {
      for (const { result, parallelism, measured } of explained) {
        print(describeExplanation(result, parallelism, measured))
      }
      return
    }
    const blocks = explained.map(({ result, parallelism, measured }) => {
      return explanationJson(result, parallelism, measured)
    })
    print(JSON.stringify(blocks.length === 1 ? blocks[0] : { blocks }))
  })
}

async function explainByGas(scenario: Scenario, signal: AbortSignal): Promise<Explanation[]> {
  const results = await execute(scenario, scenario.blocks, 1, signal)
  return results.map((result) => {
    return { result, parallelism: explainBlock(result.rounds), measured: undefined }
  })
}

async function explainMeasured(scenario: Scenario, signal: AbortSignal): Promise<Explanation[]> {
  // Senders are recovered once: that is not what is measured
  const blocks = await withEngine(scenario, { workers: 1 }, (engine) => {
    return Promise.all(scenario.blocks.map((block) => engine.prepareBlock(block, { signal })))
  })
  const workers = availableParallelism()
  const progress = new ProgressLine(process.stderr)
  const tell = progress.listener('measuring')
  const best: { alone: BlockResult[]; shared: BlockResult[] } = { alone: [], shared: [] }
  // The first turn compiles the core's hot paths; it does not count
  for (let turn = 0; turn <= RUNS; turn++) {
    const alone = await execute(scenario, blocks, 1, signal)
    const shared = await execute(scenario, blocks, workers, signal)
    tell({ phase: 'rounds', done: turn, total: RUNS })
    if (turn === 0) continue
    best.alone = alone.map((result, i) => faster(result, best.alone[i]))
    best.shared = shared.map((result, i) => faster(result, best.shared[i]))
  }
  progress.clear()
  return best.alone.map((result, i) => {
    const shared = best.shared[i]!
    const costs = measureCosts(result, shared)
    const parallelism = explainBlock(result.rounds, costs)
    const [aloneMs, ms] = [result.timing.execution, shared.timing.execution]
    const measured = { workers, aloneMs, ms, speedUp: aloneMs / ms, costs }
    return { result, parallelism, measured }
  })
}

function execute(
  scenario: Scenario,
  blocks: Scenario['blocks'] | readonly PreparedBlock[],
  workers: number,
  signal: AbortSignal,
): Promise<BlockResult[]> {
  return withEngine(scenario, { workers }, async (engine) => {
    const results: BlockResult[] = []
    for (const block of blocks) results.push(await engine.executeBlock(block, { signal }))
    return results
  })
}

function faster(a: BlockResult, b: BlockResult | undefined): BlockResult {
  return b === undefined || a.timing.execution < b.timing.execution ? a : b
}
