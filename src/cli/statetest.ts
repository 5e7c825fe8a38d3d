/** `actor-evm statetest`: runs official GeneralStateTests and VMTests. */

import type { Command } from 'commander'
import { runTestCommand, testCommand, type TestCommandOptions } from './test-command.js'

const HELP = `
Paths are JSON files, folders, and .tar.gz archives of them; archives are read as they are.

What is refused, as expected, for a reason whose name is not known counts as unverified: neither
passed nor failed.

Exit codes: 0 no test failed, 1 a test failed or a path cannot be read, 2 wrong usage.

Examples:
  $ actor-evm statetest GeneralStateTests.tar.gz
  $ actor-evm statetest tests/ --fork cancun --match stCreate2
  $ actor-evm statetest tests.tar.gz --json | tail -1 | jq .failed`

/** @param onExit told the exit code */
export function addStateTestCommand(program: Command, onExit: (code: number) => void): void {
  testCommand(program, 'statetest', 'run official state tests and VM tests on all cores')
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: TestCommandOptions) => {
      onExit(await runTestCommand('state', paths, options))
    })
}
