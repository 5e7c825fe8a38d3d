/** Transactions as callers and nodes write them: what each may have, checked by the compiler. */

import { keysOf } from '../base/known-keys.js'
import type { Hex, Quantity } from '../base/types.js'

type Optional<T> = T | null | undefined

/** EIP-2930. */
export interface AccessListInput {
  readonly address: Hex
  /** 32 bytes each. */
  readonly storageKeys: readonly Hex[]
}

/** EIP-7702, signed. */
export interface AuthorizationInput {
  readonly chainId: Quantity
  readonly address: Hex
  readonly nonce: Quantity
  readonly yParity?: Quantity | undefined
  /** Another name of `yParity`. If both are there, they are equal. */
  readonly v?: Quantity | undefined
  readonly r: Quantity
  readonly s: Quantity
}

/**
 * The fields of a transaction: as `eth_getTransactionByHash` gives them, or a few of them with the
 * `secretKey` to sign with. Where a field has two names, both may be there if they are equal.
 */
export interface TransactionObject {
  /** 0 to 4. Left out: the first type that has the fields given. */
  readonly type?: Optional<Quantity>
  /** Left out of what is to be signed: the chain's. */
  readonly chainId?: Optional<Quantity>
  readonly nonce: Quantity
  /** In wei, as are all prices. In a signed transaction of type 2 to 4 it is not looked at. */
  readonly gasPrice?: Optional<Quantity>
  readonly maxFeePerGas?: Optional<Quantity>
  readonly maxPriorityFeePerGas?: Optional<Quantity>
  readonly maxFeePerBlobGas?: Optional<Quantity>
  readonly gasLimit?: Optional<Quantity>
  /** Another name of `gasLimit`. */
  readonly gas?: Optional<Quantity>
  /** None: the transaction creates a contract. */
  readonly to?: Optional<Hex>
  readonly value?: Optional<Quantity>
  readonly data?: Optional<Hex>
  /** Another name of `data`. */
  readonly input?: Optional<Hex>
  readonly accessList?: Optional<readonly AccessListInput[]>
  readonly blobVersionedHashes?: Optional<readonly Hex[]>
  readonly authorizationList?: Optional<readonly AuthorizationInput[]>
  /** 32 bytes, to sign with. */
  readonly secretKey?: Optional<Hex>
  /**
   * In place of a signature: the sender of a transaction that nobody has signed, with code or
   * without. Only the engine that is told so takes it; other nodes refuse the block.
   */
  readonly impersonate?: Optional<Hex>
  readonly v?: Optional<Quantity>
  readonly yParity?: Optional<Quantity>
  readonly r?: Optional<Quantity>
  readonly s?: Optional<Quantity>
  /** If it is there, it must be the transaction's. */
  readonly hash?: Optional<Hex>
  /** If it is there, it must be who signed. */
  readonly from?: Optional<Hex>
  /** `from`, as the official tests call it. */
  readonly sender?: Optional<Hex>
  /** Where a node has found it: not looked at, as the next three. */
  readonly blockHash?: Optional<Hex>
  readonly blockNumber?: Optional<Quantity>
  readonly blockTimestamp?: Optional<Quantity>
  readonly transactionIndex?: Optional<Quantity>
}

const FIELDS = keysOf<TransactionObject>()({
  type: true,
  chainId: true,
  nonce: true,
  gasPrice: true,
  maxFeePerGas: true,
  maxPriorityFeePerGas: true,
  maxFeePerBlobGas: true,
  gasLimit: true,
  gas: true,
  to: true,
  value: true,
  data: true,
  input: true,
  accessList: true,
  blobVersionedHashes: true,
  authorizationList: true,
  secretKey: true,
  impersonate: true,
  v: true,
  yParity: true,
  r: true,
  s: true,
  hash: true,
  from: true,
  sender: true,
  blockHash: true,
  blockNumber: true,
  blockTimestamp: true,
  transactionIndex: true,
})

/** What Besu and OpenEthereum add to what they deliver. `raw` is compared, the rest not read. */
const ADDED_BY_NODES = ['creates', 'publicKey', 'raw', 'standardV', 'condition']

export const TRANSACTION_KEYS: readonly string[] = [...FIELDS, ...ADDED_BY_NODES]

/** What other programs call them. */
export const TRANSACTION_MEANT: Readonly<Record<string, string>> = {
  privateKey: 'secretKey',
  private_key: 'secretKey',
  pk: 'secretKey',
  key: 'secretKey',
  calldata: 'data',
  recipient: 'to',
}

export const ACCESS_LIST_KEYS = keysOf<AccessListInput>()({ address: true, storageKeys: true })

/** The official tests name the signer beside the signature. */
export const AUTHORIZATION_KEYS: readonly string[] = [
  ...keysOf<AuthorizationInput>()({
    chainId: true,
    address: true,
    nonce: true,
    yParity: true,
    v: true,
    r: true,
    s: true,
  }),
  'signer',
]
