/**
 * The hash pass: brings the references of dirty nodes up to date, children first. It writes nothing
 * but references and takes no memory, so that threads can share out the subtries (pieces.ts).
 */
import {
  ACCOUNT_LIVE, ACCOUNT_TRIE, CODE_HASH, SLOT_VALUE, VIEW_BALANCE, VIEW_CODE, VIEW_NONCE,
} from '../abi/records';
import { keccak256 } from '../crypto/keccak256';
import { keccak256Pair, keccakBlocks } from '../crypto/keccak256-pair';
import { SCRATCH, SCRATCH_FREE } from '../memory/scratch';
import { EMPTY_CODE_HASH, EMPTY_ROOT } from '../nodes/empty-hashes';
import {
  KIND_ACCOUNT_LEAF, KIND_BRANCH, KIND_EXTENSION, branchLink, childLink,
  extensionEnd, isDirty, keyOf, kindOf, pathOf, recordOf, referenceOf, referenceSize,
  setBranchChanges, setReferenceSize,
} from '../nodes/node';
import { KEY_NIBBLES, copyBytes, writePath } from '../nodes/path';
import {
  EMPTY_STRING, LIST_HEADER_ROOM, prependListHeader, writeHash, writeStringHeader, writeU64,
  writeWord,
} from '../nodes/rlp';
import { u256Copy } from '../u256/word';

/** Payload of the node in hand: a branch has at most 16 × 33 + 1 bytes. */
const NODE_PAYLOAD: usize = SCRATCH_FREE + LIST_HEADER_ROOM;
/** The value in a leaf: an account is at most 9 + 33 + 33 + 33 bytes. */
const VALUE_PAYLOAD: usize = SCRATCH_FREE + 0x400 + LIST_HEADER_ROOM;
const STORAGE_ROOT: usize = SCRATCH_FREE + 0x480;
/** One of each number of blocks, 1 … 4: u32 node, u32 size, encoding. */
const WAITING: usize = SCRATCH_FREE + 0x600;
const WAITING_BYTES: usize = 0x240;

/** Writes the root of the trie under `root` (0 = empty) to `out`, 32 bytes. */
export function rootHash(root: usize, out: usize): void {
  if (root == 0) {
    u256Copy(out, EMPTY_ROOT);
    return;
  }
  if (isDirty(root)) refresh(root, 0);
  // Always a hash: were the root short enough to be inline, so would be all below it, and then it
  // would hold a whole key of 32 bytes.
  u256Copy(out, referenceOf(root));
}

/** Makes the reference of a dirty node that begins at nibble `depth`. */
export function refresh(node: usize, depth: u32): void {
  refreshBelow(node, depth);
  setReference(node, encodeNode(node, depth), ENCODED_SIZE);
}

/** Makes those references below the node that it needs for its own. */
function refreshBelow(node: usize, depth: u32): void {
  switch (kindOf(node)) {
    case KIND_BRANCH:
      refreshChildren(node, depth + 1);
      setBranchChanges(node, 0);
      break;
    case KIND_EXTENSION: {
      const child = <usize>load<u32>(childLink(node));
      if (isDirty(child)) refresh(child, extensionEnd(node));
      break;
    }
    case KIND_ACCOUNT_LEAF: {
      const trie = <usize>load<u32>(recordOf(node), ACCOUNT_TRIE);
      if (trie != 0 && isDirty(trie)) refresh(trie, 0);
      break;
    }
  }
}

/** Of the dirty children of a branch, two at a time are hashed whose encodings have equally many
 * blocks. One that finds no other waits in scratch, under its number of blocks. */
function refreshChildren(branch: usize, depth: u32): void {
  // First what is below them all, since it needs the same scratch.
  let dirty: u32 = 0;
  for (let nibble: u32 = 0; nibble < 16; nibble++) {
    const child = <usize>load<u32>(branchLink(branch, nibble));
    if (child == 0 || !isDirty(child)) continue;
    refreshBelow(child, depth);
    dirty |= 1 << nibble;
  }
  let waiting: u32 = 0;
  for (; dirty != 0; dirty &= dirty - 1) {
    const child = <usize>load<u32>(branchLink(branch, ctz<u32>(dirty)));
    const encoding = encodeNode(child, depth);
    const size = ENCODED_SIZE;
    if (size < 32) {
      setReference(child, encoding, size);
      continue;
    }
    const blocks = keccakBlocks(size);
    const place = SCRATCH + WAITING + <usize>blocks * WAITING_BYTES;
    if ((waiting & (1 << blocks)) == 0) {
      store<u32>(place, <u32>child);
      store<u32>(place, <u32>size, 4);
      copyBytes(place + 8, encoding, size);
    } else {
      setReferences(load<u32>(place), place + 8, load<u32>(place, 4), child, encoding, size);
    }
    waiting ^= 1 << blocks;
  }
  for (; waiting != 0; waiting &= waiting - 1) {
    const place = SCRATCH + WAITING + <usize>ctz<u32>(waiting) * WAITING_BYTES;
    setReference(load<u32>(place), place + 8, load<u32>(place, 4));
  }
}

