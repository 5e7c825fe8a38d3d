/** Runs official tests in this thread, in order, and writes every instruction. Node only. */

import { throwIfCancelled } from '../base/errors.js'
import { stateRootLine, traceLines } from '../trace/eip3155.js'
import { makeFileRunner } from './file-runner.js'
import { addTally, emptyTally, type CaseFilter, type Tally, type TestKind } from './tally.js'
import { TestSources } from './test-sources.js'

export interface RunTracedOptions extends CaseFilter {
  readonly kind: TestKind
  /** Given each line, without its end. */
  readonly writeLine: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/** @throws InvalidInputError for a path that cannot be read; CancelledError */
export async function runTraced(
  paths: readonly string[],
  { fork, kind, match, writeLine, signal }: RunTracedOptions,
): Promise<Tally> {
  const runFile = await makeFileRunner({
    kind,
    filter: { fork, match },
    isTimed: false,
    listener: traceLines(writeLine),
    onStateRoot: (root) => writeLine(stateRootLine(root)),
  })
  const total = emptyTally()
  const sources = await TestSources.find(paths)
  for await (const { name, bytes } of sources.files()) {
    throwIfCancelled(signal, 'the tests were cancelled')
    addTally(total, await runFile(name, bytes, () => undefined))
  }
  return total
}
