// What a block leaves behind in the state besides the state: records of accounts that do not exist
// and of slots that are zero, but were looked at; codes that no account has; storage that was
// dropped as a whole; indexes that have grown. When a block is committed or undone, they are taken
// out and are free for others. The work is in proportion to what the block has touched, and takes
// no memory, so it cannot fail.
//
// A record is in an index without being of the state only from its insertion to the next sweep. So
// it is enough to look at what was inserted, used or written: the lists of new accounts, of uses,
// and the block log. Nothing points at such a record any more then: messages, journals and logs end
// with the block, tables go by epoch, and the tries have no leaf of what is not in the state.
//
// A thread that is killed between taking a record and listing it takes that one record along.

import {
  ACCOUNT_INDEX, CODE_INDEX, LOCK_FREE, MAX_WORKERS, WATCH, WATCH_PARTIAL, WORKERS, WORKER_LOG_HEAD,
  WORKER_LOOSE_CODES, WORKER_NEW_ACCOUNTS, WORKER_RETIRED, WORKER_SIZE, WORKER_USES,
} from '../abi/memory-map';
import {
  ACCOUNT_LEAF, ACCOUNT_LIVE, ACCOUNT_NEXT_NEW, ACCOUNT_STORAGE, ACCOUNT_TRIE, BLOCK_LOG_ACCOUNT,
  BLOCK_LOG_ACCOUNT_VIEW, BLOCK_LOG_KIND, BLOCK_LOG_NEXT, BLOCK_LOG_SLOT, BLOCK_LOG_SLOT_PTR,
  CODE_HASH, CODE_LISTED, CODE_NEXT, CODE_USES,
  INDEX_COUNT, INDEX_ENTRIES, INDEX_MASK, INDEX_NEXT, SLOT_LEAF, SLOT_USE, SLOT_VALUE, USE_ACCOUNT,
  USE_NEXT, USE_SLOT, VIEW_FLAGS,
} from '../abi/records';
import { freeIndex, takeIndexIfThere } from '../memory/free-lists';
import { KIND_ACCOUNT, KIND_CODE, KIND_SLOT, freeRecord, releaseSlabs } from '../memory/slabs';
import { cleanBytes, dropBytes } from '../tables/code-bytes';
import { u256IsZero } from '../u256/word';
import { accountHash, freeAccount } from './accounts';
import { fillIndex, slotHash } from './storage';

const END: usize = WORKERS + MAX_WORKERS * WORKER_SIZE;

/** At the end of a block, with its logs still there and the tries up to date with the state.
 * `hasDeleted`: accounts may have left the state, or the block is undone; without that nobody looks
 * for them, which would take as long as all the rest. */
export function sweep(hasDeleted: bool): void {
  // Whoever held it has ended.
  store<u32>(LOCK_FREE, 0);
  // A partial state lasts for one block, and what is not in it may only be unknown.
  const frees = (load<u32>(WATCH) & WATCH_PARTIAL) == 0;
  for (let worker: usize = WORKERS; worker < END; worker += WORKER_SIZE) endUses(worker, frees);
  if (frees) {
    // One worker may have made an account's record, another have used its slots.
    for (let worker: usize = WORKERS; worker < END; worker += WORKER_SIZE) {
      if (hasDeleted) freeDropped(worker);
      shrinkIndexes(worker);
    }
    for (let worker: usize = WORKERS; worker < END; worker += WORKER_SIZE) freeNewAccounts(worker);
    for (let worker: usize = WORKERS; worker < END; worker += WORKER_SIZE) dropLooseCodes(worker);
    cleanBytes();
    // Only now: a free account is in another list.
    for (let worker: usize = WORKERS; worker < END; worker += WORKER_SIZE) {
      if (hasDeleted) freeDeleted(worker);
    }
  }
  for (let worker: usize = WORKERS; worker < END; worker += WORKER_SIZE) {
    freeRetired(worker);
    store<u32>(worker, 0, WORKER_USES);
    store<u32>(worker, 0, WORKER_NEW_ACCOUNTS);
    store<u32>(worker, 0, WORKER_LOOSE_CODES);
  }
  if (frees) releaseSlabs();
}

// ---- slots -------------------------------------------------------------------------------------

/** The slots forget their uses, which lie in memory that ends with the block. Those of slots that
 * were taken out are left in the list. */
function endUses(worker: usize, frees: bool): void {
  let use = <usize>load<u32>(worker, WORKER_USES);
  let left: usize = 0;
  while (use != 0) {
    const next = <usize>load<u32>(use, USE_NEXT);
    const slot = <usize>load<u32>(use, USE_SLOT);
    store<u32>(slot, 0, SLOT_USE);
    if (frees && u256IsZero(slot + SLOT_VALUE) && load<u32>(slot, SLOT_LEAF) == 0) {
      takeOutSlot(<usize>load<u32>(use, USE_ACCOUNT), slot);
      store<u32>(use, <u32>left, USE_NEXT);
      left = use;
    }
    use = next;
  }
  store<u32>(worker, <u32>left, WORKER_USES);
}

/** A slot that is not in its account's index belongs to storage that was dropped. */
function takeOutSlot(account: usize, slot: usize): void {
  const index = <usize>load<u32>(account, ACCOUNT_STORAGE);
  if (index != 0 && takeOut(index, slot, KIND_SLOT)) freeRecord(slot);
}

/** Storage that was dropped as a whole: of a deletion, or written after it in a block undone. */
function freeDropped(worker: usize): void {
  let entry = <usize>load<u32>(worker, WORKER_LOG_HEAD);
  for (; entry != 0; entry = load<u32>(entry, BLOCK_LOG_NEXT)) {
    const kind = load<u32>(entry, BLOCK_LOG_KIND);
    if (kind == BLOCK_LOG_ACCOUNT_VIEW || kind == BLOCK_LOG_SLOT) continue;
    const index = <usize>load<u32>(entry, BLOCK_LOG_SLOT_PTR);
    if (index != 0) freeIndexWithSlots(index);
  }
}

