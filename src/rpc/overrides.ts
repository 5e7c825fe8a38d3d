/** What a call may assume of accounts and of its block. */

import type { Hex } from '../base/types.js'
import {
  address,
  big,
  bytes,
  field,
  hash,
  list,
  object,
  uint64,
  type JsonFields,
  type Reader,
} from './params.js'

export interface AccountOverrides {
  readonly address: Hex
  readonly nonce: bigint | undefined
  readonly code: Hex | undefined
  readonly balance: bigint | undefined
  /** All of its storage. */
  readonly state: readonly (readonly [Hex, Hex])[] | undefined
  /** Some of it. */
  readonly stateDiff: readonly (readonly [Hex, Hex])[] | undefined
  readonly movePrecompileTo: Hex | undefined
}

const slots: Reader<readonly (readonly [Hex, Hex])[]> = (value) =>
  Object.entries(object('map[common.Hash]common.Hash')(value)).map(([key, it]) => {
    return [hash(key), hash(it)] as const
  })

/** In order of addresses, in which they are applied. */
export const stateOverrides: Reader<readonly AccountOverrides[]> = (value) => {
  const accounts = object('override.StateOverride')(value)
  const read = Object.entries(accounts).map(([name, it]) => readAccount(address(name), it))
  return read.sort((a, b) => (a.address < b.address ? -1 : 1))
}

function readAccount(name: Hex, value: unknown): AccountOverrides {
  const type = 'OverrideAccount'
  const fields = object('override.OverrideAccount')(value)
  return {
    address: name,
    nonce: field(fields, 'nonce', uint64, type),
    code: field(fields, 'code', bytes, type),
    balance: field(fields, 'balance', big, type),
    state: field(fields, 'state', slots, type),
    stateDiff: field(fields, 'stateDiff', slots, type),
    movePrecompileTo: field(fields, 'movePrecompileToAddress', address, type),
  }
}

export interface WithdrawalOverride {
  readonly index: bigint
  readonly validatorIndex: bigint
  readonly address: Hex
  readonly amount: bigint
}

export interface BlockOverrides {
  readonly number: bigint | undefined
  readonly difficulty: bigint | undefined
  readonly time: bigint | undefined
  readonly gasLimit: bigint | undefined
  readonly feeRecipient: Hex | undefined
  readonly prevRandao: Hex | undefined
  readonly baseFeePerGas: bigint | undefined
  readonly blobBaseFee: bigint | undefined
  readonly beaconRoot: Hex | undefined
  readonly withdrawals: readonly WithdrawalOverride[] | undefined
}

const TYPE = 'BlockOverrides'

/** Go finds fields whatever their capitals. */
function get(fields: JsonFields, name: string): JsonFields {
  if (fields[name] !== undefined) return fields
  const other = Object.keys(fields).find((key) => key.toLowerCase() === name.toLowerCase())
  return other === undefined ? fields : { [name]: fields[other] }
}

const withdrawal: Reader<WithdrawalOverride> = (value) => {
  const fields = object('types.Withdrawal')(value)
  const of = (name: string): bigint => field(fields, name, uint64, 'Withdrawal') ?? 0n
  return {
    index: of('index'),
    validatorIndex: of('validatorIndex'),
    address: field(fields, 'address', address, 'Withdrawal') ?? `0x${'00'.repeat(20)}`,
    amount: of('amount'),
  }
}

/** @throws BadValue */
export const blockOverrides: Reader<BlockOverrides> = (value) => {
  const fields = object('override.BlockOverrides')(value)
  const of = <T>(name: string, read: Reader<T>): T | undefined =>
    field(get(fields, name), name, read, TYPE)
  return {
    number: of('number', big),
    difficulty: of('difficulty', big),
    time: of('time', uint64),
    gasLimit: of('gasLimit', uint64),
    feeRecipient: of('feeRecipient', address),
    prevRandao: of('prevRandao', hash),
    baseFeePerGas: of('baseFeePerGas', big),
    blobBaseFee: of('blobBaseFee', big),
    beaconRoot: of('beaconRoot', hash),
    withdrawals: of('withdrawals', list(withdrawal, 'types.Withdrawals')),
  }
}

export const NO_BLOCK_OVERRIDES: BlockOverrides = blockOverrides({})
