/** All cases of one file of official tests, GeneralStateTests or VMTests. */

import { asArray, asObject } from '../base/json.js'
import { InvalidInputError } from '../base/errors.js'
import { PASSED, failed } from './case-verdict.js'
import { FileRun, messageOf } from './file-run.js'
import { LoadedStateTest } from './state-test.js'
import { isStateTest, type ExpectedPost, type StateTest } from './state-test-format.js'
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
  if (isObject(test) && isStateTest(test)) {
    await runStateTest(machine, run, name, test)
  } else if (isObject(test) && isVmTest(test)) {
    if (!run.selects(name, VM_TEST_FORK)) return
    await run.check(name, async () => {
      const reason = await runVmTest(machine, test)
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
    for (const post of listed(run, `${name} ${fork}`, posts)) {
      const { data, gas, value } = post.indexes
      await run.check(`${name} ${fork} data ${data} gas ${gas} value ${value}`, () => {
        const common = (loaded ??= new LoadedStateTest(test))
        return common.run(machine, fork, post)
      })
    }
  }
}

function isObject(test: unknown): boolean {
  return typeof test === 'object' && test !== null && !Array.isArray(test)
}

/** The choices of a fork; what is none counts as failed. */
function listed(run: FileRun, test: string, posts: unknown): ExpectedPost[] {
  try {
    return asArray(posts, 'post').map((post) => {
      const indexes = asObject(asObject(post, 'post').indexes, 'post.indexes')
      for (const name of ['data', 'gas', 'value']) {
        const isIndex = Number.isSafeInteger(indexes[name])
        if (!isIndex) throw new InvalidInputError(`post.indexes.${name} is no index`)
      }
      return post as ExpectedPost
    })
  } catch (error) {
    run.record(test, failed(messageOf(error)))
    return []
  }
}
