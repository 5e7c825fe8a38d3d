// The block log: what each account and slot was before its first write in the block, one chain
// for each worker, newest first. It undoes a block that turns out to be invalid or hits a fault,
// and it is the list of what the state trie has to update. An entry is complete before the worker
// publishes it, and published before the write that it covers: also a worker that dies leaves a
// log that undoes.
//
// The log of a block is in stretches: each ends where the tries are brought up to date, before
// Byzantium after every transaction. In a new stretch first writes are logged anew. So what an
// update of the tries has to look at is the last stretch alone, and undo still ends, newest first,
// with what was before the block.

import {
  HAS_DELETED, LOG_STRETCH, MAX_WORKERS, ROUND, WORKERS, WORKER_ARENA, WORKER_LOG_FOLLOWED,
  WORKER_LOG_HEAD, WORKER_SIZE,
} from '../abi/memory-map';
import {
  ACCOUNT_LOGGED, ACCOUNT_LIVE, ACCOUNT_PREVIOUS, ACCOUNT_STORAGE, ACCOUNT_TRIE, BLOCK_LOG_ACCOUNT,
  BLOCK_LOG_ACCOUNT_SIZE, BLOCK_LOG_ACCOUNT_VIEW, BLOCK_LOG_KIND, BLOCK_LOG_NEXT, BLOCK_LOG_OLD,
  BLOCK_LOG_PREVIOUS,
  BLOCK_LOG_SLOT, BLOCK_LOG_SLOT_PTR, BLOCK_LOG_SLOT_SIZE, BLOCK_LOG_TRIE_PTR, BLOCK_LOG_WIPE,
  BLOCK_LOG_WIPE_EXCHANGED,
  BLOCK_LOG_WIPE_SIZE, SLOT_LOGGED, SLOT_VALUE, VIEW_CODE,
  VIEW_SIZE,
} from '../abi/records';
import { STRETCH_NOW, refreshContext } from '../memory/context';
import { WORKER, allocateForBlock } from '../memory/heap';
import { replaceCode } from '../tables/codes';
import { u256Copy } from '../u256/word';

function push(entry: usize, kind: u32, account: usize): void {
  store<u32>(entry, kind, BLOCK_LOG_KIND);
  store<u32>(entry, <u32>account, BLOCK_LOG_ACCOUNT);
  store<u32>(entry, load<u32>(WORKER, WORKER_LOG_HEAD), BLOCK_LOG_NEXT);
  atomic.store<u32>(WORKER + WORKER_LOG_HEAD, <u32>entry);
}

/** Before the first write to an account's view in the stretch. The entry has room for the view as a
 * round began, too. */
export function logAccount(account: usize): void {
  const entry = allocateForBlock(BLOCK_LOG_ACCOUNT_SIZE);
  memory.copy(entry + BLOCK_LOG_OLD, account + ACCOUNT_LIVE, VIEW_SIZE);
  store<u32>(account, <u32>(entry + BLOCK_LOG_PREVIOUS), ACCOUNT_PREVIOUS);
  push(entry, BLOCK_LOG_ACCOUNT_VIEW, account);
  store<u32>(account, STRETCH_NOW, ACCOUNT_LOGGED);
}

/** Before the first write to a slot in the stretch. */
export function logSlot(account: usize, slot: usize): void {
  const entry = allocateForBlock(BLOCK_LOG_SLOT_SIZE);
  store<u32>(entry, <u32>slot, BLOCK_LOG_SLOT_PTR);
  u256Copy(entry + BLOCK_LOG_OLD, slot + SLOT_VALUE);
  push(entry, BLOCK_LOG_SLOT, account);
  store<u32>(slot, STRETCH_NOW, SLOT_LOGGED);
}

/** Before an account's storage is dropped as a whole (deletion). */
export function logWipe(account: usize): void {
  const entry = allocateForBlock(BLOCK_LOG_WIPE_SIZE);
  store<u32>(entry, load<u32>(account, ACCOUNT_STORAGE), BLOCK_LOG_SLOT_PTR);
  store<u32>(entry, load<u32>(account, ACCOUNT_TRIE), BLOCK_LOG_TRIE_PTR);
  push(entry, BLOCK_LOG_WIPE, account);
}

/** Between transactions: what is logged is in the tries, what comes is logged behind it. It is a
 * new round, too: who writes to a record again in a round does not look at the log. */
export function beginStretch(): void {
  store<u32>(LOG_STRETCH, load<u32>(LOG_STRETCH) + 1);
  store<u32>(ROUND, load<u32>(ROUND) + 1);
  for (let id = 0; id < MAX_WORKERS; id++) {
    const worker: usize = WORKERS + id * WORKER_SIZE;
    store<u32>(worker, load<u32>(worker, WORKER_LOG_HEAD), WORKER_LOG_FOLLOWED);
  }
  refreshContext();
}

