/** The end of a round (PROTOCOL 2.3): credits, then what was emitted becomes the next block. */

import { deliveryOrder } from '../messages/order.js'
import {
  collectEmitted,
  readAccountHash,
  readIds,
  readRecipients,
} from '../wasm/message-record.js'
import type { Machine } from './machine.js'

/** The next virtual block: pointers to message records in order of delivery. */
export function crossBarrier({ core, executor }: Machine): Uint32Array {
  const { exports, memory } = core
  exports.applyCredits()
  memory.refresh()
  const emitted = collectEmitted(memory, executor.workers)
  if (emitted.length <= 1) return emitted
  const order = deliveryOrder({
    recipients: readRecipients(memory, emitted),
    ids: readIds(memory, emitted),
    writeHash: (recipient, words, at) => readAccountHash(memory, recipient, words, at),
  })
  const sorted = new Uint32Array(emitted.length)
  for (let i = 0; i < order.length; i++) sorted[i] = emitted[order[i]!]!
  return sorted
}
