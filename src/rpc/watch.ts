/** What programs wait for: new blocks, logs, transactions that wait. */

import { bytesToHex, parseQuantity } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import { matches } from '../ledger/log-index.js'
import type { Chain, LedgerBlock, LedgerLog, PoolTransaction } from '../ledger/types.js'
import { invalidParams } from './rpc-error.js'
import { headerJson, logJson, waitingJson } from './shapes.js'

/** Told each thing once, as JSON. */
export type Told = (item: unknown) => void

/** Which logs are waited for. */
export interface WatchedLogs {
  readonly addresses: readonly Hex[]
  readonly topics: readonly (readonly Hex[] | null)[]
  readonly from: bigint | undefined
  readonly to: bigint | undefined
}

/** Starts telling; @returns what ends it */
export type Watch = (chain: Chain, tell: Told) => () => void

export const watchHeads: Watch = (chain, tell) => {
  return chain.on('block', ({ hash, header }: LedgerBlock) => tell(headerJson(header, hash)))
}

export const watchHashes: Watch = (chain, tell) => chain.on('block', ({ hash }) => tell(hash))

/** @param isFull with all fields, not the hash alone */
export function watchPending(isFull: boolean): Watch {
  return (chain, tell) => {
    return chain.on('pendingTransaction', ({ sender, transaction }: PoolTransaction) => {
      tell(isFull ? waitingJson(transaction, sender) : bytesToHex(transaction.hash))
    })
  }
}

/** Also those of blocks that are no more, as removed. */
export function watchLogs(query: WatchedLogs): Watch {
  const { from, to } = query
  return (chain, tell) => {
    return chain.on('logs', (logs: readonly LedgerLog[]) => {
      for (const log of logs) {
        const { number } = log.block
        if ((from !== undefined && number < from) || (to !== undefined && number > to)) continue
        if (matches(log, query)) tell(logJson(log))
      }
    })
  }
}

const MAX_TOPICS = 4
const MAX_CHOICES = 1_000
const HASH = /^0x[0-9a-f]{64}$/
const ADDRESS = /^0x[0-9a-f]{40}$/

/** The filter of eth_newFilter and of subscriptions. @throws RpcError */
export function readWatchedLogs(value: unknown): WatchedLogs {
  if (value == null) return { addresses: [], topics: [], from: undefined, to: undefined }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalidParams('invalid argument 0: expected an object')
  }
  const { address, fromBlock, toBlock, topics = [] } = value as Readonly<Record<string, unknown>>
  if (topics !== null && (!Array.isArray(topics) || topics.length > MAX_TOPICS)) {
    throw invalidParams(`invalid topics: expected a list of at most ${MAX_TOPICS}`)
  }
  const addresses = choices(address ?? [], 'address', ADDRESS)
  return {
    addresses,
    topics: ((topics ?? []) as unknown[]).map((topic) => {
      return topic === null ? null : choices(topic, 'topic', HASH)
    }),
    from: numberOf(fromBlock, 'fromBlock'),
    to: numberOf(toBlock, 'toBlock'),
  }
}

/** One of these, or the only one; none: any. */
function choices(value: unknown, field: string, pattern: RegExp): Hex[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length > MAX_CHOICES) throw invalidParams(`invalid ${field}: at most ${MAX_CHOICES}`)
  // Geth takes a null among others for any
  if (list.includes(null)) return []
  return list.map((item) => {
    const text = typeof item === 'string' ? item.toLowerCase() : ''
    if (pattern.test(text)) return text as Hex
    throw invalidParams(`invalid ${field}: expected 0x-hex of its length`)
  })
}

const NAMES: readonly unknown[] = [
  ...[undefined, null, '', 'latest', 'pending', 'safe', 'finalized', 'earliest'],
]

/** Undefined for names: what is waited for is all in the future. */
function numberOf(value: unknown, field: string): bigint | undefined {
  if (NAMES.includes(value)) return undefined
  try {
    return parseQuantity(value)
  } catch {
    throw invalidParams(`invalid ${field}: expected a number or a name`)
  }
}
