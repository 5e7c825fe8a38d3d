// Memory for the state. One bump allocator serves all workers (an atomic add); each worker takes
// 256 KiB chunks from it and hands out pieces without any synchronisation. Nothing is ever freed
// here: records never move, and who drops them keeps a free list (free-lists.ts, trie nodes).
// Block-lived memory
// (messages, logs, data, credits) comes from a chain of chunks that the worker walks again in
// every block. There is no managed allocation in the core: every instance would start its own
// heap at the same place.

import {
  ABORT, ABORT_FAULT, ARENA_EXCHANGE, ARENA_SCRATCH, FAULT, FAULT_BYTES, FAULT_MEMORY, FAULT_WORKER,
  HEAP_LIMIT, HEAP_TOP, WORKERS, WORKER_ARENA, WORKER_BLOCK_CHUNK, WORKER_BLOCK_END,
  WORKER_BLOCK_HEAD, WORKER_BLOCK_NEXT, WORKER_CHUNK, WORKER_CHUNK_END, WORKER_FENCE,
  WORKER_FREE_SLOTS, WORKER_JOURNAL_REGIONS, WORKER_MEMORY_REGIONS, WORKER_NEW_ACCOUNTS,
  WORKER_RETIRED, WORKER_SIZE, WORKER_USES,
} from "../abi/memory-map";
import { setScratch } from "../scratch";

const CHUNK_BYTES: u32 = 262144;

/** Worker record and arena of this instance. */
export let WORKER: usize = 0;
export let WORKER_ID: u32 = 0;
export let ARENA: usize = 0;
/** 64 KiB through which the host passes arguments. */
export let EXCHANGE: usize = 0;

export function bindWorker(id: u32): void {
  WORKER_ID = id;
  WORKER = WORKERS + id * WORKER_SIZE;
  ARENA = load<u32>(WORKER, WORKER_ARENA);
  EXCHANGE = ARENA + ARENA_EXCHANGE;
  setScratch(ARENA + ARENA_SCRATCH);
}

/** Nothing moves across: a read-modify-write of a word of our own, since this asc (0.28.20)
 * cannot emit atomic.fence ("Atomic fence cannot be unordered"). */
@inline
export function fence(): void {
  atomic.add<u32>(WORKER + WORKER_FENCE, 0);
}

/** A fault is ours or the machine's, never an EVM outcome: write what it was where the host finds
 * it, tell every worker to stop, and trap. The host undoes the block and throws a typed error.
 * */
export function fault(kind: u32, bytes: u32): void {
  if (atomic.cmpxchg<u32>(ABORT, 0, ABORT_FAULT) == 0) {
    store<u32>(FAULT, kind);
    store<u32>(FAULT_WORKER, WORKER_ID);
    store<u32>(FAULT_BYTES, bytes);
  }
  unreachable();
}

/** `bytes` of zeroed memory that lives as long as the engine, 64-byte aligned. Any thread. */
export function allocateRegion(bytes: u32): usize {
  const size = (bytes + 63) & ~63;
  const limit = load<u32>(HEAP_LIMIT);
  const ptr = atomic.add<u32>(HEAP_TOP, size);
  const end = ptr + size;
  if (size < bytes || end < ptr || end > limit) {
    atomic.sub<u32>(HEAP_TOP, size);
    fault(FAULT_MEMORY, bytes);
  }
  // Another thread may grow at the same time; growing is atomic, so at worst we have some to spare.
  // 4 MiB at least, so that growing is rare.
  while ((<u64>memory.size() << 16) < <u64>end) {
    const missing = ((<u64>end - (<u64>memory.size() << 16)) >> 16) + 1;
    const most = (<u64>limit + 0xffff >> 16) - <u64>memory.size();
    const pages = min<u64>(max<u64>(missing, 64), max<u64>(most, missing));
    if (memory.grow(<i32>pages) < 0 && (<u64>memory.size() << 16) < <u64>end) {
      fault(FAULT_MEMORY, bytes);
    }
  }
  return ptr;
}

/** Memory of this worker that lives as long as the engine, 8-byte aligned, zeroed. */
export function allocate(bytes: u32): usize {
  const size = (bytes + 7) & ~7;
  if (size > CHUNK_BYTES >> 2) return allocateRegion(size);
  let next = load<u32>(WORKER, WORKER_CHUNK);
  if (next + size > load<u32>(WORKER, WORKER_CHUNK_END)) {
    next = <u32>allocateRegion(CHUNK_BYTES);
    store<u32>(WORKER, next + CHUNK_BYTES, WORKER_CHUNK_END);
  }
  store<u32>(WORKER, next + size, WORKER_CHUNK);
  return next;
}

