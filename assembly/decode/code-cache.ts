// Decoded code: each worker has its own, in chunks of pages, up to a share of the memory. It is
// found by the number of the code, which is never that of another. When the share is used up, or
// memory is, the worker drops all of it and begins anew: frames that wait for a callee go on where
// they were in the code (start.ts). So what is decoded costs no memory that somebody else needs, no
// lock, and shows in no result.
//
//   chunk    {next u32, pages u32, 8 pad} | decoded forms and their segments (late-decoder.ts)
//   table    u32 number, u32 decoded form; by number

import {
  CODE_BUDGET, CODE_TIGHT, HEAP_LIMIT, HEAP_TOP, PAGE_BYTES, PAGE_CODE, WORKERS, WORKER_CODE_BYTES,
  WORKER_CODE_CHUNKS, WORKER_CODE_COUNT, WORKER_CODE_END, WORKER_CODE_GENERATION, WORKER_CODE_MASK,
  WORKER_CODE_NEXT, WORKER_CODE_TABLE, WORKER_SIZE,
} from '../abi/memory-map';
import { WORKER } from '../memory/heap';
import { faultMemory, freePages, freePagesOf, pagesFor, takePages } from '../memory/pages';
import { isWorker } from '../memory/worker';
import { leaveDecodedCode } from './leave-code';

const CHUNK_PAGES: u32 = 4;
const CHUNK_NEXT: usize = 0;
const CHUNK_COUNT: usize = 4;
const CHUNK_HEADER: u32 = 16;

const FIRST_ENTRIES: u32 = 256;
const ENTRY_DECODED: usize = 4;

/** Enough for what blocks of mainnet run in an hour. */
const MOST_BUDGET: u32 = 67108864;
const LEAST_BUDGET: u32 = CHUNK_PAGES * <u32>PAGE_BYTES;

// ---- room -------------------------------------------------------------------------------------

/** Makes sure of `bytes` on end for takeCode. Returns whether all had to be dropped for that. */
export function makeRoom(bytes: u32): bool {
  if (bytes <= load<u32>(WORKER, WORKER_CODE_END) - load<u32>(WORKER, WORKER_CODE_NEXT)) {
    return false;
  }
  const held = load<u32>(WORKER, WORKER_CODE_BYTES);
  const most = load<u32>(CODE_BUDGET);
  const isWithin = held == 0 || (held < most && bytes <= most - held);
  if (isWithin && takeChunk(bytes)) return false;
  leaveDecodedCode();
  dropCode(WORKER);
  if (!takeChunk(bytes)) faultMemory(bytes);
  return true;
}

/** The same beyond the share, right after all was dropped. */
export function makeRoomAnyway(bytes: u32): void {
  if (bytes <= load<u32>(WORKER, WORKER_CODE_END) - load<u32>(WORKER, WORKER_CODE_NEXT)) return;
  if (!takeChunk(bytes)) faultMemory(bytes);
}

function takeChunk(bytes: u32): bool {
  const count = max(CHUNK_PAGES, pagesFor(bytes + CHUNK_HEADER));
  const chunk = takePages(count, PAGE_CODE, false);
  if (chunk == 0) return false;
  store<u32>(chunk, load<u32>(WORKER, WORKER_CODE_CHUNKS), CHUNK_NEXT);
  store<u32>(chunk, count, CHUNK_COUNT);
  store<u32>(WORKER, <u32>chunk, WORKER_CODE_CHUNKS);
  store<u32>(WORKER, <u32>chunk + CHUNK_HEADER, WORKER_CODE_NEXT);
  store<u32>(WORKER, <u32>chunk + count * <u32>PAGE_BYTES, WORKER_CODE_END);
  const held = load<u32>(WORKER, WORKER_CODE_BYTES) + count * <u32>PAGE_BYTES;
  store<u32>(WORKER, held, WORKER_CODE_BYTES);
  return true;
}

/** Where the next `takeCode` begins: who writes there takes afterwards what it has written. */
@inline
export function codeRoom(): usize {
  return load<u32>(WORKER, WORKER_CODE_NEXT);
}

/** All up to `end` is taken; there was room. */
@inline
export function takeCodeUpTo(end: usize): void {
  store<u32>(WORKER, (<u32>end + 7) & ~7, WORKER_CODE_NEXT);
}

/** `bytes` of zeros, 8-byte aligned; there was room. */
export function takeCode(bytes: u32): usize {
  const ptr = codeRoom();
  takeCodeUpTo(ptr + <usize>bytes);
  memory.fill(ptr, 0, bytes);
  return ptr;
}

// ---- the table --------------------------------------------------------------------------------

/** Decoded form of the code with this number, or 0. Most often it is where it is looked for. */
@inline
export function findDecoded(number: u32): usize {
  // Without a table this is the null page, which is zero.
  const table = <usize>load<u32>(WORKER, WORKER_CODE_TABLE);
  const entry = table + (<usize>(number & load<u32>(WORKER, WORKER_CODE_MASK)) << 3);
  return load<u32>(entry) == number ? <usize>load<u32>(entry, ENTRY_DECODED) : seekDecoded(number);
}

