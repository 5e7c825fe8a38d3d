/** Scenario files, and engines that stand at their beginning. */

import { addAbortSignal } from 'node:stream'
import {
  createEngine,
  parseScenario,
  type Engine,
  type EngineOptions,
  type Scenario,
} from '../index.js'
import { stopSignal } from './interruption.js'
import { readNamed } from './named-file.js'

/** @param file path, or - for standard input, which an interruption closes */
export function readScenario(file: string): Promise<Scenario> {
  if (file === '-') addAbortSignal(stopSignal(), process.stdin)
  return readNamed(file, (bytes) => parseScenario(new TextDecoder().decode(bytes)))
}

/** Does something with an engine of its own, which holds the scenario's genesis. */
export async function withEngine<T>(
  scenario: Scenario,
  options: Partial<EngineOptions>,
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
