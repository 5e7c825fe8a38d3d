// Memory in pieces. Each worker takes chunks of pages (pages.ts) and hands out pieces of them
// without any synchronisation: of one chunk what lives as long as the state, of another what ends
// with the block (messages, logs, data, credits). Nothing of the state is given back here; records
// have slabs (slabs.ts). All that ends with the block goes back when the next one begins. There is
// no managed allocation in the core: every instance would start its own heap at the same place.

import {
  MAX_WORKERS, PAGE_BLOCK, PAGE_BYTES, PAGE_STATE, SLAB_KINDS, WORKERS, WORKER_BLOCK_END,
  WORKER_BLOCK_NEXT, WORKER_CHUNK, WORKER_CHUNK_END, WORKER_JOURNAL_REGIONS, WORKER_LOOSE_CODES,
  WORKER_MEMORY_REGIONS, WORKER_NEW_ACCOUNTS, WORKER_RETIRED, WORKER_RETURN_BYTES,
  WORKER_RETURN_REGION, WORKER_SIZE, WORKER_SLABS, WORKER_STACK_REGIONS, WORKER_USES,
} from '../abi/memory-map';
import { faultMemory, freePagesOf, pagesFor, takePages, takePagesIfThere } from './pages';
import { WORKER } from './worker';

export { ARENA, EXCHANGE, WORKER, WORKER_ID, bindWorker, fault, fence } from './worker';

const CHUNK_PAGES: u32 = 4;

/** Pages on end until the block ends, not zeroed. */
export function allocatePages(count: u32): usize {
  const ptr = takePages(count, PAGE_BLOCK, false);
  if (ptr == 0) faultMemory(count * <u32>PAGE_BYTES);
  return ptr;
}

/** Memory of this worker that lives as long as the state, 8-byte aligned, zeroed. */
export function allocate(bytes: u32): usize {
  const next = load<u32>(WORKER, WORKER_CHUNK);
  // Both are multiples of 8
  if (bytes > load<u32>(WORKER, WORKER_CHUNK_END) - next) return allocateFresh(bytes);
  store<u32>(WORKER, next + ((bytes + 7) & ~7), WORKER_CHUNK);
  return next;
}

function allocateFresh(bytes: u32): usize {
  const count = max(CHUNK_PAGES, pagesFor(bytes));
  const ptr = takePages(count, PAGE_STATE, true);
  if (ptr == 0) faultMemory(bytes);
  return cut(WORKER + WORKER_CHUNK, WORKER + WORKER_CHUNK_END, ptr, count, bytes);
}

/** As `allocate`, or 0 where the linear memory would have to grow. */
export function allocateIfThere(bytes: u32): usize {
  if (bytes <= load<u32>(WORKER, WORKER_CHUNK_END) - load<u32>(WORKER, WORKER_CHUNK)) {
    return allocate(bytes);
  }
  const count = max(CHUNK_PAGES, pagesFor(bytes));
  const ptr = takePagesIfThere(count, PAGE_STATE, true);
  if (ptr == 0) return 0;
  return cut(WORKER + WORKER_CHUNK, WORKER + WORKER_CHUNK_END, ptr, count, bytes);
}

/** A piece of fresh pages; what is left of them, or of the chunk before, is the chunk. */
function cut(nextField: usize, endField: usize, ptr: usize, count: u32, bytes: u32): usize {
  const next = load<u32>(nextField);
  const end = <u32>ptr + count * <u32>PAGE_BYTES;
  const joins = next != 0 && load<u32>(endField) == <u32>ptr;
  const piece = joins ? next : <u32>ptr;
  const after = piece + ((bytes + 7) & ~7);
  if (joins || end - after >= load<u32>(endField) - next) {
    store<u32>(nextField, after);
    store<u32>(endField, end);
  }
  return piece;
}

/** Memory of this worker until the next block begins, 8-byte aligned, NOT zeroed. */
export function allocateForBlock(bytes: u32): usize {
  const next = load<u32>(WORKER, WORKER_BLOCK_NEXT);
  if (next == 0 || bytes > load<u32>(WORKER, WORKER_BLOCK_END) - next) return blockFresh(bytes);
  store<u32>(WORKER, next + ((bytes + 7) & ~7), WORKER_BLOCK_NEXT);
  return next;
}

function blockFresh(bytes: u32): usize {
  const count = max(CHUNK_PAGES, pagesFor(bytes));
  const ptr = takePages(count, PAGE_BLOCK, false);
  if (ptr == 0) faultMemory(bytes);
  return cut(WORKER + WORKER_BLOCK_NEXT, WORKER + WORKER_BLOCK_END, ptr, count, bytes);
}

/** Between blocks: what ended with the last one goes back. */
export function freeBlockMemory(): void {
  freePagesOf(PAGE_BLOCK);
  for (let id = 0; id < MAX_WORKERS; id++) {
    const worker: usize = WORKERS + id * WORKER_SIZE;
    store<u32>(worker, 0, WORKER_BLOCK_NEXT);
    store<u32>(worker, 0, WORKER_BLOCK_END);
    store<u32>(worker, 0, WORKER_MEMORY_REGIONS);
    store<u32>(worker, 0, WORKER_JOURNAL_REGIONS);
    store<u32>(worker, 0, WORKER_STACK_REGIONS);
    store<u32>(worker, 0, WORKER_RETURN_REGION);
    store<u32>(worker, 0, WORKER_RETURN_BYTES);
  }
}

/** The state is given back: the worker has no memory of it any more. */
export function forgetChunks(worker: usize): void {
  store<u32>(worker, 0, WORKER_CHUNK);
  store<u32>(worker, 0, WORKER_CHUNK_END);
  store<u32>(worker, 0, WORKER_USES);
  store<u32>(worker, 0, WORKER_NEW_ACCOUNTS);
  store<u32>(worker, 0, WORKER_RETIRED);
  memory.fill(worker + WORKER_SLABS, 0, SLAB_KINDS << 2);
  store<u32>(worker, 0, WORKER_LOOSE_CODES);
}
