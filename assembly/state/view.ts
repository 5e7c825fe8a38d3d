// What a frame sees of an account: the live view for accounts that its worker owns now, the
// snapshot for all others (PROTOCOL 4). The interpreter never asks which.
//
//   owner, first write of round r:            reader in round r:
//     previous := live                          if stamp = r: take previous
//     stamp    := r            (release)        copy live; fence
//     live     := new value                     if stamp = r: take previous, else the copy
//
// Nothing else writes an account in the round, and stamp and previous stay until the next one.

import { ARENA_TABLES, ENV_COINBASE_ACCOUNT } from '../abi/memory-map';
import {
  ACCOUNT_LOGGED, ACCOUNT_EPOCH, ACCOUNT_GROUP, ACCOUNT_LIVE, ACCOUNT_OWN_PRECOMPILE,
  ACCOUNT_PRECOMPILE, ACCOUNT_PREVIOUS,
  ACCOUNT_ROUND, VIEW_BALANCE, VIEW_CODE, VIEW_EXISTS, VIEW_FLAGS, VIEW_NONCE, VIEW_SIZE,
} from '../abi/records';
import { HAS_WARM_COINBASE } from '../forks/rules';
import { ALL_LIVE, EPOCH, GROUP_NOW, ROUND_NOW, STRETCH_NOW, WATCHING } from '../memory/context';
import { ARENA, fence } from '../memory/heap';
import { SCRATCH, SCRATCH_STATE } from '../memory/scratch';
import { watchAccount, watchCode } from '../partial/watch';
import { activeRow } from '../precompiles/table';
import { replaceCode } from '../tables/codes';
import { TABLE_SIZE, forgetTable, tableAt, tableFind, RECORD_COUNT } from '../tables/epoch-table';
import { u256Add, u256Sub } from '../u256/add';
import { u256IsZero, u256Lt, u256SetU64 } from '../u256/word';
import { logAccount } from './block-log';
import {
  JOURNAL_ACCOUNT_WARM, JOURNAL_BALANCE, JOURNAL_CODE, JOURNAL_FLAGS, JOURNAL_NONCE,
  JOURNAL_TABLE_WARM, journal, journalWord,
} from './journal';

/** The copy that a snapshot reader makes: 48 bytes, good until the next viewOf. */
const COPY: usize = SCRATCH_STATE + 128;
/** A zero word: the key under which the warmth of the account itself is kept in the table. */
const ZERO_KEY: usize = SCRATCH_STATE + 192;
const WARM_ACCOUNT_TAG: u32 = 1;

// Epoch tables of this worker, after the instruction table (4 KiB).
/** The memory of a worker's tables ends with the block. */
export function forgetTables(arena: usize): void {
  const first = arena + ARENA_TABLES + 8192;
  for (let i: usize = 0; i < 3; i++) forgetTable(first + i * TABLE_SIZE);
}
export function transientTable(): usize {
  return ARENA + ARENA_TABLES + 8192;
}
export function warmTable(): usize {
  return transientTable() + TABLE_SIZE;
}
export function inFlightTable(): usize {
  return warmTable() + TABLE_SIZE;
}

/** This worker's group owns the account, or everything is this worker's. */
@inline
export function isOwned(account: usize): bool {
  return ALL_LIVE || load<u32>(account, ACCOUNT_GROUP) == GROUP_NOW;
}

/** Every look at the content of an account, and every write to it, comes through here first. */
@inline
function watch(account: usize): void {
  if (WATCHING != 0) watchAccount(account);
}

/** The bytes of the account's code are about to be read, or their number. */
@inline
export function readsCode(account: usize, code: usize): void {
  if (WATCHING != 0) watchCode(account, code);
}

/** View of the account for a frame; `snapshot`: the frame runs below a STATICCALL on the snapshot.
 *  Valid until the next call of viewOf. */
@inline
export function viewOf(account: usize, snapshot: bool): usize {
  watch(account);
  if (ALL_LIVE) return account + ACCOUNT_LIVE;
  if (!snapshot && load<u32>(account, ACCOUNT_GROUP) == GROUP_NOW) return account + ACCOUNT_LIVE;
  return snapshotView(account);
}

export function snapshotView(account: usize): usize {
  if (isWritten(account)) return load<u32>(account, ACCOUNT_PREVIOUS);
  const copy = SCRATCH + COPY;
  memory.copy(copy, account + ACCOUNT_LIVE, VIEW_SIZE);
  fence();
  return isWritten(account) ? <usize>load<u32>(account, ACCOUNT_PREVIOUS) : copy;
}

/** In this round, by its owner, be it that the write is still to come. */
@inline
function isWritten(account: usize): bool {
  return atomic.load<u32>(account + ACCOUNT_ROUND) == ROUND_NOW;
}

/** Every write to a live view comes through here first. */
@inline
function beginWrite(account: usize): void {
  if (load<u32>(account, ACCOUNT_ROUND) != ROUND_NOW) stamp(account);
}

function stamp(account: usize): void {
  if (load<u32>(account, ACCOUNT_LOGGED) != STRETCH_NOW) logAccount(account);
  memory.copy(load<u32>(account, ACCOUNT_PREVIOUS), account + ACCOUNT_LIVE, VIEW_SIZE);
  atomic.store<u32>(account + ACCOUNT_ROUND, ROUND_NOW);
  fence();
}

// ---- live fields of owned accounts -------------------------------------------------------------

