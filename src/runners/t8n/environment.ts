/** The `env` of a transition: a block of which some values follow from its parent's. */

import {
  REVISION_CANCUN,
  REVISION_LONDON,
  REVISION_PARIS,
  REVISION_SHANGHAI,
} from '../../../assembly/abi/revision.js'
import { asArray, asObject, type JsonObject } from '../../block/json.js'
import { UINT64_LIMIT, UINT256_LIMIT, hexToAddress, parseQuantity } from '../../bytes.js'
import { forkAt, type ChainConfig } from '../../chain/chain-config.js'
import { difficultyAfter } from '../../chain/difficulty.js'
import { baseFeeAfter, excessBlobGasAfter } from '../../chain/fees.js'
import { NO_UNCLES_HASH } from '../../chain/header-rules.js'
import { InvalidInputError } from '../../errors.js'
import type { Fork } from '../../forks.js'
import type { WithdrawalInput, BlockEnvironment, Hex } from '../../types.js'

const HASH_DIGITS = 64
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
  /** Undefined before Shanghai. */
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
  const baseFeePerGas = readBaseFee(env, fork)
  const excessBlobGas = readExcessBlobGas(env, fork)
  const hashes = Object.entries(asObject(env.blockHashes ?? {}, 'env.blockHashes'))
  const blockHashes = Object.fromEntries(
    hashes.map(([n, hash]) => [parseQuantity(n, 'env.blockHashes').toString(), hash as Hex]),
  )
  const parentHash = blockHashes[`${number - 1n}`]
  const beaconRoot = readBeaconRoot(env, fork)
  const hasBaseFee = fork.revision >= REVISION_LONDON
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
      gasLimit: quantity(env, 'currentGasLimit', UINT64_LIMIT),
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
  if (fork.revision >= REVISION_PARIS) {
    if (env.currentRandom == null) throw missing('currentRandom', fork)
    const { currentDifficulty } = env
    if (currentDifficulty == null || quantity(env, 'currentDifficulty') === 0n) return undefined
    throw invalid('currentDifficulty', 'none, or 0, from Paris on', currentDifficulty)
  }
  if (env.currentDifficulty != null) return quantity(env, 'currentDifficulty')
  const parent = {
    difficulty: quantity(env, 'parentDifficulty'),
    number: number - 1n,
    timestamp: quantity(env, 'parentTimestamp', UINT64_LIMIT),
  }
  if (number === 0n) throw invalid('currentNumber', 'at least 1', number)
  if (timestamp <= parent.timestamp) {
    const expected = `later than the parent's, ${parent.timestamp}`
    throw invalid('currentTimestamp', expected, timestamp)
  }
  const uncles = env.parentUncleHash == null ? NO_UNCLES_HASH : String(env.parentUncleHash)
  const hasUncles = uncles.toLowerCase() !== NO_UNCLES_HASH && !/^0x0*$/.test(uncles)
  return difficultyAfter(parent, timestamp, fork, hasUncles)
}

function readBaseFee(env: JsonObject, fork: Fork): bigint | undefined {
  if (env.currentBaseFee != null) return quantity(env, 'currentBaseFee')
  if (fork.revision < REVISION_LONDON) return undefined
  const parent = {
    baseFeePerGas: quantity(env, 'parentBaseFee'),
    gasLimit: quantity(env, 'parentGasLimit'),
    gasUsed: quantity(env, 'parentGasUsed'),
  }
  return baseFeeAfter(parent, fork)
}

function readExcessBlobGas(env: JsonObject, fork: Fork): bigint | undefined {
  if (fork.revision < REVISION_CANCUN) return undefined
  if (env.currentExcessBlobGas != null) {
    return quantity(env, 'currentExcessBlobGas', UINT64_LIMIT)
  }
  if (env.parentExcessBlobGas == null || env.parentBlobGasUsed == null) return undefined
  const optional = (name: string): bigint => (env[name] == null ? 0n : quantity(env, name))
  const parent = {
    baseFeePerGas: optional('parentBaseFee'),
    blobGasUsed: optional('parentBlobGasUsed'),
    excessBlobGas: optional('parentExcessBlobGas'),
  }
  return excessBlobGasAfter(parent, fork)
}

function readBeaconRoot(env: JsonObject, fork: Fork): Hex | undefined {
  const name = 'parentBeaconBlockRoot'
  if (fork.revision >= REVISION_CANCUN) {
    if (env[name] == null) throw missing(name, fork)
    return toHash(env[name])
  }
  if (env[name] == null) return undefined
  throw invalid(name, 'none before Cancun', env[name])
}

function readWithdrawals(env: JsonObject, fork: Fork): readonly WithdrawalInput[] | undefined {
  if (fork.revision < REVISION_SHANGHAI) return undefined
  if (env.withdrawals == null) throw missing('withdrawals', fork)
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

function missing(name: string, fork: Fork): InvalidInputError {
  return invalid(name, `a value, as ${fork.name} needs it`, undefined)
}

function invalid(name: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid environment', {
    place: { field: `env.${name}` },
    expected,
    got,
  })
}
