/** All tests of one file of official BlockchainTests. */

import type { JsonObject } from '../base/json.js'
import type { Listener } from '../trace/listener.js'
import { failed, textOf, type CaseVerdict } from './case-verdict.js'
import { isBlockTest, makeBlockMachine, runBlockTest } from './block-test.js'
import { FileRun, messageOf } from './file-run.js'
import type { CaseFilter, RunFile } from './tally.js'

/** A runner with an engine that serves file after file. */
export async function makeBlockFileRunner(
  filter: CaseFilter,
  isTimed: boolean,
  listener?: Listener,
): Promise<RunFile> {
  let machine = await makeBlockMachine(listener)
  return async (file, bytes, onCase) => {
    const run = new FileRun(file, filter, onCase, isTimed)
    for (const [name, test] of run.parse(bytes)) {
      const isTest = isBlockTest(test)
      if (isTest && !run.selects(name, textOf(test.network))) continue
      try {
        run.record(name, isTest ? await timed(run, name, test) : failed('not a block test'))
      } catch (error) {
        run.record(name, failed(messageOf(error)))
        // Whatever went wrong in it, the engine is not trusted with the next test
        machine = await makeBlockMachine(listener)
      }
    }
    return run.tally
  }

  async function timed(run: FileRun, name: string, test: JsonObject): Promise<CaseVerdict> {
    const statistics = { gasUsed: 0, executeMs: 0 }
    const verdict = await runBlockTest(machine, test, statistics)
    run.tally.timings?.push({ test: name, ...statistics })
    return verdict
  }
}
