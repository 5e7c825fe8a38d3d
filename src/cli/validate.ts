/** `actor-evm validate`: blocks from their witnesses alone. */

import type { Command } from 'commander'
import {
  InvalidInputError,
  createValidator,
  decodeWitness,
  parseBlockFile,
  witnessFromJson,
  type BlockOfFile,
  type BlockToValidate,
  type ConsistentBlock,
  type ExecutionWitness,
  type Hex,
  type Verdict,
} from '../index.js'
import { attempt, print } from './attempt.js'
import { EXIT_FAILED, EXIT_OK, EXIT_UNANCHORED } from './exit-codes.js'
import { parseJson, readNamed } from './named-file.js'

const HELP = `
No state is needed: every node and code of the witness is hashed on its way in, and the block is
executed. What the verdict rests on is yours to trust: the hash of each block (--hash, or else the
one in the block file) or the header of the only block's parent (--parent). With neither, the
verdict is that the block is consistent, and that is not that it is valid.

Exit codes: 0 all blocks are valid, 1 one is refused or a file cannot be read, 2 wrong usage,
3 all blocks are consistent, but one rests on nothing.

Examples:
  $ actor-evm validate block.json witness.json --json | tail -1 | jq .valid
  $ actor-evm validate block.json witness.json --hash 0x4bd3…`

interface ValidateOptions {
  readonly workers: number
  // What they are, the validator looks at
  readonly hash?: readonly Hex[]
  readonly parent?: Hex
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
    .option('--hash <hashes...>', 'hash of each block, from somebody you trust')
    .option('--parent <header>', "RLP (hex) of the parent's header, from somebody you trust")
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
  options: ValidateOptions,
): Promise<number> {
  const { json, minimal, workers } = options
  let judged = EXIT_OK
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
      const anchors = anchorsOf(blocks, options)
      const verdicts: Verdict[] = []
      for (const [i, { rlp }] of blocks.entries()) {
        const input = { ...anchors[i], block: rlp, witness: witnesses[i]!, signal }
        const verdict = await validator.validate(input)
        if (!json) describe(verdict, options.hash === undefined)
        verdicts.push(verdict)
      }
      judged = exitCodeOf(verdicts)
      const all = verdicts.map(verdictJson)
      const whole = all.length === 1 ? all[0] : { valid: judged === EXIT_OK, blocks: all }
      if (json) print(JSON.stringify(whole))
    } finally {
      await validator.dispose()
    }
  })
  return exitCode === EXIT_OK ? judged : exitCode
}

type Anchor = Pick<BlockToValidate, 'blockHash' | 'parentHeader'>

/** What each block rests on: its own hash, or the parent that the caller has. */
function anchorsOf(blocks: readonly BlockOfFile[], { hash, parent }: ValidateOptions): Anchor[] {
  if (hash !== undefined && hash.length !== blocks.length) {
    const details = { place: { field: '--hash' }, expected: `${blocks.length}`, got: hash.length }
    throw new InvalidInputError('each block needs its hash', details)
  }
  if (parent !== undefined && blocks.length !== 1) {
    const details = { place: { field: '--parent' }, expected: 'one block', got: blocks.length }
    throw new InvalidInputError('a parent is that of one block', details)
  }
  return blocks.map((block, i) => {
    const stated = hash === undefined ? block.hash : hash[i]
    return {
      ...(stated === undefined ? {} : { blockHash: stated }),
      ...(parent === undefined ? {} : { parentHeader: parent }),
    }
  })
}

function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.every(({ valid }) => valid)) return EXIT_OK
  return verdicts.every(({ consistent }) => consistent) ? EXIT_UNANCHORED : EXIT_FAILED
}

function readWitnesses(bytes: Uint8Array): ExecutionWitness[] {
  if (!JSON_STARTS.has(bytes[0] ?? 0)) return [decodeWitness(bytes)]
  const json = parseJson(bytes)
  return Array.isArray(json) ? json.map(witnessFromJson) : [witnessFromJson(json)]
}

function verdictJson(verdict: Verdict): unknown {
  if (!verdict.consistent) return verdict
  const { result, number, ...rest } = verdict
  const { rounds, timing } = result
  return { ...rest, number: Number(number), rounds: rounds.length, ms: timing.total }
}

/** @param isFilesHash whether a hash is the block file's */
function describe(verdict: Verdict, isFilesHash: boolean): void {
  if (verdict.consistent) {
    const { number, result, stateRoot, valid, witness } = verdict
    const unused = witness.unusedNodes + witness.unusedCodes + witness.unusedHeaders
    const what = valid ? 'valid' : 'consistent, but rests on nothing'
    print(`block ${number} is ${what}: state root ${stateRoot}`)
    print(`  ${restsOn(verdict, isFilesHash)}`)
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

function restsOn({ blockHash, restsOn: anchor }: ConsistentBlock, isFilesHash: boolean): string {
  switch (anchor) {
    case 'hash':
      return `rests on the hash ${isFilesHash ? 'in the block file' : 'given'}: ${blockHash}`
    case 'parent':
      return 'rests on the parent given'
    default:
      return `give what you trust: --hash ${blockHash}, if that is it, or --parent`
  }
}
