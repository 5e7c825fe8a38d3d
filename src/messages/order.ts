/**
 * The order of messages in a virtual block (PROTOCOL 2.3): by keccak256(recipient), then by id.
 * This file alone knows that rule. Hashes and ids are given as 8 words of 32 bits each, the most
 * significant first, so that comparing numbers compares big-endian bytes.
 */

import { numberRecipients } from './recipients.js'

/** Words of 32 bits in a hash or id. */
export const KEY_WORDS = 8

/** What orders one message after another. */
export interface OrderKeys {
  /** Recipient's handle of each message. */
  readonly recipients: Uint32Array
  /** KEY_WORDS per message: its id. */
  readonly ids: Uint32Array
  /** Writes KEY_WORDS, the hash of a recipient's address, at `words[at]`. */
  readonly writeHash: (recipient: number, words: Uint32Array, at: number) => void
}

/** Indexes of the messages in delivery order. Ids are unique, so there is one order only. */
export function deliveryOrder(keys: OrderKeys): Uint32Array {
  const { numberOf, distinct } = numberRecipients(keys.recipients)
  const hashes = new Uint32Array(distinct.length * KEY_WORDS)
  distinct.forEach((recipient, i) => keys.writeHash(recipient, hashes, i * KEY_WORDS))
  const ranks = rankOf(hashes)

  // Counting sort by rank keeps what one sender emitted together, mostly sorted already
  const ends = new Uint32Array(distinct.length + 1)
  for (let i = 0; i < numberOf.length; i++) ends[ranks[numberOf[i]!]! + 1]!++
  for (let rank = 1; rank < ends.length; rank++) ends[rank]! += ends[rank - 1]!
  const order = new Uint32Array(numberOf.length)
  for (let i = 0; i < numberOf.length; i++) order[ends[ranks[numberOf[i]!]!]!++] = i

  for (let start = 0, rank = 0; rank < distinct.length; rank++) {
    const end = ends[rank]!
    if (end - start > 1) sortById(order, start, end, keys.ids)
    start = end
  }
  return order
}

/** Up to so many messages, moving them one by one is cheaper than a view and a callback. */
const FEW = 24

/** Sorts order[start … end) by id. */
function sortById(order: Uint32Array, start: number, end: number, ids: Uint32Array): void {
  if (end - start > FEW) {
    order.subarray(start, end).sort((a, b) => compareKeys(ids, a, b))
    return
  }
  for (let i = start + 1; i < end; i++) {
    const message = order[i]!
    let at = i
    while (at > start && compareKeys(ids, order[at - 1]!, message) > 0) order[at] = order[--at]!
    order[at] = message
  }
}

/** Place of each key among all. */
function rankOf(keys: Uint32Array): Uint32Array {
  const sorted = new Uint32Array(keys.length / KEY_WORDS)
  for (let i = 0; i < sorted.length; i++) sorted[i] = i
  sorted.sort((a, b) => compareKeys(keys, a, b))
  const ranks = new Uint32Array(sorted.length)
  for (let rank = 0; rank < sorted.length; rank++) ranks[sorted[rank]!] = rank
  return ranks
}

function compareKeys(keys: Uint32Array, a: number, b: number): number {
  for (let i = 0; i < KEY_WORDS; i++) {
    const difference = keys[a * KEY_WORDS + i]! - keys[b * KEY_WORDS + i]!
    if (difference !== 0) return difference
  }
  return 0
}
