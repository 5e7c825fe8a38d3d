/** All cases of one file of official tests, GeneralStateTests or VMTests. */

import { PASSED, failed } from './case-verdict.js'
import { FileRun } from './file-run.js'
import { LoadedStateTest } from './state-test.js'
import { isStateTest, type StateTest } from './state-test-format.js'
import type { CaseFilter, Tally } from './tally.js'
import type { TestMachine } from './test-machine.js'
import { VM_TEST_FORK, isVmTest, runVmTest } from './vm-test.js'

/** @param onCase told after each case that was run */
export function runTestFile(
  machine: TestMachine,
  file: string,
  bytes: Uint8Array,
  filter: CaseFilter,
  onCase: () => void,
): Tally {
  const run = new FileRun(file, filter, onCase)
  for (const [name, test] of run.parse(bytes)) runTest(machine, run, name, test)
  return run.tally
}

function runTest(machine: TestMachine, run: FileRun, name: string, test: unknown): void {
  if (isStateTest(test)) {
    runStateTest(machine, run, name, test)
  } else if (isVmTest(test)) {
    if (!run.selects(name, VM_TEST_FORK)) return
    run.check(name, () => {
      const reason = machine.guard(() => runVmTest(machine, test))
      return reason === undefined ? PASSED : failed(reason)
    })
  } else {
    run.check(name, () => failed('neither a state test nor a VM test'))
  }
}

function runStateTest(machine: TestMachine, run: FileRun, name: string, test: StateTest): void {
  let loaded: LoadedStateTest | undefined
  for (const [fork, posts] of Object.entries(test.post)) {
    if (!run.selects(name, fork)) continue
    for (const post of posts) {
      const { data, gas, value } = post.indexes
      run.check(`${name} ${fork} data ${data} gas ${gas} value ${value}`, () => {
        const common = (loaded ??= new LoadedStateTest(test))
        return machine.guard(() => common.run(machine, fork, post))
      })
    }
  }
}
