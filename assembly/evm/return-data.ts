// Where what frames and precompiles return lies, until the next one returns: in the arena, or, if
// it is large, in pages that the worker keeps until the block ends. No frame's memory is near, so
// who called may grow before it reads.

import {
  ARENA_RETURN_DATA, ARENA_RETURN_DATA_SIZE, PAGE_BLOCK, PAGE_BYTES, WORKER_RETURN_BYTES,
  WORKER_RETURN_REGION,
} from '../abi/memory-map';
import { ARENA, WORKER } from '../memory/heap';
import { faultMemory, freePages, pagesFor, takePages } from '../memory/pages';

/** Place for `size` bytes. What was returned before is gone. */
export function returnPlace(size: u32): usize {
  return size <= <u32>ARENA_RETURN_DATA_SIZE ? ARENA + ARENA_RETURN_DATA : largePlace(size);
}

function largePlace(size: u32): usize {
  const had = load<u32>(WORKER, WORKER_RETURN_BYTES);
  const old = <usize>load<u32>(WORKER, WORKER_RETURN_REGION);
  if (size <= had) return old;
  store<u32>(WORKER, 0, WORKER_RETURN_BYTES);
  if (had != 0) freePages(old, pagesFor(had));
  const count = pagesFor(size);
  const region = takePages(count, PAGE_BLOCK, false);
  if (region == 0) faultMemory(size);
  store<u32>(WORKER, <u32>region, WORKER_RETURN_REGION);
  store<u32>(WORKER, count * <u32>PAGE_BYTES, WORKER_RETURN_BYTES);
  return region;
}
