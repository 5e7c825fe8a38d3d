/** Scenario files, and engines that stand at their beginning. */

import { readFile } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  InvalidScenarioError,
  createEngine,
  parseScenario,
  type Engine,
  type EngineOptions,
  type Scenario,
} from '../index.js'
import { stopSignal } from './interruption.js'

/** @param file path, or - for standard input */
export async function readScenario(file: string): Promise<Scenario> {
  const signal = stopSignal()
  let source: string
  try {
    source =
      file === '-'
        ? await text(addAbortSignal(signal, process.stdin))
        : await readFile(file, { encoding: 'utf8', signal })
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
    await engine.loadGenesis(scenario.alloc, { signal: stopSignal() })
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}
