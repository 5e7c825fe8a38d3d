// Who has which page of the memory. A page is 64 KiB, and its byte in the map says whose it is and
// until when (PAGE_*): so what ends with a block goes back as a whole, whoever took it, be it a
// worker that was killed in the middle. Whoever has pages may give them back before, too.
//
//   PAGES  | engine | engine | state | state | block | free | code | … | free
//                                                    the last one taken ↑ HEAP_TOP
//
// The lowest run of free pages that is long enough is taken, so that what is in use lies together.
// Pages that nobody has had are zeros; others are zeroed for whom wants that. A thread that is
// killed while it takes pages of the state may take them along.

import {
  FAULT_MEMORY, FAULT_PAGES, FAULT_SYSTEM_MEMORY, HEAP_CLEAN, HEAP_LIMIT, HEAP_TOP, LOCK_PAGES,
  LOWEST_FREE_PAGE, PAGES, PAGE_BYTES, PAGE_ENGINE, PAGE_FREE,
} from '../abi/memory-map';
import { acquire, release } from './lock';
import { fault } from './worker';

const PAGE_SHIFT: u32 = 16;
/** The memory grows by 4 MiB at least, so that it does so rarely. */
const LEAST_GROWTH: u32 = 64;

/** More pages than there are. */
export const TOO_MANY_PAGES: u32 = 65536;

/** Of the pages that were taken last: all from here on are zeros. */
export let ZEROS_FROM: usize = 0;

/** The system has refused pages that the engine may have. */
let isRefused: bool = false;

/** Once: all below `base`, the first byte that is not the module's, is the engine's. */
export function initialisePages(base: u32): void {
  mark(0, pagesFor(base), PAGE_ENGINE);
  store<u32>(LOWEST_FREE_PAGE, pagesFor(base));
}

/** Pages for so many bytes. */
@inline
export function pagesFor(bytes: u32): u32 {
  return <u32>((<u64>bytes + (PAGE_BYTES - 1)) >> PAGE_SHIFT);
}

/** Pages from 0 to the last one that somebody has. */
@inline
export function heapPages(): u32 {
  return load<u32>(HEAP_TOP) >> PAGE_SHIFT;
}

/** `count` pages on end for `owner`, or 0 if there are none. Any thread. */
export function takePages(count: u32, owner: u32, isZeroed: bool): usize {
  return take(count, owner, isZeroed, load<u32>(HEAP_LIMIT) >> PAGE_SHIFT);
}

/** The same without growing the memory. */
export function takePagesIfThere(count: u32, owner: u32, isZeroed: bool): usize {
  const limit = min<u32>(load<u32>(HEAP_LIMIT) >> PAGE_SHIFT, memory.size());
  return take(count, owner, isZeroed, limit);
}

function take(count: u32, owner: u32, isZeroed: bool, limit: u32): usize {
  isRefused = false;
  acquire(LOCK_PAGES);
  const first = freeRun(count, limit);
  if (first == 0) {
    release(LOCK_PAGES);
    return 0;
  }
  const clean = load<u32>(HEAP_CLEAN);
  mark(first, count, owner);
  release(LOCK_PAGES);
  const ptr = <usize>first << PAGE_SHIFT;
  if (!hasGrownTo(first + count)) {
    freePages(ptr, count);
    return 0;
  }
  ZEROS_FROM = max<usize>(ptr, min<usize>(clean, ptr + (<usize>count << PAGE_SHIFT)));
  if (isZeroed) memory.fill(ptr, 0, ZEROS_FROM - ptr);
  return ptr;
}

/** The pages behind those `count` at `ptr`, if nobody has them: `more` for the same owner. */
export function extendPages(ptr: usize, count: u32, more: u32): bool {
  const first = <u32>(ptr >> PAGE_SHIFT) + count;
  if (first + more > load<u32>(HEAP_LIMIT) >> PAGE_SHIFT) return false;
  acquire(LOCK_PAGES);
  const clean = <usize>load<u32>(HEAP_CLEAN);
  const start = <usize>first << PAGE_SHIFT;
  let isFree = true;
  const top = min<u32>(load<u32>(HEAP_TOP) >> PAGE_SHIFT, first + more);
  for (let page = first; page < top; page++) {
    if (load<u8>(PAGES + page) != PAGE_FREE) {
      isFree = false;
      break;
    }
  }
  if (isFree) mark(first, more, load<u8>(PAGES + first - 1));
  release(LOCK_PAGES);
  if (!isFree) return false;
  if (!hasGrownTo(first + more)) {
    freePages(start, more);
    return false;
  }
  ZEROS_FROM = max<usize>(start, min<usize>(clean, start + (<usize>more << PAGE_SHIFT)));
  return true;
}

