/** All cases of one file of official tests, GeneralStateTests or VMTests. */

import { PASSED, failed } from './case-verdict.js'
import { FileRun } from './file-run.js'
import { LoadedStateTest } from './state-test.js'
import { isStateTest, type StateTest } from './state-test-format.js'
import type { CaseFilter, Tally } from './tally.js'
import type { TestMachine } from './test-machine.js'
import { VM_TEST_FORK, isVmTest, runVmTest } from './vm-test.js'

/** @param onCase told after each case that was run */
export async function runTestFile(
  machine: TestMachine,
  file: string,
  bytes: Uint8Array,
  filter: CaseFilter,
  onCase: () => void,
): Promise<Tally> {
  const run = new FileRun(file, filter, onCase)
  for (const [name, test] of run.parse(bytes)) await runTest(machine, run, name, test)
  return run.tally
}

async function runTest(
  machine: TestMachine,
  run: FileRun,
  name: string,
  test: unknown,
): Promise<void> {
  if (isStateTest(test)) {
    await runStateTest(machine, run, name, test)
  } else if (isVmTest(test)) {
    if (!run.selects(name, VM_TEST_FORK)) return
    await run.check(name, async () => {
      const reason = await machine.guard(() => runVmTest(machine, test))
      return reason === undefined ? PASSED : failed(reason)
    })
  } else {
    await run.check(name, () => failed('neither a state test nor a VM test'))
  }
}

async function runStateTest(
  machine: TestMachine,
  run: FileRun,
  name: string,
  test: StateTest,
): Promise<void> {
  let loaded: LoadedStateTest | undefined
  for (const [fork, posts] of Object.entries(test.post)) {
    if (!run.selects(name, fork)) continue
    for (const post of posts) {
      const { data, gas, value } = post.indexes
      await run.check(`${name} ${fork} data ${data} gas ${gas} value ${value}`, () => {
        const common = (loaded ??= new LoadedStateTest(test))
        return machine.guard(() => common.run(machine, fork, post))
      })
    }
  }
}
