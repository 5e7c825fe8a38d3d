/** `actor-evm blocktest`: runs official BlockchainTests. */

import type { Command } from 'commander'
import { runTestCommand, testCommand, type TestCommandOptions } from './test-command.js'

const HELP = `
Paths are JSON files, folders, and .tar.gz archives of them; archives are read as they are.
Blocks that a test expects to be refused must be refused for the reason that it states.

What is refused, as expected, for a reason whose name is not known counts as unverified: neither
passed nor failed.

Exit codes: 0 no test failed, 1 a test failed or a path cannot be read, 2 wrong usage.

Examples:
  $ actor-evm blocktest BlockchainTests.tar.gz
  $ actor-evm blocktest tests/ --fork osaka --match eip7934
  $ actor-evm blocktest benchmarks.tar.gz --threads 1 --times`

/** @param onExit told the exit code */
export function addBlockTestCommand(program: Command, onExit: (code: number) => void): void {
  testCommand(program, 'blocktest', 'run official blockchain tests on all cores')
    .option('--times', 'print gas, time and speed of each test, the slowest first', false)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: TestCommandOptions) => {
      onExit(await runTestCommand('block', paths, options))
    })
}
