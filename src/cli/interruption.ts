/**
 * How a command is stopped from outside. The first SIGINT (Ctrl-C) or SIGTERM cancels its work,
 * which then undoes itself and ends its threads; a second one, or patience that is at its end,
 * ends the process at once. Nobody who reads its output any more (EPIPE) ends it, too.
 */

import { EXIT_BROKEN_PIPE, EXIT_SIGINT, EXIT_SIGTERM } from './exit-codes.js'

const EXIT_CODES = { SIGINT: EXIT_SIGINT, SIGTERM: EXIT_SIGTERM } as const
type Name = keyof typeof EXIT_CODES

/** For a file that is being written. What it computes is lost anyway, and threads end with it. */
const PATIENCE_MS = 40

let patience = PATIENCE_MS
let current: AbortSignal = new AbortController().signal

/** Set off when the running command shall stop. */
export function stopSignal(): AbortSignal {
  return current
}

/** For a command that has to write when it is stopped. A second signal ends it at once. */
export function bePatient(milliseconds: number): void {
  patience = milliseconds
}

/**
 * Runs a command that can be interrupted.
 * @returns its exit code; where it was interrupted, the process ends with that of the signal
 */
export async function interruptible(command: () => Promise<number>): Promise<number> {
  const controller = new AbortController()
  current = controller.signal
  let exitCode: number | undefined
  const stop = (name: Name): void => {
    if (exitCode !== undefined) process.exit(exitCode)
    exitCode = EXIT_CODES[name]
    process.stderr.write(`interrupted (${name})\n`)
    setTimeout(() => process.exit(exitCode), patience)
    controller.abort(new Error(`interrupted by ${name}`))
  }
  const onPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
    process.exit(EXIT_BROKEN_PIPE)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  process.stdout.on('error', onPipe)
  process.stderr.on('error', onPipe)
  try {
    const code = await command()
    if (exitCode !== undefined) process.exit(exitCode)
    return code
  } catch (error) {
    if (exitCode !== undefined) process.exit(exitCode)
    throw error
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    process.stdout.off('error', onPipe)
    process.stderr.off('error', onPipe)
  }
}
