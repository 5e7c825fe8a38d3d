/**
 * A node of a witness becomes a node of a trie in memory (YP appendix D). Only the one encoding
 * that hash.ts would make is taken; anything else faults, whatever its hash. Children are not
 * looked for: they become unresolved nodes, found by their hash when a walk comes to them.
 *
 * The caller holds the lock of the partial tries, since nodes come from the shared free lists.
 */
import { LOCK_CODES } from '../abi/memory-map';
import {
  ACCOUNT_HASH, ACCOUNT_LIVE, ACCOUNT_SIZE, ACCOUNT_TRIE, CODE_HASH, CODE_ORIGIN, CODE_SIZE_BYTES,
  SLOT_VALUE, VIEW_BALANCE, VIEW_CODE, VIEW_EXISTS, VIEW_FLAGS, VIEW_NONCE,
} from '../abi/records';
import { allocate } from '../memory/heap';
import { acquire, release } from '../memory/lock';
import { SCRATCH, SCRATCH_STATE } from '../memory/scratch';
import { EMPTY_CODE_HASH, EMPTY_ROOT } from '../nodes/empty-hashes';
import {
  GIVEN_SLOT_HASH, GIVEN_SLOT_SIZE, KIND_ACCOUNT_LEAF, KIND_BRANCH, KIND_EXTENSION, branchLink,
  childLink, referenceOf, reserve, setReferenceSize, takeBranch, takeExtension, takeLeaf,
  takeUnresolved,
} from '../nodes/node';
import { KEY_NIBBLES, nibbleAt, setNibble } from '../nodes/path';
import { findCode } from '../tables/codes';
import { u256Copy, u256Eq } from '../u256/word';
import { faultMalformed } from './missing';
import { ITEM_END, ITEM_IS_LIST, ITEM_PAYLOAD, readItem } from './read-rlp';

/** A node that is found by its hash has so many bytes; a shorter one is inside its parent. */
const HASHED_BYTES: u32 = 32;
/** The way to the node in hand, as a key of which the first nibbles count. */
const PATH: usize = SCRATCH_STATE + 512;

/** Hash of the node that is being decoded, for faults. */
let nodeHash: usize = 0;

/**
 * The node of `size` bytes at `bytes`, which begins at nibble `depth` on the way along `key`.
 * @param leafKind kind of the trie's leaves
 * @param mustBranch the node is the child of an extension
 */
export function decodeNode(
  hash: usize, bytes: usize, size: u32, key: usize, depth: u32, leafKind: u32, mustBranch: bool,
): usize {
  nodeHash = hash;
  const path = SCRATCH + PATH;
  u256Copy(path, key);
  if (size < HASHED_BYTES) malformed();
  readItem(bytes, bytes + size, hash);
  if (!ITEM_IS_LIST || ITEM_END != bytes + size) malformed();
  const node = decodeList(ITEM_PAYLOAD, ITEM_END, depth, leafKind, mustBranch);
  u256Copy(referenceOf(node), hash);
  setReferenceSize(node, 32);
  return node;
}

function malformed(): void {
  faultMalformed(nodeHash);
}

function decodeList(
  payload: usize, end: usize, depth: u32, leafKind: u32, mustBranch: bool,
): usize {
  let items = 0;
  for (let at = payload; at < end; at = ITEM_END) {
    readItem(at, end, nodeHash);
    items++;
  }
  if (items == 17) return decodeBranch(payload, end, depth, leafKind);
  if (items != 2 || mustBranch) malformed();
  return decodePathNode(payload, end, depth, leafKind);
}

function decodeBranch(payload: usize, end: usize, depth: u32, leafKind: u32): usize {
  if (depth >= KEY_NIBBLES) malformed();
  reserve(KIND_BRANCH, 1);
  const branch = takeBranch();
  const path = SCRATCH + PATH;
  const own = nibbleAt(path, depth);
  let at = payload;
  let children = 0;
  for (let nibble: u32 = 0; nibble < 16; nibble++) {
    setNibble(path, depth, nibble);
    const child = decodeChild(at, end, depth + 1, leafKind, false);
    if (child != 0) children++;
    store<u32>(branchLink(branch, nibble), <u32>child);
    at = childEnd;
  }
  setNibble(path, depth, own);
  // No key ends at a branch, and one child alone would have no branch above it.
  readItem(at, end, nodeHash);
  if (ITEM_IS_LIST || ITEM_PAYLOAD != ITEM_END || children < 2) malformed();
  return branch;
}

let childEnd: usize = 0;

/** The child whose reference is at `at`, 0 if there is none. */
function decodeChild(at: usize, end: usize, depth: u32, leafKind: u32, mustBranch: bool): usize {
  readItem(at, end, nodeHash);
  const payload = ITEM_PAYLOAD;
  const stop = ITEM_END;
  childEnd = stop;
  if (ITEM_IS_LIST) {
    const size = stop - at;
    if (size >= <usize>HASHED_BYTES) malformed();
    const child = decodeList(payload, stop, depth, leafKind, mustBranch);
    memory.copy(referenceOf(child), at, size);
    setReferenceSize(child, size);
    childEnd = stop;
    return child;
  }
  if (payload == stop) return 0;
  if (stop - payload != 32) malformed();
  return takeUnresolved(payload);
}