/** Any thread that has them. */
export function freePages(ptr: usize, count: u32): void {
  acquire(LOCK_PAGES);
  const first = <u32>(ptr >> PAGE_SHIFT);
  memory.fill(PAGES + first, <u8>PAGE_FREE, count);
  store<u32>(LOWEST_FREE_PAGE, min(load<u32>(LOWEST_FREE_PAGE), first));
  lowerTop();
  release(LOCK_PAGES);
}

/** Between rounds: all that `owner` has. */
export function freePagesOf(owner: u32): void {
  const top = load<u32>(HEAP_TOP) >> PAGE_SHIFT;
  let lowest = load<u32>(LOWEST_FREE_PAGE);
  for (let page: u32 = 0; page < top; page++) {
    if ((page & 7) == 0 && !hasByte(load<u64>(PAGES + page), owner)) {
      page += 7;
    } else if (load<u8>(PAGES + page) == owner) {
      store<u8>(PAGES + page, PAGE_FREE);
      lowest = min(lowest, page);
    }
  }
  store<u32>(LOWEST_FREE_PAGE, lowest);
  lowerTop();
}

/** Memory has run out for who needs `bytes` more. */
export function faultMemory(bytes: u32): void {
  store<u32>(FAULT_PAGES, (load<u32>(HEAP_TOP) >> PAGE_SHIFT) + pagesFor(bytes));
  fault(isRefused ? FAULT_SYSTEM_MEMORY : FAULT_MEMORY, bytes);
}

// ---- under the lock ---------------------------------------------------------------------------

/** The first page of the lowest run of `count` free ones below `limit`, or 0. */
function freeRun(count: u32, limit: u32): u32 {
  const top = load<u32>(HEAP_TOP) >> PAGE_SHIFT;
  let lowest: u32 = 0;
  let run: u32 = 0;
  let page = load<u32>(LOWEST_FREE_PAGE);
  for (; page < top && run < count; page++) {
    if ((page & 7) == 0 && !hasByte(load<u64>(PAGES + page), PAGE_FREE)) {
      run = 0;
      page += 7;
    } else if (load<u8>(PAGES + page) != PAGE_FREE) {
      run = 0;
    } else {
      if (lowest == 0) lowest = page;
      run++;
    }
  }
  // The page before the top is never free.
  const first = run == count ? page - count : max(top, load<u32>(LOWEST_FREE_PAGE));
  if (count > limit || first > limit - count) return 0;
  store<u32>(LOWEST_FREE_PAGE, lowest == 0 || lowest == first ? first + count : lowest);
  return first;
}

/** Whether one of eight bytes is `value`. */
@inline
function hasByte(bytes: u64, value: u32): bool {
  const other = bytes ^ (<u64>value * 0x0101010101010101);
  return ((other - 0x0101010101010101) & ~other & 0x8080808080808080) != 0;
}

function mark(first: u32, count: u32, owner: u32): void {
  const end = (first + count) << PAGE_SHIFT;
  memory.fill(PAGES + first, <u8>owner, count);
  store<u32>(HEAP_TOP, max(load<u32>(HEAP_TOP), end));
  store<u32>(HEAP_CLEAN, max(load<u32>(HEAP_CLEAN), end));
}

function lowerTop(): void {
  let top = load<u32>(HEAP_TOP) >> PAGE_SHIFT;
  while (top > 0 && load<u8>(PAGES + top - 1) == PAGE_FREE) top--;
  store<u32>(HEAP_TOP, top << PAGE_SHIFT);
}

/** Another thread may grow at the same time; growing is atomic, so at worst there is some to
 * spare. */
function hasGrownTo(end: u32): bool {
  while (<u32>memory.size() < end) {
    const missing = end - <u32>memory.size();
    const most = (load<u32>(HEAP_LIMIT) >> PAGE_SHIFT) - <u32>memory.size();
    const pages = min(max(missing, LEAST_GROWTH), max(most, missing));
    if (memory.grow(<i32>pages) < 0 && <u32>memory.size() < end) {
      isRefused = true;
      return false;
    }
  }
  return true;
}
