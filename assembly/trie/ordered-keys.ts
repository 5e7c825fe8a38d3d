/**
 * Keys of ordered tries: the RLP of 0, 1, 2 …
 *
 * Their bytes sort as 1 … 127, 0, 128, 129 …, since rlp(0) is 0x80, rlp(i) is the byte itself below
 * 128, and from there on a header that grows with the number of bytes.
 */
import { SCRATCH, SCRATCH_FREE } from '../memory/scratch';
import { firstDifference } from '../nodes/path';
import { writeU64 } from '../nodes/rlp';

/** The RLP of a u32 is at most 5 bytes. */
export const KEY_BYTES: usize = 8;
/** The largest number whose RLP is a byte below 0x80. */
const LAST_SINGLE_BYTE: u32 = 127;

/** A number, and the key of a neighbour. */
const NUMBER: usize = SCRATCH_FREE;
const OTHER_KEY: usize = SCRATCH_FREE + 8;

/** Where the key of 0 comes among `count` keys. */
@inline
function placeOfZero(count: u32): u32 {
  return count == 0 ? 0 : min(LAST_SINGLE_BYTE, count - 1);
}

/** The number whose key is at `place` among `count` keys. */
@inline
export function indexAt(place: u32, count: u32): u32 {
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
export function writeKey(out: usize, index: u32): u32 {
  store<u64>(SCRATCH + NUMBER, index);
  return <u32>writeU64(out, SCRATCH + NUMBER);
}

/** The nibble at which the path of a leaf begins among `count`: where its key, of so many nibbles,
 * has parted from both of its neighbours'. */
export function leafDepth(key: usize, nibbles: u32, index: u32, count: u32): u32 {
  const place = placeOf(index, count);
  let depth: u32 = 0;
  if (place > 0) depth = partingFrom(indexAt(place - 1, count), key, nibbles);
  if (place + 1 < count) depth = max(depth, partingFrom(indexAt(place + 1, count), key, nibbles));
  return depth;
}

/** How many nibbles of the key it takes to tell it from the key of `index`. */
function partingFrom(index: u32, key: usize, nibbles: u32): u32 {
  const other = SCRATCH + OTHER_KEY;
  const shortest = min(nibbles, writeKey(other, index) << 1);
  return firstDifference(key, other, 0, shortest) + 1;
}
