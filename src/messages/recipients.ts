/**
 * Numbers the distinct recipients of a list of messages. A recipient is a handle (its account
 * record), equal for equal addresses; 0 is none's.
 */

export interface Recipients {
  /** For each message, the number of its recipient. */
  readonly numberOf: Uint32Array
  /** The handle of each number, in order of first appearance. */
  readonly distinct: Uint32Array
}

/** Spreads handles, which are multiples of 8, over the table (Knuth's multiplicative hashing). */
const HASH_FACTOR = 0x9e3779b1

/** @param handles recipient of each message */
export function numberRecipients(handles: Uint32Array): Recipients {
  const count = handles.length
  // At most half full, so that probes stay short
  const bits = 32 - Math.clz32(Math.max(count * 2 - 1, 1))
  const mask = 2 ** bits - 1
  // Number + 1 of the recipient that lies in the slot; 0 = free
  const slots = new Uint32Array(mask + 1)
  const numberOf = new Uint32Array(count)
  const found = new Uint32Array(count)
  let total = 0
  for (let i = 0; i < count; i++) {
    const handle = handles[i]!
    let slot = (Math.imul(handle, HASH_FACTOR) >>> 8) & mask
    while (slots[slot] !== 0 && found[slots[slot]! - 1] !== handle) slot = (slot + 1) & mask
    if (slots[slot] === 0) {
      found[total++] = handle
      slots[slot] = total
    }
    numberOf[i] = slots[slot]! - 1
  }
  return { numberOf, distinct: found.subarray(0, total) }
}
