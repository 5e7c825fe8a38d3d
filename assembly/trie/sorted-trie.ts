/**
 * The root of a trie whose whole content is given, sorted by key. No node outlives its parent's
 * encoding: the recursion goes down the keys and each node comes back as the reference to it (YP
 * appendix D: the node itself if its RLP is shorter than 32 bytes, else its hash). Values are
 * hashed where they lie, so they may have any size.
 */
import { keccak256 } from '../crypto/keccak256';
import { keccak256Absorb, keccak256Begin, keccak256Finish } from '../crypto/keccak256-stream';
import { SCRATCH, SCRATCH_FREE } from '../memory/scratch';
import { EMPTY_ROOT } from '../nodes/empty-hashes';
import { firstDifference, nibbleAt, writePath } from '../nodes/path';
import {
  EMPTY_STRING, LIST_HEADER_ROOM, prependListHeader, writeHash, writeStringHeader,
} from '../nodes/rlp';
import { u256Copy } from '../u256/word';

/** An item: u32 pointer and size of the key, u32 pointer and size of the value. */
export const ITEM_SIZE: usize = 16;
export const ITEM_KEY: usize = 0;
export const ITEM_KEY_SIZE: usize = 4;
export const ITEM_VALUE: usize = 8;
export const ITEM_VALUE_SIZE: usize = 12;
/** In place of a size: the value is the hash of the item's whole leaf, which is 32 bytes
 * long or longer. */
export const VALUE_IS_LEAF: u32 = 0xffffffff;

/**
 * Working memory of one level of the recursion: an encoded branch without its value is at most
 * 5 + 16 × 33 + 5 bytes. 84 levels fit the scratch area; keys of 32 bytes need 66.
 */
const LEVEL_BYTES: usize = 544;
const WORK: usize = SCRATCH_FREE + 0x800;

/**
 * Writes to `out` the root of the trie of `count` items at `items`. Their keys ascend byte by byte,
 * are all different and of at most 32 bytes; no value is empty.
 */
export function trieRoot(items: usize, count: u32, out: usize): void {
  if (count == 0) {
    u256Copy(out, EMPTY_ROOT);
    return;
  }
  const work = SCRATCH + WORK;
  const last = items + <usize>(count - 1) * ITEM_SIZE;
  const size = writeSubtrie(work, items, last, 0, work + LEVEL_BYTES);
  if (size == 33) u256Copy(out, work + 1);
  else keccak256(out, work, size);
}

/**
 * Writes to `out` the reference to the node over the items first…last, which agree in the first
 * `depth` nibbles; returns its size, at most 33. The memory from `work` on is free.
 */
function writeSubtrie(out: usize, first: usize, last: usize, depth: u32, work: usize): usize {
  const key = load<u32>(first, ITEM_KEY);
  const nibbles = load<u32>(first, ITEM_KEY_SIZE) << 1;
  const payload = work + LIST_HEADER_ROOM;
  if (first == last) {
    if (load<u32>(first, ITEM_VALUE_SIZE) == VALUE_IS_LEAF) {
      return writeHash(out, load<u32>(first, ITEM_VALUE));
    }
    const size = writePath(payload, key, depth, nibbles, true);
    return closeWithValue(out, payload, size, first);
  }
  // What the first and the last key share, all keys between them share.
  const shortest = min(nibbles, load<u32>(last, ITEM_KEY_SIZE) << 1);
  const end = firstDifference(key, load<u32>(last, ITEM_KEY), depth, shortest);
  if (end == depth) return writeBranch(out, first, last, depth, work);
  let size = writePath(payload, key, depth, end, false);
  size += writeBranch(payload + size, first, last, end, work + LEVEL_BYTES);
  const node = prependListHeader(payload, size);
  return writeReference(out, node, payload + size - node, 0, 0);
}

function writeBranch(out: usize, first: usize, last: usize, depth: u32, work: usize): usize {
  const payload = work + LIST_HEADER_ROOM;
  let item = first;
  // A key that ends here comes before those that go on.
  const endsHere = load<u32>(item, ITEM_KEY_SIZE) << 1 == depth;
  if (endsHere) item += ITEM_SIZE;
  let size: usize = 0;
  for (let nibble: u32 = 0; nibble < 16; nibble++) {
    const from = item;
    while (item <= last && nibbleAt(load<u32>(item, ITEM_KEY), depth) == nibble) item += ITEM_SIZE;
    if (item == from) {
      store<u8>(payload + size++, EMPTY_STRING);
    } else {
      size += writeSubtrie(payload + size, from, item - ITEM_SIZE, depth + 1, work + LEVEL_BYTES);
    }
  }
  if (endsHere) return closeWithValue(out, payload, size, first);
  store<u8>(payload + size++, EMPTY_STRING);
  const node = prependListHeader(payload, size);
  return writeReference(out, node, payload + size - node, 0, 0);
}

/** Closes a node of which `size` bytes of payload are written and the item's value is the rest. */
function closeWithValue(out: usize, payload: usize, size: usize, item: usize): usize {
  const value = load<u32>(item, ITEM_VALUE);
  const valueSize = load<u32>(item, ITEM_VALUE_SIZE);
  size += writeStringHeader(payload + size, value, valueSize);
  const node = prependListHeader(payload, size + valueSize);
  return writeReference(out, node, payload + size - node, value, valueSize);
}

/** The reference to the node whose RLP is in two pieces. */
function writeReference(
  out: usize, head: usize, headSize: usize, tail: usize, tailSize: usize,
): usize {
  if (headSize + tailSize < 32) {
    memory.copy(out, head, headSize);
    memory.copy(out + headSize, tail, tailSize);
    return headSize + tailSize;
  }
  store<u8>(out, 0xa0);
  if (tailSize == 0) {
    keccak256(out + 1, head, headSize);
  } else {
    keccak256Begin();
    keccak256Absorb(head, headSize);
    keccak256Absorb(tail, tailSize);
    keccak256Finish(out + 1);
  }
  return 33;
}
