// Storage slots: per account an open-addressing index over u32 pointers to slot records, written
// by the account's owner alone. Readers of the snapshot may look while the owner inserts or
// grows: a record is complete before its pointer is published, the index before its, and an old
// index stays readable.

import {
  ACCOUNT_CREATOR, ACCOUNT_STORAGE, ACCOUNT_TRIE, INDEX_COUNT, INDEX_ENTRIES, INDEX_MASK,
  SLOT_EPOCH, SLOT_KEY, SLOT_LOGGED, SLOT_ORIGINAL, SLOT_PREVIOUS, SLOT_ROUND, SLOT_SIZE,
  SLOT_VALUE,
} from "../abi/records";
import { WATCH_PARTIAL } from "../abi/memory-map";
import { seekSlot } from "../partial/seek";
import { watchKey, watchSlot } from "../partial/watch";
import { u256Copy, u256Eq, u256IsZero, u256SetU64 } from "../u256/word";
import { logSlot } from "./block-log";
import { ALL_LIVE, EPOCH, ROUND_NOW, STRETCH_NOW, WATCHING } from "./context";
import { RECORD_COUNT, tableFind } from "./epoch-table";
import { allocate, fence } from "./heap";
import { JOURNAL_SLOT, JOURNAL_SLOT_WARM, journal, journalWord } from "./journal";
import { warmTable } from "./view";

const FIRST_ENTRIES: u32 = 4;

/** Keys are mostly small numbers or hashes; both must spread. */
@inline
function keyHash(key: usize): u32 {
  const a = load<u64>(key) * 0x9e3779b97f4a7c15;
  const b = (load<u64>(key, 8) ^ (a >> 32)) * 0xc2b2ae3d27d4eb4f;
  const c = (load<u64>(key, 16) ^ (b >> 31)) * 0x165667b19e3779f9;
  const d = (load<u64>(key, 24) ^ (c >> 30)) * 0x9e3779b97f4a7c15;
  return <u32>((a ^ b ^ c ^ d) >> 32);
}

/** Slot record, or 0 if the account never had one for this key (its value is 0). */
export function findSlot(account: usize, key: usize): usize {
  const index = <usize>atomic.load<u32>(account + ACCOUNT_STORAGE);
  if (index == 0) return 0;
  const mask = load<u32>(index, INDEX_MASK);
  let i = keyHash(key) & mask;
  while (true) {
    const slot = <usize>atomic.load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
    if (slot == 0) return 0;
    if (u256Eq(slot + SLOT_KEY, key)) return slot;
    i = (i + 1) & mask;
  }
}

/** Slot record of an owned account, made if it is not there. */
export function slotAt(account: usize, key: usize): usize {
  const slot = findSlot(account, key);
  return slot != 0 ? slot : insertSlot(account, key);
}

function insertSlot(account: usize, key: usize): usize {
  const slot = (WATCHING & WATCH_PARTIAL) == 0 ? allocate(SLOT_SIZE) : seekSlot(account, key);
  u256Copy(slot + SLOT_KEY, key);
  let index = <usize>load<u32>(account, ACCOUNT_STORAGE);
  if (index == 0) {
    index = newIndex(FIRST_ENTRIES);
    atomic.store<u32>(account + ACCOUNT_STORAGE, <u32>index);
  }
  const count = load<u32>(index, INDEX_COUNT) + 1;
  const entries = load<u32>(index, INDEX_MASK) + 1;
  // Three quarters full at most.
  if (count * 4 > entries * 3) index = growIndex(account, index, entries);
  store<u32>(index, count, INDEX_COUNT);
  put(index, slot);
  return slot;
}

function newIndex(entries: u32): usize {
  const index = allocate(INDEX_ENTRIES + (entries << 2));
  store<u32>(index, entries - 1, INDEX_MASK);
  return index;
}

