// What a block reads of its parent's state. Every look at the content of an account, a slot or a
// code comes by here while WATCHING is on: it is noted for a witness, or, in a partial state, must
// be there. Merely naming an account (a warm address, a message that is refused) reads nothing.

import {
  MISSING_KIND_ACCOUNT, MISSING_KIND_CODE, MISSING_KIND_HEADER, MISSING_KIND_SLOT, STATE_TRIE,
  WATCH_PARTIAL, WATCH_RECORD, WITNESS_HASHES, WORKER_OLDEST_HASH, WORKER_TOUCHES,
} from '../abi/memory-map';
import {
  ACCOUNT_CODE_WATCHED, ACCOUNT_HASH, ACCOUNT_TRIE, ACCOUNT_WATCHED, CODE_BYTES, CODE_GIVEN_USED,
  CODE_HASH, CODE_ORIGIN, SLOT_KEY, SLOT_WATCHED, TOUCH_ACCOUNT, TOUCH_KEY, TOUCH_KIND,
  TOUCH_KIND_ACCOUNT, TOUCH_KIND_KEY, TOUCH_KIND_SLOT, TOUCH_NEXT, TOUCH_SIZE, TOUCH_SLOT,
  TOUCH_WITHOUT_TRIE, WATCHED_MISSING,
} from '../abi/records';
import { BLOCK_NOW, WATCHING } from '../memory/context';
import { WORKER, allocateForBlock } from '../memory/heap';
import { KIND_ACCOUNT_LEAF, recordOf } from '../nodes/node';
import { u256Copy } from '../u256/word';
import { faultMissing, faultMissingCode, faultMissingHeader } from './missing';
import { ABSENT, UNKNOWN, seekLeaf, seekSlotLeaf } from './seek';

/** The account is read or written. */
export function watchAccount(account: usize): void {
  if (!isFirst(account + ACCOUNT_WATCHED)) return;
  if (load<u32>(account, ACCOUNT_WATCHED) == WATCHED_MISSING) {
    seekLeaf(STATE_TRIE, account + ACCOUNT_HASH, KIND_ACCOUNT_LEAF);
    faultMissing(MISSING_KIND_ACCOUNT, account, 0);
  }
  touch(TOUCH_KIND_ACCOUNT, account, 0);
}

/** The slot is read or written. */
export function watchSlot(account: usize, slot: usize): void {
  if (!isFirst(slot + SLOT_WATCHED)) return;
  if (load<u32>(slot, SLOT_WATCHED) == WATCHED_MISSING) missingSlot(account, slot + SLOT_KEY);
  touch(TOUCH_KIND_SLOT, account, slot);
}

/** A slot that the owner of its account has not met yet is read, by another. In a partial state:
 * its record there, or 0 where it is proven that there is none. */
export function watchKey(account: usize, key: usize): usize {
  if ((WATCHING & WATCH_RECORD) != 0) {
    u256Copy(touch(TOUCH_KIND_KEY, account, 0) + TOUCH_KEY, key);
  }
  if ((WATCHING & WATCH_PARTIAL) == 0) return 0;
  const leaf = seekSlotLeaf(account, key);
  if (leaf == UNKNOWN) missingSlot(account, key);
  return leaf == ABSENT ? 0 : recordOf(leaf);
}

function missingSlot(account: usize, key: usize): void {
  seekSlotLeaf(account, key);
  faultMissing(MISSING_KIND_SLOT, account, key);
}

/** The bytes of the account's code are read, be it their number. */
export function watchCode(account: usize, code: usize): void {
  if (load<u32>(code, CODE_BYTES) == 0) {
    faultMissingCode(MISSING_KIND_CODE, account, code + CODE_HASH);
  }
  if (load<u32>(code, CODE_ORIGIN) != 0) store<u32>(code, CODE_GIVEN_USED, CODE_ORIGIN);
  store<u32>(account, BLOCK_NOW, ACCOUNT_CODE_WATCHED);
}

/** The hash of the block that is `distance` before this one is read. */
export function watchBlockHash(distance: u64): void {
  if ((WATCHING & WATCH_PARTIAL) != 0 && distance > <u64>load<u32>(WITNESS_HASHES)) {
    faultMissingHeader(MISSING_KIND_HEADER, distance);
  }
  const oldest = load<u32>(WORKER, WORKER_OLDEST_HASH);
  store<u32>(WORKER, max(oldest, <u32>distance), WORKER_OLDEST_HASH);
}

/** True if something is to be done: the record is missing, or read for the first time in the block
 * while that is recorded. Of several workers one is the first. */
function isFirst(stamp: usize): bool {
  const last = load<u32>(stamp);
  if (last == WATCHED_MISSING) return true;
  if ((WATCHING & WATCH_RECORD) == 0 || last == BLOCK_NOW) return false;
  return atomic.xchg<u32>(stamp, BLOCK_NOW) != BLOCK_NOW;
}

function touch(kind: u32, account: usize, slot: usize): usize {
  const entry = allocateForBlock(TOUCH_SIZE);
  store<u32>(entry, load<u32>(WORKER, WORKER_TOUCHES), TOUCH_NEXT);
  store<u32>(entry, <u32>account, TOUCH_ACCOUNT);
  store<u32>(entry, <u32>slot, TOUCH_SLOT);
  const flag = load<u32>(account, ACCOUNT_TRIE) == 0 ? TOUCH_WITHOUT_TRIE : 0;
  store<u32>(entry, kind | flag, TOUCH_KIND);
  store<u32>(WORKER, <u32>entry, WORKER_TOUCHES);
  return entry;
}
