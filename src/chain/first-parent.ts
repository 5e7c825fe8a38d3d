/**
 * The header that a chain begins with, if nobody gives one: a block that did nothing, of such fees,
 * gas limit and difficulty that the first block may be its child by all rules of its fork, if there
 * are such.
 */

import type { Header } from '../intake/header.js'
import { InvalidInputError } from '../base/errors.js'
import { GAS_PER_BLOB, type Fork } from '../forks/forks.js'
import type { EngineConfig } from '../machine/engine-parts.js'
import type { Environment } from '../intake/environment.js'
import { forkAt } from '../forks/chain-config.js'
import { MIN_DIFFICULTY, difficultyAfter } from './difficulty.js'
import {
  BASE_FEE_MAX_CHANGE_DENOMINATOR,
  ELASTICITY_MULTIPLIER,
  excessBlobGasAfter,
} from './fees.js'
import { EMPTY_TRIE_ROOT, ZERO_HASH, draftHeader } from './new-header.js'
import { rulesOf } from '../forks/rules.js'

const DIFFICULTY_DIVISOR = 2_048n
/**
 * Seconds between the two: a second, by which difficulty grows, and as long that it stays or, in
 * Frontier, falls: some difficulties follow from none of one second before.
 */
const GAPS = [1n, 12n, 13n] as const

/**
 * @param config of the first block: its fork
 * @param env the first block's
 * @param stateRoot of the state before it
 * @throws InvalidInputError if the first block has no number or time above 0
 */
export function firstParent(config: EngineConfig, env: Environment, stateRoot: Uint8Array): Header {
  for (const field of ['number', 'timestamp'] as const) {
    if (env[field] > 0n) continue
    const details = { place: { field: `env.${field}` }, expected: 'at least 1', got: env[field] }
    throw new InvalidInputError('a block needs a parent', details)
  }
  const { chain, fork } = config
  const number = env.number - 1n
  const { difficulty, timestamp } = workBefore(env, fork)
  const before = forkAt(chain, { number, timestamp })
  const isFirstOfLondon = rulesOf(fork).hasBaseFee && !rulesOf(before).hasBaseFee
  const parts = {
    parentHash: ZERO_HASH,
    transactionsRoot: EMPTY_TRIE_ROOT,
    withdrawalsRoot: EMPTY_TRIE_ROOT,
  }
  const { blobGasUsed, excessBlobGas } = blobsBefore(env, fork, before)
  const environment: Environment = {
    ...env,
    number,
    timestamp,
    difficulty,
    gasLimit: isFirstOfLondon ? env.gasLimit / ELASTICITY_MULTIPLIER : env.gasLimit,
    baseFeePerGas: baseFeeBefore(env.baseFeePerGas),
    excessBlobGas,
    coinbase: new Uint8Array(env.coinbase.length),
    prevRandao: ZERO_HASH,
    parentBeaconBlockRoot: ZERO_HASH,
  }
  const header = draftHeader({ ...config, fork: before }, environment, { ...parts, blobGasUsed })
  return { ...header, stateRoot }
}

/** After a block without gas the base fee falls by an eighth. */
function baseFeeBefore(baseFee: bigint): bigint {
  return baseFee + baseFee / (BASE_FEE_MAX_CHANGE_DENOMINATOR - 1n)
}

function workBefore(env: Environment, fork: Fork): Pick<Header, 'difficulty' | 'timestamp'> {
  const standard = { difficulty: MIN_DIFFICULTY, timestamp: env.timestamp - 1n }
  if (rulesOf(fork).isProofOfStake || env.difficulty === 0n) return standard
  for (const gap of GAPS) {
    const timestamp = env.timestamp - gap
    if (timestamp < 0n) break
    const number = env.number - 1n
    const after = (difficulty: bigint): bigint =>
      difficultyAfter({ difficulty, number, timestamp }, env.timestamp, fork, false)
    const bomb = after(0n) - MIN_DIFFICULTY
    // The parent's and a 2,048th of that times −1, 0 or 1
    const large = DIFFICULTY_DIVISOR * MIN_DIFFICULTY
    const steps = (after(large) - bomb - large) / MIN_DIFFICULTY
    const wanted = env.difficulty - bomb
    const share = DIFFICULTY_DIVISOR + steps
    const difficulty = (wanted / share) * DIFFICULTY_DIVISOR + (wanted % share)
    if (difficulty > 0n && after(difficulty) === env.difficulty) return { difficulty, timestamp }
  }
  return standard
}

function blobsBefore(
  { baseFeePerGas, excessBlobGas: wanted }: Environment,
  fork: Fork,
  before: Fork,
): { readonly blobGasUsed: bigint; readonly excessBlobGas: bigint } {
  const nothing = { blobGasUsed: 0n, excessBlobGas: 0n }
  if (fork.blobs === undefined || !rulesOf(before).hasBlobs) return nothing
  const { max, target } = fork.blobs
  // EIP-7918: while blobs are cheaper than gas, excess grows by the share above the target
  const above = BigInt(Math.max(max - target, 1))
  const share = (wanted * BigInt(max) + above - 1n) / above
  const candidates = [
    nothing,
    { blobGasUsed: BigInt(target * GAS_PER_BLOB), excessBlobGas: wanted },
    { blobGasUsed: 0n, excessBlobGas: wanted },
    { blobGasUsed: share, excessBlobGas: 0n },
  ]
  const parentFee = baseFeeBefore(baseFeePerGas)
  const fits = candidates.find(
    (blobs) => excessBlobGasAfter({ ...blobs, baseFeePerGas: parentFee }, fork) === wanted,
  )
  return fits ?? nothing
}
