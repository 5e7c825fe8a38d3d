/**
 * The state trie and the accounts' storage tries, kept in step with the records block by block.
 * What changed is in the block logs; work is proportional to it. The coordinator alone runs this,
 * between rounds:
 *
 *   commit:  stateRoot (or updateTries) → dropWipedTries → logs cleared
 *   undo:    undoWipes → old values put back from the logs → restoreTries → logs cleared
 *
 * stateRoot may run several times in a block: receipts before Byzantium hold the root after each
 * transaction. Each time it looks at what has been logged since the last.
 */
import {
  ABORT, ABORT_FAULT, BLOCK, FAULT, FAULT_LIBRARY, LOG_STRETCH, MAX_WORKERS, STATE_TRIE, WATCH,
  WATCH_PARTIAL, WORKERS, WORKER_LOG_FOLLOWED, WORKER_LOG_HEAD, WORKER_SIZE,
} from '../abi/memory-map';
import {
  ACCOUNT_HASH, ACCOUNT_LEAF, ACCOUNT_LIVE, ACCOUNT_TRIE, BLOCK_LOG_ACCOUNT,
  BLOCK_LOG_ACCOUNT_VIEW, BLOCK_LOG_KIND, BLOCK_LOG_NEXT, BLOCK_LOG_OLD, BLOCK_LOG_SLOT,
  BLOCK_LOG_SLOT_PTR, BLOCK_LOG_TRIE_PTR, BLOCK_LOG_WIPE, SLOT_LOGGED, SLOT_LEAF,
  SLOT_VALUE, VIEW_EXISTS, VIEW_FLAGS, VIEW_SIZE,
} from '../abi/records';
import {
  KIND_ACCOUNT_LEAF, KIND_BRANCH, KIND_EXTENSION, KIND_SLOT_LEAF, KIND_UNRESOLVED, branchLink,
  childLink, freeLeaf, freeNode, hashedSlotKey, isDirty, kindOf,
} from '../nodes/node';
import { beginStretch } from '../state/block-log';
import { u256Eq, u256IsZero } from '../u256/word';
import { rootHash } from './hash';
import { countAccountChange, countSlotChange, forgetHeavyAccounts } from './pieces';
import { insertLeaf, removeLeaf, touchLeaf } from './update';

/** BLOCK in which the tries were last brought up to date: they may hold values of that block. */
let updatedBlock: u32 = 0;

// The update in progress: it walks over the logs of all workers, twice.
let isUpdating: bool = false;
/** The first walk is for insertions and changes, the second for removals. So these make fewer
 * branches go, and fewer siblings have to be in a witness. */
let isFirstWalk: bool = false;
let walkedWorker: usize = 0;
/** The entry that is next in its log. */
let nextEntry: usize = 0;

const END_OF_WORKERS: usize = WORKERS + MAX_WORKERS * WORKER_SIZE;

// ---- roots ------------------------------------------------------------------------------------

/** Brings the tries up to date with the live state and writes the state root to `out`, 32 bytes. */
export function stateRoot(out: usize): void {
  updateTries();
  rootHash(load<u32>(STATE_TRIE), out);
}

/** Root of the account's storage as of the last update. */
export function storageRoot(account: usize, out: usize): void {
  rootHash(load<u32>(account, ACCOUNT_TRIE), out);
}

// ---- from the block logs ----------------------------------------------------------------------

/** Puts into the tries, or takes from them, what has changed since the last time. No hashing. */
export function updateTries(): void {
  while (updateSome(u32.MAX_VALUE));
}

/** The same for at most so many entries of the logs. Returns whether there are more. */
export function updateSome(most: u32): bool {
  if (!isUpdating) {
    if (!hasNews()) return false;
    noteUpdate();
    forgetHeavyAccounts();
    isUpdating = true;
    beginWalk(true);
  }
  for (; most > 0; most--) {
    while (nextEntry == <usize>load<u32>(walkedWorker, WORKER_LOG_FOLLOWED)) {
      walkedWorker += WORKER_SIZE;
      if (walkedWorker < END_OF_WORKERS) {
        nextEntry = load<u32>(walkedWorker, WORKER_LOG_HEAD);
      } else if (isFirstWalk) {
        beginWalk(false);
      } else {
        isUpdating = false;
        beginStretch();
        return false;
      }
    }
    applyEntry(nextEntry, isFirstWalk, false);
    nextEntry = load<u32>(nextEntry, BLOCK_LOG_NEXT);
  }
  return true;
}

