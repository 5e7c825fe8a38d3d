/**
 * Nodes of the state trie and of the storage tries, in linear memory.
 *
 *   offset         0     1                2     4        8            40               bytes
 *   slot leaf      kind  reference size   -     record   reference    -                   40
 *   given leaf     kind  reference size   -     record   reference    -                   40
 *   account leaf   kind  reference size   -     record   reference    -                   40
 *   extension      kind  reference size   end   child    reference    path 32            104
 *   branch         kind  reference size   -     changes  reference    16 × child u32     104
 *   unresolved     kind  reference size   -     -        reference    -                   40
 *
 * The reference is how the parent names the node (YP appendix D): its RLP if that is shorter than
 * 32 bytes, else its hash. Reference size 0 says that it is out of date; then so are those of all
 * nodes above.
 *
 * The key of an account is in its record, and so is that of a slot that a witness has given. That
 * of any other slot takes a hash of its key there, and a trie would be half as large again if every
 * leaf held one: a leaf that is out of date does, in place of the reference. So it is there while a
 * trie is changed and until it is hashed.
 *
 * Keys and paths count nibbles from the root. A node does not know where it begins: that follows
 * from the way to it. An extension's path is the whole way from the root to its `end`. So a node
 * that moves up or down only has to be hashed again.
 *
 * In a partial state (assembly/partial) a subtrie that nobody has looked into is one unresolved
 * node: its hash is all that is known of it, and it is never dirty.
 *
 * Extensions have the size of branches, so that a removal never needs memory: where it leaves an
 * extension, that takes the place of a branch. A trie of fewer keys then never needs more memory
 * than one of more, and undoing a block cannot run out of it.
 */
import { TRIE_FREE } from '../abi/memory-map';
import { ACCOUNT_HASH, ACCOUNT_LEAF, SLOT_KEY, SLOT_LEAF, SLOT_SIZE } from '../abi/records';
import { keccak256 } from '../crypto/keccak256';
import { SCRATCH, SCRATCH_FREE } from '../memory/scratch';
import { KIND_INNER_NODE, KIND_OUTER_NODE, freeRecord, takeRecord } from '../memory/slabs';
import { u256StoreBE } from '../u256/bytes';
import { u256Copy } from '../u256/word';

export const KIND_SLOT_LEAF: u32 = 0;
export const KIND_GIVEN_LEAF: u32 = 1;
export const KIND_ACCOUNT_LEAF: u32 = 2;
export const KIND_EXTENSION: u32 = 3;
export const KIND_BRANCH: u32 = 4;
export const KIND_UNRESOLVED: u32 = 5;

/** The branch is in no piece of the hash pass (pieces.ts). */
export const ABOVE_PIECES: u32 = 0x80000000;

const NODE_KIND: usize = 0;
const NODE_REFERENCE_SIZE: usize = 1;
const EXTENSION_END: usize = 2;
const LEAF_RECORD: usize = 4;
const EXTENSION_CHILD: usize = 4;
/** u32 changes below since the branch was last hashed, counted at roots only, and ABOVE_PIECES. */
const BRANCH_CHANGES: usize = 4;
const NODE_REFERENCE: usize = 8;
const EXTENSION_PATH: usize = 40;
const BRANCH_CHILDREN: usize = 40;
/** u32 next node of the free list. */
const NODE_NEXT: usize = 4;
const TRIE_FREE_LISTS: usize = 4;

/** Where the record of a slot that a witness has given has its key, behind the slot's fields. */
export const GIVEN_SLOT_HASH: usize = SLOT_SIZE;
export const GIVEN_SLOT_SIZE: u32 = SLOT_SIZE + 32;

/** A slot's key as 32 bytes, and their hash. */
const SLOT_KEY_BYTES: usize = SCRATCH_FREE + 0x500;
const SLOT_KEY_HASH: usize = SCRATCH_FREE + 0x520;

// ---- fields --------------------------------------------------------------------------------

@inline
export function kindOf(node: usize): u32 {
  return load<u8>(node, NODE_KIND);
}

@inline
export function referenceOf(node: usize): usize {
  return node + NODE_REFERENCE;
}

/** Bytes of the reference, 1 … 32; 0 = out of date. */
@inline
export function referenceSize(node: usize): usize {
  return load<u8>(node, NODE_REFERENCE_SIZE);
}

@inline
export function setReferenceSize(node: usize, size: usize): void {
  store<u8>(node, size, NODE_REFERENCE_SIZE);
}

/** Also true of all nodes above a dirty one. */
@inline
export function isDirty(node: usize): bool {
  return referenceSize(node) == 0;
}

export function markDirty(node: usize): void {
  if (isDirty(node)) return;
  if (kindOf(node) == KIND_SLOT_LEAF) hashSlotKey(recordOf(node), referenceOf(node));
  setReferenceSize(node, 0);
}

/** The same of a leaf whose key is known. */
export function markLeafDirty(leaf: usize, key: usize): void {
  if (isDirty(leaf)) return;
  if (kindOf(leaf) == KIND_SLOT_LEAF) u256Copy(referenceOf(leaf), key);
  setReferenceSize(leaf, 0);
}

/** The account or slot of a leaf. */
@inline
export function recordOf(leaf: usize): usize {
  return load<u32>(leaf, LEAF_RECORD);
}

/** The 32 bytes of a leaf's key; of a slot's leaf that is up to date, until the next such call. */
export function keyOf(leaf: usize): usize {
  const record = recordOf(leaf);
  switch (kindOf(leaf)) {
    case KIND_ACCOUNT_LEAF: return record + ACCOUNT_HASH;
    case KIND_GIVEN_LEAF: return record + GIVEN_SLOT_HASH;
    default: return isDirty(leaf) ? referenceOf(leaf) : hashedSlotKey(record);
  }
}

