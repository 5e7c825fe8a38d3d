/**
 * Receipts as `receiptsRoot` commits to them, written by the core (assembly/trie/receipts.ts), and
 * the one copy that remains of them.
 */

import type { Core } from '../wasm/core.js'
import { rootOfLeaves } from './roots.js'

const BLOOM_BYTES = 256
const HASH_BYTES = 32
const POINTER_BYTES = 4

export interface ReceiptArchive {
  /** The encodings, one by one: type byte (if typed) and `rlp([status, gas, bloom, logs])`. */
  readonly rlp: Uint8Array
  /** Where each begins, and where the last one ends. */
  readonly offsets: Uint32Array
  readonly root: Uint8Array
  /** The filter of the whole block. */
  readonly logsBloom: Uint8Array
}

/**
 * @param records the transactions', with all logs in their chains
 * @param stateRoots after each transaction before Byzantium, 32 bytes; none since
 */
export function archiveReceipts(
  core: Core,
  records: Uint32Array,
  stateRoots: readonly Uint8Array[],
): ReceiptArchive {
  const count = records.length
  const recordsPtr = core.allocateForBlock(Math.max(count * (2 * POINTER_BYTES + HASH_BYTES), 8))
  const endsPtr = recordsPtr + count * POINTER_BYTES
  const leavesPtr = endsPtr + count * POINTER_BYTES
  core.memory.u32.set(records, recordsPtr >>> 2)
  const rootsPtr = placeRoots(core, stateRoots)
  const { exports, exchange: bloom, memory } = core
  const out = core.allocateForBlock(exports.roomForReceipts(recordsPtr, count) >>> 0)
  const size = exports.encodeReceipts(recordsPtr, count, rootsPtr, out, endsPtr, leavesPtr, bloom)
  memory.refresh()
  const logsBloom = memory.copy(bloom, BLOOM_BYTES)
  const offsets = new Uint32Array(count + 1)
  offsets.set(memory.u32.subarray(endsPtr >>> 2, (endsPtr >>> 2) + count), 1)
  const rlp = memory.copy(out, size >>> 0)
  return { rlp, offsets, root: rootOfLeaves(core, leavesPtr, count), logsBloom }
}

function placeRoots(core: Core, stateRoots: readonly Uint8Array[]): number {
  if (stateRoots.length === 0) return 0
  const ptr = core.allocateForBlock(stateRoots.length * HASH_BYTES)
  stateRoots.forEach((root, i) => core.memory.write(ptr + i * HASH_BYTES, root))
  return ptr
}
