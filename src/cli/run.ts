/** `actor-evm run`: executes the blocks of a scenario. */

import type {
  BlockResult,
  Engine,
  ExecuteOptions,
  ForkName,
  Scenario,
  Semantics,
} from '../index.js'
import { attempt, print } from './attempt.js'
import { ProgressLine } from './progress-line.js'
import { blockJson } from './result-json.js'
import { describeBlock } from './result-text.js'
import { isMainnetFile, runMainnet } from './run-mainnet.js'
import { readScenario, withEngine } from './scenario-file.js'
import { withTraceListener } from './trace-lines.js'

export interface RunOptions {
  readonly workers?: number
  readonly json: boolean
  readonly semantics?: Semantics
  readonly fork?: ForkName
  /** MiB. */
  readonly memory?: number
  readonly trace: boolean
}

const MEBIBYTE = 2 ** 20

/** @returns the exit code */
export function run(file: string, options: RunOptions): Promise<number> {
  if (isMainnetFile(file)) return runMainnet(file, options)
  return attempt(options.json, async (signal) => {
    const results = await execute(await readScenario(file), options, signal)
    if (options.json) print(JSON.stringify(scenarioJson(results)))
  })
}

function execute(
  scenario: Scenario,
  options: RunOptions,
  signal: AbortSignal,
): Promise<BlockResult[]> {
  const { workers, semantics, fork, memory, trace } = options
  const overrides = {
    ...(semantics === undefined ? {} : { semantics }),
    ...(fork === undefined ? {} : { fork }),
    ...(workers === undefined ? {} : { workers }),
    ...(memory === undefined ? {} : { memory: memory * MEBIBYTE }),
  }
  return withTraceListener(trace, (listener) => {
    return withEngine(scenario, overrides, (engine) => {
      return executeBlocks(engine, scenario, options.json, { ...listener, signal })
    })
  })
}

async function executeBlocks(
  engine: Engine,
  scenario: Scenario,
  isQuiet: boolean,
  options: ExecuteOptions,
): Promise<BlockResult[]> {
  const progress = new ProgressLine(process.stderr)
  const results: BlockResult[] = []
  for (const block of scenario.blocks) {
    const onProgress = progress.listener(`block ${Number(block.env.number)}`)
    const result = await engine.executeBlock(block, { ...options, onProgress }).finally(() => {
      progress.clear()
    })
    results.push(result)
    if (!isQuiet) print(describeBlock(result, engine))
  }
  return results
}

/** One block is an object by itself, several are a list under `blocks`. */
function scenarioJson(results: readonly BlockResult[]): unknown {
  const [first] = results
  if (results.length === 1 && first !== undefined) return blockJson(first)
  return { stateRoot: results.at(-1)?.stateRoot, blocks: results.map(blockJson) }
}
