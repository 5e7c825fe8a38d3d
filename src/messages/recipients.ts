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

/** Up to so many messages, looking through what was found is cheaper than a table. */
const FEW = 12

/** @param handles recipient of each message */
export function numberRecipients(handles: Uint32Array): Recipients {
  const count = handles.length
  const numberOf = new Uint32Array(count)
  const found = new Uint32Array(count)
  const total =
    count <= FEW ? numberFew(handles, numberOf, found) : numberMany(handles, numberOf, found)
  return { numberOf, distinct: total === count ? found : found.subarray(0, total) }
}

function numberFew(handles: Uint32Array, numberOf: Uint32Array, found: Uint32Array): number {
  let total = 0
  for (let i = 0; i < handles.length; i++) {
    const handle = handles[i]!
    let number = 0
    while (number < total && found[number] !== handle) number++
    if (number === total) found[total++] = handle
    numberOf[i] = number
  }
  return total
}

function numberMany(handles: Uint32Array, numberOf: Uint32Array, found: Uint32Array): number {
  // At most half full, so that probes stay short
  const bits = 32 - Math.clz32(handles.length * 2 - 1)
  const mask = 2 ** bits - 1
  // Number + 1 of the recipient that lies in the slot; 0 = free
  const slots = new Uint32Array(mask + 1)
  let total = 0
  for (let i = 0; i < handles.length; i++) {
    const handle = handles[i]!
    let slot = (Math.imul(handle, HASH_FACTOR) >>> 8) & mask
    while (slots[slot] !== 0 && found[slots[slot]! - 1] !== handle) slot = (slot + 1) & mask
    if (slots[slot] === 0) {
      found[total++] = handle
      slots[slot] = total
    }
    numberOf[i] = slots[slot]! - 1
  }
  return total
}
