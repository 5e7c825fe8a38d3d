/** Receipts as objects, made from their encodings when somebody looks. */

import { bytesToBigInt, bytesToHex } from '../bytes.js'
import { RlpFields, decodeRlp, type RlpItem } from '../block/rlp.js'
import type { Transaction } from '../block/transaction.js'
import type { Log, Receipt } from '../types.js'
import { outcomeOf, statusBit } from './outcomes.js'
import type { ReceiptArchive } from './receipt-archive.js'

/** What a receipt tells beside its encoding. */
export interface ReceiptFacts {
  readonly transaction: Transaction
  /** 20 bytes. */
  readonly sender: Uint8Array
  /** STATUS_*. */
  readonly status: number
  readonly gasUsed: number
  readonly effectiveGasPrice: bigint
  /** 20 bytes. */
  readonly created: Uint8Array | null
}

export function decodeReceipts(archive: ReceiptArchive, facts: readonly ReceiptFacts[]): Receipt[] {
  return facts.map((fact, index) => decodeReceipt(archive, fact, index))
}

function decodeReceipt(archive: ReceiptArchive, fact: ReceiptFacts, index: number): Receipt {
  const { transaction } = fact
  const { type } = transaction
  const start = archive.offsets[index]! + (type === 0 ? 0 : 1)
  const encoding = archive.rlp.subarray(start, archive.offsets[index + 1])
  const fields = new RlpFields(encoding, decodeRlp(encoding), 'receipt')
  fields.bytes('status')
  return {
    transactionIndex: index,
    transactionHash: bytesToHex(transaction.hash),
    type,
    from: bytesToHex(fact.sender),
    to: transaction.to === null ? null : bytesToHex(transaction.to),
    contractAddress: fact.created === null ? null : bytesToHex(fact.created),
    status: statusBit(fact.status),
    outcome: outcomeOf(fact.status),
    gasUsed: fact.gasUsed,
    cumulativeGasUsed: Number(bytesToBigInt(fields.bytes('cumulativeGasUsed'))),
    effectiveGasPrice: fact.effectiveGasPrice,
    logsBloom: bytesToHex(fields.bytes('logsBloom')),
    logs: fields.list('logs').map(decodeLog),
  }
}

function decodeLog(item: RlpItem): Log {
  const [address, topics, data] = item as readonly [Uint8Array, readonly Uint8Array[], Uint8Array]
  return {
    address: bytesToHex(address),
    topics: topics.map(bytesToHex),
    data: bytesToHex(data),
  }
}
