// Small hash tables of one worker whose content lasts one epoch: transient storage, warmth of
// what the worker does not own, messages that its group has in flight. Nothing is cleared: a
// record counts only if it carries the table's present epoch.
//
//   table: index u32 | mask u32 | count u32 | pad | epoch u64 | chunks 24 × u32
//   index: u32[mask + 1] → record, stale ones included
//   record (88 bytes): key 32 | value 32 | count u64 | epoch u64 | tag u32 | place u32
//
// Records lie in chunks that never move (the journal points at them); the index is rebuilt when it
// grows. Both are made when they are needed, and end with the block. Records are used again from
// the first in every epoch, so that an index entry of an epoch before may name one of the present:
// it counts only if it is at the record's place. Were it taken for one of the present, epochs of
// ever other keys would fill the index, and a search never end.

import { allocateForBlock } from '../memory/heap';
import { u256Copy, u256Eq, u256SetU64 } from '../u256/word';
import { hashTagged } from './key-hash';

const TABLE_INDEX: usize = 0;
const TABLE_MASK: usize = 4;
const TABLE_COUNT: usize = 8;
const TABLE_EPOCH: usize = 16;
/** Each has twice as many records as the one before: more than fit the memory. */
const TABLE_CHUNKS: usize = 24;
export const TABLE_SIZE: usize = 24 + 4 * 24;

const RECORD_KEY: usize = 0;
export const RECORD_VALUE: usize = 32;
/** u64: presence or count, 0 = undone. */
export const RECORD_COUNT: usize = 64;
const RECORD_EPOCH: usize = 72;
const RECORD_TAG: usize = 80;
/** u32 number of the index entry that names the record. */
const RECORD_PLACE: usize = 84;
const RECORD_SIZE: u32 = 88;
const FIRST_CHUNK_LOG2: u32 = 9;
const FIRST_ENTRIES: u32 = 1024;

/** The memory that the table had ends with the block. */
export function forgetTable(table: usize): void {
  if (load<u32>(table, TABLE_INDEX) == 0) return;
  memory.fill(table, 0, TABLE_SIZE);
}

/** Everything in the table is gone unless it belongs to `epoch`. */
@inline
function enter(table: usize, epoch: u64): void {
  if (load<u64>(table, TABLE_EPOCH) != epoch) {
    store<u64>(table, epoch, TABLE_EPOCH);
    store<u32>(table, 0, TABLE_COUNT);
  }
}

/** Entry i, which names the record or is 0, is of this epoch. */
@inline
function isPresent(record: usize, epoch: u64, i: u32): bool {
  return record != 0 && load<u64>(record, RECORD_EPOCH) == epoch &&
    load<u32>(record, RECORD_PLACE) == i;
}

/** Record of (tag, key) in this epoch, or 0. */
export function tableFind(table: usize, epoch: u64, tag: u32, key: usize): usize {
  if (load<u64>(table, TABLE_EPOCH) != epoch || load<u32>(table, TABLE_COUNT) == 0) return 0;
  const index = <usize>load<u32>(table, TABLE_INDEX);
  const mask = load<u32>(table, TABLE_MASK);
  let i = hashTagged(tag, key) & mask;
  while (true) {
    const record = <usize>load<u32>(index + (<usize>i << 2));
    if (!isPresent(record, epoch, i)) return 0;
    if (load<u32>(record, RECORD_TAG) == tag && u256Eq(record + RECORD_KEY, key)) return record;
    i = (i + 1) & mask;
  }
}

/** Record of (tag, key) in this epoch; a new one has value 0 and count 0. */
export function tableAt(table: usize, epoch: u64, tag: u32, key: usize): usize {
  enter(table, epoch);
  const count = load<u32>(table, TABLE_COUNT);
  if (count << 2 >= load<u32>(table, TABLE_MASK)) grow(table, count);
  const index = <usize>load<u32>(table, TABLE_INDEX);
  const mask = load<u32>(table, TABLE_MASK);
  let i = hashTagged(tag, key) & mask;
  while (true) {
    const record = <usize>load<u32>(index + (<usize>i << 2));
    if (!isPresent(record, epoch, i)) break;
    if (load<u32>(record, RECORD_TAG) == tag && u256Eq(record + RECORD_KEY, key)) return record;
    i = (i + 1) & mask;
  }
  const record = recordAt(table, count);
  store<u32>(table, count + 1, TABLE_COUNT);
  u256Copy(record + RECORD_KEY, key);
  u256SetU64(record + RECORD_VALUE, 0);
  store<u64>(record, 0, RECORD_COUNT);
  store<u64>(record, epoch, RECORD_EPOCH);
  store<u32>(record, tag, RECORD_TAG);
  store<u32>(record, i, RECORD_PLACE);
  store<u32>(index + (<usize>i << 2), <u32>record);
  return record;
}

function recordAt(table: usize, n: u32): usize {
  const q = (n >> FIRST_CHUNK_LOG2) + 1;
  const number = 31 - clz(q);
  const first = ((<u32>1 << number) - 1) << FIRST_CHUNK_LOG2;
  const place = table + TABLE_CHUNKS + (<usize>number << 2);
  let chunk = <usize>load<u32>(place);
  if (chunk == 0) {
    chunk = allocateForBlock(RECORD_SIZE << (FIRST_CHUNK_LOG2 + number));
    store<u32>(place, <u32>chunk);
  }
  return chunk + (n - first) * RECORD_SIZE;
}

function grow(table: usize, count: u32): void {
  const mask = load<u32>(table, TABLE_MASK);
  const entries = mask == 0 ? FIRST_ENTRIES : (mask + 1) << 1;
  const index = allocateForBlock(entries << 2);
  memory.fill(index, 0, <usize>entries << 2);
  for (let n: u32 = 0; n < count; n++) {
    const record = recordAt(table, n);
    let i = hashTagged(load<u32>(record, RECORD_TAG), record + RECORD_KEY) & (entries - 1);
    while (load<u32>(index + (<usize>i << 2)) != 0) i = (i + 1) & (entries - 1);
    store<u32>(index + (<usize>i << 2), <u32>record);
    store<u32>(record, i, RECORD_PLACE);
  }
  store<u32>(table, <u32>index, TABLE_INDEX);
  store<u32>(table, entries - 1, TABLE_MASK);
}
