/** What runs files of official tests one after the other, on an engine of its own. */

import type { Listener } from '../trace/listener.js'
import { makeBlockFileRunner } from './run-block-file.js'
import { runTestFile } from './run-test-file.js'
import type { CaseFilter, RunFile, TestKind } from './tally.js'
import type { Hex } from '../base/types.js'
import { TestMachine } from './test-machine.js'

export interface FileRunnerOptions {
  readonly kind: TestKind
  readonly filter: CaseFilter
  /** Whether the tally is to have timings. */
  readonly isTimed: boolean
  readonly listener?: Listener
  /** Told the state root after each case of a state test. */
  readonly onStateRoot?: (root: Hex) => void
}

export async function makeFileRunner(options: FileRunnerOptions): Promise<RunFile> {
  const { filter, isTimed, kind, onStateRoot, listener } = options
  if (kind === 'block') return makeBlockFileRunner(filter, isTimed, listener)
  const machine = await TestMachine.make(listener, onStateRoot)
  return async (file, bytes, onCase) => runTestFile(machine, file, bytes, filter, onCase)
}