function put(index: usize, slot: usize): void {
  const mask = load<u32>(index, INDEX_MASK);
  let i = keyHash(slot + SLOT_KEY) & mask;
  while (load<u32>(index + INDEX_ENTRIES + (<usize>i << 2)) != 0) i = (i + 1) & mask;
  atomic.store<u32>(index + INDEX_ENTRIES + (<usize>i << 2), <u32>slot);
}

function growIndex(account: usize, old: usize, entries: u32): usize {
  const index = newIndex(entries << 1);
  for (let i: u32 = 0; i < entries; i++) {
    const slot = <usize>load<u32>(old + INDEX_ENTRIES + (<usize>i << 2));
    if (slot != 0) put(index, slot);
  }
  atomic.store<u32>(account + ACCOUNT_STORAGE, <u32>index);
  return index;
}

/** Touch a slot of an owned account (EIP-2929), noting its original value; true if it was warm. */
export function touchSlot(account: usize, slot: usize): bool {
  if (load<u64>(slot, SLOT_EPOCH) == EPOCH) return true;
  journal(JOURNAL_SLOT_WARM, slot, 0);
  store<u64>(slot, EPOCH, SLOT_EPOCH);
  u256Copy(slot + SLOT_ORIGINAL, slot + SLOT_VALUE);
  if (ALL_LIVE) return false;
  // The access list may have named a slot of an account that has become this group's since.
  if (load<u32>(account, ACCOUNT_CREATOR) == 0) return false;
  const record = tableFind(warmTable(), EPOCH, <u32>account, slot + SLOT_KEY);
  return record != 0 && load<u64>(record, RECORD_COUNT) != 0;
}

/** Value as the round began, for readers who do not own the account; see view.ts for the protocol.
 * */
export function snapshotValue(dst: usize, account: usize, key: usize): void {
  let slot = findSlot(account, key);
  if (WATCHING != 0) {
    if (slot != 0) watchSlot(account, slot);
    else slot = watchKey(account, key);
  }
  if (slot == 0) {
    u256SetU64(dst, 0);
    return;
  }
  snapshotSlotValue(dst, slot);
}

export function snapshotSlotValue(dst: usize, slot: usize): void {
  if (atomic.load<u32>(slot + SLOT_ROUND) != ROUND_NOW) {
    u256Copy(dst, slot + SLOT_VALUE);
    fence();
    if (atomic.load<u32>(slot + SLOT_ROUND) != ROUND_NOW) return;
  }
  u256Copy(dst, slot + SLOT_PREVIOUS);
}

/** Write a slot of an owned account. */
export function writeSlot(account: usize, slot: usize, value: usize): void {
  if (load<u32>(slot, SLOT_ROUND) != ROUND_NOW) {
    if (load<u32>(slot, SLOT_LOGGED) != STRETCH_NOW) logSlot(account, slot);
    u256Copy(slot + SLOT_PREVIOUS, slot + SLOT_VALUE);
    atomic.store<u32>(slot + SLOT_ROUND, ROUND_NOW);
    fence();
  }
  journalWord(JOURNAL_SLOT, slot, slot + SLOT_VALUE);
  u256Copy(slot + SLOT_VALUE, value);
}

/** EIP-7610: does the account have a slot that is not zero? A walk, for the rare account with
 * storage but neither code nor nonce. */
export function hasStorage(account: usize): bool {
  // Its slots may not all be known; but without code, none of those has been written in the block.
  if ((WATCHING & WATCH_PARTIAL) != 0 && load<u32>(account, ACCOUNT_TRIE) != 0) return true;
  const index = <usize>load<u32>(account, ACCOUNT_STORAGE);
  if (index == 0) return false;
  const entries = load<u32>(index, INDEX_MASK) + 1;
  for (let i: u32 = 0; i < entries; i++) {
    const slot = <usize>load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
    if (slot != 0 && !u256IsZero(slot + SLOT_VALUE)) return true;
  }
  return false;
}