function beginWalk(isFirst: bool): void {
  isFirstWalk = isFirst;
  walkedWorker = WORKERS;
  nextEntry = load<u32>(WORKERS, WORKER_LOG_HEAD);
}

/** An update that was in progress will not go on: its block was undone. */
export function forgetUpdate(): void {
  isUpdating = false;
}

/** The tries are about to be changed: an undone block has to restore them. */
export function noteUpdate(): void {
  updatedBlock = load<u32>(BLOCK);
}

function hasNews(): bool {
  for (let id = 0; id < MAX_WORKERS; id++) {
    const worker: usize = WORKERS + id * WORKER_SIZE;
    if (load<u32>(worker, WORKER_LOG_HEAD) != load<u32>(worker, WORKER_LOG_FOLLOWED)) return true;
  }
  return false;
}

/** After undo: makes the tries forget the block's values. Does nothing if they saw none. */
export function restoreTries(): void {
  if (updatedBlock != load<u32>(BLOCK)) return;
  // Removals first: then the tries hold no more than before the block, for which there was memory
  // (see node.ts). In a partial state last, since one that goes first may need what is not given.
  const isPartial = (load<u32>(WATCH) & WATCH_PARTIAL) != 0;
  // One that lacks something is of no more use; its tries may be changed by half.
  if (isPartial && isFaulty()) return;
  restoreEach(isPartial);
  restoreEach(!isPartial);
}

function isFaulty(): bool {
  return load<u32>(ABORT) == ABORT_FAULT && load<u32>(FAULT) != FAULT_LIBRARY;
}

/** Over the logs of all workers: either the insertions and changes, or the removals. */
function restoreEach(puts: bool): void {
  for (let worker: usize = WORKERS; worker < END_OF_WORKERS; worker += WORKER_SIZE) {
    let entry = <usize>load<u32>(worker, WORKER_LOG_HEAD);
    for (; entry != 0; entry = load<u32>(entry, BLOCK_LOG_NEXT)) applyEntry(entry, puts, true);
  }
}

/**
 * @param restores the record is as before the block, and every entry of the log counts; else those
 *   of its last stretch, of which the tries have not seen anything
 */
function applyEntry(entry: usize, puts: bool, restores: bool): void {
  const account = <usize>load<u32>(entry, BLOCK_LOG_ACCOUNT);
  const old = entry + BLOCK_LOG_OLD;
  switch (load<u32>(entry, BLOCK_LOG_KIND)) {
    case BLOCK_LOG_ACCOUNT_VIEW:
      if (exists(account) != puts) break;
      // What is again as it was needs nothing, unless the tries have seen it otherwise.
      if (restores || !sameView(account + ACCOUNT_LIVE, old)) updateAccount(account);
      break;
    case BLOCK_LOG_SLOT: {
      const slot = <usize>load<u32>(entry, BLOCK_LOG_SLOT_PTR);
      if (u256IsZero(slot + SLOT_VALUE) == puts) break;
      // Slots of storage that was wiped later in the stretch are not stamped with it any more.
      // Undo brings them back; those written after the wipe are zero then and in no trie.
      if (!restores && load<u32>(slot, SLOT_LOGGED) != load<u32>(LOG_STRETCH)) break;
      if (restores || !u256Eq(slot + SLOT_VALUE, old)) updateSlot(account, slot);
      break;
    }
    default:
      touchAccount(account);
  }
}

@inline
function sameView(a: usize, b: usize): bool {
  for (let i: usize = 0; i < <usize>VIEW_SIZE; i += 8) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
  }
  return true;
}

