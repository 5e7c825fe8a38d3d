// The journal of the running transaction or activation: old values, newest last, undone from the
// top down to a frame's mark when the frame fails. 48 bytes an entry:
//
//   0 kind u32 | 4 pointer u32 | 8 extra u64 | 16 old value 32
//
// The pointer is of an account, a slot, the use of a slot or a table record. The first 10,922 lie
// in the worker's arena; when that is full, they go on in regions of pages, which the worker keeps
// until the block ends. The first entry of a region is a link back:
//
//   arena | … | entry n |    region  {next u32, 44 pad} | link | entry n + 1 | …

import {
  ARENA_JOURNAL, ARENA_JOURNAL_SIZE, PAGE_BYTES, WORKER_JOURNAL_REGIONS,
} from '../abi/memory-map';
import {
  ACCOUNT_CREATED_EPOCH, ACCOUNT_CREATOR, ACCOUNT_DESTROYED_EPOCH, ACCOUNT_EPOCH, ACCOUNT_GROUP,
  ACCOUNT_LIVE, ACCOUNT_TOUCHED_EPOCH, SLOT_VALUE, USE_EPOCH, VIEW_BALANCE, VIEW_CODE, VIEW_FLAGS,
  VIEW_NONCE,
} from '../abi/records';
import { ARENA, WORKER, allocatePages } from '../memory/heap';
import { replaceCode } from '../tables/codes';
import { RECORD_COUNT, RECORD_VALUE } from '../tables/epoch-table';
import { u256Copy } from '../u256/word';

export const JOURNAL_ENTRY: usize = 48;
const OLD: usize = 16;

export const JOURNAL_BALANCE: u32 = 1;
export const JOURNAL_NONCE: u32 = 2;
export const JOURNAL_CODE: u32 = 3;
export const JOURNAL_FLAGS: u32 = 4;
export const JOURNAL_SLOT: u32 = 5;
export const JOURNAL_SLOT_WARM: u32 = 6;
export const JOURNAL_ACCOUNT_WARM: u32 = 7;
export const JOURNAL_TABLE_VALUE: u32 = 8;
export const JOURNAL_TABLE_WARM: u32 = 9;
export const JOURNAL_CREATED: u32 = 10;
export const JOURNAL_DESTROYED: u32 = 11;
export const JOURNAL_TOUCHED: u32 = 12;
export const JOURNAL_TABLE_COUNT: u32 = 13;

/** Link: pointer to where the journal goes on downwards, extra the region of that place, old value
 * its end. */
const JOURNAL_LINK: u32 = 14;

const REGION_NEXT: usize = 0;
const REGION_HEADER: usize = 48;
const REGION_BYTES: u32 = 4194304;

/** First free byte. */
export let JOURNAL: usize = 0;
/** End of the arena's part, or of the region that the journal has come to (0 = none). */
let end: usize = 0;
let region: usize = 0;

export function journalBottom(): usize {
  return ARENA + ARENA_JOURNAL;
}

export function clearJournal(): void {
  JOURNAL = journalBottom();
  end = JOURNAL + ARENA_JOURNAL_SIZE;
  region = 0;
}

/** A new entry; the caller fills the old value at journalOld(entry) where the kind has one. */
export function journal(kind: u32, ptr: usize, extra: u64): usize {
  if (JOURNAL + JOURNAL_ENTRY > end) enterNextRegion();
  const entry = JOURNAL;
  store<u32>(entry, kind);
  store<u32>(entry, <u32>ptr, 4);
  store<u64>(entry, extra, 8);
  JOURNAL = entry + JOURNAL_ENTRY;
  return entry;
}

function enterNextRegion(): void {
  const place: usize = region == 0 ? WORKER + WORKER_JOURNAL_REGIONS : region + REGION_NEXT;
  let next = <usize>load<u32>(place);
  if (next == 0) {
    next = allocatePages(REGION_BYTES / PAGE_BYTES);
    store<u32>(next, 0, REGION_NEXT);
    store<u32>(place, <u32>next);
  }
  const link = next + REGION_HEADER;
  store<u32>(link, JOURNAL_LINK);
  store<u32>(link, <u32>JOURNAL, 4);
  store<u64>(link, <u64>region, 8);
  store<u32>(link, <u32>end, OLD);
  region = next;
  end = next + REGION_BYTES;
  JOURNAL = link + JOURNAL_ENTRY;
}

