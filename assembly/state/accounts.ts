// The account index: open addressing over u32 pointers to account records, one table for all
// workers.
//
//   ACCOUNT_INDEX → {mask, count, pad, entries…}        entry → record (never moves) or 0
//
// Look-ups take no lock. An insert takes LOCK_ACCOUNTS, looks again, publishes the finished
// record with a release store; growing builds a larger index and publishes its pointer. A reader
// that still holds the old index can only miss a new record, and then comes to the lock and looks
// again.

import {
  ACCOUNT_INDEX, LOCK_ACCOUNTS, WATCH_PARTIAL, WORKER_NEW_ACCOUNTS,
} from '../abi/memory-map';
import {
  ACCOUNT_ADDRESS, ACCOUNT_HASH, ACCOUNT_LIVE, ACCOUNT_NEXT_NEW, ACCOUNT_OWN_PRECOMPILE,
  ACCOUNT_PRECOMPILE,
  INDEX_COUNT, INDEX_ENTRIES, INDEX_MASK, VIEW_FLAGS, VIEW_FREE,
} from '../abi/records';
import { keccak256 } from '../crypto/keccak256';
import { WATCHING } from '../memory/context';
import { retireIndex, takeIndex } from '../memory/free-lists';
import { WORKER } from '../memory/heap';
import { acquire, release } from '../memory/lock';
import { SCRATCH, SCRATCH_STATE } from '../memory/scratch';
import { KIND_ACCOUNT, freeRecord, takeRecord } from '../memory/slabs';
import { seekAccount } from '../partial/seek';
import { precompileRow } from '../precompiles/table';
import { hashAddress } from '../tables/key-hash';
import { u256StoreAddress } from '../u256/bytes';

const FIRST_INDEX_BITS: u32 = 12;

export function initialiseAccounts(): void {
  store<u32>(ACCOUNT_INDEX, <u32>takeIndex(1 << FIRST_INDEX_BITS));
}

@inline
function sameAddress(a: usize, b: usize): bool {
  return ((load<u64>(a) ^ load<u64>(b)) | (load<u64>(a, 8) ^ load<u64>(b, 8)) |
    (load<u64>(a, 16) ^ load<u64>(b, 16))) == 0;
}

/** Record of the address (24 bytes of limbs at `address`), or 0 if it was never seen. */
export function findAccount(address: usize): usize {
  const index = <usize>atomic.load<u32>(ACCOUNT_INDEX);
  const mask = load<u32>(index, INDEX_MASK);
  let i = hashAddress(address) & mask;
  while (true) {
    const account = <usize>atomic.load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
    if (account == 0) return 0;
    if (sameAddress(account + ACCOUNT_ADDRESS, address)) return account;
    i = (i + 1) & mask;
  }
}

/** Record of the address; a new one (not existing in the state) if it was never seen. */
export function accountAt(address: usize): usize {
  const account = findAccount(address);
  return account != 0 ? account : insertAccount(address);
}

function insertAccount(address: usize): usize {
  // Before the lock: it takes longer than all the rest, and others would wait for it
  const bytes = SCRATCH + SCRATCH_STATE;
  const hash = SCRATCH + SCRATCH_STATE + 32;
  u256StoreAddress(bytes, address);
  keccak256(hash, bytes, 20);
  acquire(LOCK_ACCOUNTS);
  let account = findAccount(address);
  if (account == 0) {
    const index = indexWithRoom();
    account = (WATCHING & WATCH_PARTIAL) == 0 ? takeRecord(KIND_ACCOUNT) : seekAccount(hash);
    memory.copy(account + ACCOUNT_ADDRESS, address, 24);
    memory.copy(account + ACCOUNT_HASH, hash, 32);
    const precompile = <u16>precompileRow(address);
    store<u16>(account, precompile, ACCOUNT_PRECOMPILE);
    store<u16>(account, precompile, ACCOUNT_OWN_PRECOMPILE);
    // Listed before it can be found: the sweep takes it out again if it does not come to exist.
    store<u32>(account, load<u32>(WORKER, WORKER_NEW_ACCOUNTS), ACCOUNT_NEXT_NEW);
    store<u32>(WORKER, <u32>account, WORKER_NEW_ACCOUNTS);
    put(index, account);
  }
  release(LOCK_ACCOUNTS);
  return account;
}

/** Under the lock, as below. At most half of the entries are taken, so that probes stay short. */
function indexWithRoom(): usize {
  const index = <usize>load<u32>(ACCOUNT_INDEX);
  const entries = load<u32>(index, INDEX_MASK) + 1;
  if (load<u32>(index, INDEX_COUNT) + 1 <= entries >> 1) return index;
  const larger = takeIndex(entries << 1);
  for (let i: u32 = 0; i < entries; i++) {
    const account = <usize>load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
    if (account != 0) put(larger, account);
  }
  atomic.store<u32>(ACCOUNT_INDEX, <u32>larger);
  retireIndex(index);
  return larger;
}

function put(index: usize, account: usize): void {
  const mask = load<u32>(index, INDEX_MASK);
  let i = accountHash(account) & mask;
  while (load<u32>(index + INDEX_ENTRIES + (<usize>i << 2)) != 0) i = (i + 1) & mask;
  store<u32>(index, load<u32>(index, INDEX_COUNT) + 1, INDEX_COUNT);
  atomic.store<u32>(index + INDEX_ENTRIES + (<usize>i << 2), <u32>account);
}

/** Where in the index the search for an account begins. */
export function accountHash(account: usize): u32 {
  return hashAddress(account + ACCOUNT_ADDRESS);
}

/** Between rounds: a record that is in no index any more. */
export function freeAccount(account: usize): void {
  store<u32>(account, VIEW_FREE, ACCOUNT_LIVE + VIEW_FLAGS);
  freeRecord(account);
}

/** Accounts that have a record (statistics). */
export function accountCount(): u32 {
  return load<u32>(<usize>load<u32>(ACCOUNT_INDEX), INDEX_COUNT);
}