/** An extension or a leaf: its path is in hex-prefix form (YP appendix C). */
function decodePathNode(payload: usize, end: usize, depth: u32, leafKind: u32): usize {
  const path = SCRATCH + PATH;
  readItem(payload, end, nodeHash);
  let at = ITEM_PAYLOAD;
  const pathEnd = ITEM_END;
  if (ITEM_IS_LIST || at == pathEnd) malformed();
  const flag = <u32>load<u8>(at) >> 4;
  if (flag > 3 || ((flag & 1) == 0 && (load<u8>(at) & 15) != 0)) malformed();
  const nibbles = (<u32>(pathEnd - at) << 1) - ((flag & 1) != 0 ? 1 : 2);
  if (depth + nibbles > KEY_NIBBLES) malformed();
  let to = depth;
  if ((flag & 1) != 0) setNibble(path, to++, <u32>load<u8>(at) & 15);
  for (at++; at < pathEnd; at++) {
    setNibble(path, to++, <u32>load<u8>(at) >> 4);
    setNibble(path, to++, <u32>load<u8>(at) & 15);
  }
  if ((flag & 2) != 0) {
    if (to != KEY_NIBBLES) malformed();
    return decodeLeaf(pathEnd, end, leafKind);
  }
  if (nibbles == 0 || to >= KEY_NIBBLES) malformed();
  reserve(KIND_EXTENSION, 1);
  const extension = takeExtension(path, to, 0);
  const child = decodeChild(pathEnd, end, to, leafKind, true);
  if (child == 0) malformed();
  store<u32>(childLink(extension), <u32>child);
  return extension;
}

function decodeLeaf(value: usize, end: usize, leafKind: u32): usize {
  readItem(value, end, nodeHash);
  if (ITEM_IS_LIST || ITEM_END != end) malformed();
  const record = leafKind == KIND_ACCOUNT_LEAF
    ? decodeAccount(ITEM_PAYLOAD, ITEM_END) : decodeSlot(ITEM_PAYLOAD, ITEM_END);
  reserve(leafKind, 1);
  return takeLeaf(leafKind, record, SCRATCH + PATH);
}

/** The integer of at most `most` bytes at `at` → little-endian at `out`, which is zero. */
function readInteger(out: usize, at: usize, end: usize, most: usize): void {
  readItem(at, end, nodeHash);
  const size = ITEM_END - ITEM_PAYLOAD;
  if (ITEM_IS_LIST || size > most || (size != 0 && load<u8>(ITEM_PAYLOAD) == 0)) malformed();
  for (let i: usize = 0; i < size; i++) store<u8>(out + i, load<u8>(ITEM_END - 1 - i));
}

function readHash(at: usize, end: usize): usize {
  readItem(at, end, nodeHash);
  if (ITEM_IS_LIST || ITEM_END - ITEM_PAYLOAD != 32) malformed();
  return ITEM_PAYLOAD;
}

/** The account whose hashed address is the path; its address is not known yet. */
function decodeAccount(bytes: usize, end: usize): usize {
  readItem(bytes, end, nodeHash);
  if (!ITEM_IS_LIST || ITEM_END != end) malformed();
  const account = allocate(ACCOUNT_SIZE);
  u256Copy(account + ACCOUNT_HASH, SCRATCH + PATH);
  const view = account + ACCOUNT_LIVE;
  readInteger(view + VIEW_NONCE, ITEM_PAYLOAD, end, 8);
  readInteger(view + VIEW_BALANCE, ITEM_END, end, 32);
  const storageRoot = readHash(ITEM_END, end);
  const codeHash = readHash(ITEM_END, end);
  if (ITEM_END != end) malformed();
  store<u32>(view, VIEW_EXISTS, VIEW_FLAGS);
  if (!u256Eq(storageRoot, EMPTY_ROOT)) {
    store<u32>(account, <u32>takeUnresolved(storageRoot), ACCOUNT_TRIE);
  }
  if (!u256Eq(codeHash, EMPTY_CODE_HASH)) store<u32>(view, <u32>codeFor(codeHash), VIEW_CODE);
  return account;
}

/** The given code with this hash, or one whose bytes are missing. A code that the block itself has
 * deposited does not count: whether it came before would depend on timing. */
function codeFor(hash: usize): usize {
  acquire(LOCK_CODES);
  const known = findCode(hash);
  release(LOCK_CODES);
  if (known != 0 && load<u32>(known, CODE_ORIGIN) != 0) return known;
  const missing = allocate(CODE_SIZE_BYTES);
  u256Copy(missing + CODE_HASH, hash);
  return missing;
}

/** The slot whose hashed key is the path. */
function decodeSlot(bytes: usize, end: usize): usize {
  const slot = allocate(GIVEN_SLOT_SIZE);
  u256Copy(slot + GIVEN_SLOT_HASH, SCRATCH + PATH);
  readInteger(slot + SLOT_VALUE, bytes, end, 32);
  if (ITEM_END != end || ITEM_PAYLOAD == ITEM_END) malformed();
  return slot;
}
