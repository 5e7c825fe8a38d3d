/**
 * Commands and their options. Exit codes: 0 it worked, 1 it failed, 2 it was called wrongly, 130
 * and 143 it was interrupted (SIGINT, SIGTERM), 141 nobody reads its output.
 */

import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { FORK_NAMES } from '../index.js'
import { addBlockTestCommand } from './blocktest.js'
import { addRpcTestCommand } from './rpctest.js'
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './exit-codes.js'
import { addExplainCommand } from './explain.js'
import { interruptible } from './interruption.js'
import { addNodeCommand } from './node.js'
import { run, type RunOptions } from './run.js'
import { addStateTestCommand } from './statetest.js'
import { addTransitionCommand } from './t8n.js'
import { addTraceCommand } from './trace.js'
import { addValidateCommand } from './validate.js'
import { addWitnessCommand } from './witness.js'
import { TRACE_OPTION } from './trace-lines.js'

const RUN_HELP = `
The scenario is a JSON file:
  {"chainId": 1, "fork": "osaka", "parameters": {"gMessage": 6000, "gWord": 64, "maxRounds": 1024},
   "alloc": {"0x…": {"balance": "0x…", "nonce": "0x0", "code": "0x…", "storage": {}}},
   "env": {"number": 1, "timestamp": 1800000000, "gasLimit": 30000000, "baseFeePerGas": 7,
           "coinbase": "0x…", "prevRandao": "0x…"},
   "transactions": ["0x02f8…", {"nonce": 0, "gasLimit": 21000, "to": "0x…", "secretKey": "0x…"}]}
or several of env and transactions in a list "blocks".
A file N.json.gz is a block of mainnet with the state that it touches: it is executed under Ethereum
semantics and compared with its header.

Exit codes: 0 executed, 1 a block failed or the file cannot be read, 2 wrong usage.

Examples:
  $ actor-evm run market.json
  $ actor-evm run market.json --workers 1 --json | tail -1 | jq .stateRoot`

/** @returns the exit code */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let exitCode = EXIT_OK
  endWhenUnheard()
  const program = new Command('actor-evm')
    .description('Executes Ethereum blocks with smart contracts as actors, on all cores.')
    .version(readVersion(), '-V, --version', 'print the version')
    .exitOverride()
  program
    .command('run')
    .description('execute the blocks of a scenario file and print what came of them')
    .argument('<file>', 'scenario file, block of mainnet, or - for standard input')
    .option('-w, --workers <n>', 'worker threads, this one included (default: one a core)', toCount)
    .option('--json', 'print one JSON object as the last line', false)
    .addOption(
      new Option('--semantics <name>', "override the file's").choices(['actor', 'ethereum']),
    )
    .addOption(new Option('--fork <name>', "override the file's").choices(FORK_NAMES))
    .option('--memory <MiB>', 'limit of memory in MiB (default: 2048)', toCount)
    .option(...TRACE_OPTION)
    .addHelpText('after', RUN_HELP)
    .action(async (file: string, options: RunOptions) => {
      exitCode = await run(file, options)
    })
  const onExit = (code: number): void => {
    exitCode = code
  }
  addStateTestCommand(program, onExit)
  addBlockTestCommand(program, onExit)
  addRpcTestCommand(program, onExit)
  addTransitionCommand(program, onExit)
  addTraceCommand(program, onExit)
  addExplainCommand(program, onExit)
  addWitnessCommand(program, onExit)
  addValidateCommand(program, onExit, toCount)
  addNodeCommand(program, onExit, toCount, readVersion())
  try {
    return await interruptible(async () => {
      await program.parseAsync(argv)
      return exitCode
    })
  } catch (error) {
    // Help and version come here too, with exit code 0
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE
    throw error
  }
}

/** Who reads has gone, or there is no room: nothing more can be said, and nothing was promised. */
function endWhenUnheard(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.stderr.write(`error: output cannot be written: ${error.message}\n`)
    }
    process.exit(EXIT_FAILED)
  })
}

function toCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('a positive integer.')
  return count
}

/** package.json lies beside dist/. */
function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
