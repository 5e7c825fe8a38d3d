/** What the commands that run official tests have in common. */

import { availableParallelism } from 'node:os'
import { InvalidArgumentError, type Command } from 'commander'
import { ActorEvmError } from '../index.js'
import { runTests } from '../runners/run-tests.js'
import { runTraced } from '../runners/run-traced.js'
import type { Tally, TestKind, TestTiming } from '../runners/tally.js'
import { print } from './attempt.js'
import { EXIT_FAILED, EXIT_OK } from './exit-codes.js'
import { stopSignal } from './interruption.js'
import { TestProgressBar } from './test-progress.js'
import { TRACE_OPTION, withTraceLines } from './trace-lines.js'

const MAX_FAILURES_SHOWN = 50

export interface TestCommandOptions {
  readonly fork?: string
  readonly match?: string
  readonly threads: number
  readonly json: boolean
  /** Runs everything on this thread. */
  readonly trace: boolean
  /** Prints the time of each test, the slowest first. */
  readonly times?: boolean
}

/** A command with the arguments and options of all of them. */
export function testCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('<path...>', 'files, folders or .tar.gz archives')
    .option('--fork <name>', 'only the cases of this fork')
    .option('--match <text>', "only tests with this in their file's path or their name")
    .option('-t, --threads <n>', 'threads, one a core', toCount, availableParallelism())
    .option('--json', 'print one JSON object as the last line', false)
    .option(...TRACE_OPTION)
}

/** @returns the exit code */
export async function runTestCommand(
  kind: TestKind,
  paths: readonly string[],
  options: TestCommandOptions,
): Promise<number> {
  const progress = new TestProgressBar(process.stderr)
  const start = performance.now()
  const signal = stopSignal()
  const { json, times = false } = options
  try {
    const tally = options.trace
      ? await withTraceLines((writeLine) => {
          return runTraced(paths, { ...options, kind, writeLine, signal })
        })
      : await runOnThreads(kind, paths, options, progress)
    progress.clear()
    if (times) for (const line of describeTimings(tally.timings ?? [])) print(line)
    if (json) print(JSON.stringify(tally))
    else print(describeTally(tally, performance.now() - start))
    if (tally.passed + tally.failed + tally.unverified + tally.skipped === 0) {
      process.stderr.write('error: no test was found\n')
      return EXIT_FAILED
    }
    return tally.failed === 0 ? EXIT_OK : EXIT_FAILED
  } catch (error) {
    progress.clear()
    if (signal.aborted) return EXIT_FAILED
    if (!(error instanceof ActorEvmError)) throw error
    process.stderr.write(`${error.name}: ${error.message}\n`)
    return EXIT_FAILED
  }
}

function runOnThreads(
  kind: TestKind,
  paths: readonly string[],
  { fork, match, threads, times = false }: TestCommandOptions,
  progress: TestProgressBar,
): Promise<Tally> {
  const onProgress = (now: Parameters<TestProgressBar['show']>[0]): void => progress.show(now)
  const signal = stopSignal()
  return runTests(paths, { kind, threads, fork, match, isTimed: times, onProgress, signal })
}

export function describeTally(tally: Tally, ms: number): string {
  const { passed, failed, skipped, unverified, failures } = tally
  const shown = failures.slice(0, MAX_FAILURES_SHOWN)
  const lines = shown.map(({ file, test, reason }) => `FAILED ${file}\n  ${test}\n  ${reason}`)
  if (failures.length > shown.length) lines.push(`and ${failures.length - shown.length} more`)
  const seconds = (ms / 1000).toFixed(1)
  if (unverified > 0) {
    const names = tally.unknownNames.join(', ')
    lines.push(`UNVERIFIED names of exceptions that are not known: ${names}`)
  }
  const counts = `${passed} passed, ${failed} failed, ${unverified} unverified, ${skipped} skipped`
  lines.push(`${counts} in ${seconds} s`)
  return lines.join('\n')
}

/** Gas a second, slowest first. */
function describeTimings(timings: readonly TestTiming[]): string[] {
  const speed = ({ gasUsed, executeMs }: TestTiming): number => gasUsed / executeMs / 1e3
  return timings
    .filter(({ gasUsed }) => gasUsed > 0)
    .sort((a, b) => speed(a) - speed(b))
    .map((timing) => {
      const { executeMs, gasUsed, test } = timing
      const columns = [
        `${speed(timing).toFixed(1)} Mgas/s`.padStart(16),
        `${(gasUsed / 1e6).toFixed(2)} Mgas`.padStart(14),
        `${executeMs.toFixed(1)} ms`.padStart(12),
      ]
      return `${columns.join('')}  ${test}`
    })
}

function toCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('a positive integer.')
  return count
}
