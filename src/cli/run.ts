/** `actor-evm run`: executes the blocks of a scenario. */

import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import {
  ActorEvmError,
  InvalidScenarioError,
  createEngine,
  parseScenario,
  type BlockResult,
  type Engine,
  type Scenario,
  type Semantics,
} from '../index.js'
import { EXIT_FAILED, EXIT_OK } from './exit-codes.js'
import { ProgressLine } from './progress-line.js'
import { blockJson, errorJson } from './result-json.js'
import { describeBlock } from './result-text.js'

export interface RunOptions {
  readonly workers?: number
  readonly json: boolean
  readonly semantics?: Semantics
  readonly fork?: string
  /** MiB. */
  readonly memory?: number
}

const MEBIBYTE = 2 ** 20

/** @returns the exit code */
export async function run(file: string, options: RunOptions): Promise<number> {
  const stop = new AbortController()
  const onInterrupt = (): void => stop.abort(new Error('interrupted'))
  process.once('SIGINT', onInterrupt)
  try {
    const results = await execute(await readScenario(file), options, stop.signal)
    if (options.json) print(JSON.stringify(scenarioJson(results)))
    return EXIT_OK
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    process.stderr.write(`${error.name}: ${error.message}\n`)
    if (options.json) print(JSON.stringify(errorJson(error)))
    return EXIT_FAILED
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

async function execute(
  scenario: Scenario,
  options: RunOptions,
  signal: AbortSignal,
): Promise<BlockResult[]> {
  const { workers, semantics, fork, memory } = options
  const engine = await createEngine({
    ...scenario.engine,
    ...(semantics === undefined ? {} : { semantics }),
    ...(fork === undefined ? {} : { fork }),
    ...(workers === undefined ? {} : { workers }),
    ...(memory === undefined ? {} : { memory: memory * MEBIBYTE }),
  })
  try {
    await engine.loadGenesis(scenario.alloc)
    return await executeBlocks(engine, scenario, options.json, signal)
  } finally {
    await engine.dispose()
  }
}

async function executeBlocks(
  engine: Engine,
  scenario: Scenario,
  isQuiet: boolean,
  signal: AbortSignal,
): Promise<BlockResult[]> {
  const progress = new ProgressLine(process.stderr)
  const results: BlockResult[] = []
  for (const block of scenario.blocks) {
    const onProgress = progress.listener(`block ${Number(block.env.number)}`)
    const result = await engine.executeBlock(block, { signal, onProgress }).finally(() => {
      progress.clear()
    })
    results.push(result)
    if (!isQuiet) print(describeBlock(result, engine.workers))
  }
  return results
}

/** One block is an object by itself, several are a list under `blocks`. */
function scenarioJson(results: readonly BlockResult[]): unknown {
  const [first] = results
  if (results.length === 1 && first !== undefined) return blockJson(first)
  return { stateRoot: results.at(-1)?.stateRoot, blocks: results.map(blockJson) }
}

async function readScenario(file: string): Promise<Scenario> {
  let source: string
  try {
    source = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidScenarioError(`scenario cannot be read: ${reason}`, { cause })
  }
  return parseScenario(source)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