/** Bytes of the node that was encoded last. */
export let ENCODED_SIZE: usize = 0;

/** The RLP of a node that begins at nibble `depth`, in scratch: the references of its children, and
 * of its account's storage, are up to date. */
export function encodeNode(node: usize, depth: u32): usize {
  switch (kindOf(node)) {
    case KIND_BRANCH:
      return encodeBranch(node);
    case KIND_EXTENSION:
      return encodeExtension(node, depth);
    case KIND_ACCOUNT_LEAF: {
      const account = recordOf(node);
      // Before the leaf is written: the storage trie is hashed in the same scratch.
      rootHash(load<u32>(account, ACCOUNT_TRIE), SCRATCH + STORAGE_ROOT);
      const value = SCRATCH + VALUE_PAYLOAD;
      const size = writeAccount(value, account);
      const start = prependListHeader(value, size);
      return encodeLeaf(node, depth, start, value + size - start);
    }
    default: {
      const value = SCRATCH + VALUE_PAYLOAD;
      return encodeLeaf(node, depth, value, writeWord(value, recordOf(node) + SLOT_VALUE));
    }
  }
}

function encodeBranch(branch: usize): usize {
  const payload = SCRATCH + NODE_PAYLOAD;
  let at = payload;
  for (let nibble: u32 = 0; nibble < 16; nibble++) {
    const child = <usize>load<u32>(branchLink(branch, nibble));
    if (child == 0) store<u8>(at++, EMPTY_STRING);
    else at += writeReference(at, child);
  }
  // Keys are hashes of one length, so no key ends at a branch.
  store<u8>(at++, EMPTY_STRING);
  return closeNode(payload, at - payload);
}

function encodeExtension(extension: usize, depth: u32): usize {
  const payload = SCRATCH + NODE_PAYLOAD;
  const size = writePath(payload, pathOf(extension), depth, extensionEnd(extension), false);
  const child = <usize>load<u32>(childLink(extension));
  return closeNode(payload, size + writeReference(payload + size, child));
}

function encodeLeaf(leaf: usize, depth: u32, value: usize, valueSize: usize): usize {
  const payload = SCRATCH + NODE_PAYLOAD;
  let size = writePath(payload, keyOf(leaf), depth, KEY_NIBBLES, true);
  size += writeStringHeader(payload + size, value, valueSize);
  copyBytes(payload + size, value, valueSize);
  return closeNode(payload, size + valueSize);
}

/** Closes the list whose payload is written. */
function closeNode(payload: usize, payloadSize: usize): usize {
  const start = prependListHeader(payload, payloadSize);
  ENCODED_SIZE = payload + payloadSize - start;
  return start;
}

/** The account's four fields (YP 4.1); the storage root is in scratch. */
function writeAccount(out: usize, account: usize): usize {
  const code = <usize>load<u32>(account, ACCOUNT_LIVE + VIEW_CODE);
  let size = writeU64(out, account + ACCOUNT_LIVE + VIEW_NONCE);
  size += writeWord(out + size, account + ACCOUNT_LIVE + VIEW_BALANCE);
  size += writeHash(out + size, SCRATCH + STORAGE_ROOT);
  size += writeHash(out + size, code == 0 ? EMPTY_CODE_HASH : code + CODE_HASH);
  return size;
}

@inline
function writeReference(out: usize, node: usize): usize {
  const size = referenceSize(node);
  if (size == 32) return writeHash(out, referenceOf(node));
  memory.copy(out, referenceOf(node), size);
  return size;
}

/** The node's own encoding, or its hash. It goes over a leaf's key: from its first byte to its size
 * there is neither call nor loop, and a thread is only ever ended in one. */
function setReference(node: usize, encoding: usize, size: usize): void {
  if (size < 32) {
    memory.copy(referenceOf(node), encoding, size);
    setReferenceSize(node, size);
  } else {
    keccak256(referenceOf(node), encoding, size);
    setReferenceSize(node, 32);
  }
}

/** The same of two nodes whose encodings are of 32 bytes at least and equally many blocks. */
function setReferences(
  a: usize, encodingA: usize, sizeA: usize, b: usize, encodingB: usize, sizeB: usize,
): void {
  keccak256Pair(referenceOf(a), encodingA, sizeA, referenceOf(b), encodingB, sizeB);
  setReferenceSize(a, 32);
  setReferenceSize(b, 32);
}
