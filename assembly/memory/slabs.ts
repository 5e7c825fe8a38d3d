// Records of one size in slabs of a page each, which is given back when none of its records is in
// use any more: what a block has made and left, be it that it was undone, is there for whatever
// comes next. A worker takes records from slabs of its own, so without a lock; only the coordinator
// gives back, between rounds.
//
//   page   {free, fresh, used, owner, next, before, kind, listed, 32 pad} | record | record | …
//
// A slab is its owner's (the place in the worker's record that names it), or else, if it has free
// records, in the list of its kind. A worker that is killed while it takes a record takes it along;
// the lists are made anew when a block is undone.

import {
  LOCK_FREE, PAGES, PAGE_BYTES, PAGE_SLAB, SLABS, SLABS_EMPTY, SLAB_KINDS, WORKER_SLABS,
} from '../abi/memory-map';
import { ACCOUNT_SIZE, CODE_SIZE_BYTES, SLOT_SIZE } from '../abi/records';
import { WORKER } from './heap';
import { acquire, release } from './lock';
import { faultMemory, freePages, heapPages, takePages } from './pages';

/** Kinds, and the bytes of a record of each. */
export const KIND_ACCOUNT: u32 = 0;
export const KIND_SLOT: u32 = 1;
export const KIND_CODE: u32 = 2;
/** Nodes of tries: leaves, and branches or extensions. */
export const KIND_OUTER_NODE: u32 = 3;
export const KIND_INNER_NODE: u32 = 4;
export const OUTER_NODE_BYTES: u32 = 40;
export const INNER_NODE_BYTES: u32 = 104;
const SIZES = memory.data<u32>([
  ACCOUNT_SIZE, SLOT_SIZE, CODE_SIZE_BYTES, OUTER_NODE_BYTES, INNER_NODE_BYTES,
]);

/** u32 records that were given back, linked by their first words; u32 first byte of those that
 * nobody has had; u32 how many are in use. */
const FREE: usize = 0;
const FRESH: usize = 4;
const USED: usize = 8;
const OWNER: usize = 12;
/** u32 neighbours in the list of the kind, or of slabs that have become empty. */
const NEXT: usize = 16;
const BEFORE: usize = 20;
const KIND: usize = 24;
/** u32 1 = in the list of its kind. */
const LISTED: usize = 28;
const HEADER: u32 = 64;

@inline
function sizeOf(kind: u32): u32 {
  return load<u32>(SIZES + (<usize>kind << 2));
}

@inline
function slabOf(record: usize): usize {
  return record & ~0xffff;
}

@inline
function listOf(kind: u32): usize {
  return <usize>SLABS + (<usize>kind << 2);
}

// ---- taking -----------------------------------------------------------------------------------

/** A record of zeros. Any thread. */
export function takeRecord(kind: u32): usize {
  const owner = WORKER + WORKER_SLABS + (<usize>kind << 2);
  const size = sizeOf(kind);
  let slab = <usize>load<u32>(owner);
  if (slab == 0 || !hasRecord(slab, size)) slab = nextSlab(owner, kind);
  // Before it is taken: counted too often it only stays.
  store<u32>(slab, load<u32>(slab, USED) + 1, USED);
  const record = <usize>load<u32>(slab, FREE);
  if (record != 0) {
    store<u32>(slab, load<u32>(record), FREE);
    memory.fill(record, 0, size);
    return record;
  }
  const fresh = load<u32>(slab, FRESH);
  store<u32>(slab, fresh + size, FRESH);
  return fresh;
}

@inline
function hasRecord(slab: usize, size: u32): bool {
  return load<u32>(slab, FREE) != 0 || load<u32>(slab, FRESH) + size <= <u32>slab + <u32>PAGE_BYTES;
}