@inline
export function liveBalance(account: usize): usize {
  watch(account);
  return account + ACCOUNT_LIVE + VIEW_BALANCE;
}
@inline
export function liveNonce(account: usize): u64 {
  watch(account);
  return load<u64>(account, ACCOUNT_LIVE + VIEW_NONCE);
}
@inline
export function liveCode(account: usize): usize {
  watch(account);
  return <usize>load<u32>(account, ACCOUNT_LIVE + VIEW_CODE);
}
@inline
export function liveExists(account: usize): bool {
  watch(account);
  return (load<u32>(account, ACCOUNT_LIVE + VIEW_FLAGS) & VIEW_EXISTS) != 0;
}

export function setExists(account: usize, exists: bool): void {
  watch(account);
  const flags = load<u32>(account, ACCOUNT_LIVE + VIEW_FLAGS);
  const next = exists ? flags | VIEW_EXISTS : flags & ~VIEW_EXISTS;
  if (next == flags) return;
  beginWrite(account);
  journal(JOURNAL_FLAGS, account, flags);
  store<u32>(account, next, ACCOUNT_LIVE + VIEW_FLAGS);
}

export function setNonce(account: usize, nonce: u64): void {
  setExists(account, true);
  beginWrite(account);
  journal(JOURNAL_NONCE, account, liveNonce(account));
  store<u64>(account, nonce, ACCOUNT_LIVE + VIEW_NONCE);
}

export function setCode(account: usize, code: usize): void {
  setExists(account, true);
  beginWrite(account);
  journal(JOURNAL_CODE, account, liveCode(account));
  replaceCode(account + ACCOUNT_LIVE + VIEW_CODE, code);
}

/** Add `amount` (word). Supply is far below 2^256, so this cannot wrap for honest states. */
export function addBalance(account: usize, amount: usize): void {
  setExists(account, true);
  beginWrite(account);
  journalWord(JOURNAL_BALANCE, account, liveBalance(account));
  u256Add(liveBalance(account), liveBalance(account), amount);
}

/** Take `amount` (word), which the caller has checked to be there. */
export function subBalance(account: usize, amount: usize): void {
  watch(account);
  beginWrite(account);
  journalWord(JOURNAL_BALANCE, account, liveBalance(account));
  u256Sub(liveBalance(account), liveBalance(account), amount);
}

export function clearBalance(account: usize): void {
  watch(account);
  beginWrite(account);
  journalWord(JOURNAL_BALANCE, account, liveBalance(account));
  u256SetU64(liveBalance(account), 0);
}

@inline
export function hasBalance(account: usize, amount: usize): bool {
  return !u256Lt(liveBalance(account), amount);
}

// ---- facts about a view ------------------------------------------------------------------------

/** EIP-161: no code, nonce 0, balance 0. */
export function isEmptyView(view: usize): bool {
  return load<u32>(view, VIEW_CODE) == 0 && load<u64>(view, VIEW_NONCE) == 0 &&
    u256IsZero(view + VIEW_BALANCE);
}

// ---- warmth (EIP-2929) -------------------------------------------------------------------------
// Of an owned account, inline; of others in the worker's table, since two workers may read one
// account.

/** Row of the precompile at the account's address under the rules that are set, 0 = none. */
export function precompileOf(account: usize): u32 {
  return activeRow(load<u16>(account, ACCOUNT_PRECOMPILE));
}

/** Accounts that are warm from the start of an activation without an entry anywhere: the sender of
 *  the message, the fee recipient (EIP-3651); precompiles are by their number. */
export let WARM_SENDER: usize = 0;
let warmCoinbase: usize = 0;
let warmPrecompiles: bool = true;

export function warmFromStart(sender: usize): void {
  WARM_SENDER = sender;
  warmPrecompiles = true;
  warmCoinbase = HAS_WARM_COINBASE ? <usize>load<u32>(ENV_COINBASE_ACCOUNT) : 0;
}

/** As a call begins that the protocol makes (execution-specs). */
export function warmNothing(): void {
  WARM_SENDER = 0;
  warmCoinbase = 0;
  warmPrecompiles = false;
}

/** Touch the account; true if it was warm. */
export function touchAccount(account: usize): bool {
  if (account == WARM_SENDER || account == warmCoinbase) return true;
  if (warmPrecompiles && activeRow(load<u16>(account, ACCOUNT_OWN_PRECOMPILE)) != 0) return true;
  if (isOwned(account)) {
    if (load<u64>(account, ACCOUNT_EPOCH) == EPOCH) return true;
    journal(JOURNAL_ACCOUNT_WARM, account, 0);
    store<u64>(account, EPOCH, ACCOUNT_EPOCH);
    // It may have been touched before it became this group's (a child at its creation).
    if (ALL_LIVE) return false;
    const record = tableFind(warmTable(), EPOCH, <u32>account | WARM_ACCOUNT_TAG, zeroKey());
    return record != 0 && load<u64>(record, RECORD_COUNT) != 0;
  }
  return touchInTable(<u32>account | WARM_ACCOUNT_TAG, zeroKey());
}

/** Touch (tag, key) in the worker's table; true if it was warm. Records are 8-byte aligned, so
 * the low bits of an account pointer are free for a tag. */
export function touchInTable(tag: u32, key: usize): bool {
  const record = tableAt(warmTable(), EPOCH, tag, key);
  if (load<u64>(record, RECORD_COUNT) != 0) return true;
  journal(JOURNAL_TABLE_WARM, record, 0);
  store<u64>(record, 1, RECORD_COUNT);
  return false;
}

function zeroKey(): usize {
  const key = SCRATCH + ZERO_KEY;
  u256SetU64(key, 0);
  return key;
}
