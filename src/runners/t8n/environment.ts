/** The `env` of a transition: a block of which some values follow from its parent's. */

import { asArray, asObject, type JsonObject } from '../../base/json.js'
import {
  UINT256_LIMIT,
  UINT63_LIMIT,
  UINT64_LIMIT,
  hexToAddress,
  parseQuantity,
} from '../../base/bytes.js'
import { forkAt, type ChainConfig } from '../../forks/chain-config.js'
import { difficultyAfter } from '../../chain/difficulty.js'
import { ELASTICITY_MULTIPLIER, baseFeeAfter, excessBlobGasAfter } from '../../chain/fees.js'
import { NO_UNCLES_HASH } from '../../chain/header-rules.js'
import { InvalidInputError } from '../../base/errors.js'
import type { Fork } from '../../forks/forks.js'
import { textOf } from '../case-verdict.js'
import type { WithdrawalInput, BlockEnvironment, Hex } from '../../base/types.js'
import { rulesOf } from '../../forks/rules.js'

const HASH_DIGITS = 64
const ZERO_HASH: Hex = `0x${'0'.repeat(HASH_DIGITS)}`
/** An uncle of 8 generations ago would get nothing. */
const DELTA_LIMIT = 8n

/** An uncle to reward: who, and how many generations it is older than the block. */
export interface Ommer {
  /** 20 bytes. */
  readonly address: Uint8Array
  readonly delta: bigint
}

export interface TransitionEnvironment {
  readonly fork: Fork
  readonly block: BlockEnvironment
  readonly number: bigint
  /** Undefined from Paris on. */
  readonly difficulty: bigint | undefined
  /** Also before London, if it is stated. */
  readonly baseFeePerGas: bigint | undefined
  /** Undefined if neither it nor the parent's is stated. */
  readonly excessBlobGas: bigint | undefined
  /** Undefined before Shanghai, unless they are stated. */
  readonly withdrawals: readonly WithdrawalInput[] | undefined
  readonly ommers: readonly Ommer[]
}

/** @throws InvalidInputError for a value that is missing or cannot be read */
export function readTransitionEnvironment(
  json: unknown,
  config: ChainConfig,
): TransitionEnvironment {
  const env = asObject(json, 'env')
  const number = quantity(env, 'currentNumber', UINT64_LIMIT)
  const timestamp = quantity(env, 'currentTimestamp', UINT64_LIMIT)
  // A fork at a total difficulty is reached where the block has a random value
  const parentTotalDifficulty = env.currentRandom == null ? 0n : UINT256_LIMIT
  const fork = forkAt(config, { number, timestamp, parentTotalDifficulty })
  const difficulty = readDifficulty(env, fork, number, timestamp)
  const parentFork = forkOfParent(env, config, number, fork)
  const baseFeePerGas = readBaseFee(env, fork, parentFork)
  const excessBlobGas = readExcessBlobGas(env, fork)
  const hashes = Object.entries(asObject(env.blockHashes ?? {}, 'env.blockHashes'))
  const blockHashes = Object.fromEntries(
    hashes.map(([n, hash]) => {
      const field = `env.blockHashes.${n}`
      return [parseQuantity(n, field, UINT64_LIMIT).toString(), hash as Hex]
    }),
  )
  // Geth stores the parent's hash wherever hashes are given, also if its own is not among them
  const storesParent = rulesOf(fork).storesParentHash && env.blockHashes != null && number > 0n
  const parentHash = blockHashes[`${number - 1n}`] ?? (storesParent ? ZERO_HASH : undefined)
  const beaconRoot = readBeaconRoot(env, fork)
  const { hasBaseFee } = rulesOf(fork)
  return {
    fork,
    number,
    difficulty,
    baseFeePerGas,
    excessBlobGas,
    withdrawals: readWithdrawals(env, fork),
    ommers: asArray(env.ommers ?? [], 'env.ommers').map(readOmmer),
    block: {
      number,
      timestamp,
      gasLimit: quantity(env, 'currentGasLimit', UINT63_LIMIT),
      coinbase: required(env, 'currentCoinbase') as Hex,
      blockHashes,
      ...(difficulty === undefined ? {} : { difficulty }),
      ...(env.currentRandom == null ? {} : { prevRandao: toHash(env.currentRandom) }),
      ...(hasBaseFee ? { baseFeePerGas: baseFeePerGas! } : {}),
      ...(excessBlobGas === undefined ? {} : { excessBlobGas }),
      ...(parentHash === undefined ? {} : { parentHash }),
      ...(beaconRoot === undefined ? {} : { parentBeaconBlockRoot: beaconRoot }),
    },
  }
}

function readDifficulty(
  env: JsonObject,
  fork: Fork,
  number: bigint,
  timestamp: bigint,
): bigint | undefined {
  if (rulesOf(fork).isProofOfStake) {
    if (env.currentRandom == null) throw missing('currentRandom', fork)
    const { currentDifficulty } = env
    if (currentDifficulty == null || quantity(env, 'currentDifficulty') === 0n) return undefined
    throw unfit('currentDifficulty', 'none, or 0, from Paris on', currentDifficulty)
  }
  if (env.currentDifficulty != null) return quantity(env, 'currentDifficulty')
  if (env.parentDifficulty == null) throw missing('parentDifficulty', fork)
  const parent = {
    difficulty: quantity(env, 'parentDifficulty'),
    number: number - 1n,
    timestamp: optional(env, 'parentTimestamp', UINT64_LIMIT),
  }
  if (number === 0n) throw unfit('currentNumber', 'at least 1', number)
  if (timestamp <= parent.timestamp) {
    const expected = `later than the parent's, ${parent.timestamp}`
    throw unfit('currentTimestamp', expected, timestamp)
  }
  const uncles = env.parentUncleHash == null ? NO_UNCLES_HASH : textOf(env.parentUncleHash)
  const hasUncles = uncles.toLowerCase() !== NO_UNCLES_HASH && !/^0x0*$/.test(uncles)
  const difficulty = difficultyAfter(parent, timestamp, fork, hasUncles)
  if (difficulty < UINT256_LIMIT) return difficulty
  throw invalid('currentNumber', 'one whose difficulty is below 2^256', number)
}

