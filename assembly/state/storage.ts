// Storage slots: per account an open-addressing index over u32 pointers to slot records, written
// by the account's owner alone. Readers of the snapshot may look while the owner inserts or
// grows: a record is complete before its pointer is published, the index before its, and an old
// index stays readable until the block ends.
//
// What a slot is only while a block uses it (warm, its original value, its value as the round
// began) is in a use record in block-lived memory. So ten million slots that nobody touches take 80
// bytes each, and the uses are the list of what the sweep has to look at.

import { WATCH_PARTIAL, WORKER_USES } from '../abi/memory-map';
import {
  ACCOUNT_CREATOR, ACCOUNT_STORAGE, ACCOUNT_TRIE, INDEX_COUNT, INDEX_ENTRIES, INDEX_MASK,
  SLOT_LOGGED, SLOT_KEY, SLOT_USE, SLOT_VALUE, USE_ACCOUNT, USE_EPOCH, USE_NEXT, USE_ORIGINAL,
  USE_PREVIOUS, USE_ROUND, USE_SIZE, USE_SLOT,
} from '../abi/records';
import { ALL_LIVE, EPOCH, ROUND_NOW, STRETCH_NOW, WATCHING } from '../memory/context';
import { retireIndex, takeIndex } from '../memory/free-lists';
import { WORKER, allocateForBlock, fence } from '../memory/heap';
import { KIND_SLOT, takeRecord } from '../memory/slabs';
import { seekSlot } from '../partial/seek';
import { watchKey, watchSlot } from '../partial/watch';
import { RECORD_COUNT, tableFind } from '../tables/epoch-table';
import { hashWord } from '../tables/key-hash';
import { u256Copy, u256Eq, u256IsZero, u256SetU64 } from '../u256/word';
import { logSlot } from './block-log';
import { JOURNAL_SLOT, JOURNAL_SLOT_WARM, journal, journalWord } from './journal';
import { warmTable } from './view';

const FIRST_ENTRIES: u32 = 4;

/** Slot record, or 0 if the account never had one for this key (its value is 0). */
export function findSlot(account: usize, key: usize): usize {
  const index = <usize>atomic.load<u32>(account + ACCOUNT_STORAGE);
  if (index == 0) return 0;
  const mask = load<u32>(index, INDEX_MASK);
  let i = hashWord(key) & mask;
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
  // What needs memory comes first, so that nothing is half done where that runs out.
  const index = indexWithRoom(account);
  const use = allocateForBlock(USE_SIZE);
  const slot = (WATCHING & WATCH_PARTIAL) == 0 ? takeRecord(KIND_SLOT) : seekSlot(account, key);
  u256Copy(slot + SLOT_KEY, key);
  beginUse(use, account, slot);
  store<u32>(index, load<u32>(index, INDEX_COUNT) + 1, INDEX_COUNT);
  putSlot(index, slot);
  return slot;
}

/** The account's index, three quarters full at most when it has one more. */
function indexWithRoom(account: usize): usize {
  const index = <usize>load<u32>(account, ACCOUNT_STORAGE);
  if (index == 0) return publishIndex(account, takeIndex(FIRST_ENTRIES));
  const entries = load<u32>(index, INDEX_MASK) + 1;
  if ((load<u32>(index, INDEX_COUNT) + 1) * 4 <= entries * 3) return index;
  const larger = takeIndex(entries << 1);
  fillIndex(larger, index);
  publishIndex(account, larger);
  retireIndex(index);
  return larger;
}

/** Room for so many slots of an account that has none yet: its index need not grow by steps, of
 * which the last takes 46 ms for 500,000 slots. */
export function reserveSlots(account: usize, count: u32): void {
  if (load<u32>(account, ACCOUNT_STORAGE) != 0 || count <= FIRST_ENTRIES) return;
  let entries = FIRST_ENTRIES;
  while (<u64>count * 4 > <u64>entries * 3) entries <<= 1;
  publishIndex(account, takeIndex(entries));
}

function publishIndex(account: usize, index: usize): usize {
  atomic.store<u32>(account + ACCOUNT_STORAGE, <u32>index);
  return index;
}

