/** Scenario files, and engines that stand at their beginning. */

import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import {
  InvalidScenarioError,
  createEngine,
  parseScenario,
  type Engine,
  type EngineOptions,
  type Scenario,
} from '../index.js'

/** @param file path, or - for standard input */
export async function readScenario(file: string): Promise<Scenario> {
  let source: string
  try {
    source = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidScenarioError(`scenario cannot be read: ${reason}`, { cause })
  }
  return parseScenario(source)
}

/** Does something with an engine of its own, which holds the scenario's genesis. */
export async function withEngine<T>(
  scenario: Scenario,
  options: EngineOptions,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine({ ...scenario.engine, ...options })
  try {
    await engine.loadGenesis(scenario.alloc)
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}
