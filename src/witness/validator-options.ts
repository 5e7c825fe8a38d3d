/** The options of a validator, checked: none that nobody reads, none that contradicts another. */

import { asObject } from '../base/json.js'
import { checkChainConfig, type ChainConfig } from '../forks/chain-config.js'
import {
  resolveOptions,
  type EngineOptions,
  type ResolvedOptions,
} from '../machine/engine-options.js'
import { InvalidInputError } from '../base/errors.js'
import { checkKeys } from '../base/known-keys.js'
import { heldRules, type BlockRules, type HeldRules } from './block-rules.js'

/** Options that a validator has in common with an engine. */
type SharedOption =
  | 'chainConfig'
  | 'chainId'
  | 'fork'
  | 'memory'
  | 'parameters'
  | 'semantics'
  | 'simulation'
  | 'workerTimeoutMs'
  | 'workers'

/** What a validator is made with. Unknown keys are errors. */
export interface ValidatorOptions extends Pick<EngineOptions, SharedOption> {
  /**
   * `chain`: all rules of Ethereum's headers and bodies (default under Ethereum semantics; but only
   * who asks for them by name demands that the contracts for requests are there).
   * `execution`: those that do not say how a chain's base fee and gas limit move, nor which system
   * contracts it has (default under actor semantics).
   */
  readonly rules?: BlockRules | undefined
  /** Which fork a block is of, instead of `fork`, `chainId` and `chainConfig`. */
  readonly chain?: ChainConfig | undefined
  /** Refuse a witness with nodes, codes or headers that the block does not need. */
  readonly requiresMinimal?: boolean | undefined
}

export interface ResolvedValidator {
  readonly engine: ResolvedOptions
  readonly rules: HeldRules
  readonly chain: ChainConfig
  readonly requiresMinimal: boolean
}

const SHARED: readonly SharedOption[] = [
  'chainConfig',
  'chainId',
  'fork',
  'memory',
  'parameters',
  'semantics',
  'simulation',
  'workerTimeoutMs',
  'workers',
]
export const VALIDATOR_OPTIONS: readonly string[] = [...SHARED, 'chain', 'requiresMinimal', 'rules']

/**
 * @param concurrency logical cores
 * @throws InvalidInputError naming the option
 */
export function resolveValidator(
  options: ValidatorOptions,
  concurrency: number,
): ResolvedValidator {
  checkKeys(asObject(options, 'options'), VALIDATOR_OPTIONS, '', 'option')
  const { requiresMinimal = false, rules, workers = 1 } = options
  if (typeof requiresMinimal !== 'boolean') {
    throw invalid('requiresMinimal', 'true or false', requiresMinimal)
  }
  const shared = Object.fromEntries(SHARED.map((name) => [name, options[name]]))
  const { semantics } = options
  const resolved = resolveOptions({ ...shared, semantics, workers }, concurrency)
  const chain = readChain(options, resolved)
  return {
    engine: { ...resolved, config: { ...resolved.config, chain, chainId: chain.chainId } },
    rules: heldRules(rules, semantics),
    chain,
    requiresMinimal,
  }
}

function readChain(
  { chain, chainConfig, chainId, fork }: ValidatorOptions,
  { config }: ResolvedOptions,
): ChainConfig {
  if (chain === undefined) return config.chain
  const read = checkChainConfig(chain)
  const isSame = chainId === undefined || config.chainId === read.chainId
  if (fork === undefined && chainConfig === undefined && isSame) return read
  const other = isSame ? (fork ?? chainConfig) : config.chainId
  throw invalid('chain', 'no fork, no chainConfig and no other chainId beside it', other)
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid option', { place: { field }, expected, got })
}
