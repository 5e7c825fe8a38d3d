/** Which logs a transaction's receipt shows, and in which order (PROTOCOL 7). */

import {
  LOG_NEXT,
  MESSAGE_LOGS,
  MESSAGE_LOG_COUNT,
  MESSAGE_STATUS,
  MESSAGE_TX,
  TX_INDEX,
} from '../../assembly/abi/records.js'
import { STATUS_SUCCESS } from '../../assembly/abi/status.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** A chain of log records, newest first, as pointers with the oldest first. */
export function readLogChain(memory: LinearMemory, newest: number, count: number): number[] {
  const logs = new Array<number>(count)
  let log = newest
  for (let i = count - 1; i >= 0; i--) {
    logs[i] = log
    log = memory.u32[(log + LOG_NEXT) >>> 2]!
  }
  return logs
}

/**
 * Logs of all successful messages by (round, position, log index), for each transaction.
 * @param rounds message pointers of each round, in order of delivery
 */
export function collectLogs(
  memory: LinearMemory,
  transactionCount: number,
  rounds: readonly Uint32Array[],
): number[][] {
  const { u32 } = memory
  const logsOf = Array.from({ length: transactionCount }, (): number[] => [])
  for (const messages of rounds) {
    for (const message of messages) {
      const count = u32[(message + MESSAGE_LOG_COUNT) >>> 2]!
      if (count === 0 || u32[(message + MESSAGE_STATUS) >>> 2] !== STATUS_SUCCESS) continue
      const tx = u32[(message + MESSAGE_TX) >>> 2]!
      const chain = readLogChain(memory, u32[(message + MESSAGE_LOGS) >>> 2]!, count)
      logsOf[u32[(tx + TX_INDEX) >>> 2]!]!.push(...chain)
    }
  }
  return logsOf
}
