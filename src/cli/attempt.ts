/** What commands have in common: interruption, errors, output. */

import { ActorEvmError } from '../index.js'
import { EXIT_FAILED, EXIT_OK } from './exit-codes.js'
import { errorJson } from './result-json.js'

/**
 * Does the work of a command. What a person or a file did wrong is said in one line.
 * @param isJson whether errors are printed as JSON, too
 * @param work given a signal that Ctrl-C sets off
 * @returns the exit code
 */
export async function attempt(
  isJson: boolean,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const stop = new AbortController()
  const onInterrupt = (): void => stop.abort(new Error('interrupted'))
  process.once('SIGINT', onInterrupt)
  try {
    await work(stop.signal)
    return EXIT_OK
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    process.stderr.write(`${error.name}: ${error.message}\n`)
    if (isJson) print(JSON.stringify(errorJson(error)))
    return EXIT_FAILED
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
