/** The options of a validator, checked: none that nobody reads, none that contradicts another. */

import { asObject } from '../block/json.js'
import {
  DEPOSIT_CONTRACT,
  checkChainConfig,
  parseChainConfig,
  type ChainConfig,
} from '../chain/chain-config.js'
import { mainnet } from '../chain/mainnet.js'
import { resolveOptions, type EngineOptions, type ResolvedOptions } from '../engine-options.js'
import { InvalidInputError } from '../errors.js'
import { checkKeys, oneOf } from '../known-keys.js'

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

export interface ValidatorOptions extends Pick<EngineOptions, SharedOption> {
  /**
   * `chain`: all rules of Ethereum's headers and bodies (default under Ethereum semantics).
   * `execution`: those that do not say how a chain's base fee and gas limit move, nor which system
   * contracts it has (default under actor semantics).
   */
  readonly rules?: ValidationRules | undefined
  /** Which fork a block is of, instead of `fork`, `chainId` and `chainConfig`. */
  readonly chain?: ChainConfig | undefined
  /** Refuse a witness with nodes, codes or headers that the block does not need. */
  readonly requiresMinimal?: boolean | undefined
}

export type ValidationRules = 'chain' | 'execution'

export interface ResolvedValidator {
  readonly engine: ResolvedOptions
  readonly rules: ValidationRules
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
const RULES: readonly ValidationRules[] = ['chain', 'execution']

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
  if (rules !== undefined) oneOf(rules, RULES, 'rules', 'option')
  if (typeof requiresMinimal !== 'boolean') {
    throw invalid('requiresMinimal', 'true or false', requiresMinimal)
  }
  const shared = Object.fromEntries(SHARED.map((name) => [name, options[name]]))
  const resolved = resolveOptions({ ...shared, workers }, concurrency)
  const chain = readChain(options, resolved)
  const { semantics } = resolved.config
  return {
    engine: { ...resolved, config: { ...resolved.config, chainId: chain.chainId } },
    rules: rules ?? (semantics === 'actor' ? 'execution' : 'chain'),
    chain,
    requiresMinimal,
  }
}

function readChain(
  { chain, chainConfig, chainId, fork }: ValidatorOptions,
  { config }: ResolvedOptions,
): ChainConfig {
  if (chain === undefined) {
    if (chainConfig === 'mainnet') return mainnet()
    if (chainConfig !== undefined) return parseChainConfig(chainConfig)
    const forks = [{ fork: config.fork, block: 0n }]
    return { chainId: config.chainId, forks, depositContract: DEPOSIT_CONTRACT }
  }
  const read = checkChainConfig(chain)
  const isSame = chainId === undefined || config.chainId === read.chainId
  if (fork === undefined && chainConfig === undefined && isSame) return read
  const other = isSame ? (fork ?? chainConfig) : config.chainId
  throw invalid('chain', 'no fork, no chainConfig and no other chainId beside it', other)
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid option', { place: { field }, expected, got })
}
