/**
 * What remains of a block's messages once its memory is used again: the RLP of each, as
 * `virtualBlocksRoot` commits to it (PROTOCOL 7), and a few numbers beside it. It is one copy of
 * memory, and becomes objects only where somebody looks.
 */

import {
  MESSAGE_DATA,
  MESSAGE_DATA_SIZE,
  MESSAGE_FROM,
  MESSAGE_GAS,
  MESSAGE_GAS_USED,
  MESSAGE_ID,
  MESSAGE_KIND,
  MESSAGE_LOG_COUNT,
  MESSAGE_PARENT,
  MESSAGE_RETURN_DATA,
  MESSAGE_RETURN_SIZE,
  MESSAGE_STATUS,
  MESSAGE_TO,
  MESSAGE_TX,
  MESSAGE_VALUE,
  TX_INDEX,
} from '../../assembly/abi/records.js'
import { STATUS_SUCCESS } from '../../assembly/abi/status.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import {
  ADDRESS_RLP_BYTES,
  HASH_RLP_BYTES,
  RlpWriter,
  integerSize,
  stringSize,
} from './rlp-writer.js'
import { TrieValues } from './roots.js'

const U64_BYTES = 8
/** Prefixes and fields of fixed or bounded size; the data comes on top. */
const MAX_SIZE_WITHOUT_DATA = 224

/** The messages of one round. */
export interface RoundArchive {
  readonly count: number
  /** `rlp([id, parentId, from, to, value, gas, data, status, gasUsed])` of all, one by one. */
  readonly rlp: Uint8Array
  /** Where each begins, and where the last one ends. */
  readonly offsets: Uint32Array
  readonly transactions: Uint32Array
  /** MESSAGE_KIND_*. */
  readonly kinds: Uint32Array
  /** STATUS_*. */
  readonly statuses: Uint32Array
  /** Where the logs of each begin among those of its transaction, and how many they are. */
  readonly firstLogs: Uint32Array
  readonly logCounts: Uint32Array
  /** Where the return data of each begins in `returnData`, and where the last one's ends. */
  readonly returnOffsets: Uint32Array
  readonly returnData: Uint8Array
  /** Root of the ordered trie of `rlp`; none for round 0, which is no virtual block. */
  readonly root: Uint8Array | undefined
}

/**
 * @param messages pointers in order of delivery
 * @param logsBefore for each transaction the logs of earlier rounds; this round's are added
 */
export function archiveRound(
  core: Core,
  round: number,
  messages: Uint32Array,
  logsBefore: Uint32Array,
): RoundArchive {
  const { memory } = core
  const { u32 } = memory
  const count = messages.length
  const offsets = new Uint32Array(count + 1)
  const start = core.allocateForBlock(boundOf(memory, messages))
  const writer = new RlpWriter(memory, start)
  const trie = new TrieValues(count)
  for (let i = 0; i < count; i++) {
    const at = writer.at
    writeMessage(memory, writer, messages[i]!)
    offsets[i + 1] = writer.at - start
    trie.push(at, writer.at - at)
  }
  const transactions = messages.map((message) => transactionOf(memory, message))
  const statuses = messages.map((message) => u32[(message + MESSAGE_STATUS) >>> 2]!)
  return {
    count,
    rlp: memory.copy(start, writer.at - start),
    offsets,
    transactions,
    kinds: messages.map((message) => u32[(message + MESSAGE_KIND) >>> 2]!),
    statuses,
    ...placeLogs(memory, messages, transactions, logsBefore),
    ...copyReturnData(memory, messages),
    root: round === 0 ? undefined : trie.root(core),
  }
}

function boundOf(memory: LinearMemory, messages: Uint32Array): number {
  let bytes = 8
  for (let i = 0; i < messages.length; i++) {
    bytes += MAX_SIZE_WITHOUT_DATA + memory.u32[(messages[i]! + MESSAGE_DATA_SIZE) >>> 2]!
  }
  return bytes
}

function writeMessage(memory: LinearMemory, writer: RlpWriter, message: number): void {
  const { u32 } = memory
  const parent = u32[(message + MESSAGE_PARENT) >>> 2]!
  const data = u32[(message + MESSAGE_DATA) >>> 2]!
  const dataSize = u32[(message + MESSAGE_DATA_SIZE) >>> 2]!
  const isSuccess = u32[(message + MESSAGE_STATUS) >>> 2] === STATUS_SUCCESS
  writer.list(
    HASH_RLP_BYTES +
      (parent === 0 ? 1 : HASH_RLP_BYTES) +
      2 * ADDRESS_RLP_BYTES +
      integerSize(memory, message + MESSAGE_VALUE) +
      integerSize(memory, message + MESSAGE_GAS, U64_BYTES) +
      stringSize(memory, data, dataSize) +
      1 +
      integerSize(memory, message + MESSAGE_GAS_USED, U64_BYTES),
  )
  writer.hash(message + MESSAGE_ID)
  if (parent === 0) writer.stringPrefix(0)
  else writer.hash(parent + MESSAGE_ID)
  writer.address(message + MESSAGE_FROM)
  writer.address(message + MESSAGE_TO)
  writer.integer(message + MESSAGE_VALUE)
  writer.integer(message + MESSAGE_GAS, U64_BYTES)
  writer.string(data, dataSize)
  writer.number(isSuccess ? 1 : 0)
  writer.integer(message + MESSAGE_GAS_USED, U64_BYTES)
}

function transactionOf(memory: LinearMemory, message: number): number {
  const tx = memory.u32[(message + MESSAGE_TX) >>> 2]!
  return memory.u32[(tx + TX_INDEX) >>> 2]!
}

/** A receipt has the logs of successful messages by (round, position): so they are counted. */
function placeLogs(
  memory: LinearMemory,
  messages: Uint32Array,
  transactions: Uint32Array,
  logsBefore: Uint32Array,
): Pick<RoundArchive, 'firstLogs' | 'logCounts'> {
  const { u32 } = memory
  const logCounts = messages.map((message) => {
    const isSuccess = u32[(message + MESSAGE_STATUS) >>> 2] === STATUS_SUCCESS
    return isSuccess ? u32[(message + MESSAGE_LOG_COUNT) >>> 2]! : 0
  })
  const firstLogs = transactions.map((transaction, i) => {
    const first = logsBefore[transaction]!
    logsBefore[transaction] = first + logCounts[i]!
    return first
  })
  return { firstLogs, logCounts }
}

function copyReturnData(
  memory: LinearMemory,
  messages: Uint32Array,
): Pick<RoundArchive, 'returnOffsets' | 'returnData'> {
  const { u32, bytes } = memory
  const returnOffsets = new Uint32Array(messages.length + 1)
  for (let i = 0; i < messages.length; i++) {
    const size = u32[(messages[i]! + MESSAGE_RETURN_SIZE) >>> 2]!
    returnOffsets[i + 1] = returnOffsets[i]! + size
  }
  const returnData = new Uint8Array(returnOffsets[messages.length]!)
  for (let i = 0; i < messages.length; i++) {
    const size = returnOffsets[i + 1]! - returnOffsets[i]!
    if (size === 0) continue
    const ptr = u32[(messages[i]! + MESSAGE_RETURN_DATA) >>> 2]!
    returnData.set(bytes.subarray(ptr, ptr + size), returnOffsets[i])
  }
  return { returnOffsets, returnData }
}