/** Put every logged value back. Newest first, so that of two wipes the earlier one wins. */
export function undoBlockLogs(): void {
  for (let id = 0; id < MAX_WORKERS; id++) {
    const worker: usize = WORKERS + id * WORKER_SIZE;
    if (load<u32>(worker, WORKER_ARENA) == 0) continue;
    let entry = <usize>load<u32>(worker, WORKER_LOG_HEAD);
    while (entry != 0) {
      undoEntry(entry);
      entry = load<u32>(entry, BLOCK_LOG_NEXT);
    }
  }
}

function undoEntry(entry: usize): void {
  const account = <usize>load<u32>(entry, BLOCK_LOG_ACCOUNT);
  switch (load<u32>(entry, BLOCK_LOG_KIND)) {
    case BLOCK_LOG_ACCOUNT_VIEW:
      replaceCode(account + ACCOUNT_LIVE + VIEW_CODE, load<u32>(entry, BLOCK_LOG_OLD + VIEW_CODE));
      memory.copy(account + ACCOUNT_LIVE, entry + BLOCK_LOG_OLD, VIEW_SIZE);
      break;
    case BLOCK_LOG_SLOT:
      u256Copy(<usize>load<u32>(entry, BLOCK_LOG_SLOT_PTR) + SLOT_VALUE, entry + BLOCK_LOG_OLD);
      break;
    default: {
      // The entry gets the index that is nobody's now: the sweep frees it.
      const storage = load<u32>(account, ACCOUNT_STORAGE);
      store<u32>(account, load<u32>(entry, BLOCK_LOG_SLOT_PTR), ACCOUNT_STORAGE);
      store<u32>(entry, storage, BLOCK_LOG_SLOT_PTR);
      store<u32>(account, load<u32>(entry, BLOCK_LOG_TRIE_PTR), ACCOUNT_TRIE);
    }
  }
}

/**
 * The records hold what they held before the block, and the logs what the block has made of them;
 * the second call turns that around. Of a wipe only the trie is exchanged: that of the storage
 * before the block, since what is stored later in a block comes into no trie before its end.
 * The log must be of one stretch: then each record is in it once.
 */
export function exchangeBlockLogs(): void {
  for (let id = 0; id < MAX_WORKERS; id++) {
    let entry = <usize>load<u32>(WORKERS + id * WORKER_SIZE + WORKER_LOG_HEAD);
    for (; entry != 0; entry = load<u32>(entry, BLOCK_LOG_NEXT)) exchangeEntry(entry);
  }
}

function exchangeEntry(entry: usize): void {
  const account = <usize>load<u32>(entry, BLOCK_LOG_ACCOUNT);
  switch (load<u32>(entry, BLOCK_LOG_KIND)) {
    case BLOCK_LOG_ACCOUNT_VIEW:
      exchange(account + ACCOUNT_LIVE, entry + BLOCK_LOG_OLD, VIEW_SIZE);
      break;
    case BLOCK_LOG_SLOT:
      exchange(<usize>load<u32>(entry, BLOCK_LOG_SLOT_PTR) + SLOT_VALUE, entry + BLOCK_LOG_OLD, 32);
      break;
    case BLOCK_LOG_WIPE:
      if (load<u32>(entry, BLOCK_LOG_TRIE_PTR) == 0) break;
      exchangeTrie(account, entry, BLOCK_LOG_WIPE_EXCHANGED);
      break;
    default:
      exchangeTrie(account, entry, BLOCK_LOG_WIPE);
  }
}

function exchangeTrie(account: usize, entry: usize, kind: u32): void {
  const trie = load<u32>(account, ACCOUNT_TRIE);
  store<u32>(account, load<u32>(entry, BLOCK_LOG_TRIE_PTR), ACCOUNT_TRIE);
  store<u32>(entry, trie, BLOCK_LOG_TRIE_PTR);
  store<u32>(entry, kind, BLOCK_LOG_KIND);
}

function exchange(a: usize, b: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 8) {
    const word = load<u64>(a + i);
    store<u64>(a + i, load<u64>(b + i));
    store<u64>(b + i, word);
  }
}

/** Forget the logs of every worker: the block is committed or undone. */
export function clearBlockLogs(): void {
  store<u32>(HAS_DELETED, 0);
  for (let id = 0; id < MAX_WORKERS; id++) {
    const worker: usize = WORKERS + id * WORKER_SIZE;
    store<u32>(worker, 0, WORKER_LOG_HEAD);
    store<u32>(worker, 0, WORKER_LOG_FOLLOWED);
  }
}
