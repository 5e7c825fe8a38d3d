/**
 * Receipts as `receiptsRoot` commits to them (YP 4.3.1, EIP-658, EIP-2718), written from the logs'
 * records straight into linear memory, and the one copy that remains of them.
 */

import {
  ACCOUNT_ADDRESS,
  ACCOUNT_HASH,
  LOG_ACCOUNT,
  LOG_DATA_SIZE,
  LOG_TOPICS,
  LOG_TOPIC_COUNT,
} from '../../assembly/abi/records.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import { BLOOM_BYTES, addToBloom, joinBloom } from './bloom.js'
import {
  ADDRESS_RLP_BYTES,
  HASH_RLP_BYTES,
  RlpWriter,
  numberSize,
  prefixSize,
  stringSize,
} from './rlp-writer.js'
import { TrieValues } from './roots.js'

const TOPIC_BYTES = 32
/** A bloom filter with its prefix: 0xb9, 2 bytes of length. */
const BLOOM_RLP_BYTES = 3 + BLOOM_BYTES
/** All fields but the logs, the type byte and the prefixes. */
const MAX_SIZE_WITHOUT_LOGS = 1 + 9 + 33 + 9 + BLOOM_RLP_BYTES + 9

/** One receipt to write. */
export interface ReceiptSource {
  readonly type: number
  /** Status 0 or 1; before Byzantium the state root after the transaction, 32 bytes. */
  readonly status: 0 | 1 | Uint8Array
  readonly cumulativeGasUsed: number
  /** Pointers to log records in order. */
  readonly logs: readonly number[]
}

export interface ReceiptArchive {
  /** The encodings, one by one: type byte (if typed) and `rlp([status, gas, bloom, logs])`. */
  readonly rlp: Uint8Array
  /** Where each begins, and where the last one ends. */
  readonly offsets: Uint32Array
  readonly root: Uint8Array
  /** The filter of the whole block. */
  readonly logsBloom: Uint8Array
}

export function archiveReceipts(core: Core, receipts: readonly ReceiptSource[]): ReceiptArchive {
  const { memory } = core
  const logsBloom = new Uint8Array(BLOOM_BYTES)
  const offsets = new Uint32Array(receipts.length + 1)
  const start = core.allocateForBlock(boundOf(memory, receipts))
  const writer = new RlpWriter(memory, start)
  const trie = new TrieValues(receipts.length)
  receipts.forEach((receipt, i) => {
    const at = writer.at
    writeReceipt(core, writer, receipt, logsBloom)
    offsets[i + 1] = writer.at - start
    trie.push(at, writer.at - at)
  })
  const rlp = memory.copy(start, writer.at - start)
  return { rlp, offsets, root: trie.root(core), logsBloom }
}

function boundOf(memory: LinearMemory, receipts: readonly ReceiptSource[]): number {
  let bytes = 8
  for (const { logs } of receipts) {
    bytes += MAX_SIZE_WITHOUT_LOGS
    for (const log of logs) bytes += 9 + logPayloadSize(memory, log)
  }
  return bytes
}

function writeReceipt(
  core: Core,
  writer: RlpWriter,
  receipt: ReceiptSource,
  blockBloom: Uint8Array,
): void {
  const { type, status, cumulativeGasUsed, logs } = receipt
  const { memory } = core
  const logsSize = logListPayloadSize(memory, logs)
  const statusSize = typeof status === 'number' ? 1 : HASH_RLP_BYTES
  if (type !== 0) writer.byte(type)
  writer.list(
    statusSize +
      numberSize(cumulativeGasUsed) +
      BLOOM_RLP_BYTES +
      prefixSize(logsSize) +
      logsSize,
  )
  if (typeof status === 'number') writer.number(status)
  else {
    writer.stringPrefix(status.length)
    for (const byte of status) writer.byte(byte)
  }
  writer.number(cumulativeGasUsed)
  writer.stringPrefix(BLOOM_BYTES)
  writeBloom(core, writer, logs, blockBloom)
  writeLogList(memory, writer, logs)
}

/** Size of the RLP of logs, without the prefix of their list. */
export function logListPayloadSize(memory: LinearMemory, logs: readonly number[]): number {
  let bytes = 0
  for (const log of logs) {
    const size = logPayloadSize(memory, log)
    bytes += prefixSize(size) + size
  }
  return bytes
}

export function writeLogList(
  memory: LinearMemory,
  writer: RlpWriter,
  logs: readonly number[],
): void {
  writer.list(logListPayloadSize(memory, logs))
  for (const log of logs) writeLog(memory, writer, log)
}

function writeBloom(
  core: Core,
  writer: RlpWriter,
  logs: readonly number[],
  blockBloom: Uint8Array,
): void {
  const { exports, exchange, memory } = core
  const { bytes, u32 } = memory
  const at = writer.at
  bytes.fill(0, at, at + BLOOM_BYTES)
  for (const log of logs) {
    addToBloom(bytes, at, bytes, u32[(log + LOG_ACCOUNT) >>> 2]! + ACCOUNT_HASH)
    for (let i = 0; i < u32[(log + LOG_TOPIC_COUNT) >>> 2]!; i++) {
      exports.keccak256(exchange, log + LOG_TOPICS + i * TOPIC_BYTES, TOPIC_BYTES)
      addToBloom(bytes, at, bytes, exchange)
    }
  }
  if (logs.length > 0) joinBloom(blockBloom, bytes.subarray(at, at + BLOOM_BYTES))
  writer.at += BLOOM_BYTES
}

function writeLog(memory: LinearMemory, writer: RlpWriter, log: number): void {
  const { u32 } = memory
  const topics = u32[(log + LOG_TOPIC_COUNT) >>> 2]!
  writer.list(logPayloadSize(memory, log))
  writer.address(u32[(log + LOG_ACCOUNT) >>> 2]! + ACCOUNT_ADDRESS)
  writer.list(topics * HASH_RLP_BYTES)
  for (let i = 0; i < topics; i++) writer.hash(log + LOG_TOPICS + i * TOPIC_BYTES)
  writer.string(logData(memory, log), u32[(log + LOG_DATA_SIZE) >>> 2]!)
}

function logPayloadSize(memory: LinearMemory, log: number): number {
  const { u32 } = memory
  const topicsSize = u32[(log + LOG_TOPIC_COUNT) >>> 2]! * HASH_RLP_BYTES
  const dataSize = u32[(log + LOG_DATA_SIZE) >>> 2]!
  return (
    ADDRESS_RLP_BYTES +
    prefixSize(topicsSize) +
    topicsSize +
    stringSize(memory, logData(memory, log), dataSize)
  )
}

function logData(memory: LinearMemory, log: number): number {
  return log + LOG_TOPICS + memory.u32[(log + LOG_TOPIC_COUNT) >>> 2]! * TOPIC_BYTES
}
