/**
 * Scenario files: a genesis and blocks to execute on it, as JSON.
 *
 *   {chainId, fork, semantics?, parameters?: {gMessage, gWord, maxRounds}, alloc,
 *    env, transactions, withdrawals?}                        one block
 *   {…, blocks: [{env, transactions, withdrawals?}, …]}      several
 */

import { asArray, asObject, type JsonObject } from './block/json.js'
import { parseQuantity } from './bytes.js'
import { InvalidInputError, InvalidScenarioError } from './errors.js'
import { forkNamed, type ForkName } from './forks.js'
import { readAlloc } from './genesis.js'
import { readEnvironment } from './pipeline/environment.js'
import type { BlockInput } from './prepare-block.js'
import { jsonable } from './result-data.js'
import type { Alloc, ProtocolParameters, Semantics } from './types.js'

/** A scenario that was checked: give `engine` to `createEngine`, `alloc` to `loadGenesis`. */
export interface Scenario {
  readonly engine: {
    readonly chainId: bigint
    readonly fork: ForkName
    readonly semantics: Semantics
    readonly parameters: ProtocolParameters
  }
  readonly alloc: Alloc
  readonly blocks: readonly BlockInput[]
}

const FIELDS = new Set([
  'chainId',
  'fork',
  'semantics',
  'parameters',
  'alloc',
  'env',
  'transactions',
  'withdrawals',
  'blocks',
])
const PARAMETERS = ['gMessage', 'gWord', 'maxRounds'] as const

/**
 * Reads a scenario. Transactions are read when their block is executed; all else is checked here.
 * @param source JSON text, or what it parses to
 * @throws InvalidScenarioError naming the field
 */
export function parseScenario(source: unknown): Scenario {
  try {
    const json = typeof source === 'string' ? parseJson(source) : source
    return readScenario(asObject(json, 'scenario'))
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    throw new InvalidScenarioError(`scenario cannot be read: ${error.message}`, {
      place: error.place,
      cause: error,
    })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidScenarioError(`scenario is not JSON: ${reason}`, { cause })
  }
}

function readScenario(json: JsonObject): Scenario {
  for (const name of Object.keys(json)) {
    if (!FIELDS.has(name)) throw invalid(name, `one of ${[...FIELDS].join(', ')}`, name)
  }
  const alloc = asObject(json.alloc ?? {}, 'alloc') as Alloc
  readAlloc(alloc)
  return {
    engine: jsonable({
      chainId: parseQuantity(json.chainId ?? 1, 'chainId'),
      fork: forkNamed(json.fork ?? 'osaka').name,
      semantics: readSemantics(json.semantics),
      parameters: readParameters(json.parameters),
    }),
    alloc,
    blocks: readBlocks(json),
  }
}

function readBlocks(json: JsonObject): BlockInput[] {
  if (json.blocks === undefined) return [readBlock(json, '')]
  for (const name of ['env', 'transactions', 'withdrawals']) {
    if (json[name] !== undefined) throw invalid(name, 'it inside `blocks`', 'it beside `blocks`')
  }
  return asArray(json.blocks, 'blocks').map((block, i) =>
    readBlock(asObject(block, `blocks[${i}]`), `blocks[${i}].`),
  )
}

function readBlock(json: JsonObject, prefix: string): BlockInput {
  const env = asObject(json.env, `${prefix}env`) as unknown as BlockInput['env']
  readEnvironment(env)
  return {
    env,
    transactions: asArray(json.transactions ?? [], `${prefix}transactions`) as never,
    withdrawals: asArray(json.withdrawals ?? [], `${prefix}withdrawals`) as never,
  }
}

function readSemantics(value: unknown): Semantics {
  if (value === undefined) return 'actor'
  if (value === 'actor' || value === 'ethereum') return value
  throw invalid('semantics', 'actor or ethereum', value)
}

function readParameters(value: unknown): ProtocolParameters {
  const json = asObject(value ?? {}, 'parameters')
  const parameters: { -readonly [Key in keyof ProtocolParameters]: number } = {}
  for (const name of PARAMETERS) {
    if (json[name] === undefined) continue
    parameters[name] = Number(parseQuantity(json[name], `parameters.${name}`, 1n << 31n))
  }
  return parameters
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid value', { place: { field }, expected, got })
}