@inline
function exists(account: usize): bool {
  return (load<u32>(account, ACCOUNT_LIVE + VIEW_FLAGS) & VIEW_EXISTS) != 0;
}

// ---- single records (also for a genesis, which has no log) ------------------------------------

/** The account has changed: puts it into the state trie, or takes it out if it does not exist. */
export function updateAccount(account: usize): void {
  const leaf = <usize>load<u32>(account, ACCOUNT_LEAF);
  if (exists(account) && leaf != 0) {
    touchAccount(account);
  } else if (exists(account)) {
    insertLeaf(STATE_TRIE, KIND_ACCOUNT_LEAF, account, account + ACCOUNT_HASH);
    countAccountChange();
  } else if (leaf != 0) {
    removeLeaf(STATE_TRIE, leaf);
    countAccountChange();
  }
}

/** The account's storage has changed. An account that is not in the trie has other changes. */
function touchAccount(account: usize): void {
  const leaf = <usize>load<u32>(account, ACCOUNT_LEAF);
  if (leaf == 0 || isDirty(leaf)) return;
  countAccountChange();
  touchLeaf(STATE_TRIE, leaf);
}

/** The slot has changed: puts it into the account's storage trie, or takes it out if it is zero. */
export function updateSlot(account: usize, slot: usize): void {
  const root = account + ACCOUNT_TRIE;
  const leaf = <usize>load<u32>(slot, SLOT_LEAF);
  if (u256IsZero(slot + SLOT_VALUE)) {
    if (leaf == 0 || !removeLeaf(root, leaf)) return;
  } else if (leaf == 0) {
    insertLeaf(root, KIND_SLOT_LEAF, slot, hashedSlotKey(slot));
  } else {
    // Also if the leaf is dirty: it may be so before the nodes above it (slot-keys.ts).
    touchLeaf(root, leaf);
  }
  countSlotChange(account);
  touchAccount(account);
}

// ---- wiped storage ----------------------------------------------------------------------------

/** At commit: frees the storage tries that the block has dropped. */
export function dropWipedTries(): void {
  for (let id = 0; id < MAX_WORKERS; id++) {
    let entry = <usize>load<u32>(WORKERS + id * WORKER_SIZE + WORKER_LOG_HEAD);
    for (; entry != 0; entry = load<u32>(entry, BLOCK_LOG_NEXT)) {
      if (load<u32>(entry, BLOCK_LOG_KIND) != BLOCK_LOG_WIPE) continue;
      freeTrie(load<u32>(entry, BLOCK_LOG_TRIE_PTR));
    }
  }
}

/** At undo, with the logs still there: frees the tries that grew after a wipe, newest first, and
 *  puts those before it back. */
export function undoWipes(): void {
  for (let id = 0; id < MAX_WORKERS; id++) {
    let entry = <usize>load<u32>(WORKERS + id * WORKER_SIZE + WORKER_LOG_HEAD);
    for (; entry != 0; entry = load<u32>(entry, BLOCK_LOG_NEXT)) {
      if (load<u32>(entry, BLOCK_LOG_KIND) != BLOCK_LOG_WIPE) continue;
      const account = <usize>load<u32>(entry, BLOCK_LOG_ACCOUNT);
      freeTrie(load<u32>(account, ACCOUNT_TRIE));
      store<u32>(account, load<u32>(entry, BLOCK_LOG_TRIE_PTR), ACCOUNT_TRIE);
    }
  }
}

/** Frees a whole trie of slots. */
function freeTrie(node: usize): void {
  if (node == 0) return;
  switch (kindOf(node)) {
    case KIND_BRANCH:
      for (let nibble: u32 = 0; nibble < 16; nibble++) {
        freeTrie(load<u32>(branchLink(node, nibble)));
      }
      freeNode(node);
      break;
    case KIND_EXTENSION:
      freeTrie(load<u32>(childLink(node)));
      freeNode(node);
      break;
    case KIND_UNRESOLVED:
      freeNode(node);
      break;
    default:
      freeLeaf(node);
  }
}
