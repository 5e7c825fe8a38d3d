// Indexes that are nobody's any more, for who needs one next: small ones in lists by their size,
// large ones as pages. Only the sweep gives, between rounds; workers take at any time.

import {
  FREE_INDEXES, LOCK_FREE, PAGE_STATE, WORKER_RETIRED,
} from '../abi/memory-map';
import { INDEX_ENTRIES, INDEX_MASK, INDEX_NEXT } from '../abi/records';
import { WORKER, allocate, allocateIfThere } from './heap';
import { acquire, release } from './lock';
import { faultMemory, freePages, pagesFor, takePages, takePagesIfThere } from './pages';

/** From here on an index has pages for itself. */
const LARGE_ENTRIES: u32 = 16384;

/** Place of the list of free indexes of so many entries, a power of two, 4 at least. */
@inline
function indexList(entries: u32): usize {
  return <usize>FREE_INDEXES + (<usize>(ctz<u32>(entries) - 2) << 2);
}

@inline
function indexBytes(entries: u32): u32 {
  return <u32>INDEX_ENTRIES + (entries << 2);
}

/** An empty index of so many entries, a power of two, 4 at least. */
export function takeIndex(entries: u32): usize {
  if (entries < LARGE_ENTRIES) {
    const index = takeFreeIndex(entries);
    return index != 0 ? index : sized(allocate(indexBytes(entries)), entries);
  }
  const index = takePages(pagesFor(indexBytes(entries)), PAGE_STATE, true);
  if (index == 0) faultMemory(indexBytes(entries));
  return sized(index, entries);
}

/** The same, or 0 where that would take more memory from the system: never a fault. */
export function takeIndexIfThere(entries: u32): usize {
  const bytes = indexBytes(entries);
  if (entries >= LARGE_ENTRIES) {
    const index = takePagesIfThere(pagesFor(bytes), PAGE_STATE, true);
    return index != 0 ? sized(index, entries) : 0;
  }
  const index = takeFreeIndex(entries);
  if (index != 0) return index;
  const fresh = allocateIfThere(bytes);
  return fresh != 0 ? sized(fresh, entries) : 0;
}

function takeFreeIndex(entries: u32): usize {
  const list = indexList(entries);
  if (load<u32>(list) == 0) return 0;
  acquire(LOCK_FREE);
  const index = <usize>load<u32>(list);
  if (index != 0) store<u32>(list, load<u32>(index, INDEX_NEXT));
  release(LOCK_FREE);
  return index != 0 ? emptied(index, entries) : 0;
}

function emptied(index: usize, entries: u32): usize {
  memory.fill(index, 0, indexBytes(entries));
  return sized(index, entries);
}

function sized(index: usize, entries: u32): usize {
  store<u32>(index, entries - 1, INDEX_MASK);
  return index;
}

/** Between rounds. */
export function freeIndex(index: usize): void {
  const entries = load<u32>(index, INDEX_MASK) + 1;
  if (entries >= LARGE_ENTRIES) {
    freePages(index, pagesFor(indexBytes(entries)));
    return;
  }
  const list = indexList(entries);
  store<u32>(index, load<u32>(list), INDEX_NEXT);
  store<u32>(list, <u32>index);
}

/** A larger one has taken its place; free when the block ends, since somebody may be reading it. */
export function retireIndex(index: usize): void {
  store<u32>(index, load<u32>(WORKER, WORKER_RETIRED), INDEX_NEXT);
  store<u32>(WORKER, <u32>index, WORKER_RETIRED);
}
