/** `actor-evm node`: a chain for development, behind JSON-RPC. */

import type { Command } from 'commander'
import { attempt } from './attempt.js'
import { addNodeOptions, readNodeOptions } from './node-options.js'

const HELP = `
It listens at http://127.0.0.1:8545 and ws://127.0.0.1:8545, for this machine alone, and has ten
accounts with 10,000 ether each, those of anvil and Hardhat. Calls between contracts are Ethereum's
(synchronous), unless --semantics actor makes them messages. Ctrl-C ends it (exit code 130; 143
after SIGTERM).

Methods: eth_*, net_*, web3_*, txpool_*, debug_*, evm_*, hardhat_*, anvil_*, actor_*.

Examples:
  $ actor-evm node
  $ actor-evm node --port 0 --json | head -1 | jq -r .url
  $ actor-evm node --block-time 2 --semantics actor --workers 2
  $ actor-evm node --init genesis.json --state state.json`

/** @param onExit told the exit code @param toCount reads a positive integer */
export function addNodeCommand(
  program: Command,
  onExit: (code: number) => void,
  toCount: (text: string) => number,
  version: string,
): void {
  const command = program
    .command('node')
    .description('run a chain for development that speaks JSON-RPC')
    .addHelpText('after', HELP)
  addNodeOptions(command, toCount).action(async (given: Readonly<Record<string, unknown>>) => {
    const options = readNodeOptions(given)
    // Other commands need none of it
    const { runNode } = await import('./run-node.js')
    onExit(await attempt(options.json, (signal) => runNode(options, signal, version)))
  })
}
