/** Options of `actor-evm node`, with the names that anvil has where they mean the same. */

import { readFileSync } from 'node:fs'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { FORK_NAMES, InvalidScenarioError, type ForkName, type Semantics } from '../index.js'
import type { ProviderOptions } from '../provider.js'

export interface NodeOptions {
  readonly port: number
  readonly host: string
  readonly accounts: number
  /** In ether. */
  readonly balance: bigint
  readonly mnemonic?: string
  readonly derivationPath?: string
  readonly chainId?: number
  readonly hardfork?: ForkName
  readonly gasLimit?: number
  readonly baseFee?: bigint
  readonly coinbase?: `0x${string}`
  /** Seconds. */
  readonly blockTime?: number
  /** False with `--no-mining`. */
  readonly mining: boolean
  readonly timestamp?: number
  readonly number?: number
  /** A genesis file. */
  readonly init?: string
  readonly semantics: Semantics
  readonly workers?: number
  /** MiB. */
  readonly memory?: number
  readonly order: 'fees' | 'fifo'
  readonly history?: number
  readonly states?: number
  readonly autoImpersonate: boolean
  readonly state?: string
  readonly loadState?: string
  readonly dumpState?: string
  readonly silent: boolean
  readonly json: boolean
  readonly allowOrigin: readonly string[]
  readonly allowHost: readonly string[]
  readonly bodyLimit?: number
  readonly timeLimit?: number
}

const MEBIBYTE = 2 ** 20
const WEI = 10n ** 18n

/** @param toCount reads a positive integer */
export function addNodeOptions(command: Command, toCount: (text: string) => number): Command {
  const all = (text: string, before: readonly string[]): string[] => [...before, text]
  return command
    .option('-p, --port <number>', 'port for HTTP and WebSocket; 0: any that is free', toPort, 8545)
    .option('--host <address>', 'address to listen at; 0.0.0.0: all', '127.0.0.1')
    .option('-a, --accounts <n>', 'accounts with funds', toWhole, 10)
    .addOption(
      new Option('--balance <ether>', 'of each account').argParser(toBig).default(10_000n, '10000'),
    )
    .option('-m, --mnemonic <words>', 'the accounts\' mnemonic (default: "test … junk")')
    .option('--derivation-path <path>', "before an account's number (default: m/44'/60'/0'/0/)")
    .option('--chain-id <n>', 'id of the chain (default: 31337)', toCount)
    .addOption(forkOption())
    .option('--gas-limit <gas>', 'gas limit of blocks (default: 30000000)', toCount)
    .addOption(new Option('--base-fee <wei>', 'of the genesis (default: 1 gwei)').argParser(toBig))
    .addOption(new Option('--block-base-fee-per-gas <wei>').argParser(toBig).hideHelp())
    .option('--coinbase <address>', 'whoever fees go to')
    .option('-b, --block-time <seconds>', 'a block every so many seconds', toSeconds)
    .option('--no-mining', 'blocks only when asked for (evm_mine)')
    .addOption(new Option('--no-mine').hideHelp())
    .option('--timestamp <seconds>', 'of the genesis (default: now)', toWhole)
    .option('--number <n>', 'of the genesis (default: 0)', toWhole)
    .option('--init <file>', "geth's genesis.json")
    .addOption(
      new Option('--semantics <name>', 'what a call of another contract is')
        .choices(['actor', 'ethereum'])
        .default('ethereum'),
    )
    .option('-w, --workers <n>', 'worker threads, this one included (default: 1)', toCount)
    .addOption(new Option('-j, --threads <n>').argParser(toCount).hideHelp())
    .option('--memory <MiB>', 'limit of memory in MiB (default: 2048)', toCount)
    .addOption(
      new Option('--order <name>', 'of transactions that wait')
        .choices(['fees', 'fifo'])
        .default('fees'),
    )
    .option('--history <blocks>', 'blocks that are kept (default: all)', toCount)
    .option('--states <blocks>', 'blocks whose state is kept (default: 1024)', toCount)
    .option('--auto-impersonate', 'take transactions of anybody without a signature', false)
    .option('--state <file>', 'load the state from the file if it exists, and dump it at the end')
    .option('--load-state <file>', "load a state that was dumped, also anvil's")
    .option('--dump-state <file>', 'dump the state at the end, as anvil does')
    .addOption(new Option('--steps-tracing', 'traces are always there').hideHelp())
    .option('--silent', 'print nothing but errors', false)
    .addOption(new Option('-q, --quiet').hideHelp())
    .option('--json', 'print JSON, one object a line', false)
    .option('--allow-origin <origin>', 'of pages that may ask, or *; may be repeated', all, [])
    .option('--allow-host <name>', 'name of this server in requests; may be repeated', all, [])
    .option('--body-limit <bytes>', 'of a request (default: 5000000)', toCount)
    .option('--time-limit <ms>', 'of a request (default: 60000)', toCount)
}

