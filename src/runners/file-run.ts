/** The run of one file of official tests: which of its cases to run, and how they ended. */

import { asObject } from '../base/json.js'
import { InvalidInputError } from '../base/errors.js'
import { forkNamed } from '../forks/forks.js'
import { failed, type CaseVerdict } from './case-verdict.js'
import { addNames, emptyTally, type CaseFilter, type Tally } from './tally.js'

/** Characters: what a test expects may be megabytes of what it wanted to be. */
const MAX_REASON = 2_000

export class FileRun {
  readonly tally: Tally
  readonly #file: string
  readonly #filter: CaseFilter
  readonly #onCase: () => void

  /** @param onCase told after each case that was run */
  constructor(file: string, filter: CaseFilter, onCase: () => void, isTimed = false) {
    this.tally = emptyTally(isTimed)
    this.#file = file
    this.#filter = filter
    this.#onCase = onCase
  }

  /** @param fork of the case; any name that `forkNamed` knows, others are no fork's */
  selects(name: string, fork: string): boolean {
    const { fork: wanted, match } = this.#filter
    if (wanted !== undefined && !isSameFork(fork, wanted)) return false
    return match === undefined || `${this.#file} ${name}`.includes(match)
  }

  /** The tests of a file by name; one that cannot be read is a failure. */
  parse(bytes: Uint8Array): [name: string, test: unknown][] {
    try {
      return Object.entries(asObject(jsonOf(bytes), 'tests'))
    } catch (error) {
      this.record('', failed(`not a file of tests: ${messageOf(error)}`))
      return []
    }
  }

  /** A case that throws, or in which the core traps, fails; the next begins on an empty state. */
  async check(test: string, run: () => CaseVerdict | Promise<CaseVerdict>): Promise<void> {
    let verdict: CaseVerdict
    try {
      verdict = await run()
    } catch (error) {
      verdict = failed(messageOf(error))
    }
    this.record(test, verdict)
  }

  record(test: string, verdict: CaseVerdict): void {
    this.tally[verdict.kind]++
    if (verdict.kind === 'unverified') addNames(this.tally, verdict.names)
    if (verdict.kind === 'failed') {
      const reason = verdict.reason.slice(0, MAX_REASON)
      this.tally.failures.push({ file: this.#file, test, reason })
    }
    this.#onCase()
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new InvalidInputError(`not JSON: ${(cause as Error).message}`, { cause })
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/** Networks that become another fork in their middle are of none. */
function isSameFork(fork: string, wanted: string): boolean {
  const { name } = forkNamed(wanted)
  try {
    return forkNamed(fork).name === name
  } catch {
    return false
  }
}
