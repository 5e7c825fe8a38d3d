/** What a transaction costs before its first instruction, by fork. */

import type { UnsignedTransaction } from './transaction.js'
import type { Rules } from '../forks/rules.js'

/** YP appendix G. What forks have changed is in the table of rules. */
const G_TRANSACTION = 21_000
const G_TX_DATA_ZERO = 4
/** EIP-7623. */
const TOKENS_PER_NONZERO_BYTE = 4

const WORD_BYTES = 32

export interface IntrinsicGas {
  /** Taken from the gas limit before execution. */
  readonly intrinsic: bigint
  /** Least that the transaction uses (EIP-7623); 0 before Prague. */
  readonly floor: bigint
}

type Priced = Pick<UnsignedTransaction, 'to' | 'data' | 'accessList' | 'authorizationList'>

export function intrinsicGas(tx: Priced, rules: Rules): IntrinsicGas {
  const zeros = countZeros(tx.data)
  const nonzeros = tx.data.length - zeros
  // Sums stay far below 2^53: every term is a small constant times a count of bytes in memory
  let gas = G_TRANSACTION + zeros * G_TX_DATA_ZERO + nonzeros * rules.gasDataNonzero
  if (tx.to === null) {
    gas += rules.gasCreate + Math.ceil(tx.data.length / WORD_BYTES) * rules.gasInitcodeWord
  }
  for (const { storageKeys } of tx.accessList) {
    gas += rules.gasAccessListAddress + storageKeys.length * rules.gasAccessListStorageKey
  }
  gas += tx.authorizationList.length * rules.gasAuthorization
  const intrinsic = BigInt(gas)
  if (rules.gasFloorToken === 0) return { intrinsic, floor: 0n }
  const tokens = zeros + nonzeros * TOKENS_PER_NONZERO_BYTE
  return { intrinsic, floor: BigInt(G_TRANSACTION + tokens * rules.gasFloorToken) }
}

function countZeros(data: Uint8Array): number {
  let zeros = 0
  for (let i = 0; i < data.length; i++) if (data[i] === 0) zeros++
  return zeros
}
