/** Filters, which are asked for what is new, and subscriptions, which tell it. */

import { bytesToHex } from '../base/bytes.js'
import type { Chain } from '../ledger/types.js'
import type { MethodTable, RpcMethod } from './dispatcher.js'
import {
  LIMIT_EXCEEDED,
  METHOD_NOT_FOUND,
  RpcError,
  invalidParams,
  serverError,
} from './rpc-error.js'
import {
  readCriteria,
  watchHashes,
  watchHeads,
  watchLogs,
  watchPending,
  type Watch,
} from './watch.js'

/** Filters and subscriptions that are there at one time. */
const MAX_WATCHES = 10_000
/** What a filter keeps for whom never asks; then it is given up. */
const MAX_KEPT = 10_000
/** Milliseconds after which a filter that nobody asks is given up, as in geth. */
const EXPIRY_MS = 5 * 60_000
const ID_BYTES = 16

interface Filter {
  items: unknown[]
  askedAt: number
  /** Of eth_newFilter: what it was made with. */
  readonly query: unknown
  readonly isOfLogs: boolean
  readonly end: () => void
}

/** The filters of a provider. */
export class Filters {
  readonly #chain: Chain
  readonly #filters = new Map<string, Filter>()
  readonly #now: () => number

  /** @param now milliseconds */
  constructor(chain: Chain, now: () => number = Date.now) {
    this.#chain = chain
    this.#now = now
  }

  get size(): number {
    return this.#filters.size
  }

  get methods(): MethodTable {
    const changes: RpcMethod = ([id]) => this.#take(id).items.splice(0)
    return {
      eth_newFilter: ([query]) => this.#add(watchLogs(readCriteria(query)), query, true),
      eth_newBlockFilter: () => this.#add(watchHashes),
      eth_newPendingTransactionFilter: ([isFull]) => this.#add(watchPending(isFull === true)),
      eth_getFilterChanges: changes,
      eth_getFilterLogs: ([id], { request }) => {
        const { isOfLogs, query } = this.#take(id)
        if (!isOfLogs) throw serverError('filter not found')
        return request('eth_getLogs', [query ?? {}])
      },
      eth_uninstallFilter: ([id]) => this.#remove(String(id)),
    }
  }

  end(): void {
    for (const id of [...this.#filters.keys()]) this.#remove(id)
  }

  #add(watch: Watch, query?: unknown, isOfLogs = false): string {
    this.#expire()
    if (this.#filters.size >= MAX_WATCHES) {
      throw new RpcError(LIMIT_EXCEEDED, `at most ${MAX_WATCHES} filters`)
    }
    const id = newId()
    const items: unknown[] = []
    const end = watch(this.#chain, (item) => {
      if (this.#isOld(id) || filter.items.length >= MAX_KEPT) this.#remove(id)
      else filter.items.push(item)
    })
    const filter: Filter = { items, askedAt: this.#now(), query, isOfLogs, end }
    this.#filters.set(id, filter)
    return id
  }

  #take(id: unknown): Filter {
    if (typeof id !== 'string') throw invalidParams('invalid argument 0: expected an id')
    if (this.#isOld(id)) this.#remove(id)
    const filter = this.#filters.get(id)
    if (filter === undefined) throw serverError('filter not found')
    filter.askedAt = this.#now()
    return filter
  }

  #remove(id: string): boolean {
    this.#filters.get(id)?.end()
    return this.#filters.delete(id)
  }

  #isOld(id: string): boolean {
    const filter = this.#filters.get(id)
    return filter !== undefined && this.#now() - filter.askedAt > EXPIRY_MS
  }

  #expire(): void {
    for (const id of [...this.#filters.keys()]) if (this.#isOld(id)) this.#remove(id)
  }
}

/** @param notify told the id of a subscription, and what is new */
export type Notify = (subscription: string, result: unknown) => void

/** The subscriptions of a provider. */
export class Subscriptions {
  readonly #chain: Chain
  readonly #notify: Notify
  readonly #ends = new Map<string, () => void>()

  constructor(chain: Chain, notify: Notify) {
    this.#chain = chain
    this.#notify = notify
  }

  get methods(): MethodTable {
    return {
      eth_subscribe: ([kind, options]) => this.#add(watchOf(kind, options)),
      eth_unsubscribe: ([id]) => this.#remove(id),
    }
  }

  end(): void {
    for (const id of [...this.#ends.keys()]) this.#remove(id)
  }

  #add(watch: Watch): string {
    if (this.#ends.size >= MAX_WATCHES) {
      throw new RpcError(LIMIT_EXCEEDED, `at most ${MAX_WATCHES} subscriptions`)
    }
    const id = newId()
    this.#ends.set(id, watch(this.#chain, (item) => this.#notify(id, item)))
    return id
  }

  #remove(id: unknown): boolean {
    if (typeof id !== 'string') throw invalidParams('invalid argument 0: expected an id')
    this.#ends.get(id)?.()
    return this.#ends.delete(id)
  }
}

function watchOf(kind: unknown, options: unknown): Watch {
  switch (kind) {
    case 'newHeads':
      return watchHeads
    case 'logs':
      return watchLogs(readCriteria(options))
    case 'newPendingTransactions':
      return watchPending(options === true)
    case 'syncing':
      // There is nobody to fall behind
      return () => () => undefined
  }
  if (typeof kind !== 'string') throw invalidParams('invalid argument 0: expected a subscription')
  const name = JSON.stringify(kind.slice(0, 40))
  throw new RpcError(METHOD_NOT_FOUND, `no ${name} subscription in eth namespace`)
}

/** Nobody guesses another's. */
function newId(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(ID_BYTES)))
}