/** Who allocated the last piece, which ends at `end`, needs it up to `from` only; the rest is zero.
 * A piece that has a region to itself is kept. */
export function giveBack(from: usize, end: usize): void {
  if (load<u32>(WORKER, WORKER_CHUNK) == <u32>end) {
    store<u32>(WORKER, <u32>((from + 7) & ~7), WORKER_CHUNK);
  }
}

/** As `allocate`, or 0 where the linear memory would have to grow. Between rounds. */
export function allocateIfThere(bytes: u32): usize {
  const size = (bytes + 7) & ~7;
  const isLarge = size > CHUNK_BYTES >> 2;
  const next = load<u32>(WORKER, WORKER_CHUNK);
  if (!isLarge && next + size <= load<u32>(WORKER, WORKER_CHUNK_END)) return allocate(bytes);
  const needed = <u64>(isLarge ? size + 64 : CHUNK_BYTES);
  const end = min(<u64>load<u32>(HEAP_LIMIT), <u64>memory.size() << 16);
  return <u64>load<u32>(HEAP_TOP) + needed <= end ? allocate(bytes) : 0;
}

// A block-lived chunk begins with {next u32, size u32, 8 pad}.
const CHUNK_HEADER: u32 = 16;

/** Memory of this worker until the next block begins, 8-byte aligned, NOT zeroed. */
export function allocateForBlock(bytes: u32): usize {
  const size = (bytes + 7) & ~7;
  const ptr = load<u32>(WORKER, WORKER_BLOCK_NEXT);
  if (ptr + size <= load<u32>(WORKER, WORKER_BLOCK_END) && ptr != 0) {
    store<u32>(WORKER, ptr + size, WORKER_BLOCK_NEXT);
    return ptr;
  }
  return nextBlockChunk(size);
}

function nextBlockChunk(size: u32): usize {
  const current = load<u32>(WORKER, WORKER_BLOCK_CHUNK);
  let chunk = current == 0 ? load<u32>(WORKER, WORKER_BLOCK_HEAD) : load<u32>(current);
  if (chunk == 0 || load<u32>(chunk, 4) - CHUNK_HEADER < size) {
    // Put the new chunk between the current one and the rest of the chain.
    const bytes = max(CHUNK_BYTES, size + CHUNK_HEADER);
    const fresh = <u32>allocateRegion(bytes);
    store<u32>(fresh, chunk);
    store<u32>(fresh, bytes, 4);
    if (current == 0) store<u32>(WORKER, fresh, WORKER_BLOCK_HEAD);
    else store<u32>(current, fresh);
    chunk = fresh;
  }
  store<u32>(WORKER, chunk, WORKER_BLOCK_CHUNK);
  store<u32>(WORKER, chunk + load<u32>(chunk, 4), WORKER_BLOCK_END);
  store<u32>(WORKER, chunk + CHUNK_HEADER + size, WORKER_BLOCK_NEXT);
  return chunk + CHUNK_HEADER;
}

/** Begin again with the first block-lived chunk. */
export function resetBlockMemory(worker: usize): void {
  store<u32>(worker, 0, WORKER_BLOCK_CHUNK);
  store<u32>(worker, 0, WORKER_BLOCK_NEXT);
  store<u32>(worker, 0, WORKER_BLOCK_END);
}

/** The worker owns no memory but its arena any more. */
export function forgetChunks(): void {
  store<u32>(WORKER, 0, WORKER_CHUNK);
  store<u32>(WORKER, 0, WORKER_CHUNK_END);
  store<u32>(WORKER, 0, WORKER_BLOCK_HEAD);
  store<u32>(WORKER, 0, WORKER_MEMORY_REGIONS);
  store<u32>(WORKER, 0, WORKER_JOURNAL_REGIONS);
  store<u32>(WORKER, 0, WORKER_USES);
  store<u32>(WORKER, 0, WORKER_NEW_ACCOUNTS);
  store<u32>(WORKER, 0, WORKER_RETIRED);
  store<u32>(WORKER, 0, WORKER_FREE_SLOTS);
  resetBlockMemory(WORKER);
}
