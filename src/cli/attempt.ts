/** What commands have in common: errors, output. */

import { ActorEvmError } from '../index.js'
import { EXIT_FAILED, EXIT_OK } from './exit-codes.js'
import { stopSignal } from './interruption.js'
import { errorJson } from './result-json.js'

/**
 * Does the work of a command. What a person or a file did wrong is said in one line.
 * @param isJson whether errors are printed as JSON, too
 * @param work given a signal that interrupts it
 * @returns the exit code
 */
export async function attempt(
  isJson: boolean,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const signal = stopSignal()
  try {
    await work(signal)
    return EXIT_OK
  } catch (error) {
    // Whoever interrupted it knows why it failed
    if (signal.aborted) return EXIT_FAILED
    if (!(error instanceof ActorEvmError)) throw error
    process.stderr.write(`${error.name}: ${error.message}\n`)
    if (isJson) print(JSON.stringify(errorJson(error)))
    return EXIT_FAILED
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
