// The beginning of an engine and of each instance; the state from outside (genesis, reads).

import {
  ARENA_SIZE, FREE_INDEXES, FREE_LISTS_END, HEAP_LIMIT, PAGE_ENGINE, PAGE_SLAB, PAGE_STATE,
  REVISION, STATE_TRIE, TRIE_FREE, WATCH, WATCH_NOTHING, WITNESS_NODES, WORKERS, WORKER_ARENA,
  WORKER_SIZE,
} from './abi/memory-map';
import { ACCOUNT_LIVE, SLOT_VALUE, VIEW_CODE, VIEW_NONCE } from './abi/records';
import { forgetGroup } from './actors/groups';
import { dropAllCode } from './decode/code-cache';
import { buildInstructionTable } from './forks/instruction-table';
import { setRules } from './forks/rules';
import { refreshContext } from './memory/context';
import { ARENA, EXCHANGE, bindWorker, forgetChunks, freeBlockMemory } from './memory/heap';
import { freeLocks } from './memory/lock';
import { faultMemory, freePagesOf, initialisePages, pagesFor, takePages } from './memory/pages';
import { isWorker } from './memory/worker';
import { forgetDelivered } from './messages/in-flight';
import { buildPrecompileTable } from './precompiles/table';
import { initialiseAccounts } from './state/accounts';
import { clearBlockLogs } from './state/block-log';
import { deleteAccount, wipeStorage } from './state/deletion';
import { becomeOwner } from './state/owner';
import { findSlot, slotAt, writeSlot } from './state/storage';
import {
  addBalance, clearBalance, forgetTables, setCode, setExists, setNonce,
} from './state/view';
import { codeOf, initialiseCodes } from './tables/codes';
import { initialiseSecrets } from './tables/key-hash';
import { forgetTransaction } from './transactions/transactions';
import { forgetHeavyAccounts } from './trie/pieces';
import { u256Copy, u256IsZero, u256SetU64 } from './u256/word';

/** Once, by the coordinator, on zeroed memory: `limit` is the first byte that may not be used. The
 *  arenas of all workers lie below the state. */
export function initialise(limit: u32, workers: u32): void {
  store<u32>(HEAP_LIMIT, limit);
  initialisePages(<u32>__heap_base);
  for (let id: u32 = 0; id < workers; id++) {
    const worker: usize = WORKERS + id * WORKER_SIZE;
    const arena = takePages(pagesFor(ARENA_SIZE), PAGE_ENGINE, true);
    if (arena == 0) faultMemory(ARENA_SIZE);
    store<u32>(worker, <u32>arena, WORKER_ARENA);
  }
  bindWorker(0);
  initialiseSecrets();
  initialiseAccounts();
  initialiseCodes();
}

/** Once in each instance, and after a trap: what was in progress will not go on. */
export function bind(id: u32): void {
  bindWorker(id);
  forgetGroup();
  forgetTransaction();
  forgetTables(ARENA);
  configure();
}

/** The empty state again, between blocks, by the coordinator: all pages but the arenas are given
 * back. Then every other instance must do `resetInstance`. */
export function resetState(): void {
  freeLocks();
  dropAllCode();
  freeBlockMemory();
  freePagesOf(PAGE_STATE);
  freePagesOf(PAGE_SLAB);
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    forgetTables(load<u32>(worker, WORKER_ARENA));
    forgetChunks(worker);
  }
  clearBlockLogs();
  store<u32>(STATE_TRIE, 0);
  memory.fill(TRIE_FREE, 0, 16);
  memory.fill(FREE_INDEXES, 0, FREE_LISTS_END - FREE_INDEXES);
  store<u32>(WATCH, WATCH_NOTHING);
  store<u32>(WITNESS_NODES, 0);
  initialiseAccounts();
  initialiseCodes();
  resetInstance();
}

/** In each instance when the state has been reset: what it kept of the old one is gone. */
export function resetInstance(): void {
  forgetDelivered();
  forgetHeavyAccounts();
}

/** In each instance whenever the revision has changed. */
export function configure(): void {
  refreshContext();
  setRules(load<i32>(REVISION));
  buildInstructionTable();
  buildPrecompileTable();
}

/** 64 KiB of this instance through which the host passes arguments. */
export function exchange(): usize {
  return EXCHANGE;
}

/** Genesis: balance (word), nonce and code of an account. One that is empty stays out of the state
 *  unless `keepEmpty` says that it may be there. */
export function setAccount(
  account: usize, balance: usize, nonce: u64, code: usize, size: u32, keepEmpty: bool,
): void {
  becomeOwner();
  clearBalance(account);
  if (!u256IsZero(balance)) addBalance(account, balance);
  if (nonce != load<u64>(account, ACCOUNT_LIVE + VIEW_NONCE)) setNonce(account, nonce);
  const record = codeOf(code, size);
  if (record != <usize>load<u32>(account, ACCOUNT_LIVE + VIEW_CODE)) setCode(account, record);
  if (keepEmpty) setExists(account, true);
}

/** What an account from outside has, field by field; whatever it was. */
export function setBalance(account: usize, balance: usize): void {
  becomeOwner();
  clearBalance(account);
  addBalance(account, balance);
}

/** It is in the state, though it may be empty. */
export function keepAccount(account: usize): void {
  becomeOwner();
  setExists(account, true);
}

export function setAccountNonce(account: usize, nonce: u64): void {
  becomeOwner();
  setNonce(account, nonce);
}

export function setAccountCode(account: usize, code: usize, size: u32): void {
  becomeOwner();
  setCode(account, codeOf(code, size));
}

/** Out of the state, with its storage. */
export function removeAccount(account: usize): void {
  becomeOwner();
  deleteAccount(account);
}

/** Its storage alone. */
export function clearStorage(account: usize): void {
  becomeOwner();
  wipeStorage(account);
}

export function setStorage(account: usize, key: usize, value: usize): void {
  becomeOwner();
  writeSlot(account, slotAt(account, key), value);
}

/** Value of a slot, between blocks. */
export function getStorage(account: usize, key: usize, out: usize): void {
  const slot = findSlot(account, key);
  if (slot == 0) u256SetU64(out, 0);
  else u256Copy(out, slot + SLOT_VALUE);
}
