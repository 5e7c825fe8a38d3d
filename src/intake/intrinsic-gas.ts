/** What a transaction costs before its first instruction, by fork. */

import {
  REVISION_BERLIN,
  REVISION_HOMESTEAD,
  REVISION_ISTANBUL,
  REVISION_PRAGUE,
  REVISION_SHANGHAI,
} from '../../assembly/abi/revision.js'
import type { UnsignedTransaction } from './transaction.js'

/** YP appendix G. */
const G_TRANSACTION = 21_000
const G_TX_CREATE = 32_000
const G_TX_DATA_ZERO = 4
const G_TX_DATA_NONZERO_FRONTIER = 68
const G_TX_DATA_NONZERO_EIP2028 = 16
/** EIP-2930. */
const G_ACCESS_LIST_ADDRESS = 2_400
const G_ACCESS_LIST_STORAGE_KEY = 1_900
/** EIP-3860. */
const G_INITCODE_WORD = 2
/** EIP-7702. */
const G_AUTHORIZATION = 25_000
/** EIP-7623. */
const G_FLOOR_TOKEN = 10
const TOKENS_PER_NONZERO_BYTE = 4

const WORD_BYTES = 32

export interface IntrinsicGas {
  /** Taken from the gas limit before execution. */
  readonly intrinsic: bigint
  /** Least that the transaction uses (EIP-7623); 0 before Prague. */
  readonly floor: bigint
}

type Priced = Pick<UnsignedTransaction, 'to' | 'data' | 'accessList' | 'authorizationList'>

/** @param revision a `REVISION_…` constant */
export function intrinsicGas(tx: Priced, revision: number): IntrinsicGas {
  const zeros = countZeros(tx.data)
  const nonzeros = tx.data.length - zeros
  const perNonzero =
    revision >= REVISION_ISTANBUL ? G_TX_DATA_NONZERO_EIP2028 : G_TX_DATA_NONZERO_FRONTIER
  // Sums stay far below 2^53: every term is a small constant times a count of bytes in memory
  let gas = G_TRANSACTION + zeros * G_TX_DATA_ZERO + nonzeros * perNonzero
  if (tx.to === null && revision >= REVISION_HOMESTEAD) gas += G_TX_CREATE
  if (revision >= REVISION_BERLIN) {
    for (const { storageKeys } of tx.accessList) {
      gas += G_ACCESS_LIST_ADDRESS + storageKeys.length * G_ACCESS_LIST_STORAGE_KEY
    }
  }
  if (tx.to === null && revision >= REVISION_SHANGHAI) {
    gas += Math.ceil(tx.data.length / WORD_BYTES) * G_INITCODE_WORD
  }
  if (revision < REVISION_PRAGUE) return { intrinsic: BigInt(gas), floor: 0n }

  gas += tx.authorizationList.length * G_AUTHORIZATION
  const tokens = zeros + nonzeros * TOKENS_PER_NONZERO_BYTE
  return { intrinsic: BigInt(gas), floor: BigInt(G_TRANSACTION + tokens * G_FLOOR_TOKEN) }
}

function countZeros(data: Uint8Array): number {
  let zeros = 0
  for (let i = 0; i < data.length; i++) if (data[i] === 0) zeros++
  return zeros
}
