/** `eth_*` about transactions, and `txpool_*`. */

import { quantityToHex } from '../base/bytes.js'
import { checksumAddress } from './checksum.js'
import type { Hex } from '../base/types.js'
import type { PoolTransaction } from '../ledger/types.js'
import type { MethodTable, RpcContext } from './dispatcher.js'
import { address, hash, integer, optional, rawBytes, readParams } from './params.js'
import { RpcError } from './rpc-error.js'
import { sendChecked } from './send.js'
import { minedJson, receiptJson, waitingJson } from './shapes.js'

/** As geth's, in milliseconds. */
const SYNC_TIMEOUT = 20_000
const MAX_SYNC_TIMEOUT = 60_000
const SYNC_TIMEOUT_CODE = 4

type Listed = ReadonlyMap<Hex, readonly PoolTransaction[]>

function byNonce<T>(
  list: readonly PoolTransaction[],
  show: (entry: PoolTransaction) => T,
): Record<string, T> {
  return Object.fromEntries(list.map((it) => [`${it.transaction.nonce}`, show(it)]))
}

function bySender<T>(lists: Listed, show: (entry: PoolTransaction) => T): object {
  const shown = [...lists].map(([sender, list]) => [checksumAddress(sender), byNonce(list, show)])
  return Object.fromEntries(shown) as object
}

function full({ sender, transaction }: PoolTransaction): object {
  return waitingJson(transaction, sender)
}

function inWords({ transaction }: PoolTransaction): string {
  const { gasLimit, maxFeePerGas, to, value } = transaction
  const who = to === null ? 'contract creation' : checksumAddress(to)
  return `${who}: ${value} wei + ${gasLimit} gas × ${maxFeePerGas} wei`
}

function receiptOf({ chain }: Pick<RpcContext, 'chain'>, id: Hex): object | null {
  const found = chain.transaction(id)
  return found === undefined ? null : receiptJson(found.block, found.index)
}

/** When the transaction is mined, or the time is up. */
function whenMined({ chain, signal }: RpcContext, id: Hex, timeout: number): Promise<object> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      stop()
      signal?.removeEventListener('abort', abandon)
    }
    const look = (): void => {
      const receipt = receiptOf({ chain }, id)
      if (receipt === null) return
      end()
      resolve(receipt)
    }
    const abandon = (): void => {
      end()
      const seconds = timeout % 1_000 === 0 ? `${timeout / 1_000}s` : `${timeout}ms`
      const what = 'The transaction was added to the transaction pool but wasn\'t processed in'
      reject(new RpcError(SYNC_TIMEOUT_CODE, `${what} ${seconds}`, id))
    }
    const timer = setTimeout(abandon, timeout)
    const stop = chain.on('block', look)
    signal?.addEventListener('abort', abandon)
    look()
  })
}

export const transactionMethods: MethodTable = {
  eth_getTransactionByHash: (params, { chain }) => {
    const [id] = readParams(params, [hash])
    const found = chain.transaction(id)
    if (found !== undefined) return minedJson(found.block, found.index)
    const waiting = chain.pool.get(id)
    return waiting === undefined ? null : full(waiting)
  },
  eth_getTransactionReceipt: (params, context) => {
    const [id] = readParams(params, [hash])
    return receiptOf(context, id)
  },
  eth_sendRawTransaction: async (params, { chain }) => {
    const [raw] = readParams(params, [rawBytes])
    return sendChecked(chain, raw)
  },
  eth_sendRawTransactionSync: async (params, context) => {
    const [raw, given] = readParams(params, [rawBytes, optional(integer)])
    const id = await sendChecked(context.chain, raw)
    const wanted = given === undefined || given === 0 ? SYNC_TIMEOUT : given
    return whenMined(context, id, Math.min(wanted, MAX_SYNC_TIMEOUT))
  },
  txpool_status: (params, { chain }) => {
    readParams(params, [])
    const { pending, queued } = chain.pool.status
    return { pending: quantityToHex(pending), queued: quantityToHex(queued) }
  },
  txpool_content: (params, { chain }) => {
    readParams(params, [])
    const { pool } = chain
    return { pending: bySender(pool.pending(), full), queued: bySender(pool.queued(), full) }
  },
  txpool_contentFrom: (params, { chain }) => {
    const [who] = readParams(params, [address])
    const of = (lists: Listed): object => byNonce(lists.get(who) ?? [], full)
    return { pending: of(chain.pool.pending()), queued: of(chain.pool.queued()) }
  },
  txpool_inspect: (params, { chain }) => {
    readParams(params, [])
    const { pool } = chain
    return { pending: bySender(pool.pending(), inWords), queued: bySender(pool.queued(), inWords) }
  },
}
