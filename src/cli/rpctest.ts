/** `actor-evm rpctest`: plays the official cases of JSON-RPC. */

import type { Command } from 'commander'
import { ActorEvmError } from '../index.js'
import { runRpcTests } from '../runners/rpc-test.js'
import { print } from './attempt.js'
import { EXIT_FAILED, EXIT_OK } from './exit-codes.js'
import { stopSignal } from './interruption.js'
import { describeTally } from './test-command.js'

const HELP = `
Each path is a folder or a .tar.gz archive as ethereum/execution-apis has them in tests/: a
genesis.json, a chain.rlp beside it, and below them .io files of requests and answers. The chain is
imported and every block of it checked; then the requests are sent in the order of the files.

An answer must be the same as JSON, error codes and messages included. Where a file says speconly,
it must be of the same shape: the same fields with values of the same kinds, or errors both.

Exit codes: 0 no case failed, 1 a case failed or a path cannot be read, 2 wrong usage.

Examples:
  $ actor-evm rpctest execution-apis/tests
  $ actor-evm rpctest execution-apis.tar.gz --match eth_simulateV1 --json`

interface RpcTestCommandOptions {
  readonly match?: string
  readonly json: boolean
}

/** @param onExit told the exit code */
export function addRpcTestCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('rpctest')
    .description('play the official cases of JSON-RPC to a chain in a box')
    .argument('<path...>', 'folders or .tar.gz archives')
    .option('--match <text>', 'only cases with this in their path')
    .option('--json', 'print one JSON object as the last line', false)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: RpcTestCommandOptions) => {
      onExit(await runRpcTestCommand(paths, options))
    })
}

async function runRpcTestCommand(
  paths: readonly string[],
  { json, match }: RpcTestCommandOptions,
): Promise<number> {
  const start = performance.now()
  const signal = stopSignal()
  try {
    const options = match === undefined ? { signal } : { signal, match }
    const tally = await runRpcTests(paths, options)
    if (json) print(JSON.stringify(tally))
    else print(describeTally(tally, performance.now() - start))
    if (tally.passed + tally.failed === 0) {
      process.stderr.write('error: no test was found\n')
      return EXIT_FAILED
    }
    return tally.failed === 0 ? EXIT_OK : EXIT_FAILED
  } catch (error) {
    if (signal.aborted) return EXIT_FAILED
    if (!(error instanceof ActorEvmError)) throw error
    process.stderr.write(`${error.name}: ${error.message}\n`)
    return EXIT_FAILED
  }
}
