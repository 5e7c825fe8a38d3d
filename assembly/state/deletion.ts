// Accounts that leave the state: self-destructed ones, and touched empty ones (EIP-161). What a
// transaction or activation touched is read off its journal, so there is no list to keep or to
// undo.

import { HAS_DELETED } from '../abi/memory-map';
import {
  ACCOUNT_DESTROYED_EPOCH, ACCOUNT_LIVE, ACCOUNT_PRECOMPILE, ACCOUNT_STORAGE, ACCOUNT_TOUCHED_EPOCH,
  ACCOUNT_TRIE, INDEX_ENTRIES, INDEX_MASK, SLOT_LOGGED,
} from '../abi/records';
import { HAS_EMPTY_DELETION } from '../forks/rules';
import { ACTOR, EPOCH } from '../memory/context';
import { RIPEMD_160 } from '../precompiles/table';
import { logWipe } from './block-log';
import {
  JOURNAL, JOURNAL_BALANCE, JOURNAL_DESTROYED, JOURNAL_TOUCHED, entryBefore, journal, journalKind,
  journalPtr,
} from './journal';
import {
  clearBalance, isEmptyView, liveCode, liveExists, liveNonce, setCode, setExists, setNonce,
} from './view';

// RIPEMD-160's account is an exception to EIP-161: a touch of it outlasts the failure of the frame
// that made it. Clients did so in block 2,675,119, and all have kept to it.
/** The account, and the transaction that last touched it while it was empty. */
let ripemd: usize = 0;
let ripemdEpoch: u64 = 0;

/** EIP-161: the account is deleted at the end of the transaction if it exists and is empty. */
export function touchForDeletion(account: usize): void {
  if (load<u64>(account, ACCOUNT_TOUCHED_EPOCH) == EPOCH || !liveExists(account)) return;
  if (load<u16>(account, ACCOUNT_PRECOMPILE) == RIPEMD_160 && isEmpty(account)) {
    ripemd = account;
    ripemdEpoch = EPOCH;
  }
  journal(JOURNAL_TOUCHED, account, 0);
  store<u64>(account, EPOCH, ACCOUNT_TOUCHED_EPOCH);
}

/** SELFDESTRUCT marks; the account goes when the transaction or activation ends. */
export function markDestroyed(account: usize): void {
  if (isDestroyed(account)) return;
  journal(JOURNAL_DESTROYED, account, 0);
  store<u64>(account, EPOCH, ACCOUNT_DESTROYED_EPOCH);
}

export function isDestroyed(account: usize): bool {
  return load<u64>(account, ACCOUNT_DESTROYED_EPOCH) == EPOCH;
}

/** At the end of a successful transaction or activation. */
export function deleteMarked(): void {
  for (let entry = entryBefore(JOURNAL); entry != 0; entry = entryBefore(entry)) {
    const kind = journalKind(entry);
    const account = journalPtr(entry);
    if (kind == JOURNAL_DESTROYED) {
      if (isDestroyed(account)) deleteAccount(account);
    } else if (kind == JOURNAL_TOUCHED || kind == JOURNAL_BALANCE) {
      deleteIfEmpty(account);
    }
  }
  if (ripemdEpoch == EPOCH) deleteIfEmpty(ripemd);
}

/** Between actors there are no empty accounts in any fork (PROTOCOL 10.10). */
function deleteIfEmpty(account: usize): void {
  if (!HAS_EMPTY_DELETION && !ACTOR) return;
  if (liveExists(account) && isEmpty(account)) deleteAccount(account);
}

@inline
function isEmpty(account: usize): bool {
  return isEmptyView(account + ACCOUNT_LIVE);
}

/** Out of the state with balance, code and storage. */
export function deleteAccount(account: usize): void {
  atomic.store<u32>(HAS_DELETED, 1);
  clearBalance(account);
  if (liveNonce(account) != 0) setNonce(account, 0);
  if (liveCode(account) != 0) setCode(account, 0);
  setExists(account, false);
  wipeStorage(account);
}

/** All slots of the account at once. */
export function wipeStorage(account: usize): void {
  if (load<u32>(account, ACCOUNT_STORAGE) == 0 && load<u32>(account, ACCOUNT_TRIE) == 0) return;
  atomic.store<u32>(HAS_DELETED, 1);
  logWipe(account);
  forgetSlots(load<u32>(account, ACCOUNT_STORAGE));
  store<u32>(account, 0, ACCOUNT_STORAGE);
  store<u32>(account, 0, ACCOUNT_TRIE);
}

/** Slots of a dropped index are nobody's: the trie skips their log entries. */
function forgetSlots(index: usize): void {
  if (index == 0) return;
  const entries = load<u32>(index, INDEX_MASK) + 1;
  for (let i: u32 = 0; i < entries; i++) {
    const slot = <usize>load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
    if (slot != 0) store<u32>(slot, 0, SLOT_LOGGED);
  }
}
