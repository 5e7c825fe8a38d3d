/** What is called, by whom, with what: geth's `TransactionArgs`. */

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

export interface AccessListArg {
  readonly address: Hex
  readonly storageKeys: readonly Hex[]
}

export interface AuthorizationArg {
  readonly chainId: bigint
  readonly address: Hex
  readonly nonce: bigint
  readonly yParity: bigint
  readonly r: bigint
  readonly s: bigint
}

/** All may be left out. */
export interface CallArgs {
  readonly from: Hex | undefined
  readonly to: Hex | undefined
  readonly gas: bigint | undefined
  readonly gasPrice: bigint | undefined
  readonly maxFeePerGas: bigint | undefined
  readonly maxPriorityFeePerGas: bigint | undefined
  readonly value: bigint | undefined
  readonly nonce: bigint | undefined
  readonly data: Hex
  readonly hasData: boolean
  readonly accessList: readonly AccessListArg[] | undefined
  readonly chainId: bigint | undefined
  readonly maxFeePerBlobGas: bigint | undefined
  readonly blobVersionedHashes: readonly Hex[] | undefined
  readonly authorizationList: readonly AuthorizationArg[] | undefined
}

const TYPE = 'TransactionArgs'

const accessEntry: Reader<AccessListArg> = (value) => {
  const fields = object('types.AccessTuple')(value)
  return {
    address: field(fields, 'address', address, 'AccessTuple') ?? NOBODY,
    storageKeys: field(fields, 'storageKeys', list(hash, '[]common.Hash'), 'AccessTuple') ?? [],
  }
}

const authorization: Reader<AuthorizationArg> = (value) => {
  const fields = object('types.SetCodeAuthorization')(value)
  const of = (name: string, read: Reader<bigint>): bigint =>
    field(fields, name, read, 'SetCodeAuthorization') ?? 0n
  return {
    chainId: of('chainId', big),
    address: field(fields, 'address', address, 'SetCodeAuthorization') ?? NOBODY,
    nonce: of('nonce', uint64),
    yParity: fields.yParity == null ? of('v', uint64) : of('yParity', uint64),
    r: of('r', big),
    s: of('s', big),
  }
}

export const NOBODY: Hex = '0x0000000000000000000000000000000000000000'

/** @throws BadValue */
export const callArgs: Reader<CallArgs> = (value) => {
  return readCallArgs(object('ethapi.TransactionArgs')(value))
}

export function readCallArgs(fields: JsonFields): CallArgs {
  const of = <T>(name: string, read: Reader<T>): T | undefined => field(fields, name, read, TYPE)
  const [data, input] = [of('data', bytes), of('input', bytes)]
  return {
    from: of('from', address),
    to: of('to', address),
    gas: of('gas', uint64),
    gasPrice: of('gasPrice', big),
    maxFeePerGas: of('maxFeePerGas', big),
    maxPriorityFeePerGas: of('maxPriorityFeePerGas', big),
    value: of('value', big),
    nonce: of('nonce', uint64),
    data: input ?? data ?? '0x',
    hasData: (input ?? data) !== undefined,
    accessList: of('accessList', list(accessEntry, 'types.AccessList')),
    chainId: of('chainId', big),
    maxFeePerBlobGas: of('maxFeePerBlobGas', big),
    blobVersionedHashes: of('blobVersionedHashes', list(hash, '[]common.Hash')),
    authorizationList: of(
      'authorizationList',
      list(authorization, '[]types.SetCodeAuthorization'),
    ),
  }
}
