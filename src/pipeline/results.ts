/** What comes out of a block: receipts, virtual blocks, their roots. */

import {
  ACCOUNT_ADDRESS,
  MESSAGE_CREATED,
  MESSAGE_STATUS,
  TX_CREATED,
  TX_GAS_FINAL,
  TX_GAS_PRICE,
  TX_LOGS,
  TX_LOG_COUNT,
  TX_MESSAGE,
  TX_STATUS,
} from '../../assembly/abi/records.js'
import { collectLogs, readLogChain } from '../receipts/collect-logs.js'
import type { ReceiptFacts } from '../receipts/decode-receipts.js'
import { MessageArchivist, type RoundArchive } from '../receipts/message-archive.js'
import { statusBit } from '../receipts/outcomes.js'
import { archiveReceipts, type ReceiptArchive } from '../receipts/receipt-archive.js'
import { orderedRoot } from '../receipts/roots.js'
import type { PreparedBlock } from '../prepare-block.js'
import type { RoundRecord } from '../rounds/run-round.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

export interface BlockArchive {
  readonly gasUsed: number
  readonly receipts: ReceiptArchive
  readonly facts: readonly ReceiptFacts[]
  readonly rounds: readonly RoundArchive[]
  readonly virtualBlocksRoot: Uint8Array
}

/**
 * Takes everything out of linear memory that the block leaves there.
 * @param rounds none under Ethereum semantics
 * @param stateRoots what receipts before Byzantium have in place of a status
 */
export function archiveBlock(
  core: Core,
  block: PreparedBlock,
  records: Uint32Array,
  rounds: readonly RoundRecord[],
  stateRoots: readonly Uint8Array[],
): BlockArchive {
  const { memory } = core
  const logs =
    rounds.length === 0
      ? Array.from(records, (record) => logsOf(memory, record))
      : collectLogs(memory, records.length, rounds.map(({ messages }) => messages))
  const facts = Array.from(records, (record, i) => readFacts(memory, block, record, i))
  let gasUsed = 0
  const receipts = archiveReceipts(
    core,
    facts.map((fact, i) => {
      gasUsed += fact.gasUsed
      return {
        type: fact.transaction.type,
        status: stateRoots[i] ?? statusBit(fact.status),
        cumulativeGasUsed: gasUsed,
        logs: logs[i]!,
      }
    }),
  )
  const logsBefore = new Uint32Array(records.length)
  const archivist = new MessageArchivist(core)
  const archives = rounds.map(({ round, messages }) => {
    return archivist.archive(round, messages, logsBefore)
  })
  const blockRoots = archives.flatMap(({ root }) => (root === undefined ? [] : [root]))
  return {
    gasUsed,
    receipts,
    facts,
    rounds: archives,
    virtualBlocksRoot: orderedRoot(core, blockRoots),
  }
}

function logsOf(memory: LinearMemory, record: number): number[] {
  const { u32 } = memory
  return readLogChain(memory, u32[(record + TX_LOGS) >>> 2]!, u32[(record + TX_LOG_COUNT) >>> 2]!)
}

/** In actor semantics the outcome is that of message 0. */
function readFacts(
  memory: LinearMemory,
  block: PreparedBlock,
  record: number,
  index: number,
): ReceiptFacts {
  const { u32 } = memory
  const message = u32[(record + TX_MESSAGE) >>> 2]!
  const status = message === 0 ? record + TX_STATUS : message + MESSAGE_STATUS
  const created = u32[(message === 0 ? record + TX_CREATED : message + MESSAGE_CREATED) >>> 2]!
  return {
    transaction: block.transactions[index]!,
    sender: block.senders[index]!,
    status: u32[status >>> 2]!,
    gasUsed: memory.readU64(record + TX_GAS_FINAL),
    effectiveGasPrice: memory.readWord(record + TX_GAS_PRICE),
    created: created === 0 ? null : memory.readAddress(created + ACCOUNT_ADDRESS),
  }
}
