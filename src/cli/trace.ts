/** `actor-evm trace`: what one transaction set off, across rounds. */

import { InvalidArgumentError, type Command } from 'commander'
import {
  InvalidInputError,
  type BlockResult,
  type Engine,
  type Scenario,
  type TraceBlockOptions,
} from '../index.js'
import { attempt, print } from './attempt.js'
import { readScenario, withEngine } from './scenario-file.js'
import { describeTrace, traceJson } from './trace-output.js'

const HASH = /^0x[0-9a-fA-F]{64}$/
const INDEX = /^\d{1,9}$/

const HELP = `
Between actors each line is a message: round and position of its delivery, the start of its id,
sender, recipient, value, data. Below it stand its gas, why it failed, its logs, and the messages
that it sent. With --tracer, and under Ethereum semantics, it is the JSON of a tracer of geth's:
callTracer (the default), flatCallTracer, prestateTracer, 4byteTracer, muxTracer, noopTracer, or
structLogger for every instruction.

Exit codes: 0 traced, 1 a block failed or there is no such transaction, 2 wrong usage.

Examples:
  $ actor-evm trace market.json --tx 17
  $ actor-evm trace scenario.json --block 2 --tx 0 --json | tail -1 | jq '.messages[].failure'
  $ actor-evm trace scenario.json --tracer prestateTracer --tracer-config '{"diffMode":true}'`

interface TraceOptions {
  /** Index or hash. */
  readonly tx: string
  readonly block?: bigint
  readonly json: boolean
  readonly tracer?: string
  readonly tracerConfig?: unknown
}

/** @param onExit told the exit code */
export function addTraceCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('trace')
    .description('show what one transaction did: its messages, its calls, what it changed')
    .argument('<file>', 'scenario file, or - for standard input')
    .requiredOption('--tx <n|hash>', 'index in its block, or hash', toTransaction)
    .option('--block <number>', 'which block, if the file has several', toNumber)
    .option('--tracer <name>', "one of geth's tracers")
    .option('--tracer-config <json>', 'what the tracer is told', toJson)
    .option('--json', 'print one JSON object as the last line', false)
    .addHelpText('after', HELP)
    .action(async (file: string, options: TraceOptions) => {
      onExit(await trace(file, options))
    })
}

function trace(file: string, options: TraceOptions): Promise<number> {
  return attempt(options.json, async (signal) => {
    const scenario = await readScenario(file)
    const isTree = scenario.engine.semantics === 'actor' && options.tracer === undefined
    const { traced, result, index } = await withEngine(scenario, { workers: 1 }, (engine) => {
      return executeUntilFound(engine, scenario, options, isTree, signal)
    })
    if (!isTree) return print(JSON.stringify(traced, null, options.json ? undefined : 2))
    const tree = result.messageTree(index)
    if (options.json) print(JSON.stringify(traceJson(result, index, tree)))
    else print(describeTrace(result, index, tree))
  })
}

interface Found {
  readonly result: BlockResult
  readonly index: number
  /** What the tracer says, if one was asked for. */
  readonly traced: unknown
}

/** Executes blocks up to the one of the transaction. */
async function executeUntilFound(
  engine: Engine,
  { blocks }: Scenario,
  { tx, block: number, tracer = 'callTracer', tracerConfig }: TraceOptions,
  isTree: boolean,
  signal: AbortSignal,
): Promise<Found> {
  const isHash = HASH.test(tx)
  if (!isHash && number === undefined && blocks.length > 1) {
    throw notFound('an index is not enough', '--block', 'the number of a block', undefined)
  }
  for (const block of blocks) {
    const at = isTree ? undefined : await engine.snapshot()
    const result = await engine.executeBlock(block, { signal })
    if (number !== undefined && result.number !== number) continue
    const index = isHash ? indexOfHash(result, tx.toLowerCase()) : Number(tx)
    if (index === undefined) continue
    if (at === undefined) return { result, index, traced: undefined }
    const choice = { tracer, tracerConfig, transactions: [index], at, signal }
    const [trace] = await engine.traceBlock(block, choice as TraceBlockOptions)
    return { result, index, traced: trace!.result }
  }
  throw isHash
    ? notFound('no such transaction', '--tx', 'the hash of a transaction', tx)
    : notFound('no such block', '--block', 'the number of a block', number)
}

function indexOfHash({ receipts }: BlockResult, hash: string): number | undefined {
  const index = receipts.findIndex(({ transactionHash }) => transactionHash === hash)
  return index < 0 ? undefined : index
}

function notFound(what: string, field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError(what, { place: { field }, expected, got })
}

function toTransaction(text: string): string {
  if (HASH.test(text) || INDEX.test(text)) return text
  throw new InvalidArgumentError('an index, or a hash of 32 bytes.')
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('JSON.')
  }
}

function toNumber(text: string): bigint {
  if (/^(\d+|0x[0-9a-fA-F]+)$/.test(text)) return BigInt(text)
  throw new InvalidArgumentError('a number.')
}