/** All slots of `from` into the empty index `to`. */
export function fillIndex(to: usize, from: usize): void {
  store<u32>(to, load<u32>(from, INDEX_COUNT), INDEX_COUNT);
  const entries = load<u32>(from, INDEX_MASK) + 1;
  for (let i: u32 = 0; i < entries; i++) {
    const slot = <usize>load<u32>(from + INDEX_ENTRIES + (<usize>i << 2));
    if (slot != 0) putSlot(to, slot);
  }
}

function putSlot(index: usize, slot: usize): void {
  const mask = load<u32>(index, INDEX_MASK);
  let i = hashWord(slot + SLOT_KEY) & mask;
  while (load<u32>(index + INDEX_ENTRIES + (<usize>i << 2)) != 0) i = (i + 1) & mask;
  atomic.store<u32>(index + INDEX_ENTRIES + (<usize>i << 2), <u32>slot);
}

/** Hash of a slot's key: where in the index its search begins. */
export function slotHash(slot: usize): u32 {
  return hashWord(slot + SLOT_KEY);
}

// ---- uses --------------------------------------------------------------------------------------

/** Use of the slot in this block, from now on. In the worker's list before the slot knows it. */
function beginUse(use: usize, account: usize, slot: usize): void {
  store<u32>(use, load<u32>(WORKER, WORKER_USES), USE_NEXT);
  store<u32>(use, <u32>account, USE_ACCOUNT);
  store<u32>(use, <u32>slot, USE_SLOT);
  store<u32>(use, 0, USE_ROUND);
  store<u64>(use, 0, USE_EPOCH);
  store<u32>(WORKER, <u32>use, WORKER_USES);
  atomic.store<u32>(slot + SLOT_USE, <u32>use);
}

@inline
function useOf(account: usize, slot: usize): usize {
  const use = <usize>load<u32>(slot, SLOT_USE);
  return use != 0 ? use : newUse(account, slot);
}

function newUse(account: usize, slot: usize): usize {
  const use = allocateForBlock(USE_SIZE);
  beginUse(use, account, slot);
  return use;
}

/** Touch a slot of an owned account (EIP-2929), noting its original value; true if it was warm. */
export function touchSlot(account: usize, slot: usize): bool {
  const use = useOf(account, slot);
  if (load<u64>(use, USE_EPOCH) == EPOCH) return true;
  journal(JOURNAL_SLOT_WARM, use, 0);
  store<u64>(use, EPOCH, USE_EPOCH);
  u256Copy(use + USE_ORIGINAL, slot + SLOT_VALUE);
  if (ALL_LIVE) return false;
  // The access list may have named a slot of an account that has become this group's since.
  if (load<u32>(account, ACCOUNT_CREATOR) == 0) return false;
  const record = tableFind(warmTable(), EPOCH, <u32>account, slot + SLOT_KEY);
  return record != 0 && load<u64>(record, RECORD_COUNT) != 0;
}

/** Original value of a slot that the activation has touched. */
@inline
export function originalOf(slot: usize): usize {
  return <usize>load<u32>(slot, SLOT_USE) + USE_ORIGINAL;
}

/** Value as the round began, for readers who do not own the account; see view.ts for the
 * protocol. */
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
  if (!isWritten(slot)) {
    u256Copy(dst, slot + SLOT_VALUE);
    fence();
    if (!isWritten(slot)) return;
  }
  u256Copy(dst, <usize>load<u32>(slot, SLOT_USE) + USE_PREVIOUS);
}

/** In this round, by its owner, be it that the write is still to come. */
@inline
function isWritten(slot: usize): bool {
  return atomic.load<u32>(<usize>atomic.load<u32>(slot + SLOT_USE) + USE_ROUND) == ROUND_NOW;
}

/** Write a slot of an owned account. */
export function writeSlot(account: usize, slot: usize, value: usize): void {
  const use = useOf(account, slot);
  if (load<u32>(use, USE_ROUND) != ROUND_NOW) {
    if (load<u32>(slot, SLOT_LOGGED) != STRETCH_NOW) logSlot(account, slot);
    u256Copy(use + USE_PREVIOUS, slot + SLOT_VALUE);
    atomic.store<u32>(use + USE_ROUND, ROUND_NOW);
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
