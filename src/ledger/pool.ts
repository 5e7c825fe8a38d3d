/** Transactions that wait to be mined: by sender and nonce, dealt out by what they pay. */

import type { Transaction } from '../intake/transaction.js'
import { BLOB_TYPE } from '../intake/transaction.js'
import { bytesToHex, hexToBytes } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import { GAS_PER_BLOB } from '../forks/forks.js'
import { Heap } from './heap.js'
import { PoolError } from './pool-error.js'
import type { Pool, PoolStatus, PoolTransaction } from './types.js'

export interface PoolLimits {
  /** Transactions in all, and of one sender. */
  readonly all: number
  readonly perSender: number
}

/** What dealing out goes by: what is paid above the base fee, or the order of arrival. */
export type PoolOrder = 'fees' | 'fifo'

/** What the chain needs of it to execute it. */
export interface Entry extends PoolTransaction {
  readonly hash: Hex
  readonly senderBytes: Uint8Array
  /** Of its authorizations; none where there are none. */
  readonly authorities: readonly (Uint8Array | null)[]
}

type Found = Omit<Entry, 'order' | 'hash'>

/** A replacement pays so much more, in percent: of blobs, twice as much (as in geth). */
const PRICE_BUMP = 10n
const BLOB_PRICE_BUMP = 100n

export class TransactionPool implements Pool {
  readonly #limits: PoolLimits
  readonly #order: PoolOrder
  readonly #nonceOf: (sender: Uint8Array) => Promise<bigint>
  readonly #byHash = new Map<Hex, Entry>()
  readonly #bySender = new Map<Hex, Map<bigint, Entry>>()
  /** Of the accounts that have transactions here. */
  readonly #nonces = new Map<Hex, bigint>()
  #arrived = 0

  constructor(
    limits: PoolLimits,
    order: PoolOrder,
    nonceOf: (sender: Uint8Array) => Promise<bigint>,
  ) {
    this.#limits = limits
    this.#order = order
    this.#nonceOf = nonceOf
  }

  get size(): number {
    return this.#byHash.size
  }

