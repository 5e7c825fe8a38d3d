/** `actor-evm t8n`: a state transition with options, files and exit codes of geth's `evm t8n`. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import {
  ActorEvmError,
  InvalidBlockError,
  InvalidRlpError,
  traceLines,
} from '../index.js'
import { parseQuantity } from '../base/bytes.js'
import { readFileBounded, readStandardInput } from '../runners/read-file.js'
import { makeBlockMachine } from '../runners/block-test.js'
import { EnvironmentUnfit } from '../runners/t8n/environment.js'
import { allocJson, bodyHex, resultJson } from '../runners/t8n/output.js'
import { MissingBlockHash, runTransition, type Transition } from '../runners/t8n/transition.js'
import { chainOfNetwork } from '../runners/test-networks.js'
import { EXIT_OK } from './exit-codes.js'

/** Geth's exit codes. */
const EXIT_EVM = 2
const EXIT_CONFIG = 3
const EXIT_BLOCK_HASH = 4
const EXIT_JSON = 10
const EXIT_IO = 11
const EXIT_RLP = 12

const STDIN = 'stdin'
const STDOUT = 'stdout'
const STDERR = 'stderr'
const NO_REWARD = '-1'
/** With those of uncles it fits a word. */
const REWARD_LIMIT = 1n << 128n

const HELP = `
Names of files may be stdin, stdout or stderr; an empty name leaves an output out. From stdin comes
one object {"alloc", "env", "txs" | "txsRlp"}; to stdout goes one object of all that is sent there.
Transactions in a file that ends in .rlp are the RLP of a list, as a JSON string of hex.

Exit codes: 0 executed, 2 the block cannot be, 3 unknown fork, or an environment that does not fit
it, 4 BLOCKHASH of a block whose hash is not given, 10 not JSON, or not of what is expected, 11 a
file cannot be read or written, 12 not RLP.

Examples:
  $ actor-evm t8n --input.alloc a.json --input.env e.json --input.txs t.json --state.fork Osaka
  $ actor-evm t8n --input.alloc stdin --input.env stdin --input.txs stdin --state.fork Cancun \\
      --output.alloc stdout --output.result stdout < all.json | jq .result.stateRoot`

interface TransitionFlags {
  readonly 'input.alloc': string
  readonly 'input.env': string
  readonly 'input.txs': string
  readonly 'output.basedir': string
  readonly 'output.alloc': string
  readonly 'output.result': string
  readonly 'output.body': string
  readonly 'state.fork': string
  readonly 'state.chainid': string
  readonly 'state.reward': string
  readonly trace: boolean
}

/** A failure with its exit code. */
class TransitionFailure extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/**
 * The lines of each transaction's trace, by the name of its file. As geth, it numbers those that it
 * has tried to execute, and a transaction that was rejected then has an empty file.
 */
class Traces {
  readonly #texts = new Map<string, string>()
  #file = ''

  readonly onTransaction = (hash: Uint8Array): void => {
    this.#file = `trace-${this.#texts.size}-0x${Buffer.from(hash).toString('hex')}.jsonl`
    this.#texts.set(this.#file, '')
  }

  /** Steps before the first transaction are the protocol's own calls. */
  readonly listener = traceLines((line) => {
    const text = this.#texts.get(this.#file)
    if (text !== undefined) this.#texts.set(this.#file, `${text}${line}\n`)
  })

  get files(): Iterable<readonly [name: string, text: string]> {
    return this.#texts
  }
}

/** @param onExit told the exit code */
export function addTransitionCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('t8n')
    .alias('transition')
    .description('execute transactions on a state: compatible with geth’s evm t8n')
    .option('--input.alloc <file>', 'the state', 'alloc.json')
    .option('--input.env <file>', "the block's environment", 'env.json')
    .option('--input.txs <file>', 'the transactions', 'txs.json')
    .option('--output.basedir <folder>', 'where output files go', '')
    .option('--output.alloc <file>', 'the state afterwards', 'alloc.json')
    .option('--output.result <file>', 'roots, receipts and rejected transactions', 'result.json')
    .option('--output.body <file>', 'RLP of the transactions that were executed', '')
    .option('--state.fork <name>', 'rules of execution', 'GrayGlacier')
    .option('--state.chainid <n>', 'the chain', '1')
    .option('--state.reward <wei>', 'reward of the miner; -1 for none', '0')
    .option('--trace', 'write trace-<n>-<hash>.jsonl of each transaction (EIP-3155)', false)
    .option('--verbosity <n>', 'accepted and ignored')
    .addHelpText('after', HELP)
    .action(async (flags: TransitionFlags) => {
      onExit(await transition(flags))
    })
}

