/** The logs of a transaction as the core has chained them. */

import { LOG_NEXT, TX_LOGS, TX_LOG_COUNT } from '../../assembly/abi/records.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** @param record of the transaction. @returns pointers to its log records, the oldest first */
export function readLogChain({ u32 }: LinearMemory, record: number): number[] {
  const count = u32[(record + TX_LOG_COUNT) >>> 2]!
  const logs = new Array<number>(count)
  let log = u32[(record + TX_LOGS) >>> 2]!
  for (let i = count - 1; i >= 0; i--) {
    logs[i] = log
    log = u32[(log + LOG_NEXT) >>> 2]!
  }
  return logs
}
