/** keccak256 of the RLP of transactions' logs, which the official tests state. */

import { bytesToHex } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import type { Core } from '../wasm/core.js'

/** keccak256 of an empty list: 0xc0. */
export const NO_LOGS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

/** @param records of transactions that were executed under Ethereum semantics */
export function logsHash(core: Core, records: Uint32Array): Hex {
  const ptr = core.allocateForBlock(Math.max(records.byteLength, 8))
  core.memory.u32.set(records, ptr >>> 2)
  core.exports.hashLogs(ptr, records.length, core.exchange)
  core.memory.refresh()
  return bytesToHex(core.memory.copy(core.exchange, 32))
}
