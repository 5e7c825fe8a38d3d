// The account index: open addressing over u32 pointers to account records, one table for all
// workers.
//
//   ACCOUNT_INDEX → {mask, count, pad, entries…}        entry → record (never moves) or 0
//
// Look-ups take no lock. An insert takes LOCK_ACCOUNTS, looks again, publishes the finished
// record with a release store; growing builds a larger index and publishes its pointer. A reader
// that still holds the old index can only miss a new record, and then comes to the lock and looks
// again.

import { ACCOUNT_INDEX, LOCK_ACCOUNTS, WATCH_PARTIAL } from "../abi/memory-map";
import {
  ACCOUNT_ADDRESS, ACCOUNT_HASH, ACCOUNT_PRECOMPILE, ACCOUNT_SIZE, INDEX_COUNT, INDEX_ENTRIES,
  INDEX_MASK,
} from "../abi/records";
import { keccak256 } from "../crypto/keccak256";
import { u256StoreAddress } from "../u256/bytes";
import { SCRATCH, SCRATCH_STATE } from "../scratch";
import { seekAccount } from "../partial/seek";
import { WATCHING } from "./context";
import { allocate, allocateRegion } from "./heap";
import { acquire, release } from "./lock";

const FIRST_INDEX_BITS: u32 = 12;

export function initialiseAccounts(): void {
  const entries: u32 = 1 << FIRST_INDEX_BITS;
  const index = allocateRegion(INDEX_ENTRIES + (entries << 2));
  store<u32>(index, entries - 1, INDEX_MASK);
  store<u32>(ACCOUNT_INDEX, <u32>index);
}

/** Addresses may be ground by anyone, so every bit must matter; but not be hard to invert. */
@inline
function addressHash(address: usize): u32 {
  const a = load<u64>(address) * 0x9e3779b97f4a7c15;
  const b = (load<u64>(address, 8) ^ (a >> 32)) * 0xc2b2ae3d27d4eb4f;
  const c = (load<u64>(address, 16) ^ (b >> 29)) * 0x165667b19e3779f9;
  return <u32>((a ^ b ^ c) >> 32);
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
  let i = addressHash(address) & mask;
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
  acquire(LOCK_ACCOUNTS);
  let account = findAccount(address);
  if (account == 0) {
    const bytes = SCRATCH + SCRATCH_STATE;
    const hash = SCRATCH + SCRATCH_STATE + 32;
    u256StoreAddress(bytes, address);
    keccak256(hash, bytes, 20);
    account = (WATCHING & WATCH_PARTIAL) == 0 ? allocate(ACCOUNT_SIZE) : seekAccount(hash);
    memory.copy(account + ACCOUNT_ADDRESS, address, 24);
    memory.copy(account + ACCOUNT_HASH, hash, 32);
    store<u32>(account, precompileNumber(address), ACCOUNT_PRECOMPILE);
    publish(account);
  }
  release(LOCK_ACCOUNTS);
  return account;
}

/** 0x01–0x11 (Frontier to Prague) and 0x100 (Osaka, EIP-7951). */
function precompileNumber(address: usize): u32 {
  const low = load<u64>(address);
  if ((load<u64>(address, 8) | load<u64>(address, 16)) != 0) return 0;
  return low <= 0x11 || low == 0x100 ? <u32>low : 0;
}

/** Under the lock. At most half of the entries are taken, so that probes stay short. */
function publish(account: usize): void {
  let index = <usize>load<u32>(ACCOUNT_INDEX);
  const count = load<u32>(index, INDEX_COUNT) + 1;
  if (count > (load<u32>(index, INDEX_MASK) + 1) >> 1) index = growIndex(index);
  store<u32>(index, count, INDEX_COUNT);
  put(index, account);
}

function put(index: usize, account: usize): void {
  const mask = load<u32>(index, INDEX_MASK);
  let i = addressHash(account + ACCOUNT_ADDRESS) & mask;
  while (load<u32>(index + INDEX_ENTRIES + (<usize>i << 2)) != 0) i = (i + 1) & mask;
  atomic.store<u32>(index + INDEX_ENTRIES + (<usize>i << 2), <u32>account);
}

function growIndex(old: usize): usize {
  const oldEntries = load<u32>(old, INDEX_MASK) + 1;
  const index = allocateRegion(INDEX_ENTRIES + (oldEntries << 3));
  store<u32>(index, (oldEntries << 1) - 1, INDEX_MASK);
  for (let i: u32 = 0; i < oldEntries; i++) {
    const account = <usize>load<u32>(old + INDEX_ENTRIES + (<usize>i << 2));
    if (account != 0) put(index, account);
  }
  atomic.store<u32>(ACCOUNT_INDEX, <u32>index);
  return index;
}

/** Accounts ever seen (statistics). */
export function accountCount(): u32 {
  return load<u32>(<usize>load<u32>(ACCOUNT_INDEX), INDEX_COUNT);
}