async function transition(flags: TransitionFlags): Promise<number> {
  try {
    const input = await readInput(flags)
    const config = readChain(flags)
    const reward = readReward(flags['state.reward'])
    const traces = flags.trace ? new Traces() : undefined
    const parts = await makeBlockMachine(traces?.listener)
    const { onTransaction } = traces ?? {}
    const result = await runTransition(parts, input, { config, reward, onTransaction })
    writeOutput(flags, result)
    if (traces !== undefined) writeTraces(flags, traces)
    return EXIT_OK
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const exitCode = exitCodeOf(error)
    if (exitCode === undefined) throw error
    process.stderr.write(`ERROR(${exitCode}): ${error.message}\n`)
    return exitCode
  }
}

function readChain(flags: TransitionFlags): ReturnType<typeof chainOfNetwork> {
  try {
    return chainOfNetwork(flags['state.fork'], { chainid: flags['state.chainid'] })
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    throw new TransitionFailure(EXIT_CONFIG, error.message)
  }
}

function readReward(text: string): bigint | undefined {
  if (text === NO_REWARD) return undefined
  return parseQuantity(text, '--state.reward', REWARD_LIMIT)
}

function exitCodeOf(error: Error): number | undefined {
  if (error instanceof TransitionFailure) return error.exitCode
  if (error instanceof MissingBlockHash) return EXIT_BLOCK_HASH
  if (error instanceof InvalidBlockError) return EXIT_EVM
  if (error instanceof EnvironmentUnfit) return EXIT_CONFIG
  if (error instanceof InvalidRlpError) return EXIT_RLP
  return error instanceof ActorEvmError ? EXIT_JSON : undefined
}

async function readInput(
  flags: TransitionFlags,
): Promise<{ alloc: unknown; env: unknown; txs: unknown }> {
  const files = [flags['input.alloc'], flags['input.env'], flags['input.txs']] as const
  const fromStdin = files.includes(STDIN) ? await readJson(STDIN) : {}
  const all = (fromStdin ?? {}) as Record<string, unknown>
  const [alloc, env, txs] = files
  return {
    alloc: alloc === STDIN ? all.alloc : await readJson(alloc),
    env: env === STDIN ? all.env : await readJson(env),
    txs: txs === STDIN ? readTransactions(all) : await readJson(txs),
  }
}

/** RLP may come without its 0x. */
function readTransactions({ txs, txsRlp }: Record<string, unknown>): unknown {
  if (typeof txsRlp !== 'string' || txsRlp === '') return txs
  return txsRlp.startsWith('0x') ? txsRlp : `0x${txsRlp}`
}

async function readJson(file: string): Promise<unknown> {
  let bytes: Uint8Array
  try {
    bytes = file === STDIN ? await readStandardInput() : await readFileBounded(file)
  } catch (error) {
    throw new TransitionFailure(EXIT_IO, messageOf(error))
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw new TransitionFailure(EXIT_JSON, `${file} is not JSON: ${messageOf(error)}`)
  }
}

function writeOutput(flags: TransitionFlags, result: Transition): void {
  const outputs = [
    ['alloc', flags['output.alloc'], () => allocJson(result)],
    ['result', flags['output.result'], () => resultJson(result)],
    ['body', flags['output.body'], () => bodyHex(result)],
  ] as const
  const streams: Record<string, Record<string, unknown>> = { [STDOUT]: {}, [STDERR]: {} }
  for (const [name, file, make] of outputs) {
    if (file === '') continue
    const stream = streams[file]
    if (stream !== undefined) stream[name] = make()
    else writeFile(flags['output.basedir'], file, toJson(make()))
  }
  if (Object.keys(streams[STDOUT]!).length > 0) process.stdout.write(toJson(streams[STDOUT]))
  if (Object.keys(streams[STDERR]!).length > 0) process.stderr.write(toJson(streams[STDERR]))
}

function writeTraces(flags: TransitionFlags, traces: Traces): void {
  for (const [file, lines] of traces.files) writeFile(flags['output.basedir'], file, lines)
}

function writeFile(folder: string, file: string, content: string): void {
  try {
    if (folder !== '') mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, file), content)
  } catch (error) {
    throw new TransitionFailure(EXIT_IO, `${file} cannot be written: ${messageOf(error)}`)
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