export function journalWord(kind: u32, ptr: usize, old: usize): void {
  u256Copy(journal(kind, ptr, 0) + OLD, old);
}

/** Undo down to `mark`. */
export function revertTo(mark: usize): void {
  while (JOURNAL != mark) {
    const entry = JOURNAL - JOURNAL_ENTRY;
    if (load<u32>(entry) == JOURNAL_LINK) {
      JOURNAL = load<u32>(entry, 4);
      region = <usize>load<u64>(entry, 8);
      end = load<u32>(entry, OLD);
    } else {
      JOURNAL = entry;
      undo(entry);
    }
  }
}

/** The entry that ends at `place`, which is JOURNAL or another entry; 0 at the bottom. */
export function entryBefore(place: usize): usize {
  if (place == journalBottom()) return 0;
  const entry = place - JOURNAL_ENTRY;
  return load<u32>(entry) == JOURNAL_LINK ? <usize>load<u32>(entry, 4) - JOURNAL_ENTRY : entry;
}

function undo(entry: usize): void {
  const ptr = <usize>load<u32>(entry, 4);
  const extra = load<u64>(entry, 8);
  switch (load<u32>(entry)) {
    case JOURNAL_BALANCE: u256Copy(ptr + ACCOUNT_LIVE + VIEW_BALANCE, entry + OLD); break;
    case JOURNAL_NONCE: store<u64>(ptr, extra, ACCOUNT_LIVE + VIEW_NONCE); break;
    case JOURNAL_CODE: replaceCode(ptr + ACCOUNT_LIVE + VIEW_CODE, <usize>extra); break;
    case JOURNAL_FLAGS: store<u32>(ptr, <u32>extra, ACCOUNT_LIVE + VIEW_FLAGS); break;
    case JOURNAL_SLOT: u256Copy(ptr + SLOT_VALUE, entry + OLD); break;
    case JOURNAL_SLOT_WARM: store<u64>(ptr, 0, USE_EPOCH); break;
    case JOURNAL_ACCOUNT_WARM: store<u64>(ptr, 0, ACCOUNT_EPOCH); break;
    case JOURNAL_TABLE_VALUE: u256Copy(ptr + RECORD_VALUE, entry + OLD); break;
    case JOURNAL_TABLE_WARM: store<u64>(ptr, 0, RECORD_COUNT); break;
    case JOURNAL_TABLE_COUNT:
      store<u64>(ptr, load<u64>(ptr, RECORD_COUNT) - 1, RECORD_COUNT);
      break;
    case JOURNAL_CREATED:
      store<u64>(ptr, extra, ACCOUNT_CREATED_EPOCH);
      store<u32>(ptr, load<u32>(entry, OLD), ACCOUNT_GROUP);
      store<u32>(ptr, load<u32>(entry, OLD + 4), ACCOUNT_CREATOR);
      break;
    case JOURNAL_DESTROYED: store<u64>(ptr, 0, ACCOUNT_DESTROYED_EPOCH); break;
    default: store<u64>(ptr, 0, ACCOUNT_TOUCHED_EPOCH);
  }
}

/** Old group and creator of an account that is about to be created. */
export function journalCreated(account: usize): void {
  const entry = journal(JOURNAL_CREATED, account, load<u64>(account, ACCOUNT_CREATED_EPOCH));
  store<u32>(entry, load<u32>(account, ACCOUNT_GROUP), OLD);
  store<u32>(entry, load<u32>(account, ACCOUNT_CREATOR), OLD + 4);
}

export function journalKind(entry: usize): u32 {
  return load<u32>(entry);
}

export function journalPtr(entry: usize): usize {
  return <usize>load<u32>(entry, 4);
}
