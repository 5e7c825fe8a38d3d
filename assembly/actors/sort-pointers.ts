// Sorting records by one of their fields: a stable merge sort of u32 pointers, from the bottom up.
// What is in order already, as most short lists are, is found so at once.

import { allocateForBlock } from '../memory/heap';

@inline
function keyAt(pointers: usize, i: u32, field: usize): u64 {
  return load<u64>(<usize>load<u32>(pointers + (<usize>i << 2)) + field);
}

/** Sorts `count` pointers by the u64 at `field` of what they name, ascending. */
export function sortPointers(pointers: usize, count: u32, field: usize): void {
  let isSorted = true;
  for (let i: u32 = 1; i < count; i++) {
    if (keyAt(pointers, i, field) < keyAt(pointers, i - 1, field)) isSorted = false;
  }
  if (isSorted) return;
  const other = allocateForBlock(count << 2);
  let from = pointers;
  let to = other;
  for (let width: u32 = 1; width < count; width <<= 1) {
    for (let low: u32 = 0; low < count; low += width << 1) {
      mergeRuns(from, to, field, low, min(low + width, count), min(low + (width << 1), count));
    }
    const swap = from;
    from = to;
    to = swap;
  }
  if (from != pointers) memory.copy(pointers, from, <usize>count << 2);
}

function mergeRuns(from: usize, to: usize, field: usize, low: u32, middle: u32, high: u32): void {
  let a = low;
  let b = middle;
  for (let i = low; i < high; i++) {
    const takeFirst =
      a < middle && (b >= high || keyAt(from, a, field) <= keyAt(from, b, field));
    store<u32>(to + (<usize>i << 2), load<u32>(from + (<usize>(takeFirst ? a : b) << 2)));
    if (takeFirst) a++;
    else b++;
  }
}
