// Records and indexes that are nobody's any more, for who needs one next. Only the sweep gives,
// between rounds; workers take at any time. Slots go to a worker in batches, so that it comes to
// the lock once for 64 of them, and any worker uses again what any other has made.

import {
  FREE_INDEXES, FREE_SLOTS, FREE_SLOTS_NEWEST, LOCK_FREE, WORKER_FREE_SLOTS, WORKER_RETIRED,
} from "../abi/memory-map";
import {
  FREE_SLOT_BATCH, FREE_SLOT_NEXT, INDEX_ENTRIES, INDEX_MASK, INDEX_NEXT, SLOT_SIZE,
} from "../abi/records";
import { WORKER, allocate, allocateIfThere } from "./heap";
import { acquire, release } from "./lock";

const BATCH_SLOTS: u32 = 64;

// ---- slots
// ----------------------------------------------------------------------------------------

/** A slot of zeros. */
export function takeSlot(): usize {
  let slot = <usize>load<u32>(WORKER, WORKER_FREE_SLOTS);
  if (slot == 0) slot = takeBatch();
  if (slot == 0) return allocate(SLOT_SIZE);
  store<u32>(WORKER, load<u32>(slot, FREE_SLOT_NEXT), WORKER_FREE_SLOTS);
  memory.fill(slot, 0, SLOT_SIZE);
  return slot;
}

/** First slot of a batch, or 0. */
function takeBatch(): usize {
  // Without the lock: who sees none takes fresh memory.
  if (load<u32>(FREE_SLOTS) == 0) return 0;
  acquire(LOCK_FREE);
  const slot = <usize>load<u32>(FREE_SLOTS);
  if (slot != 0) {
    store<u32>(FREE_SLOTS, load<u32>(slot, FREE_SLOT_BATCH));
    store<u32>(FREE_SLOTS_NEWEST, BATCH_SLOTS);
  }
  release(LOCK_FREE);
  return slot;
}

/** Between rounds. */
export function freeSlot(slot: usize): void {
  const newest = load<u32>(FREE_SLOTS);
  const count = load<u32>(FREE_SLOTS_NEWEST);
  const joins = newest != 0 && count < BATCH_SLOTS;
  store<u32>(slot, joins ? newest : 0, FREE_SLOT_NEXT);
  store<u32>(slot, joins ? load<u32>(newest, FREE_SLOT_BATCH) : newest, FREE_SLOT_BATCH);
  store<u32>(FREE_SLOTS, <u32>slot);
  store<u32>(FREE_SLOTS_NEWEST, joins ? count + 1 : 1);
}

// ---- indexes
// --------------------------------------------------------------------------------------

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
  const index = takeFreeIndex(entries);
  return index != 0 ? index : emptied(allocate(indexBytes(entries)), entries);
}

/** The same, or 0 where that would take more memory from the system: never a fault. */
export function takeIndexIfThere(entries: u32): usize {
  const index = takeFreeIndex(entries);
  if (index != 0) return index;
  const fresh = allocateIfThere(indexBytes(entries));
  return fresh != 0 ? emptied(fresh, entries) : 0;
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
  store<u32>(index, entries - 1, INDEX_MASK);
  return index;
}

/** Between rounds. */
export function freeIndex(index: usize): void {
  const list = indexList(load<u32>(index, INDEX_MASK) + 1);
  store<u32>(index, load<u32>(list), INDEX_NEXT);
  store<u32>(list, <u32>index);
}

/** A larger one has taken its place; free when the block ends, since somebody may be reading it. */
export function retireIndex(index: usize): void {
  store<u32>(index, load<u32>(WORKER, WORKER_RETIRED), INDEX_NEXT);
  store<u32>(WORKER, <u32>index, WORKER_RETIRED);
}
