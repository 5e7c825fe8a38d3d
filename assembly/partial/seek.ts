/**
 * Walks in tries of which a witness gives a part. A node that is only known by its hash is looked
 * up among the given nodes when a walk comes to it, and takes its place in the trie. Several
 * workers may walk at once; the lock is held only while a node is put in, and a link changes once.
 */
import { LOCK_PARTIAL, MISSING_KIND_SIBLING, STATE_TRIE } from '../abi/memory-map';
import {
  ACCOUNT_SIZE, ACCOUNT_TRIE, ACCOUNT_WATCHED, SLOT_SIZE, SLOT_WATCHED, WATCHED_MISSING,
} from '../abi/records';
import { keccak256 } from '../crypto/keccak256';
import { allocate } from '../memory/heap';
import { acquire, release } from '../memory/lock';
import { SCRATCH, SCRATCH_STATE } from '../memory/scratch';
import {
  KIND_ACCOUNT_LEAF, KIND_BRANCH, KIND_EXTENSION, KIND_GIVEN_LEAF, KIND_UNRESOLVED, branchLink,
  childLink, extensionEnd, keyOf, kindOf, pathOf, recordOf, referenceOf,
} from '../nodes/node';
import { KEY_NIBBLES, firstDifference, nibbleAt, setNibble } from '../nodes/path';
import { u256StoreBE } from '../u256/bytes';
import { u256Copy } from '../u256/word';
import { decodeNode } from './decode-node';
import { findGiven, givenBytes, givenSize, markUsed } from './given-nodes';
import { faultMissing, noteStop } from './missing';

const SLOT_KEY_BYTES: usize = SCRATCH_STATE + 544;
const SLOT_KEY_HASH: usize = SCRATCH_STATE + 576;
const SIBLING_PATH: usize = SCRATCH_STATE + 608;

/** No leaf of this key, and that is proven. */
export const ABSENT: usize = 0;
/** The walk has come to a node that nobody has given; missing.ts knows where. */
export const UNKNOWN: usize = 1;

/** The leaf of this key (32 bytes) in the trie at `root`, ABSENT or UNKNOWN. */
export function seekLeaf(root: usize, key: usize, leafKind: u32): usize {
  let link = root;
  let depth: u32 = 0;
  let mustBranch = false;
  while (true) {
    const node = <usize>atomic.load<u32>(link);
    if (node == 0) return ABSENT;
    const kind = kindOf(node);
    if (kind == KIND_UNRESOLVED) {
      if (resolve(link, key, depth, leafKind, mustBranch)) continue;
      noteStop(key, depth, referenceOf(node));
      return UNKNOWN;
    }
    mustBranch = false;
    if (kind == KIND_BRANCH) {
      link = branchLink(node, nibbleAt(key, depth++));
    } else if (kind == KIND_EXTENSION) {
      const end = extensionEnd(node);
      if (firstDifference(key, pathOf(node), depth, end) < end) return ABSENT;
      link = childLink(node);
      depth = end;
      mustBranch = true;
    } else {
      return firstDifference(key, keyOf(node), depth, KEY_NIBBLES) == KEY_NIBBLES ? node : ABSENT;
    }
  }
}

/** Puts the node in whose hash is known; false if it was not given. The hashed node stays where it
 * is in memory: another worker may be reading it. */
function resolve(link: usize, key: usize, depth: u32, leafKind: u32, mustBranch: bool): bool {
  acquire(LOCK_PARTIAL);
  const node = <usize>load<u32>(link);
  if (kindOf(node) == KIND_UNRESOLVED) {
    const hash = referenceOf(node);
    const given = findGiven(hash);
    if (given == 0) {
      release(LOCK_PARTIAL);
      return false;
    }
    markUsed(given);
    const known = decodeNode(
      hash, givenBytes(given), givenSize(given), key, depth, leafKind, mustBranch,
    );
    atomic.store<u32>(link, <u32>known);
  }
  release(LOCK_PARTIAL);
  return true;
}

/** A branch at nibble `depth` on the way along `key` is about to lose all children but this one:
 * what that is has to be known. `root` is the link of the trie's root. */
export function resolveSibling(
  root: usize, link: usize, key: usize, depth: u32, nibble: u32,
): void {
  const node = <usize>load<u32>(link);
  if (kindOf(node) != KIND_UNRESOLVED) return;
  const path = SCRATCH + SIBLING_PATH;
  u256Copy(path, key);
  setNibble(path, depth, nibble);
  const isState = root == STATE_TRIE;
  const leafKind = isState ? KIND_ACCOUNT_LEAF : KIND_GIVEN_LEAF;
  if (resolve(link, path, depth + 1, leafKind, false)) return;
  noteStop(path, depth + 1, referenceOf(node));
  faultMissing(MISSING_KIND_SIBLING, isState ? 0 : root - ACCOUNT_TRIE, 0);
}

/** A record for the account with this hashed address: as the witness shows it, or a fresh one if it
 * shows that there is none, or one that is marked as missing. */
export function seekAccount(hash: usize): usize {
  const leaf = seekLeaf(STATE_TRIE, hash, KIND_ACCOUNT_LEAF);
  if (leaf > UNKNOWN) return recordOf(leaf);
  const account = allocate(ACCOUNT_SIZE);
  if (leaf == UNKNOWN) store<u32>(account, WATCHED_MISSING, ACCOUNT_WATCHED);
  return account;
}

/** Leaf of the slot, ABSENT or UNKNOWN. `key`: word. */
export function seekSlotLeaf(account: usize, key: usize): usize {
  if (load<u32>(account, ACCOUNT_TRIE) == 0) return ABSENT;
  const bytes = SCRATCH + SLOT_KEY_BYTES;
  const hash = SCRATCH + SLOT_KEY_HASH;
  u256StoreBE(bytes, key);
  keccak256(hash, bytes, 32);
  return seekLeaf(account + ACCOUNT_TRIE, hash, KIND_GIVEN_LEAF);
}

/** The same of a slot. */
export function seekSlot(account: usize, key: usize): usize {
  const leaf = seekSlotLeaf(account, key);
  if (leaf > UNKNOWN) return recordOf(leaf);
  const slot = allocate(SLOT_SIZE);
  if (leaf == UNKNOWN) store<u32>(slot, WATCHED_MISSING, SLOT_WATCHED);
  return slot;
}