function freeIndexWithSlots(index: usize): void {
  const mask = load<u32>(index, INDEX_MASK);
  for (let i: u32 = 0; i <= mask; i++) {
    const slot = entryAt(index, i);
    // A leaf is there still where tries are not kept.
    if (slot != 0 && load<u32>(slot, SLOT_LEAF) == 0) freeRecord(slot);
  }
  freeIndex(index);
}

/** Indexes that a block has filled with empty slots, or emptied: of slots that were taken out. */
function shrinkIndexes(worker: usize): void {
  let use = <usize>load<u32>(worker, WORKER_USES);
  for (; use != 0; use = load<u32>(use, USE_NEXT)) {
    const account = <usize>load<u32>(use, USE_ACCOUNT);
    const index = <usize>load<u32>(account, ACCOUNT_STORAGE);
    if (index != 0) shrinkIndex(account, index);
  }
}

/** From an eighth full or less to a quarter, at least. */
function shrinkIndex(account: usize, index: usize): void {
  const count = load<u32>(index, INDEX_COUNT);
  let entries = load<u32>(index, INDEX_MASK) + 1;
  if (count != 0) {
    if (entries <= 4 || count << 3 > entries) return;
    while (entries > 4 && count << 2 < entries) entries >>= 1;
    const smaller = takeIndexIfThere(entries);
    if (smaller == 0) return;
    fillIndex(smaller, index);
    store<u32>(account, <u32>smaller, ACCOUNT_STORAGE);
  } else {
    store<u32>(account, 0, ACCOUNT_STORAGE);
  }
  freeIndex(index);
}

// ---- accounts ----------------------------------------------------------------------------------

function freeNewAccounts(worker: usize): void {
  let account = <usize>load<u32>(worker, WORKER_NEW_ACCOUNTS);
  while (account != 0) {
    const next = <usize>load<u32>(account, ACCOUNT_NEXT_NEW);
    freeIfAbsent(account);
    account = next;
  }
}

function freeDeleted(worker: usize): void {
  let entry = <usize>load<u32>(worker, WORKER_LOG_HEAD);
  for (; entry != 0; entry = load<u32>(entry, BLOCK_LOG_NEXT)) {
    freeIfAbsent(load<u32>(entry, BLOCK_LOG_ACCOUNT));
  }
}

/** Not in the state, without storage, and not free already. */
function freeIfAbsent(account: usize): void {
  if (load<u32>(account, ACCOUNT_LIVE + VIEW_FLAGS) != 0) return;
  if (load<u32>(account, ACCOUNT_LEAF) != 0 || load<u32>(account, ACCOUNT_TRIE) != 0) return;
  if (load<u32>(account, ACCOUNT_STORAGE) != 0) return;
  takeOut(load<u32>(ACCOUNT_INDEX), account, KIND_ACCOUNT);
  freeAccount(account);
}

// ---- codes -------------------------------------------------------------------------------------

/** Those that no account has. */
function dropLooseCodes(worker: usize): void {
  let code = <usize>load<u32>(worker, WORKER_LOOSE_CODES);
  while (code != 0) {
    const next = <usize>load<u32>(code, CODE_NEXT);
    store<u32>(code, 0, CODE_LISTED);
    if (load<u32>(code, CODE_USES) == 0) {
      takeOut(load<u32>(CODE_INDEX), code, KIND_CODE);
      dropBytes(code);
      freeRecord(code);
    }
    code = next;
  }
}

// ---- indexes -----------------------------------------------------------------------------------

function freeRetired(worker: usize): void {
  let index = <usize>load<u32>(worker, WORKER_RETIRED);
  while (index != 0) {
    const next = <usize>load<u32>(index, INDEX_NEXT);
    freeIndex(index);
    index = next;
  }
  store<u32>(worker, 0, WORKER_RETIRED);
}

/** Where in its index the search for a record begins. */
function hashOf(record: usize, kind: u32): u32 {
  if (kind == KIND_SLOT) return slotHash(record);
  return kind == KIND_ACCOUNT ? accountHash(record) : load<u32>(record, CODE_HASH);
}

/** False if the record is not in the index: its worker may have been ended while it put it
 * there. */
function takeOut(index: usize, record: usize, kind: u32): bool {
  const mask = load<u32>(index, INDEX_MASK);
  let i = hashOf(record, kind) & mask;
  while (entryAt(index, i) != record) {
    if (entryAt(index, i) == 0) return false;
    i = (i + 1) & mask;
  }
  store<u32>(index, load<u32>(index, INDEX_COUNT) - 1, INDEX_COUNT);
  let j = i;
  while (true) {
    j = (j + 1) & mask;
    const other = entryAt(index, j);
    if (other == 0) break;
    if (!mayMove(hashOf(other, kind), i, j, mask)) continue;
    setEntry(index, i, other);
    i = j;
  }
  setEntry(index, i, 0);
  return true;
}

@inline
function entryAt(index: usize, i: u32): usize {
  return load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
}

@inline
function setEntry(index: usize, i: u32, record: usize): void {
  store<u32>(index + INDEX_ENTRIES + (<usize>i << 2), <u32>record);
}

/** Entry j, whose search begins at `hash`, may close the gap at i: i lies between the two. */
@inline
function mayMove(hash: u32, i: u32, j: u32, mask: u32): bool {
  return ((j - hash) & mask) >= ((j - i) & mask);
}
