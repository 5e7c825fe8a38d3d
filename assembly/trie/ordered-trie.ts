/**
 * Tries whose keys are the RLP of 0, 1, 2 …: transactions, receipts, withdrawals (YP 4.3) and
 * virtual blocks (PROTOCOL 7).
 *
 * The bytes of the keys sort as 1 … 127, 0, 128, 129 …, since rlp(0) is 0x80, rlp(i) is the byte
 * itself below 128, and from there on a header that grows with the number of bytes.
 */
import { SCRATCH, SCRATCH_FREE } from '../scratch';
import { allocateForBlock } from '../state/heap';
import { firstDifference } from './path';
import { writeU64 } from './rlp';
import {
  ITEM_KEY, ITEM_KEY_SIZE, ITEM_SIZE, ITEM_VALUE, ITEM_VALUE_SIZE, VALUE_IS_LEAF, hashLeaf,
  trieRoot,
} from './sorted-trie';

/** The RLP of a u32 is at most 5 bytes. */
const KEY_BYTES: usize = 8;
/** The largest number whose RLP is a byte below 0x80. */
const LAST_SINGLE_BYTE: u32 = 127;
export const LEAF_HASH_BYTES: usize = 32;

/** A number, and the keys of an item and of a neighbour. */
const NUMBER: usize = SCRATCH_FREE;
const KEY: usize = SCRATCH_FREE + 8;
const OTHER_KEY: usize = SCRATCH_FREE + 16;

/** Where the key of 0 comes among `count` keys. */
@inline
function placeOfZero(count: u32): u32 {
  return count == 0 ? 0 : min(LAST_SINGLE_BYTE, count - 1);
}

/** The number whose key is at `place` among `count` keys. */
@inline
function indexAt(place: u32, count: u32): u32 {
  const zero = placeOfZero(count);
  return place < zero ? place + 1 : place == zero ? 0 : place;
}

/** Where the key of `index` comes among `count` keys. */
@inline
function placeOf(index: u32, count: u32): u32 {
  const zero = placeOfZero(count);
  return index == 0 ? zero : index <= zero ? index - 1 : index;
}

/** rlp(index), and its size. */
@inline
function writeKey(out: usize, index: u32): u32 {
  store<u64>(SCRATCH + NUMBER, index);
  return <u32>writeU64(out, SCRATCH + NUMBER);
}

/**
 * Writes to `out` the root of the trie of `count` values, given as pairs of u32 pointer and size.
 * Takes 24 bytes of block-lived memory for each; the values are hashed where they lie.
 */
export function orderedTrieRoot(values: usize, count: u32, out: usize): void {
  const items = writeItems(count);
  for (let place: u32 = 0; place < count; place++) {
    const item = items + <usize>place * ITEM_SIZE;
    const value = values + (<usize>indexAt(place, count) << 3);
    store<u32>(item, load<u32>(value), ITEM_VALUE);
    store<u32>(item, load<u32>(value, 4), ITEM_VALUE_SIZE);
  }
  trieRoot(items, count, out);
}

/**
 * The same for values that are gone already, of which `orderedLeaf` has written the leaves' hashes
 * one after the other to `leaves`.
 */
export function orderedTrieRootOfLeaves(leaves: usize, count: u32, out: usize): void {
  const items = writeItems(count);
  for (let place: u32 = 0; place < count; place++) {
    const item = items + <usize>place * ITEM_SIZE;
    const leaf = leaves + <usize>indexAt(place, count) * LEAF_HASH_BYTES;
    store<u32>(item, <u32>leaf, ITEM_VALUE);
    store<u32>(item, VALUE_IS_LEAF, ITEM_VALUE_SIZE);
  }
  trieRoot(items, count, out);
}

/** Items with their keys, in the order of these. */
function writeItems(count: u32): usize {
  const items = allocateForBlock(count * <u32>(ITEM_SIZE + KEY_BYTES));
  let key = items + <usize>count * ITEM_SIZE;
  for (let place: u32 = 0; place < count; place++) {
    const item = items + <usize>place * ITEM_SIZE;
    store<u32>(item, <u32>key, ITEM_KEY);
    store<u32>(item, writeKey(key, indexAt(place, count)), ITEM_KEY_SIZE);
    key += KEY_BYTES;
  }
  return items;
}

/**
 * Writes to `out` the hash of the leaf of value `index` of `count`; the value is of 31 bytes at
 * least. A leaf's path begins where its key has parted from both of its neighbours'.
 */
export function orderedLeaf(index: u32, count: u32, value: usize, size: u32, out: usize): void {
  const key = SCRATCH + KEY;
  const nibbles = writeKey(key, index) << 1;
  const place = placeOf(index, count);
  let depth: u32 = 0;
  if (place > 0) depth = partingFrom(indexAt(place - 1, count), nibbles);
  if (place + 1 < count) depth = max(depth, partingFrom(indexAt(place + 1, count), nibbles));
  hashLeaf(key, depth, nibbles, value, size, out);
}

/** How many nibbles of the key at KEY it takes to tell it from the key of `index`. */
function partingFrom(index: u32, nibbles: u32): u32 {
  const other = SCRATCH + OTHER_KEY;
  const shortest = min(nibbles, writeKey(other, index) << 1);
  return firstDifference(SCRATCH + KEY, other, 0, shortest) + 1;
}
