/** Logs as the core leaves them until the next block begins. */

import {
  ACCOUNT_ADDRESS,
  LOG_ACCOUNT,
  LOG_DATA_SIZE,
  LOG_NEXT,
  LOG_TOPICS,
  LOG_TOPIC_COUNT,
} from '../../assembly/abi/records.js'
import { HASH_BYTES, bytesToHex } from '../base/bytes.js'
import type { Log } from '../base/types.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** @param newest pointer to the last of `count` @returns the first one first */
export function readLogs(memory: LinearMemory, newest: number, count: number): Log[] {
  const { bytes, u32 } = memory
  const logs: Log[] = []
  let at = newest
  for (let i = 0; i < count; i++) {
    const topics = u32[(at + LOG_TOPIC_COUNT) >>> 2]!
    const data = at + LOG_TOPICS + topics * HASH_BYTES
    logs.push({
      address: memory.readAddressHex(u32[(at + LOG_ACCOUNT) >>> 2]! + ACCOUNT_ADDRESS),
      topics: Array.from({ length: topics }, (_, k) => {
        const from = at + LOG_TOPICS + k * HASH_BYTES
        return bytesToHex(bytes.subarray(from, from + HASH_BYTES))
      }),
      data: bytesToHex(bytes.subarray(data, data + u32[(at + LOG_DATA_SIZE) >>> 2]!)),
    })
    at = u32[(at + LOG_NEXT) >>> 2]!
  }
  return logs.reverse()
}