/** Another slab for the worker, whose own has no record left. */
function nextSlab(owner: usize, kind: u32): usize {
  const old = <usize>load<u32>(owner);
  let slab = takeListed(kind);
  if (slab == 0) {
    slab = takePages(1, PAGE_SLAB, true);
    if (slab == 0) faultMemory(PAGE_BYTES);
    store<u32>(slab, <u32>slab + HEADER, FRESH);
    store<u32>(slab, kind, KIND);
  }
  if (old != 0) store<u32>(old, 0, OWNER);
  store<u32>(slab, <u32>owner, OWNER);
  store<u32>(owner, <u32>slab);
  return slab;
}

function takeListed(kind: u32): usize {
  // Without the lock: who sees none takes a page.
  if (load<u32>(listOf(kind)) == 0) return 0;
  acquire(LOCK_FREE);
  const slab = <usize>load<u32>(listOf(kind));
  if (slab != 0) unlist(slab, kind);
  release(LOCK_FREE);
  return slab;
}

function unlist(slab: usize, kind: u32): void {
  const next = <usize>load<u32>(slab, NEXT);
  if (<usize>load<u32>(listOf(kind)) == slab) store<u32>(listOf(kind), <u32>next);
  else store<u32>(load<u32>(slab, BEFORE), <u32>next, NEXT);
  if (next != 0) store<u32>(next, load<u32>(slab, BEFORE), BEFORE);
  store<u32>(slab, 0, LISTED);
}

// ---- giving back ------------------------------------------------------------------------------

/** Between rounds. The record stays as it is but for its first word, until its page is released. */
export function freeRecord(record: usize): void {
  const slab = slabOf(record);
  const used = load<u32>(slab, USED) - 1;
  store<u32>(record, load<u32>(slab, FREE));
  store<u32>(slab, <u32>record, FREE);
  store<u32>(slab, used, USED);
  if (used != 0) return list(slab);
  if (load<u32>(slab, LISTED) != 0) unlist(slab, load<u32>(slab, KIND));
  addEmpty(slab);
}

/** When a block is undone, be it that a thread has ended in the middle of a list: all anew. */
export function relistSlabs(): void {
  memory.fill(SLABS, 0, SLAB_KINDS << 2);
  store<u32>(SLABS_EMPTY, 0);
  const end = heapPages();
  for (let page: u32 = 0; page < end; page++) {
    if (load<u8>(PAGES + page) != PAGE_SLAB) continue;
    const slab = <usize>page << 16;
    const owner = <usize>load<u32>(slab, OWNER);
    if (owner != 0 && load<u32>(owner) != <u32>slab) store<u32>(slab, 0, OWNER);
    store<u32>(slab, 0, LISTED);
    // One that was only being made has no records yet
    if (load<u32>(slab, USED) == 0 || load<u32>(slab, FRESH) == 0) addEmpty(slab);
    else if (hasRecord(slab, sizeOf(load<u32>(slab, KIND)))) list(slab);
  }
}

function addEmpty(slab: usize): void {
  store<u32>(slab, load<u32>(SLABS_EMPTY), NEXT);
  store<u32>(SLABS_EMPTY, <u32>slab);
}

function list(slab: usize): void {
  if (load<u32>(slab, OWNER) != 0 || load<u32>(slab, LISTED) != 0) return;
  const place = listOf(load<u32>(slab, KIND));
  const first = <usize>load<u32>(place);
  store<u32>(slab, <u32>first, NEXT);
  if (first != 0) store<u32>(first, <u32>slab, BEFORE);
  store<u32>(place, <u32>slab);
  store<u32>(slab, 1, LISTED);
}

/** After the last record was freed: no one looks at them any more. */
export function releaseSlabs(): void {
  let slab = <usize>load<u32>(SLABS_EMPTY);
  store<u32>(SLABS_EMPTY, 0);
  while (slab != 0) {
    const next = <usize>load<u32>(slab, NEXT);
    const owner = <usize>load<u32>(slab, OWNER);
    if (owner != 0) store<u32>(owner, 0);
    freePages(slab, 1);
    slab = next;
  }
}