/** keccak256 of the slot's key, in scratch. */
export function hashedSlotKey(slot: usize): usize {
  hashSlotKey(slot, SCRATCH + SLOT_KEY_HASH);
  return SCRATCH + SLOT_KEY_HASH;
}

function hashSlotKey(slot: usize, out: usize): void {
  const key = SCRATCH + SLOT_KEY_BYTES;
  u256StoreBE(key, slot + SLOT_KEY);
  keccak256(out, key, 32);
}

/** Where the record keeps its leaf. */
@inline
function backLink(leaf: usize): usize {
  return recordOf(leaf) + (kindOf(leaf) == KIND_ACCOUNT_LEAF ? ACCOUNT_LEAF : SLOT_LEAF);
}

@inline
export function extensionEnd(extension: usize): u32 {
  return load<u8>(extension, EXTENSION_END);
}

@inline
export function pathOf(extension: usize): usize {
  return extension + EXTENSION_PATH;
}

/** Place of the u32 that names the extension's child. */
@inline
export function childLink(extension: usize): usize {
  return extension + EXTENSION_CHILD;
}

/** Place of the u32 that names the branch's child, which is 0 where there is none. */
@inline
export function branchLink(branch: usize, nibble: u32): usize {
  return branch + BRANCH_CHILDREN + (<usize>nibble << 2);
}

@inline
export function branchChanges(branch: usize): u32 {
  return load<u32>(branch, BRANCH_CHANGES);
}

@inline
export function setBranchChanges(branch: usize, changes: u32): void {
  store<u32>(branch, changes, BRANCH_CHANGES);
}

// ---- making and freeing --------------------------------------------------------------------

@inline
function isInner(kind: u32): bool {
  return kind == KIND_EXTENSION || kind == KIND_BRANCH;
}

/** One list for each use: slots' leaves, accounts' leaves, inner nodes, unresolved nodes. */
@inline
function freeList(kind: u32): usize {
  const list = kind == KIND_UNRESOLVED ? 3 : isInner(kind) ? 2 : kind >> 1;
  return <usize>TRIE_FREE + (<usize>list << 2);
}

export function freeNode(node: usize): void {
  const list = freeList(kindOf(node));
  store<u32>(node, load<u32>(list), NODE_NEXT);
  store<u32>(list, <u32>node);
}

/** At the end of a block: those that are free go back to their slabs. */
export function freeNodes(): void {
  for (let i: usize = 0; i < TRIE_FREE_LISTS; i++) {
    const list = <usize>TRIE_FREE + (i << 2);
    let node = <usize>load<u32>(list);
    store<u32>(list, 0);
    while (node != 0) {
      const next = <usize>load<u32>(node, NODE_NEXT);
      freeRecord(node);
      node = next;
    }
  }
}

/** Frees the leaf, and makes its record forget it. */
export function freeLeaf(leaf: usize): void {
  const link = backLink(leaf);
  if (load<u32>(link) == <u32>leaf) store<u32>(link, 0);
  freeNode(leaf);
}

/** Makes sure that `count` nodes can be taken. */
export function reserve(kind: u32, count: u32): void {
  let free = <usize>load<u32>(freeList(kind));
  for (; count > 0 && free != 0; count--) free = load<u32>(free, NODE_NEXT);
  for (; count > 0; count--) {
    const node = takeRecord(isInner(kind) ? KIND_INNER_NODE : KIND_OUTER_NODE);
    store<u8>(node, kind, NODE_KIND);
    freeNode(node);
  }
}

/** All that one insertion can need. Memory may run out only here, with no node half linked. */
export function reserveForInsertion(leafKind: u32): void {
  reserve(leafKind, 1);
  reserve(KIND_BRANCH, 2);
}

@inline
function take(kind: u32): usize {
  const list = freeList(kind);
  const node = <usize>load<u32>(list);
  store<u32>(list, load<u32>(node, NODE_NEXT));
  store<u8>(node, kind, NODE_KIND);
  setReferenceSize(node, 0);
  return node;
}

/** A leaf of the record, known to it. `key` is copied, or is the record's own. */
export function takeLeaf(kind: u32, record: usize, key: usize): usize {
  const leaf = take(kind);
  store<u32>(leaf, <u32>record, LEAF_RECORD);
  if (kind == KIND_SLOT_LEAF) u256Copy(referenceOf(leaf), key);
  store<u32>(backLink(leaf), <u32>leaf);
  return leaf;
}

/** A branch without children. */
export function takeBranch(): usize {
  const branch = take(KIND_BRANCH);
  setBranchChanges(branch, 0);
  memory.fill(branch + BRANCH_CHILDREN, 0, 64);
  return branch;
}

/** An extension along the first `end` nibbles of `path`. */
export function takeExtension(path: usize, end: u32, child: usize): usize {
  const extension = take(KIND_EXTENSION);
  shapeExtension(extension, path, end, child);
  return extension;
}

/** A node of which the hash (32 bytes) is known and nothing else. */
export function takeUnresolved(hash: usize): usize {
  reserve(KIND_UNRESOLVED, 1);
  const node = take(KIND_UNRESOLVED);
  u256Copy(node + NODE_REFERENCE, hash);
  setReferenceSize(node, 32);
  return node;
}

/** Turns an inner node, also a branch, into an extension. */
export function shapeExtension(node: usize, path: usize, end: u32, child: usize): void {
  store<u8>(node, KIND_EXTENSION, NODE_KIND);
  store<u8>(node, end, EXTENSION_END);
  store<u32>(node, <u32>child, EXTENSION_CHILD);
  u256Copy(node + EXTENSION_PATH, path);
}
