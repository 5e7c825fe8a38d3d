/** What comes out of a block: receipts, virtual blocks, their roots. */

import { KEEP_OUTPUTS } from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_ADDRESS,
  MESSAGE_CREATED,
  MESSAGE_RETURN_DATA,
  MESSAGE_RETURN_SIZE,
  MESSAGE_STATUS,
  TX_CREATED,
  TX_GAS_FINAL,
  TX_MESSAGE,
  TX_RETURN_DATA,
  TX_RETURN_SIZE,
  TX_STATUS,
} from '../../assembly/abi/records.js'
import type { ReceiptFacts } from './decode-receipts.js'
import type { LeafMaker } from './leaf-pieces.js'
import { archiveRounds, type RoundArchive } from './message-archive.js'
import { archiveReceipts, sumGas, type ReceiptArchive } from './receipt-archive.js'
import { orderedRoot } from './roots.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import type { RoundRecord } from './round-log.js'

const POINTER_BYTES = 4
/** Messages whose logs are gathered at once. */
const MESSAGES_AT_ONCE = 16_384

export interface BlockArchive {
  readonly gasUsed: bigint
  readonly receipts: ReceiptArchive
  readonly facts: ReceiptFacts
  readonly rounds: readonly RoundArchive[]
  readonly virtualBlocksRoot: Uint8Array
}

/**
 * Takes everything out of linear memory that the block leaves there.
 * @param rounds none under Ethereum semantics
 * @param stateRoots what receipts before Byzantium have in place of a status
 */
export async function archiveBlock(
  maker: LeafMaker,
  block: PreparedBlock,
  records: Uint32Array,
  rounds: readonly RoundRecord[],
  stateRoots: readonly Uint8Array[],
): Promise<BlockArchive> {
  const { core, pulse } = maker
  for (const { messageCount, messagesPtr } of rounds) {
    for (let first = 0; first < messageCount; first += MESSAGES_AT_ONCE) {
      if (pulse.isDue()) await pulse.turn()
      const count = Math.min(MESSAGES_AT_ONCE, messageCount - first)
      core.exports.gatherLogs(messagesPtr + first * POINTER_BYTES, count)
    }
  }
  const facts = await readFacts(maker, block, records)
  const receipts = await archiveReceipts(maker, records, stateRoots)
  const archives = await archiveRounds(maker, rounds, records.length)
  const blockRoots = archives.flatMap(({ root }) => (root === undefined ? [] : [root]))
  return {
    gasUsed: sumGas(core.memory, records, 0, records.length),
    receipts,
    facts,
    rounds: archives,
    virtualBlocksRoot: orderedRoot(core, blockRoots),
  }
}

/** In actor semantics the outcome is that of message 0. */
async function readFacts(
  { core, pulse }: LeafMaker,
  block: PreparedBlock,
  records: Uint32Array,
): Promise<ReceiptFacts> {
  const { memory } = core
  const { u32 } = memory
  const statuses = new Uint32Array(records.length)
  const gasUsed = new Float64Array(records.length)
  const created = new Map<number, Uint8Array>()
  const outputs = new Map<number, Uint8Array>()
  const hasOutputs = u32[KEEP_OUTPUTS >>> 2] !== 0
  await pulse.steps(records.length, (i) => {
    const record = records[i]!
    const message = u32[(record + TX_MESSAGE) >>> 2]!
    statuses[i] = u32[(message === 0 ? record + TX_STATUS : message + MESSAGE_STATUS) >>> 2]!
    gasUsed[i] = memory.readU64(record + TX_GAS_FINAL)
    const account = u32[(message === 0 ? record + TX_CREATED : message + MESSAGE_CREATED) >>> 2]!
    if (account !== 0) created.set(i, memory.readAddress(account + ACCOUNT_ADDRESS))
    if (!hasOutputs) return
    const [output, sizeAt] =
      message === 0
        ? [record + TX_RETURN_DATA, record + TX_RETURN_SIZE]
        : [message + MESSAGE_RETURN_DATA, message + MESSAGE_RETURN_SIZE]
    const size = u32[sizeAt >>> 2]!
    if (size !== 0) outputs.set(i, memory.copy(u32[output >>> 2]!, size))
  })
  const { environment, senders, transactions } = block
  const { baseFeePerGas } = environment
  return { transactions, senders, baseFeePerGas, statuses, gasUsed, created, outputs }
}
