// The order of messages in a virtual block (PROTOCOL 2.3): by keccak256(recipient), then by id, as
// big-endian bytes. This file alone knows that rule. Ids are unique, so there is one order only.

import { ACCOUNT_HASH, MESSAGE_ID, MESSAGE_TO_ACCOUNT } from '../abi/records';
import { allocateForBlock } from '../memory/heap';

/** Up to so many messages, moving them one by one is cheaper than copying what orders them. */
const FEW: u32 = 12;

/** Puts `count` messages (u32 pointers) into the order of delivery. */
export function orderForDelivery(messages: usize, count: u32): void {
  if (count <= FEW) insertEach(messages, count);
  else sortMany(messages, count);
}

/** Whether 32 bytes come before others that they differ from. */
function isBefore(a: usize, b: usize): bool {
  for (let i: usize = 0; i < 32; i += 8) {
    const x = bswap<u64>(load<u64>(a + i));
    const y = bswap<u64>(load<u64>(b + i));
    if (x != y) return x < y;
  }
  return false;
}

function isDeliveredBefore(a: usize, b: usize): bool {
  const recipientA = <usize>load<u32>(a, MESSAGE_TO_ACCOUNT);
  const recipientB = <usize>load<u32>(b, MESSAGE_TO_ACCOUNT);
  if (recipientA != recipientB) {
    return isBefore(recipientA + ACCOUNT_HASH, recipientB + ACCOUNT_HASH);
  }
  return isBefore(a + MESSAGE_ID, b + MESSAGE_ID);
}

function insertEach(messages: usize, count: u32): void {
  const end = messages + (<usize>count << 2);
  for (let next = messages + 4; next < end; next += 4) {
    const message = load<u32>(next);
    let at = next;
    while (at > messages && isDeliveredBefore(message, load<u32>(at - 4))) {
      store<u32>(at, load<u32>(at - 4));
      at -= 4;
    }
    store<u32>(at, message);
  }
}

// ---- many messages: a merge sort of entries that hold the beginnings of hash and id, so that the
// records themselves, which lie anywhere, are read once

/** u64 first bytes of the hash and of the id as numbers; u32 message, u32 its recipient. */
const ENTRY_SIZE: u32 = 24;
const ENTRY_ID: usize = 8;
const ENTRY_MESSAGE: usize = 16;
const ENTRY_RECIPIENT: usize = 20;

function sortMany(messages: usize, count: u32): void {
  const bytes = count * ENTRY_SIZE;
  let from = allocateForBlock(bytes);
  let to = allocateForBlock(bytes);
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + (<usize>i << 2));
    const recipient = <usize>load<u32>(message, MESSAGE_TO_ACCOUNT);
    const entry = from + i * ENTRY_SIZE;
    store<u64>(entry, bswap<u64>(load<u64>(recipient, ACCOUNT_HASH)));
    store<u64>(entry, bswap<u64>(load<u64>(message, MESSAGE_ID)), ENTRY_ID);
    store<u32>(entry, <u32>message, ENTRY_MESSAGE);
    store<u32>(entry, <u32>recipient, ENTRY_RECIPIENT);
  }
  for (let width = ENTRY_SIZE; width < bytes; width <<= 1) {
    for (let low: u32 = 0; low < bytes; low += width << 1) {
      mergeRuns(from, to, low, min(low + width, bytes), min(low + (width << 1), bytes));
    }
    const swap = from;
    from = to;
    to = swap;
  }
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(messages + (<usize>i << 2), load<u32>(from + i * ENTRY_SIZE, ENTRY_MESSAGE));
  }
}

function mergeRuns(from: usize, to: usize, low: u32, middle: u32, high: u32): void {
  let a = from + low;
  let b = from + middle;
  const endA = b;
  const endB = from + high;
  if (b >= endB || !isEntryBefore(b, b - ENTRY_SIZE)) {
    memory.copy(to + low, a, high - low);
    return;
  }
  for (let out = to + low; out < to + high; out += ENTRY_SIZE) {
    const takesB = a == endA || (b < endB && isEntryBefore(b, a));
    const entry = takesB ? b : a;
    memory.copy(out, entry, ENTRY_SIZE);
    if (takesB) b += ENTRY_SIZE;
    else a += ENTRY_SIZE;
  }
}

@inline
function isEntryBefore(a: usize, b: usize): bool {
  const hashA = load<u64>(a);
  const hashB = load<u64>(b);
  if (hashA != hashB) return hashA < hashB;
  return isTiedBefore(a, b);
}

/** Of messages to one recipient, or to two that have the first bytes of their hashes in common. */
function isTiedBefore(a: usize, b: usize): bool {
  const idA = load<u64>(a, ENTRY_ID);
  const idB = load<u64>(b, ENTRY_ID);
  const isToOne = load<u32>(a, ENTRY_RECIPIENT) == load<u32>(b, ENTRY_RECIPIENT);
  if (isToOne && idA != idB) return idA < idB;
  return isDeliveredBefore(load<u32>(a, ENTRY_MESSAGE), load<u32>(b, ENTRY_MESSAGE));
}
