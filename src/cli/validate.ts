/** `actor-evm validate`: blocks from their witnesses alone. */

import type { Command } from 'commander'
import {
  InvalidInputError,
  createValidator,
  decodeWitness,
  parseBlockFile,
  witnessFromJson,
  type ExecutionWitness,
  type Verdict,
} from '../index.js'
import { attempt, print } from './attempt.js'
import { EXIT_FAILED } from './exit-codes.js'
import { parseJson, readNamed } from './named-file.js'

const HELP = `
No state is needed and nothing is trusted but the hashes in the block file: every node and code of
the witness is hashed on its way in, and the block is executed.

Exit codes: 0 all blocks are valid, 1 one is refused or a file cannot be read, 2 wrong usage.

Example:
  $ actor-evm validate block.json witness.json --json | tail -1 | jq .valid`

interface ValidateOptions {
  readonly workers: number
  readonly minimal: boolean
  readonly json: boolean
}

/** The first byte of JSON; compact witnesses begin with their version. */
const JSON_STARTS = new Set(Array.from('{[ \n\r\t', (character) => character.charCodeAt(0)))

/** @param onExit told the exit code */
export function addValidateCommand(
  program: Command,
  onExit: (code: number) => void,
  toCount: (text: string) => number,
): void {
  program
    .command('validate')
    .description('validate blocks from their witnesses, without a state')
    .argument('<block>', 'block file, as `witness` writes it')
    .argument('<witness>', 'witness file: JSON, or compact')
    .option('-w, --workers <n>', 'worker threads, this one included (default: 1)', toCount, 1)
    .option('--minimal', 'refuse a witness with more than the block needs', false)
    .option('--json', 'print one JSON object as the last line', false)
    .addHelpText('after', HELP)
    .action(async (block: string, witness: string, options: ValidateOptions) => {
      onExit(await validate(block, witness, options))
    })
}

async function validate(
  blockFile: string,
  witnessFile: string,
  { json, minimal, workers }: ValidateOptions,
): Promise<number> {
  let allValid = true
  const exitCode = await attempt(json, async (signal) => {
    const { blocks, chain } = await readNamed(blockFile, (bytes) => {
      return parseBlockFile(new TextDecoder().decode(bytes))
    })
    const witnesses = await readNamed(witnessFile, readWitnesses)
    if (witnesses.length !== blocks.length) {
      const details = { expected: `${blocks.length} witnesses`, got: witnesses.length }
      throw new InvalidInputError('the files do not belong together', details)
    }
    const validator = await createValidator({ ...chain, workers, requiresMinimal: minimal })
    try {
      const verdicts: Verdict[] = []
      for (const [i, { hash, rlp }] of blocks.entries()) {
        const input = { block: rlp, blockHash: hash, witness: witnesses[i]!, signal }
        const verdict = await validator.validate(input)
        if (!json) describe(verdict)
        verdicts.push(verdict)
      }
      allValid = verdicts.every(({ valid }) => valid)
      const all = verdicts.map(verdictJson)
      const whole = all.length === 1 ? all[0] : { valid: allValid, blocks: all }
      if (json) print(JSON.stringify(whole))
    } finally {
      await validator.dispose()
    }
  })
  return allValid ? exitCode : EXIT_FAILED
}

function readWitnesses(bytes: Uint8Array): ExecutionWitness[] {
  if (!JSON_STARTS.has(bytes[0] ?? 0)) return [decodeWitness(bytes)]
  const json = parseJson(bytes)
  return Array.isArray(json) ? json.map(witnessFromJson) : [witnessFromJson(json)]
}

function verdictJson(verdict: Verdict): unknown {
  if (!verdict.valid) return verdict
  const { result, number, ...rest } = verdict
  const { rounds, timing } = result
  return { ...rest, number: Number(number), rounds: rounds.length, ms: timing.total }
}

function describe(verdict: Verdict): void {
  if (verdict.valid) {
    const { number, result, stateRoot, witness } = verdict
    const unused = witness.unusedNodes + witness.unusedCodes + witness.unusedHeaders
    print(`block ${number} is valid: state root ${stateRoot}`)
    print(`  ${result.receipts.length} transactions in ${result.timing.total.toFixed(1)} ms`)
    print(`  witness: ${witness.nodes} nodes, ${witness.codes} codes, ${witness.bytes} bytes` +
      `${unused === 0 ? '' : `, ${unused} of them not needed`}`)
    return
  }
  const { difference, reason } = verdict
  print(`refused: ${reason}`)
  print(`  ${difference.what}: expected ${difference.expected}`)
  print(`  got ${difference.got}`)
}
