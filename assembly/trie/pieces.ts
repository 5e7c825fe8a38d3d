/**
 * The hash pass in pieces, which threads claim: subtries that share no node. What lies above them
 * all is left to who asks for the root afterwards.
 *
 * Keys are hashes, so changes spread evenly: a trie that has many is cut at the depth at which a
 * subtrie has some dozen. That is done to the trie of accounts, and to the storage tries of those
 * accounts that have many changes each; the ways to these are above all pieces. Where somebody has
 * ground keys, pieces are less even, and hashes as right.
 *
 * A piece writes references only, and a node counts as dirty until its reference is whole. So a
 * thread that dies in a piece leaves nothing that hash.ts would not make up for.
 */
import { STATE_TRIE, TRIE_PIECES } from '../abi/memory-map';
import { ACCOUNT_HASH, ACCOUNT_TRIE } from '../abi/records';
import { allocateForBlock } from '../memory/heap';
import {
  ABOVE_PIECES, KIND_ACCOUNT_LEAF, KIND_BRANCH, KIND_EXTENSION, branchChanges, branchLink,
  childLink, extensionEnd, isDirty, kindOf, recordOf, setBranchChanges,
} from '../nodes/node';
import { nibbleAt } from '../nodes/path';
import { refresh } from './hash';

/** A piece: u32 node, u32 nibble at which it begins; in the list, after u32 next and 4 pad. */
const PIECE_BYTES: u32 = 8;
const LISTED_BYTES: u32 = 16;
const LISTED_PIECE: usize = 8;

/** Changes that make it worth while to cut a storage trie: 100 to 400 µs of hashing. */
const HEAVY_CHANGES: u32 = 128;

/** Accounts with many changes in their storage, newest first: u32 next, u32 account. */
let heavyAccounts: usize = 0;
/** Changes in a piece at most; pieces of the plan in hand, newest first, and how many there are. */
let most: u32 = 0;
let listed: usize = 0;
let count: u32 = 0;

/** Another update of the tries begins, or the state is given back. */
export function forgetHeavyAccounts(): void {
  heavyAccounts = 0;
}

/** Counts a change in the trie under the link. Returns how many there are, about; 0 in a trie that
 * has a leaf or two. */
function countChange(link: usize): u32 {
  const root = <usize>load<u32>(link);
  if (root == 0 || kindOf(root) != KIND_BRANCH) return 0;
  const changes = branchChanges(root) + 1;
  setBranchChanges(root, changes);
  return changes;
}

export function countAccountChange(): void {
  countChange(STATE_TRIE);
}

/** A slot of the account has changed. */
export function countSlotChange(account: usize): void {
  if (countChange(account + ACCOUNT_TRIE) != HEAVY_CHANGES) return;
  const entry = allocateForBlock(8);
  store<u32>(entry, <u32>heavyAccounts);
  store<u32>(entry, <u32>account, 4);
  heavyAccounts = entry;
}

/** Cuts up what is dirty since the last update of the tries, to pieces of at most so many changes,
 * if they are spread evenly, and of a sixteenth of that. Returns the number of pieces. */
export function planPieces(changes: u32): u32 {
  most = changes;
  listed = 0;
  count = 0;
  for (let entry = heavyAccounts; entry != 0; entry = load<u32>(entry)) {
    markWay(<usize>load<u32>(entry, 4) + ACCOUNT_HASH);
  }
  cutTrie(load<u32>(STATE_TRIE));
  const pieces = allocateForBlock(count * PIECE_BYTES);
  for (let at = pieces; listed != 0; at += PIECE_BYTES) {
    store<u64>(at, load<u64>(listed, LISTED_PIECE));
    listed = load<u32>(listed);
  }
  store<u32>(TRIE_PIECES, <u32>pieces);
  return count;
}

/** Hashes one piece of the plan. Any thread. */
export function runTriePiece(index: u32): void {
  const piece = <usize>load<u32>(TRIE_PIECES) + index * PIECE_BYTES;
  refresh(load<u32>(piece), load<u32>(piece, 4));
}

/** The branches on the way along the key (32 bytes) to an account are above the pieces. */
function markWay(key: usize): void {
  let node = <usize>load<u32>(STATE_TRIE);
  let depth: u32 = 0;
  while (node != 0) {
    const kind = kindOf(node);
    if (kind == KIND_BRANCH) {
      setBranchChanges(node, branchChanges(node) | ABOVE_PIECES);
      node = load<u32>(branchLink(node, nibbleAt(key, depth++)));
    } else if (kind == KIND_EXTENSION) {
      depth = extensionEnd(node);
      node = load<u32>(childLink(node));
    } else {
      return;
    }
  }
}

function cutTrie(root: usize): void {
  if (root == 0) return;
  let least: u32 = 0;
  if (kindOf(root) == KIND_BRANCH) {
    let changes = branchChanges(root) & ~ABOVE_PIECES;
    for (; changes > most; changes >>= 4) least++;
  }
  cut(root, 0, least);
}

/** Lists the dirty subtries below `node`, which begins at nibble `depth`, that begin at `least` or
 * are leaves above it, and that nothing is in that is above the pieces. */
function cut(node: usize, depth: u32, least: u32): void {
  if (node == 0 || !isDirty(node)) return;
  const kind = kindOf(node);
  if (kind == KIND_ACCOUNT_LEAF && isHeavy(recordOf(node))) {
    cutTrie(load<u32>(recordOf(node), ACCOUNT_TRIE));
    return;
  }
  const branch = kind == KIND_EXTENSION ? <usize>load<u32>(childLink(node)) : node;
  if (kindOf(branch) != KIND_BRANCH || (depth >= least && !isAbovePieces(branch))) {
    list(node, depth);
    return;
  }
  if (kind == KIND_EXTENSION) {
    cut(branch, extensionEnd(node), least);
    return;
  }
  for (let nibble: u32 = 0; nibble < 16; nibble++) {
    cut(load<u32>(branchLink(node, nibble)), depth + 1, least);
  }
}

@inline
function isAbovePieces(branch: usize): bool {
  return (branchChanges(branch) & ABOVE_PIECES) != 0;
}

function isHeavy(account: usize): bool {
  const root = <usize>load<u32>(account, ACCOUNT_TRIE);
  return root != 0 && isDirty(root) && kindOf(root) == KIND_BRANCH &&
    branchChanges(root) >= HEAVY_CHANGES;
}

function list(node: usize, depth: u32): void {
  const entry = allocateForBlock(LISTED_BYTES);
  store<u32>(entry, <u32>listed);
  store<u32>(entry, <u32>node, LISTED_PIECE);
  store<u32>(entry, depth, LISTED_PIECE + 4);
  listed = entry;
  count++;
}
