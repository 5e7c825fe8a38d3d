/**
 * Scenario files: a genesis and blocks to execute on it, as JSON.
 *
 *   {chainId, fork, semantics?, parameters?: {gMessage, gWord, maxRounds}, alloc,
 *    env, transactions, withdrawals?}                        one block; semantics: actor
 *   {…, blocks: [{env, transactions, withdrawals?}, …]}      several
 */

import { asArray, asKnownObject, asObject, type JsonObject } from './base/json.js'
import { parseJsonText } from './base/json-text.js'
import { parseQuantity } from './base/bytes.js'
import { PARAMETERS, readSemantics } from './machine/engine-options.js'
import { InvalidInputError, InvalidScenarioError, words } from './base/errors.js'
import { forkNamed, type ForkName } from './forks/forks.js'
import { readAlloc } from './state/genesis.js'
import { checkKeys } from './base/known-keys.js'
import { readEnvironment } from './intake/environment.js'
import type { BlockInput } from './intake/prepare-block.js'
import { readOnce } from './base/read-once.js'
import { jsonable } from './base/result-data.js'
import type { Alloc, ProtocolParameters, Semantics } from './base/types.js'

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

const BLOCK = ['env', 'transactions', 'withdrawals'] as const
/** Of a file that does not say; `actor-evm run` tells which one it is. */
const SCENARIO_SEMANTICS = 'actor'
const ENGINE = ['chainId', 'fork', 'semantics', 'parameters'] as const
const SCENARIO = [...ENGINE, 'alloc', ...BLOCK, 'blocks'] as const

/**
 * Reads a scenario. Transactions are read when their block is executed; all else is checked here.
 * @param source JSON text, or what it parses to
 * @throws InvalidScenarioError naming the field
 */
export function parseScenario(source: unknown): Scenario {
  try {
    const json =
      typeof source === 'string'
        ? parseJsonText(source, 'scenario')
        : readOnce(source, 'scenario')
    return readScenario(asObject(json, 'scenario'))
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    throw new InvalidScenarioError(`scenario cannot be read: ${error.message}`, {
      place: error.place,
      cause: error,
    })
  }
}

function readScenario(json: JsonObject): Scenario {
  checkKeys(json, SCENARIO, '')
  const alloc = asObject(json.alloc ?? {}, 'alloc') as Alloc
  readAlloc(alloc)
  return {
    engine: jsonable({
      chainId: parseQuantity(json.chainId ?? 1, 'chainId'),
      fork: forkNamed(json.fork ?? 'osaka').name,
      semantics: readSemantics(json.semantics ?? SCENARIO_SEMANTICS),
      parameters: readScenarioParameters(json.parameters),
    }),
    alloc,
    blocks: readBlocks(json),
  }
}

function readBlocks(json: JsonObject): BlockInput[] {
  if (json.blocks === undefined) return [readBlock(json, '')]
  for (const name of BLOCK) {
    if (json[name] === undefined) continue
    throw invalid(name, 'it inside `blocks`', words('it beside `blocks`'))
  }
  return asArray(json.blocks, 'blocks').map((block, i) => {
    return readBlock(asKnownObject(block, BLOCK, `blocks[${i}]`), `blocks[${i}].`)
  })
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

/** Numbers as JSON has them, or quantities. */
function readScenarioParameters(value: unknown): ProtocolParameters {
  const json = asKnownObject(value ?? {}, PARAMETERS, 'parameters')
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
