/**
 * Tries whose keys are the RLP of 0, 1, 2 …: transactions, receipts, withdrawals (YP 4.3) and
 * virtual blocks (PROTOCOL 7).
 *
 * The bytes of the keys sort as 1 … 127, 0, 128, 129 …, since rlp(0) is 0x80, rlp(i) is the byte
 * itself below 128, and from there on a header that grows with the number of bytes.
 */
import { SCRATCH, SCRATCH_FREE } from '../scratch';
import { allocateForBlock } from '../state/heap';
import { writeU64 } from './rlp';
import {
  ITEM_KEY, ITEM_KEY_SIZE, ITEM_SIZE, ITEM_VALUE, ITEM_VALUE_SIZE, trieRoot,
} from './sorted-trie';

/** The RLP of a u32 is at most 5 bytes. */
const KEY_BYTES: usize = 8;
/** The largest number whose RLP is a byte below 0x80. */
const LAST_SINGLE_BYTE: u32 = 127;

/**
 * Writes to `out` the root of the trie of `count` values, given as pairs of u32 pointer and size.
 * Takes 24 bytes of block-lived memory for each; the values are hashed where they lie.
 */
export function orderedTrieRoot(values: usize, count: u32, out: usize): void {
  const items = allocateForBlock(count * <u32>(ITEM_SIZE + KEY_BYTES));
  let key = items + <usize>count * ITEM_SIZE;
  const number = SCRATCH + SCRATCH_FREE;
  const placeOfZero: u32 = count == 0 ? 0 : min(LAST_SINGLE_BYTE, count - 1);
  for (let place: u32 = 0; place < count; place++) {
    const index = place < placeOfZero ? place + 1 : place == placeOfZero ? 0 : place;
    const item = items + <usize>place * ITEM_SIZE;
    const value = values + (<usize>index << 3);
    store<u64>(number, index);
    store<u32>(item, <u32>key, ITEM_KEY);
    store<u32>(item, <u32>writeU64(key, number), ITEM_KEY_SIZE);
    store<u32>(item, load<u32>(value), ITEM_VALUE);
    store<u32>(item, load<u32>(value, 4), ITEM_VALUE_SIZE);
    key += KEY_BYTES;
  }
  trieRoot(items, count, out);
}
