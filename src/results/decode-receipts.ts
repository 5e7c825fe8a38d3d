/** Receipts as objects, made from their encodings when somebody looks. */

import { EMPTY_BYTES, bytesToBigInt, bytesToHex } from '../base/bytes.js'
import { RlpFields, decodeRlp, type RlpItem } from '../intake/rlp.js'
import type { Transaction } from '../intake/transaction.js'
import { jsonable } from '../base/result-data.js'
import type { Log, Receipt } from '../base/types.js'
import { outcomeOf, statusBit } from './outcomes.js'
import type { ReceiptArchive } from './receipt-archive.js'

/** What receipts tell beside their encodings, for each transaction. */
export interface ReceiptFacts {
  readonly transactions: readonly Transaction[]
  /** 20 bytes each. */
  readonly senders: readonly Uint8Array[]
  readonly baseFeePerGas: bigint
  /** STATUS_*. */
  readonly statuses: Uint32Array
  readonly gasUsed: Float64Array
  /** By index, 20 bytes each. */
  readonly created: ReadonlyMap<number, Uint8Array>
  /** By index, of those that returned something. */
  readonly outputs: ReadonlyMap<number, Uint8Array>
}

export function decodeReceipts(archive: ReceiptArchive, facts: ReceiptFacts): Receipt[] {
  return facts.transactions.map((transaction, i) => decodeReceipt(archive, facts, transaction, i))
}

function decodeReceipt(
  archive: ReceiptArchive,
  facts: ReceiptFacts,
  transaction: Transaction,
  index: number,
): Receipt {
  const { type } = transaction
  const status = facts.statuses[index]!
  const created = facts.created.get(index)
  const start = archive.offsets[index]! + (type === 0 ? 0 : 1)
  const encoding = archive.rlp.subarray(start, archive.offsets[index + 1])
  const fields = new RlpFields(encoding, decodeRlp(encoding), 'receipt')
  fields.bytes('status')
  return jsonable({
    transactionIndex: index,
    transactionHash: bytesToHex(transaction.hash),
    type,
    from: bytesToHex(facts.senders[index]!),
    to: transaction.to === null ? null : bytesToHex(transaction.to),
    contractAddress: created === undefined ? null : bytesToHex(created),
    status: statusBit(status),
    outcome: outcomeOf(status),
    output: bytesToHex(facts.outputs.get(index) ?? EMPTY_BYTES),
    gasUsed: facts.gasUsed[index]!,
    cumulativeGasUsed: Number(bytesToBigInt(fields.bytes('cumulativeGasUsed'))),
    effectiveGasPrice: effectiveGasPrice(transaction, facts.baseFeePerGas),
    logsBloom: bytesToHex(fields.bytes('logsBloom')),
    logs: fields.list('logs').map(decodeLog),
  })
}

/** EIP-1559; before it there is no base fee, and both caps are the gas price. */
function effectiveGasPrice(transaction: Transaction, baseFeePerGas: bigint): bigint {
  const { maxFeePerGas, maxPriorityFeePerGas } = transaction
  const price = baseFeePerGas + maxPriorityFeePerGas
  return price < maxFeePerGas ? price : maxFeePerGas
}

function decodeLog(item: RlpItem): Log {
  const [address, topics, data] = item as readonly [Uint8Array, readonly Uint8Array[], Uint8Array]
  return {
    address: bytesToHex(address),
    topics: topics.map(bytesToHex),
    data: bytesToHex(data),
  }
}
