/** Runs official tests from any number of paths on several threads. Node only. */

import { CancelledError } from '../base/errors.js'
import { forkNamed } from '../forks/forks.js'
import type { CaseFilter, Tally, TestKind } from './tally.js'
import { TestPool } from './test-pool.js'
import { TestSources } from './test-sources.js'

export interface RunTestsOptions extends CaseFilter {
  readonly kind: TestKind
  readonly threads: number
  readonly timeoutMs?: number
  /** Adds the time of each block test to the tally. */
  readonly isTimed?: boolean
  readonly onProgress?: (progress: TestProgress) => void
  readonly signal?: AbortSignal | undefined
}

export interface TestProgress {
  readonly cases: number
  readonly failed: number
  /** Of the files, how much has been dealt out: from 0 to 1. */
  readonly fraction: number
}

/** The longest case of the official tests takes some 10 s on a busy machine. */
const DEFAULT_TIMEOUT_MS = 300_000

/** @throws InvalidInputError for a fork or a path that there is not; WorkerDiedError,
 *    CancelledError */
export async function runTests(
  paths: readonly string[],
  options: RunTestsOptions,
): Promise<Tally> {
  const { kind, threads, fork, match, onProgress, signal } = options
  const { isTimed = false, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  if (fork !== undefined) forkNamed(fork)
  const sources = await TestSources.find(paths)
  let cases = 0
  const onCases = (count: number): void => {
    cases += count
    onProgress?.({ cases, failed: pool.tally.failed, fraction: sources.fractionRead })
  }
  const pool = new TestPool({ kind, threads, filter: { fork, match }, isTimed, timeoutMs, onCases })
  const stop = (): void => {
    pool.fail(new CancelledError('the tests were cancelled', { cause: signal?.reason }))
  }
  signal?.addEventListener('abort', stop)
  try {
    for await (const file of sources.files()) await pool.submit(file)
    return await pool.finish()
  } finally {
    signal?.removeEventListener('abort', stop)
    await pool.dispose()
  }
}