/** What commander gives, with the other names of options under their own. */
export function readNodeOptions(given: Readonly<Record<string, unknown>>): NodeOptions {
  const { blockBaseFeePerGas, mine, quiet, state, threads } = given
  const options = { ...given }
  options['baseFee'] ??= blockBaseFeePerGas
  options['workers'] ??= threads
  options['loadState'] ??= state
  options['dumpState'] ??= state
  if (mine === false) options['mining'] = false
  if (quiet === true) options['silent'] = true
  return options as unknown as NodeOptions
}

/** The chain that the options ask for. @throws InvalidScenarioError for a genesis file */
export function providerOptions(options: NodeOptions): ProviderOptions {
  const { accounts, balance, blockTime, derivationPath, hardfork, init, mnemonic } = options
  const { chainId, coinbase, history, memory, mining, order, semantics, states, workers } = options
  const file = init === undefined ? {} : readGenesis(init)
  const given = {
    timestamp: options.timestamp,
    number: options.number,
    gasLimit: options.gasLimit,
    baseFeePerGas: options.baseFee,
  }
  const said = Object.entries(given).filter(([, value]) => value !== undefined)
  return {
    semantics,
    workers: workers ?? 1,
    ...defined({ chainId, fork: hardfork, coinbase }),
    ...(memory === undefined ? {} : { memory: memory * MEBIBYTE }),
    accounts: {
      count: accounts,
      balance: balance * WEI,
      ...defined({ mnemonic, path: derivationPath }),
    },
    genesis: { ...file, ...Object.fromEntries(said) },
    mining: blockTime !== undefined ? { interval: blockTime } : mining ? 'auto' : 'manual',
    history: defined({ blocks: history, states }),
    pool: { order },
  }
}

function defined<T extends object>(values: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof T]?: NonNullable<T[Key]> }
}

function readGenesis(file: string): NonNullable<ProviderOptions['genesis']> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as NonNullable<ProviderOptions['genesis']>
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : ''
    throw new InvalidScenarioError(`the genesis file cannot be read: ${message}`, { cause })
  }
}

function forkOption(): Option {
  const option = new Option('--hardfork <name>', 'rules of execution (default: osaka)')
  return option.argParser((text) => {
    const asked = text.toLowerCase()
    const name = asked === 'latest' ? 'osaka' : FORK_NAMES.find((it) => it.toLowerCase() === asked)
    if (name !== undefined) return name
    throw new InvalidArgumentError(`Allowed choices are latest, ${FORK_NAMES.join(', ')}.`)
  })
}

const MAX_PORT = 65_535

function toPort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN
  if (port <= MAX_PORT) return port
  throw new InvalidArgumentError(`an integer from 0 to ${MAX_PORT}.`)
}

function toWhole(text: string): number {
  const whole = /^\d+$/.test(text) ? Number(text) : NaN
  if (Number.isSafeInteger(whole)) return whole
  throw new InvalidArgumentError('a whole number.')
}

function toBig(text: string): bigint {
  if (/^\d{1,70}$/.test(text)) return BigInt(text)
  throw new InvalidArgumentError('a whole number.')
}

function toSeconds(text: string): number {
  const seconds = Number(text)
  if (seconds > 0 && Number.isFinite(seconds)) return seconds
  throw new InvalidArgumentError('seconds, more than 0.')
}