  get status(): PoolStatus {
    let pending = 0
    for (const sender of this.#bySender.keys()) pending += this.#ready(sender).length
    return { pending, queued: this.size - pending }
  }

  get(hash: Hex): Entry | undefined {
    return this.#byHash.get(hash)
  }

  pending(): ReadonlyMap<Hex, readonly Entry[]> {
    return this.#lists((sender) => this.#ready(sender))
  }

  queued(): ReadonlyMap<Hex, readonly Entry[]> {
    return this.#lists((sender) => this.#sorted(sender).slice(this.#ready(sender).length))
  }

  #lists(listOf: (sender: Hex) => Entry[]): ReadonlyMap<Hex, readonly Entry[]> {
    const lists = [...this.#bySender.keys()].map((sender) => [sender, listOf(sender)] as const)
    return new Map(lists.filter(([, list]) => list.length > 0))
  }

  async nextNonce(sender: Hex): Promise<bigint> {
    const ready = this.#bySender.has(sender) ? this.#ready(sender) : []
    const last = ready.at(-1)
    if (last !== undefined) return last.transaction.nonce + 1n
    return this.#nonceOf(hexToBytes(sender))
  }

  /** Wei that the transactions of a sender may cost, all but the one of this nonce. */
  costOf(sender: Hex, exceptNonce: bigint): bigint {
    let cost = 0n
    for (const [nonce, { transaction }] of this.#bySender.get(sender) ?? []) {
      if (nonce !== exceptNonce) cost += mostCost(transaction)
    }
    return cost
  }

  has(hash: Hex): boolean {
    return this.#byHash.has(hash)
  }

  /**
   * @param nonce of the sender's account
   * @throws PoolError
   */
  add(found: Found, nonce: bigint): Entry {
    const { sender, transaction } = found
    const hash = bytesToHex(transaction.hash)
    if (this.#byHash.has(hash)) throw new PoolError('already-known', 'transaction refused')
    const list = this.#bySender.get(sender)
    const other = list?.get(transaction.nonce)
    if (other !== undefined) checkReplaces(other.transaction, transaction)
    else this.#makeRoom(found, list?.size ?? 0)
    if (other !== undefined) this.remove(other.hash)
    const entry = { ...found, hash, order: this.#arrived++ }
    this.#byHash.set(hash, entry)
    const own = this.#bySender.get(sender)
    if (own === undefined) this.#bySender.set(sender, new Map([[transaction.nonce, entry]]))
    else own.set(transaction.nonce, entry)
    this.#nonces.set(sender, nonce)
    return entry
  }

  #makeRoom({ transaction }: Found, ofSender: number): void {
    const { all, perSender } = this.#limits
    if (ofSender >= perSender && perSender < all) {
      const details = { expected: `at most ${perSender} of one sender`, got: ofSender + 1 }
      throw new PoolError('account-full', 'transaction refused', details)
    }
    if (this.size < all) return
    const cheapest = this.#cheapest()
    if (cheapest.transaction.maxFeePerGas >= transaction.maxFeePerGas) {
      const expected = `more than ${cheapest.transaction.maxFeePerGas}, as the pool is full`
      const place = { field: 'maxFeePerGas' }
      const details = { place, expected, got: transaction.maxFeePerGas }
      throw new PoolError('pool-full', 'transaction refused', details)
    }
    this.remove(cheapest.hash)
  }

  /** The latest of a sender's, so that it leaves no gap. */
  #cheapest(): Entry {
    let found: Entry | undefined
    for (const sender of this.#bySender.keys()) {
      const last = this.#sorted(sender).at(-1)!
      const isLess =
        found === undefined || last.transaction.maxFeePerGas < found.transaction.maxFeePerGas
      if (isLess) found = last
    }
    return found!
  }

  remove(hash: Hex): boolean {
    const entry = this.#byHash.get(hash)
    if (entry === undefined) return false
    this.#byHash.delete(hash)
    const list = this.#bySender.get(entry.sender)!
    list.delete(entry.transaction.nonce)
    if (list.size === 0) {
      this.#bySender.delete(entry.sender)
      this.#nonces.delete(entry.sender)
    }
    return true
  }

  clear(): void {
    this.#byHash.clear()
    this.#bySender.clear()
    this.#nonces.clear()
  }

  /** After the state has changed: what can never be mined any more goes. */
  settle(nonceOf: (sender: Uint8Array) => bigint): void {
    for (const [sender, list] of [...this.#bySender]) {
      const [first] = list.values()
      const nonce = nonceOf(first!.senderBytes)
      this.#nonces.set(sender, nonce)
      for (const entry of [...list.values()]) {
        if (entry.transaction.nonce < nonce) this.remove(entry.hash)
      }
    }
  }

  /** Those that can be mined in this order: a sender's by their nonces, the best payer first. */
  *deal(baseFee: bigint): Generator<Entry> {
    const better = (a: Cursor, b: Cursor): boolean =>
      a.tip === b.tip ? a.entry.order < b.entry.order : a.tip > b.tip
    const heap = new Heap<Cursor>(better)
    const push = (list: readonly Entry[], at: number): void => {
      const entry = list[at]
      if (entry === undefined || entry.transaction.maxFeePerGas < baseFee) return
      const tip = this.#order === 'fifo' ? 0n : tipOf(entry.transaction, baseFee)
      heap.push({ entry, list, at, tip })
    }
    for (const sender of this.#bySender.keys()) push(this.#ready(sender), 0)
    for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
      yield next.entry
      push(next.list, next.at + 1)
    }
  }

  /** Without a gap from the account's nonce on. */
  #ready(sender: Hex): Entry[] {
    const list = this.#bySender.get(sender)!
    const ready: Entry[] = []
    for (let nonce = this.#nonces.get(sender)!; ; nonce++) {
      const entry = list.get(nonce)
      if (entry === undefined) return ready
      ready.push(entry)
    }
  }

  #sorted(sender: Hex): Entry[] {
    const list = [...this.#bySender.get(sender)!.values()]
    return list.sort((a, b) => (a.transaction.nonce < b.transaction.nonce ? -1 : 1))
  }
}

interface Cursor {
  readonly entry: Entry
  readonly list: readonly Entry[]
  readonly at: number
  readonly tip: bigint
}

/** Wei a unit of gas that goes to whoever makes the block. */
function tipOf({ maxFeePerGas, maxPriorityFeePerGas }: Transaction, baseFee: bigint): bigint {
  const most = maxFeePerGas - baseFee
  return maxPriorityFeePerGas < most ? maxPriorityFeePerGas : most
}

/** Wei that the sender must have. */
export function mostCost(tx: Transaction): bigint {
  const blobGas = BigInt(tx.blobVersionedHashes.length) * BigInt(GAS_PER_BLOB)
  return tx.gasLimit * tx.maxFeePerGas + tx.value + blobGas * tx.maxFeePerBlobGas
}

/** @throws PoolError */
function checkReplaces(other: Transaction, tx: Transaction): void {
  const bump = 100n + (tx.type === BLOB_TYPE ? BLOB_PRICE_BUMP : PRICE_BUMP)
  for (const field of ['maxFeePerGas', 'maxPriorityFeePerGas', 'maxFeePerBlobGas'] as const) {
    if (tx[field] * 100n >= other[field] * bump) continue
    const expected = `${bump - 100n} % more than ${other[field]}`
    const details = { place: { field }, expected, got: tx[field] }
    throw new PoolError('replacement-underpriced', 'transaction refused', details)
  }
}
