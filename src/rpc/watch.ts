/** What programs wait for: new blocks, logs, transactions that wait. */

import { bytesToHex } from '../base/bytes.js'
import type { Chain, LedgerBlock, LedgerLog, PoolTransaction } from '../ledger/types.js'
import { matches } from '../ledger/log-index.js'
import { logCriteria, type LogCriteria } from './eth-logs.js'
import { readParams } from './params.js'
import { headerJson, logJson, waitingJson } from './shapes.js'

/** Told each thing once, as JSON. */
export type Told = (item: unknown) => void

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

/** Also those of blocks that are no more, as removed. Names of blocks are all in the future. */
export function watchLogs(query: LogCriteria): Watch {
  const from = typeof query.from === 'bigint' ? query.from : undefined
  const to = typeof query.to === 'bigint' ? query.to : undefined
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

/** The filter of eth_newFilter and of subscriptions. @throws RpcError */
export function readCriteria(value: unknown): LogCriteria {
  return readParams([value ?? {}], [logCriteria])[0]
}