/** The first block of a fork has a parent of another. */
function forkOfParent(
  env: JsonObject,
  config: ChainConfig,
  number: bigint,
  fork: Fork,
): Fork {
  if (number === 0n) return fork
  const timestamp = optional(env, 'parentTimestamp')
  const parentTotalDifficulty = env.currentRandom == null ? 0n : UINT256_LIMIT
  return forkAt(config, { number: number - 1n, timestamp, parentTotalDifficulty })
}

function readBaseFee(env: JsonObject, fork: Fork, parentFork: Fork): bigint | undefined {
  if (env.currentBaseFee != null) return quantity(env, 'currentBaseFee')
  if (!rulesOf(fork).hasBaseFee) return undefined
  if (env.parentBaseFee == null) throw missing('parentBaseFee', fork)
  const parent = {
    baseFeePerGas: quantity(env, 'parentBaseFee'),
    gasLimit: optional(env, 'parentGasLimit', UINT63_LIMIT),
    gasUsed: optional(env, 'parentGasUsed', UINT63_LIMIT),
  }
  // Half of the limit is the target, by which what is above it is divided
  const { gasLimit, gasUsed } = parent
  if (gasUsed > 0n && gasLimit < ELASTICITY_MULTIPLIER) {
    throw invalid('parentGasLimit', `at least ${ELASTICITY_MULTIPLIER}`, gasLimit)
  }
  const baseFee = baseFeeAfter(parent, parentFork)
  if (baseFee < UINT256_LIMIT) return baseFee
  throw invalid('parentBaseFee', 'one from which a fee below 2^256 follows', parent.baseFeePerGas)
}

function readExcessBlobGas(env: JsonObject, fork: Fork): bigint | undefined {
  if (!rulesOf(fork).hasBlobs) return undefined
  if (env.currentExcessBlobGas != null) {
    return quantity(env, 'currentExcessBlobGas', UINT64_LIMIT)
  }
  if (env.parentExcessBlobGas == null || env.parentBlobGasUsed == null) return undefined
  const parent = {
    baseFeePerGas: optional(env, 'parentBaseFee'),
    blobGasUsed: optional(env, 'parentBlobGasUsed', UINT64_LIMIT),
    excessBlobGas: optional(env, 'parentExcessBlobGas', UINT64_LIMIT),
  }
  const excess = excessBlobGasAfter(parent, fork)
  if (excess < UINT64_LIMIT) return excess
  throw invalid('parentExcessBlobGas', 'one that ends below 2^64', parent.excessBlobGas)
}

/** Before Cancun one that is stated is left out. */
function readBeaconRoot(env: JsonObject, fork: Fork): Hex | undefined {
  const name = 'parentBeaconBlockRoot'
  if (!rulesOf(fork).storesBeaconRoot) return undefined
  if (env[name] == null) throw missing(name, fork)
  return toHash(env[name])
}

/** As in geth, they are paid in any fork. */
function readWithdrawals(env: JsonObject, fork: Fork): readonly WithdrawalInput[] | undefined {
  if (env.withdrawals == null) {
    if (!rulesOf(fork).hasWithdrawals) return undefined
    throw missing('withdrawals', fork)
  }
  return asArray(env.withdrawals, 'env.withdrawals') as readonly WithdrawalInput[]
}

function readOmmer(json: unknown): Ommer {
  const { address, delta } = asObject(json, 'env.ommers')
  return {
    address: hexToAddress(address, 'env.ommers.address'),
    delta: parseQuantity(delta, 'env.ommers.delta', DELTA_LIMIT),
  }
}

/** Some write 32 bytes without the zeros in front, or as a quantity. */
function toHash(value: unknown): Hex {
  const digits = parseQuantity(value, 'env').toString(16)
  return `0x${digits.padStart(HASH_DIGITS, '0')}`
}

function quantity(env: JsonObject, name: string, limit?: bigint): bigint {
  return parseQuantity(required(env, name), `env.${name}`, limit)
}

function required(env: JsonObject, name: string): unknown {
  if (env[name] == null) throw invalid(name, 'a value', env[name])
  return env[name]
}

function optional(env: JsonObject, name: string, limit?: bigint): bigint {
  return env[name] == null ? 0n : quantity(env, name, limit)
}

/** What can be read does not fit the fork, or lacks what the fork needs. */
export class EnvironmentUnfit extends InvalidInputError {}

function missing(name: string, fork: Fork): EnvironmentUnfit {
  return unfit(name, `a value, as ${fork.name} needs it`, undefined)
}

function unfit(name: string, expected: string, got: unknown): EnvironmentUnfit {
  return new EnvironmentUnfit(...described(name, expected, got))
}

function invalid(name: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError(...described(name, expected, got))
}

function described(
  name: string,
  expected: string,
  got: unknown,
): ConstructorParameters<typeof InvalidInputError> {
  return ['invalid environment', { place: { field: `env.${name}` }, expected, got }]
}
