/** keccak256 of the RLP of a transaction's logs, which the official tests state. */

import { TX_LOGS, TX_LOG_COUNT } from '../../assembly/abi/records.js'
import { bytesToHex } from '../bytes.js'
import { readLogChain } from '../receipts/collect-logs.js'
import { logListPayloadSize, writeLogList } from '../receipts/receipt-archive.js'
import { RlpWriter } from '../receipts/rlp-writer.js'
import type { Core } from '../wasm/core.js'

/** A list has at most 9 bytes in front of its payload. */
const PREFIX_BYTES = 9

/** keccak256 of an empty list: 0xc0. */
export const NO_LOGS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

/** @param record of the transaction that was executed */
export function logsHash(core: Core, record: number): string {
  return hashLogs(core, readLogs(core, record))
}

/** Pointers to the logs of a transaction that was executed, the oldest first. */
export function readLogs({ memory }: Core, record: number): number[] {
  const { u32 } = memory
  return readLogChain(memory, u32[(record + TX_LOGS) >>> 2]!, u32[(record + TX_LOG_COUNT) >>> 2]!)
}

/** @param logs pointers to log records */
export function hashLogs(core: Core, logs: readonly number[]): string {
  if (logs.length === 0) return NO_LOGS
  const { exchange, exports, memory } = core
  const start = core.allocateForBlock(PREFIX_BYTES + logListPayloadSize(memory, logs))
  const writer = new RlpWriter(memory, start)
  writeLogList(memory, writer, logs)
  exports.keccak256(exchange, start, writer.at - start)
  return bytesToHex(memory.copy(exchange, 32))
}
