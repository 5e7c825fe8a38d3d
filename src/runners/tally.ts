/** What comes out of a run of official tests; plain data, which crosses threads and `--json`. */

export interface TestFailure {
  readonly file: string
  /** The name of the test, its fork and its indexes. */
  readonly test: string
  readonly reason: string
}

/** What a test's valid blocks took. */
export interface TestTiming {
  readonly test: string
  readonly gasUsed: number
  readonly executeMs: number
}

export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** Refused as expected, but for the reason of a name that is not known: neither of the above. */
  unverified: number
  /** Those names, each once. */
  readonly unknownNames: string[]
  readonly failures: TestFailure[]
  /** Of block tests, where asked for. */
  readonly timings?: TestTiming[]
}

/** Runs all tests of a file; `onCase` is told after each case that was run. */
export type RunFile = (file: string, bytes: Uint8Array, onCase: () => void) => Promise<Tally>

/** GeneralStateTests and VMTests, or BlockchainTests. */
export type TestKind = 'state' | 'block'

/** Which cases of the files to run. */
export interface CaseFilter {
  /** A fork, by any name that `forkNamed` knows. All forks when left out. */
  readonly fork?: string | undefined
  /** Part of the file's path or of the test's name, or a regular expression. */
  readonly match?: string | undefined
}

/** @param isTimed whether timings are collected */
export function emptyTally(isTimed = false): Tally {
  const counts = { passed: 0, failed: 0, skipped: 0, unverified: 0 }
  const lists = { unknownNames: [], failures: [] }
  const tally = { ...counts, ...lists }
  return isTimed ? { ...tally, timings: [] } : tally
}

export function addTally(total: Tally, part: Tally): void {
  total.passed += part.passed
  total.failed += part.failed
  total.skipped += part.skipped
  total.unverified += part.unverified
  addNames(total, part.unknownNames)
  total.failures.push(...part.failures)
  total.timings?.push(...(part.timings ?? []))
}

/** The names of a hostile file are as many and as long as it likes. */
const MAX_NAMES = 100
const MAX_NAME_CHARACTERS = 80

export function addNames({ unknownNames }: Tally, names: readonly string[]): void {
  for (const name of names) {
    const shown = name.slice(0, MAX_NAME_CHARACTERS)
    if (unknownNames.length < MAX_NAMES && !unknownNames.includes(shown)) unknownNames.push(shown)
  }
}
