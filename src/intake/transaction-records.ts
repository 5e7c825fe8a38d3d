/** Transactions as records in linear memory: TX_* of assembly/abi/records.ts. */

import {
  AUTHORIZATION_AUTHORITY,
  AUTHORIZATION_DELEGATE,
  AUTHORIZATION_NONCE,
  AUTHORIZATION_SIZE,
  AUTHORIZATION_VALID,
  FREE_PLACE,
  FREE_SENDER,
  TX_ACCESS_LIST,
  TX_ACCESS_LIST_COUNT,
  TX_AUTHORIZATIONS,
  TX_AUTHORIZATION_COUNT,
  TX_BLOB_GAS,
  TX_BLOB_HASHES,
  TX_BLOB_HASH_COUNT,
  TX_DATA,
  TX_DATA_SIZE,
  TX_FLOOR_GAS,
  TX_FREEDOM,
  TX_GAS_LIMIT,
  TX_HASH,
  TX_INDEX,
  TX_INTRINSIC_GAS,
  TX_IS_CREATE,
  TX_MAX_BLOB_FEE,
  TX_MAX_FEE,
  TX_MAX_PRIORITY_FEE,
  TX_NONCE,
  TX_REFUSAL,
  TX_SENDER,
  TX_SIZE,
  TX_TO,
  TX_TYPE,
  TX_VALUE,
} from '../../assembly/abi/records.js'
import { REFUSAL_NONE } from '../../assembly/abi/status.js'
import type { IntrinsicGas } from './intrinsic-gas.js'
import { isImpersonated } from './impersonated.js'
import type { Authorization, Transaction } from './transaction.js'
import type { Pulse } from '../base/pulse.js'
import { GAS_PER_BLOB } from '../forks/forks.js'
import type { PreparedBlock } from './prepare-block.js'
import type { Core } from '../wasm/core.js'
import type { JudgedTransactions } from './admission.js'

const WORD_BYTES = 32
/** An address (24 bytes) and the number of its keys, in front of the keys. */
const ACCESS_ENTRY_BYTES = 32
const ACCESS_ENTRY_KEYS = 24

/**
 * @param isCall whether they are calls, which are in no block
 * @returns the record of each transaction, one after the other in memory
 * @throws CancelledError
 */
export async function writeTransactionsInTurns(
  core: Core,
  block: PreparedBlock,
  judged: JudgedTransactions,
  pulse: Pulse,
  isCall = false,
): Promise<Uint32Array> {
  if (pulse.isDue()) await pulse.turn()
  const writer = new TransactionWriter(core, block, judged, isCall ? FREE_PLACE | FREE_SENDER : 0)
  const { length } = block.transactions
  await pulse.steps(length, (i) => writer.write(i))
  return writer.records
}

/** Records that are cleared at once: 0.1 ms where the system has to give their memory first. */
const CLEARED_AT_ONCE = 64

/** Writes one transaction after the other. */
class TransactionWriter {
  readonly records: Uint32Array
  readonly #core: Core
  readonly #block: PreparedBlock
  readonly #judged: JudgedTransactions
  readonly #first: number
  /** The data of all transactions is in one piece of memory: where the next one's goes. */
  #data: number
  /** FREE_*, of all of them. */
  readonly #freedom: number

  constructor(
    core: Core,
    block: PreparedBlock,
    judged: JudgedTransactions,
    freedom: number,
  ) {
    const { transactions } = block
    this.#core = core
    this.#block = block
    this.#judged = judged
    this.#freedom = freedom
    this.#first = core.allocateForBlock(Math.max(transactions.length * TX_SIZE, 8))
    let size = 0
    for (const { data } of transactions) size += data.length
    this.#data = core.allocateForBlock(Math.max(size, 8))
    this.records = new Uint32Array(transactions.length)
  }

  write(i: number): void {
    const core = this.#core
    const { authorities, senders, transactions } = this.#block
    const { gas, refusals } = this.#judged
    const ptr = this.#first + i * TX_SIZE
    const tx = transactions[i]!
    if (i % CLEARED_AT_ONCE === 0) {
      core.memory.clear(ptr, Math.min(CLEARED_AT_ONCE, transactions.length - i) * TX_SIZE)
    }
    this.records[i] = ptr
    core.memory.u32[(ptr + TX_INDEX) >>> 2] = i
    core.memory.u32[(ptr + TX_REFUSAL) >>> 2] = refusals.get(i)?.moment ?? REFUSAL_NONE
    const freedom = this.#freedom | (isImpersonated(tx, senders[i]!) ? FREE_SENDER : 0)
    core.memory.u32[(ptr + TX_FREEDOM) >>> 2] = freedom
    writeFields(core, ptr, tx, senders[i]!, gas[i]!)
    this.#placeData(ptr, tx)
    if (tx.accessList.length > 0) writeAccessList(core, ptr, tx)
    if (tx.blobVersionedHashes.length > 0) writeBlobHashes(core, ptr, tx)
    if (tx.authorizationList.length > 0) {
      writeAuthorizations(core, ptr, tx.authorizationList, authorities[i]!)
    }
  }

