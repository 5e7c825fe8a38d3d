/** The blocks of a simulation before they run: those asked for, and empty ones in gaps. */

import { hexToBytes } from '../../base/bytes.js'
import type { ChainConfig } from '../../forks/chain-config.js'
import { forkAt } from '../../forks/chain-config.js'
import type { Fork } from '../../forks/forks.js'
import { rulesOf } from '../../forks/rules.js'
import type { Withdrawal } from '../../intake/block.js'
import type { CallArgs } from '../call-args.js'
import { NO_BLOCK_OVERRIDES, type AccountOverrides } from '../overrides.js'
import { RpcError, invalidParams } from '../rpc-error.js'
import type { SimulatedBlock, SimulationInput } from './input.js'

/** As geth's. */
const MAX_BLOCKS = 256
const MAX_CALLS_A_BLOCK = 5_000
const MAX_CALLS = 10_000
const SECONDS_BETWEEN = 12n

const BLOCK_NUMBER_INVALID = -38020
const TIMESTAMP_INVALID = -38021
const CLIENT_LIMIT_EXCEEDED = -38026

/** A block that is to run. */
export interface PlannedBlock {
  readonly number: bigint
  readonly timestamp: bigint
  readonly fork: Fork
  readonly gasLimit: bigint
  readonly coinbase: Uint8Array
  readonly difficulty: bigint
  readonly prevRandao: Uint8Array
  /** Undefined: it follows from the parent, or is 0. */
  readonly baseFeePerGas: bigint | undefined
  readonly blobBaseFee: bigint | undefined
  readonly parentBeaconBlockRoot: Uint8Array
  readonly withdrawals: readonly Withdrawal[]
  readonly state: readonly AccountOverrides[]
  readonly calls: readonly CallArgs[]
}

/** What the first one follows. */
export interface Base {
  readonly number: bigint
  readonly timestamp: bigint
  readonly gasLimit: bigint
  readonly coinbase: Uint8Array
  readonly difficulty: bigint
  readonly totalDifficulty: bigint
}

/** @throws RpcError */
export function checkSize({ blocks }: SimulationInput): void {
  if (blocks.length === 0) throw invalidParams('empty input')
  if (blocks.length > MAX_BLOCKS) throw tooMany('too many blocks')
  let total = 0
  for (const { calls } of blocks) {
    const { length } = calls
    if (length > MAX_CALLS_A_BLOCK) {
      throw tooMany(`too many calls in block: ${length} > ${MAX_CALLS_A_BLOCK}`)
    }
    total += length
    if (total > MAX_CALLS) throw tooMany(`too many calls: ${total} > ${MAX_CALLS}`)
  }
}

function tooMany(message: string): RpcError {
  return new RpcError(CLIENT_LIMIT_EXCEEDED, message)
}

/** @throws RpcError for numbers or times that do not grow */
export function planBlocks(
  blocks: readonly SimulatedBlock[],
  base: Base,
  chain: ChainConfig,
): PlannedBlock[] {
  const planned: PlannedBlock[] = []
  let last = { number: base.number, timestamp: base.timestamp }
  let inherited = base
  const add = (asked: SimulatedBlock, number: bigint, timestamp: bigint): void => {
    const block = planOne(asked, number, timestamp, inherited, chain)
    planned.push(block)
    inherited = { ...base, ...block }
    last = { number, timestamp }
  }
  for (const asked of blocks) {
    const { number = last.number + 1n, time } = asked.block
    if (number <= last.number) {
      const order = `${number & UINT64} <= ${last.number}`
      throw new RpcError(BLOCK_NUMBER_INVALID, `block numbers must be in order: ${order}`)
    }
    if (number - base.number > BigInt(MAX_BLOCKS)) throw tooMany('too many blocks')
    while (number - last.number > 1n) {
      add(EMPTY, last.number + 1n, last.timestamp + SECONDS_BETWEEN)
    }
    const timestamp = time ?? last.timestamp + SECONDS_BETWEEN
    if (timestamp <= last.timestamp) {
      const order = `${timestamp} <= ${last.timestamp}`
      throw new RpcError(TIMESTAMP_INVALID, `block timestamps must be in order: ${order}`)
    }
    add(asked, number, timestamp)
  }
  return planned
}

const UINT64 = (1n << 64n) - 1n
const EMPTY: SimulatedBlock = { block: NO_BLOCK_OVERRIDES, state: [], calls: [] }
const NO_HASH = new Uint8Array(32)

function planOne(
  { block, calls, state }: SimulatedBlock,
  number: bigint,
  timestamp: bigint,
  before: Pick<Base, 'coinbase' | 'difficulty' | 'gasLimit' | 'totalDifficulty'>,
  chain: ChainConfig,
): PlannedBlock {
  const { totalDifficulty: parentTotalDifficulty } = before
  const fork = forkAt(chain, { number, timestamp, parentTotalDifficulty })
  const { feeRecipient, prevRandao, beaconRoot } = block
  const inherited = rulesOf(fork).isProofOfStake ? 0n : before.difficulty
  return {
    number,
    timestamp,
    fork,
    gasLimit: block.gasLimit ?? before.gasLimit,
    coinbase: feeRecipient === undefined ? before.coinbase : hexToBytes(feeRecipient),
    difficulty: block.difficulty ?? inherited,
    prevRandao: prevRandao === undefined ? NO_HASH : hexToBytes(prevRandao),
    baseFeePerGas: block.baseFeePerGas,
    blobBaseFee: block.blobBaseFee,
    parentBeaconBlockRoot: beaconRoot === undefined ? NO_HASH : hexToBytes(beaconRoot),
    withdrawals: (block.withdrawals ?? []).map((it) => ({
      ...it,
      address: hexToBytes(it.address),
    })),
    state,
    calls,
  }
}
