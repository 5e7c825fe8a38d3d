/**
 * Tries whose keys are the RLP of 0, 1, 2 …: transactions, receipts, withdrawals (YP 4.3) and
 * virtual blocks (PROTOCOL 7).
 */
import { allocateForBlock } from '../memory/heap';
import { KEY_BYTES, indexAt, writeKey } from './ordered-keys';
import {
  LEAF_HASH_BYTES, LEAST_VALUE_BYTES, addLeaf, beginLeaves, endLeaves,
} from './ordered-leaves';
import {
  ITEM_KEY, ITEM_KEY_SIZE, ITEM_SIZE, ITEM_VALUE, ITEM_VALUE_SIZE, VALUE_IS_LEAF, trieRoot,
} from './sorted-trie';

/**
 * Writes to `out` the root of the trie of `count` values, given as pairs of u32 pointer and size.
 * Takes 56 bytes of block-lived memory for each.
 */
export function orderedTrieRoot(values: usize, count: u32, out: usize): void {
  const items = writeItems(count);
  let leaf = allocateForBlock(count * <u32>LEAF_HASH_BYTES);
  beginLeaves();
  for (let place: u32 = 0; place < count; place++) {
    const item = items + <usize>place * ITEM_SIZE;
    const index = indexAt(place, count);
    const value = load<u32>(values + (<usize>index << 3));
    const size = load<u32>(values + (<usize>index << 3), 4);
    if (size < LEAST_VALUE_BYTES) {
      store<u32>(item, value, ITEM_VALUE);
      store<u32>(item, size, ITEM_VALUE_SIZE);
      continue;
    }
    addLeaf(index, count, value, size, leaf);
    store<u32>(item, <u32>leaf, ITEM_VALUE);
    store<u32>(item, VALUE_IS_LEAF, ITEM_VALUE_SIZE);
    leaf += LEAF_HASH_BYTES;
  }
  endLeaves();
  trieRoot(items, count, out);
}

/**
 * The same for values that are gone already, of which `addLeaf` has written the leaves' hashes one
 * after the other to `leaves`.
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
