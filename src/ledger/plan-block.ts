/** What the next block is to have: said for it, said for all, or as it follows from its parent. */

import {
  ADDRESS_BYTES,
  HASH_BYTES,
  UINT63_LIMIT,
  UINT64_LIMIT,
  parseQuantity,
} from '../base/bytes.js'
import { asKnownObject } from '../base/json.js'
import { keysOf } from '../base/known-keys.js'
import type { ChainConfig } from '../forks/chain-config.js'
import { baseFeeAfter } from '../chain/fees.js'
import { rulesOf } from '../forks/rules.js'
import type { Withdrawal } from '../intake/block.js'
import { keccak256 } from '../intake/keccak.js'
import type { Clock } from './clock.js'
import { bytesOf } from './genesis.js'
import type { KeptBlock } from './kept-block.js'
import { forkOfChild, type BlockPlan } from './run-block.js'
import type { BlockDefaults, NextBlock } from './types.js'

export interface BlockPlanDefaults {
  readonly coinbase: Uint8Array
  readonly gasLimit?: bigint | undefined
  readonly extraData?: Uint8Array | undefined
}

const DEFAULTS = keysOf<BlockDefaults>()({
  coinbase: true,
  gasLimit: true,
  extraData: true,
  interval: true,
})
const NEXT = keysOf<NextBlock>()({
  timestamp: true,
  baseFeePerGas: true,
  gasLimit: true,
  prevRandao: true,
  parentBeaconBlockRoot: true,
  excessBlobGas: true,
  withdrawals: true,
  coinbase: true,
  extraData: true,
})

/** @throws InvalidInputError naming the field */
export function readDefaults(value: BlockDefaults, before: BlockPlanDefaults): BlockPlanDefaults {
  const { coinbase, extraData, gasLimit } = asKnownObject(value, DEFAULTS, 'defaults')
  return {
    ...before,
    ...(coinbase === undefined ? {} : { coinbase: bytesOf(coinbase, 'coinbase', ADDRESS_BYTES) }),
    ...(extraData === undefined ? {} : { extraData: bytesOf(extraData, 'extraData') }),
    ...(gasLimit === undefined
      ? {}
      : { gasLimit: parseQuantity(gasLimit, 'gasLimit', UINT63_LIMIT) }),
  }
}

type ReadNext = Partial<Omit<BlockPlan, 'hashes'>>

/** @throws InvalidInputError naming the field */
export function readNext(value: NextBlock): ReadNext {
  const next = asKnownObject(value, NEXT, 'next') as NextBlock
  const quantity = (name: keyof NextBlock, limit?: bigint): bigint | undefined =>
    next[name] === undefined ? undefined : parseQuantity(next[name], `next.${name}`, limit)
  const bytes = (name: keyof NextBlock, length?: number): Uint8Array | undefined =>
    next[name] === undefined ? undefined : bytesOf(next[name], `next.${name}`, length)
  const read = {
    timestamp: quantity('timestamp', UINT64_LIMIT),
    baseFeePerGas: quantity('baseFeePerGas'),
    gasLimit: quantity('gasLimit', UINT63_LIMIT),
    excessBlobGas: quantity('excessBlobGas', UINT64_LIMIT),
    prevRandao: bytes('prevRandao', HASH_BYTES),
    parentBeaconBlockRoot: bytes('parentBeaconBlockRoot', HASH_BYTES),
    coinbase: bytes('coinbase', ADDRESS_BYTES),
    extraData: bytes('extraData'),
    withdrawals: next.withdrawals?.map(readWithdrawal),
  }
  const said = Object.entries(read).filter(([, it]) => it !== undefined)
  return Object.fromEntries(said) as ReadNext
}

function readWithdrawal(
  { address, amount, index, validatorIndex }: NonNullable<NextBlock['withdrawals']>[number],
  i: number,
): Withdrawal {
  const read = (value: unknown, name: string): bigint =>
    parseQuantity(value, `withdrawals[${i}].${name}`, UINT64_LIMIT)
  return {
    index: read(index, 'index'),
    validatorIndex: read(validatorIndex, 'validatorIndex'),
    address: bytesOf(address, `withdrawals[${i}].address`, ADDRESS_BYTES),
    amount: read(amount, 'amount'),
  }
}

/** @param hashes of the parent and its ancestors, as linear memory has them */
export function planBlock(
  config: ChainConfig,
  parent: KeptBlock,
  defaults: BlockPlanDefaults,
  next: ReadNext,
  clock: Clock,
  hashes: Uint8Array,
): { readonly plan: BlockPlan; readonly baseFee: bigint } {
  const { header } = parent
  const timestamp = next.timestamp ?? clock.next(header.timestamp)
  const fork = forkOfChild(config, parent, timestamp)
  const plan: BlockPlan = {
    timestamp,
    gasLimit: next.gasLimit ?? defaults.gasLimit ?? header.gasLimit,
    coinbase: next.coinbase ?? defaults.coinbase,
    // No chance in it: the same chain comes of the same transactions
    prevRandao: next.prevRandao ?? keccak256(parent.hashBytes),
    extraData: next.extraData ?? defaults.extraData,
    baseFeePerGas: next.baseFeePerGas,
    excessBlobGas: next.excessBlobGas,
    parentBeaconBlockRoot: next.parentBeaconBlockRoot,
    withdrawals: next.withdrawals ?? [],
    hashes,
  }
  const follows = rulesOf(fork).hasBaseFee ? baseFeeAfter(header, parent.rules) : 0n
  return { plan, baseFee: next.baseFeePerGas ?? follows }
}
