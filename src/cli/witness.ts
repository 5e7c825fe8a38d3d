/** `actor-evm witness`: executes a scenario and writes its blocks and their witnesses. */

import { Option, type Command } from 'commander'
import {
  blockFileJson,
  encodeHeader,
  encodeWitness,
  witnessToJson,
  type Engine,
  type ExecutionWitness,
  type ProducedBlock,
  type Scenario,
  type Semantics,
} from '../index.js'
import { attempt, print } from './attempt.js'
import { EXIT_USAGE } from './exit-codes.js'
import { writeNamed } from './named-file.js'
import { readScenario, withEngine } from './scenario-file.js'

const HELP = `
Each block becomes a child of the one before, so the scenario's parent hashes and block hashes are
replaced. The block file names chain, fork and semantics; the witness is {state, codes, headers,
keys} as Ethereum clients exchange it. A witness file that ends in .bin is written in compact form.

Exit codes: 0 written, 1 a block failed or a file cannot be read or written, 2 wrong usage.

Example:
  $ actor-evm witness market.json -o block.json witness.json
  $ actor-evm validate block.json witness.json`

interface WitnessOptions {
  readonly output: readonly string[]
  readonly semantics?: Semantics
  readonly json: boolean
}

/** @param onExit told the exit code */
export function addWitnessCommand(program: Command, onExit: (code: number) => void): void {
  program
    .command('witness')
    .description('execute a scenario, write its blocks and what validating them takes')
    .argument('<file>', 'scenario file, or - for standard input')
    .requiredOption('-o, --output <files...>', 'block file and witness file')
    .addOption(
      new Option('--semantics <name>', "override the file's").choices(['actor', 'ethereum']),
    )
    .option('--json', 'print one JSON object as the last line', false)
    .addHelpText('after', HELP)
    .action(async (file: string, options: WitnessOptions) => {
      if (options.output.length !== 2) {
        const what = '-o needs two files, one for blocks and one for witnesses'
        program.error(`error: ${what}`, { exitCode: EXIT_USAGE })
      }
      onExit(await witness(file, options))
    })
}

function witness(file: string, options: WitnessOptions): Promise<number> {
  const [blockFile, witnessFile] = options.output as readonly [string, string]
  return attempt(options.json, async (signal) => {
    const scenario = await readScenario(file)
    const { semantics = scenario.engine.semantics } = options
    const chain = { ...scenario.engine, semantics }
    const produced = await withEngine(scenario, { semantics }, (engine) => {
      return produceBlocks(engine, scenario, signal)
    })
    const witnesses = produced.map((block) => block.witness)
    await writeNamed(blockFile, `${JSON.stringify(blockFileJson(chain, produced), null, 2)}\n`)
    await writeNamed(witnessFile, serialise(witnesses, witnessFile))
    report(produced, options.json)
  })
}

async function produceBlocks(
  engine: Engine,
  { blocks }: Scenario,
  signal: AbortSignal,
): Promise<ProducedBlock[]> {
  const produced: ProducedBlock[] = []
  const ancestors: Uint8Array[] = []
  for (const block of blocks) {
    const made = await engine.produceBlock(block, ancestors, { rules: 'execution', signal })
    if (ancestors.length === 0) ancestors.push(encodeHeader(made.parentHeader))
    ancestors.push(encodeHeader(made.block.header))
    produced.push(made)
  }
  return produced
}

/** One witness by itself, several as a list; in compact form, one file each would be needed. */
function serialise(witnesses: readonly ExecutionWitness[], file: string): string | Uint8Array {
  const [first] = witnesses
  if (witnesses.length === 1 && file.endsWith('.bin')) return encodeWitness(first!)
  const json = witnesses.map(witnessToJson)
  return `${JSON.stringify(json.length === 1 ? json[0] : json)}\n`
}

function report(produced: readonly ProducedBlock[], isJson: boolean): void {
  const blocks = produced.map(({ bytes, hash, result, witness: made }) => ({
    number: Number(result.number),
    hash,
    transactions: result.receipts.length,
    blockBytes: bytes.length,
    witnessBytes: encodeWitness(made).length,
    nodes: made.state.length,
    codes: made.codes.length,
  }))
  if (isJson) {
    print(JSON.stringify(blocks.length === 1 ? blocks[0] : { blocks }))
    return
  }
  for (const { blockBytes, codes, hash, nodes, number, transactions, witnessBytes } of blocks) {
    const each = transactions === 0 ? 0 : Math.round(witnessBytes / transactions)
    print(`block ${number} ${hash}`)
    print(`  ${transactions} transactions, ${blockBytes} bytes`)
    print(`  witness: ${nodes} nodes, ${codes} codes, ${witnessBytes} bytes compact, ${each} each`)
  }
}