function seekDecoded(number: u32): usize {
  const table = <usize>load<u32>(WORKER, WORKER_CODE_TABLE);
  if (table == 0) return 0;
  const mask = load<u32>(WORKER, WORKER_CODE_MASK);
  let i = number & mask;
  while (true) {
    const entry = table + (<usize>i << 3);
    const found = load<u32>(entry);
    if (found == number) return load<u32>(entry, ENTRY_DECODED);
    if (found == 0) return 0;
    i = (i + 1) & mask;
  }
}

/** Bytes that the table needs for one more, if that is a new table; else 0. */
function growth(): u32 {
  if (load<u32>(WORKER, WORKER_CODE_TABLE) == 0) return FIRST_ENTRIES << 3;
  const entries = load<u32>(WORKER, WORKER_CODE_MASK) + 1;
  return load<u32>(WORKER, WORKER_CODE_COUNT) + 1 > entries >> 1 ? entries << 4 : 0;
}

/** Zeros for a decoded form, found by the number from now on; 0 is the number of none. */
export function addDecoded(number: u32, bytes: u32): usize {
  makeRoom(bytes + 8 + max(growth(), FIRST_ENTRIES << 3));
  const decoded = takeCode(bytes);
  if (number == 0) return decoded;
  if (growth() != 0) enlargeTable();
  put(<usize>load<u32>(WORKER, WORKER_CODE_TABLE), number, decoded);
  return decoded;
}

function enlargeTable(): void {
  const old = <usize>load<u32>(WORKER, WORKER_CODE_TABLE);
  const bytes = growth();
  const end = old == 0 ? old : old + ((<usize>load<u32>(WORKER, WORKER_CODE_MASK) + 1) << 3);
  const table = takeCode(bytes);
  store<u32>(WORKER, <u32>table, WORKER_CODE_TABLE);
  store<u32>(WORKER, (bytes >> 3) - 1, WORKER_CODE_MASK);
  store<u32>(WORKER, 0, WORKER_CODE_COUNT);
  for (let entry = old; entry < end; entry += 8) {
    if (load<u32>(entry) != 0) put(table, load<u32>(entry), load<u32>(entry, ENTRY_DECODED));
  }
}

/** In place of what was there for the number, if anything. */
function put(table: usize, number: u32, decoded: usize): void {
  const mask = load<u32>(WORKER, WORKER_CODE_MASK);
  let i = number & mask;
  let entry = table + (<usize>i << 3);
  while (load<u32>(entry) != 0 && load<u32>(entry) != number) {
    i = (i + 1) & mask;
    entry = table + (<usize>i << 3);
  }
  if (load<u32>(entry) == 0) {
    store<u32>(WORKER, load<u32>(WORKER, WORKER_CODE_COUNT) + 1, WORKER_CODE_COUNT);
  }
  store<u32>(entry, number);
  store<u32>(entry, <u32>decoded, ENTRY_DECODED);
}

// ---- giving back ------------------------------------------------------------------------------

/** How often this worker has dropped its decoded code: what it knew before is gone. */
@inline
export function codeGeneration(): u32 {
  return load<u32>(WORKER, WORKER_CODE_GENERATION);
}

/** The worker's own, or between rounds that of any. */
function dropCode(worker: usize): void {
  let chunk = <usize>load<u32>(worker, WORKER_CODE_CHUNKS);
  forgetCode(worker);
  while (chunk != 0) {
    const next = <usize>load<u32>(chunk, CHUNK_NEXT);
    freePages(chunk, load<u32>(chunk, CHUNK_COUNT));
    chunk = next;
  }
}

function forgetCode(worker: usize): void {
  const generation = load<u32>(worker, WORKER_CODE_GENERATION) + 1;
  store<u32>(worker, generation, WORKER_CODE_GENERATION);
  store<u32>(worker, 0, WORKER_CODE_CHUNKS);
  store<u32>(worker, 0, WORKER_CODE_NEXT);
  store<u32>(worker, 0, WORKER_CODE_END);
  store<u32>(worker, 0, WORKER_CODE_BYTES);
  store<u32>(worker, 0, WORKER_CODE_TABLE);
  store<u32>(worker, 0, WORKER_CODE_MASK);
  store<u32>(worker, 0, WORKER_CODE_COUNT);
}

/** Between blocks: all of it, whatever a worker was doing when it ended. Returns its bytes. */
export function dropAllCode(): u32 {
  let bytes: u32 = 0;
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    bytes += load<u32>(worker, WORKER_CODE_BYTES);
    forgetCode(worker);
  }
  freePagesOf(PAGE_CODE);
  return bytes;
}

/** Between blocks: an eighth of the memory at most, and a quarter of what is free, for all workers.
 * While memory is tight, as little as it goes with. */
export function shareCodeMemory(): void {
  let workers: u32 = 0;
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) workers++;
  const limit = load<u32>(HEAP_LIMIT);
  const free = (limit - load<u32>(HEAP_TOP)) >> 2;
  const share = min(min(limit >> 3, free) / workers, MOST_BUDGET);
  const budget = load<u32>(CODE_TIGHT) != 0 ? LEAST_BUDGET : max(share, LEAST_BUDGET);
  store<u32>(CODE_BUDGET, budget);
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    if (load<u32>(worker, WORKER_CODE_BYTES) > budget) dropCode(worker);
  }
}