  #placeData(ptr: number, { data }: Transaction): void {
    const { memory } = this.#core
    memory.u32[(ptr + TX_DATA) >>> 2] = this.#data
    if (data.length === 0) return
    memory.write(this.#data, data)
    this.#data += data.length
  }
}

function writeFields(
  core: Core,
  ptr: number,
  tx: Transaction,
  sender: Uint8Array,
  gas: IntrinsicGas,
): void {
  const { memory } = core
  const { u32 } = memory
  memory.write(ptr + TX_HASH, tx.hash)
  memory.writeAddress(ptr + TX_SENDER, sender)
  if (tx.to !== null) memory.writeAddress(ptr + TX_TO, tx.to)
  u32[(ptr + TX_IS_CREATE) >>> 2] = tx.to === null ? 1 : 0
  u32[(ptr + TX_TYPE) >>> 2] = tx.type
  u32[(ptr + TX_DATA_SIZE) >>> 2] = tx.data.length
  memory.writeU64(ptr + TX_NONCE, tx.nonce)
  memory.writeU64(ptr + TX_GAS_LIMIT, tx.gasLimit)
  memory.writeU64(ptr + TX_INTRINSIC_GAS, gas.intrinsic)
  memory.writeU64(ptr + TX_FLOOR_GAS, gas.floor)
  memory.writeWord(ptr + TX_VALUE, tx.value)
  memory.writeWord(ptr + TX_MAX_FEE, tx.maxFeePerGas)
  memory.writeWord(ptr + TX_MAX_PRIORITY_FEE, tx.maxPriorityFeePerGas)
  memory.writeWord(ptr + TX_MAX_BLOB_FEE, tx.maxFeePerBlobGas)
}

function writeAccessList(core: Core, ptr: number, { accessList }: Transaction): void {
  let size = 0
  for (const { storageKeys } of accessList) {
    size += ACCESS_ENTRY_BYTES + storageKeys.length * WORD_BYTES
  }
  let at = core.allocateForBlock(size)
  const { memory } = core
  memory.u32[(ptr + TX_ACCESS_LIST) >>> 2] = at
  memory.u32[(ptr + TX_ACCESS_LIST_COUNT) >>> 2] = accessList.length
  for (const { address, storageKeys } of accessList) {
    memory.writeAddress(at, address)
    memory.u32[(at + ACCESS_ENTRY_KEYS) >>> 2] = storageKeys.length
    at += ACCESS_ENTRY_BYTES
    for (const key of storageKeys) {
      memory.writeWordBytes(at, key)
      at += WORD_BYTES
    }
  }
}

function writeBlobHashes(core: Core, ptr: number, { blobVersionedHashes }: Transaction): void {
  const count = blobVersionedHashes.length
  const hashes = core.allocateForBlock(count * WORD_BYTES)
  const { memory } = core
  blobVersionedHashes.forEach((hash, i) => memory.writeWordBytes(hashes + i * WORD_BYTES, hash))
  memory.u32[(ptr + TX_BLOB_HASHES) >>> 2] = hashes
  memory.u32[(ptr + TX_BLOB_HASH_COUNT) >>> 2] = count
  memory.writeU64(ptr + TX_BLOB_GAS, BigInt(count * GAS_PER_BLOB))
}

function writeAuthorizations(
  core: Core,
  ptr: number,
  list: readonly Authorization[],
  authorities: readonly (Uint8Array | null)[],
): void {
  const first = core.allocateForBlock(list.length * AUTHORIZATION_SIZE)
  const { memory } = core
  memory.clear(first, list.length * AUTHORIZATION_SIZE)
  list.forEach((authorization, i) => {
    const at = first + i * AUTHORIZATION_SIZE
    const authority = authorities[i] ?? null
    memory.writeAddress(at + AUTHORIZATION_DELEGATE, authorization.address)
    memory.writeU64(at + AUTHORIZATION_NONCE, authorization.nonce)
    memory.u32[(at + AUTHORIZATION_VALID) >>> 2] = authority === null ? 0 : 1
    if (authority !== null) memory.writeAddress(at + AUTHORIZATION_AUTHORITY, authority)
  })
  memory.u32[(ptr + TX_AUTHORIZATIONS) >>> 2] = first
  memory.u32[(ptr + TX_AUTHORIZATION_COUNT) >>> 2] = list.length
}
