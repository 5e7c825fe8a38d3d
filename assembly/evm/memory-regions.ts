// Where the memory of frames lies: one after the other in the arena, and when that is full, in
// regions of pages, which the worker keeps until the block ends. Only the innermost frame grows, so
// it alone ever moves.
//
//   arena    | frame 0 | frame 1 | frame 2 |    region  {next, end, before, zeros} | frame 3 | …
//
// 16.7 million gas can fill less than 64 MiB (EIP-7825). Before that limit, and in tests, 1,024
// frames may have a megabyte each, and one may have as much as the engine. Of a region that is new
// to the engine nothing is zeroed, and what nobody writes to takes no memory of the system.

import {
  FAULT_EVM_MEMORY, PAGE_BLOCK, PAGE_BYTES, WORKER_MEMORY_REGIONS,
} from '../abi/memory-map';
import { MEMORY, MEMORY_END, MEMORY_SIZE, REGION, setMemory, setRegion } from '../frames/frame';
import { WORKER, fault } from '../memory/heap';
import { ZEROS_FROM, extendPages, faultMemory, freePages, takePages } from '../memory/pages';

const REGION_NEXT: usize = 0;
const REGION_END: usize = 4;
/** u32 the region before it, 0 = the arena. */
const REGION_BEFORE: usize = 8;
/** u32 no frame has come to what is from here on, and it is zeros. */
const REGION_ZEROS: usize = 12;
const REGION_HEADER: u32 = 64;
const LEAST_PAGES: u32 = 32;
/** Larger regions grow by an eighth: two large frames shall fit in one engine. */
const MOST_DOUBLED: u32 = 1024;
/** No engine has as many. */
const MOST_BYTES: u64 = 0xffff0000 - 64;

/** Place for `bytes` after the running frame's memory, there until the frame grows or calls. */
export function spareMemory(bytes: u32): usize {
  const next = MEMORY + <usize>MEMORY_SIZE;
  if (bytes <= <u32>(MEMORY_END - next)) {
    useUpTo(next + <usize>bytes);
    return next;
  }
  const region = regionFor(bytes);
  noteUse(region, region + REGION_HEADER + <usize>bytes);
  return region + REGION_HEADER;
}

/** What lies before `end`, in the running frame's region, is not zeros any more. */
@inline
export function useUpTo(end: usize): void {
  if (REGION != 0) noteUse(REGION, end);
}

@inline
function noteUse(region: usize, end: usize): void {
  if (<u32>end > load<u32>(region, REGION_ZEROS)) store<u32>(region, <u32>end, REGION_ZEROS);
}

/** Let the running frame's memory have `bytes`: where it is, or elsewhere. */
export function enlargeMemory(bytes: u64): void {
  if (bytes > MOST_BYTES) fault(FAULT_EVM_MEMORY, <u32>min<u64>(bytes, u32.MAX_VALUE));
  const old = REGION;
  const isAlone = old != 0 && MEMORY == old + REGION_HEADER;
  if (isAlone && extendRegion(<u32>bytes)) return;
  const region = regionFor(<u32>bytes);
  memory.copy(region + REGION_HEADER, MEMORY, <usize>MEMORY_SIZE);
  if (isAlone) dropRegion(old);
  setRegion(region, load<u32>(region, REGION_END));
  setMemory(region + REGION_HEADER, MEMORY_SIZE);
}

/** Zeroes from `from` to `end` in the running frame's region. */
export function clearMemory(from: usize, end: usize): void {
  if (REGION == 0) {
    memory.fill(from, 0, end - from);
    return;
  }
  const zeros = <usize>load<u32>(REGION, REGION_ZEROS);
  if (from < zeros) memory.fill(from, 0, min(end, zeros) - from);
  noteUse(REGION, end);
}

@inline
function pagesWith(bytes: u64): u32 {
  return <u32>((bytes + REGION_HEADER + 0xffff) >> 16);
}

@inline
function pagesOf(region: usize): u32 {
  return (load<u32>(region, REGION_END) - <u32>region) / <u32>PAGE_BYTES;
}

/** Pages to have beside those that are needed: who grows by small steps is not copied at each. */
@inline
function spare(pages: u32): u32 {
  return min(pages, max(MOST_DOUBLED, pages >> 3));
}

/** The frame's own region with what lies behind it, if nobody has that: with some to spare, or at
 * least with `bytes`. */
function extendRegion(bytes: u32): bool {
  const pages = pagesOf(REGION);
  const missing = pagesWith(bytes) - pages;
  const more = max(missing, spare(pages));
  let taken = more;
  if (!extendPages(REGION, pages, more)) {
    taken = missing;
    if (!extendPages(REGION, pages, missing)) return false;
  }
  const old = load<u32>(REGION, REGION_END);
  const end = old + taken * <u32>PAGE_BYTES;
  if (<u32>ZEROS_FROM != old) store<u32>(REGION, <u32>ZEROS_FROM, REGION_ZEROS);
  store<u32>(REGION, end, REGION_END);
  setRegion(REGION, end);
  return true;
}

/** A region after the present one, so in use by no frame, with room for `bytes`. */
function regionFor(bytes: u32): usize {
  let before = REGION;
  while (true) {
    const region = <usize>load<u32>(linkAfter(before));
    if (region == 0) break;
    if (pagesOf(region) >= pagesWith(bytes)) return region;
    before = region;
  }
  const pages = pagesWith(bytes);
  let taken = max(pages + spare(pages), LEAST_PAGES);
  let region = takePages(taken, PAGE_BLOCK, false);
  if (region == 0) {
    taken = pages;
    region = takePages(taken, PAGE_BLOCK, false);
    if (region == 0) faultMemory(bytes);
  }
  store<u32>(region, 0, REGION_NEXT);
  store<u32>(region, <u32>region + taken * <u32>PAGE_BYTES, REGION_END);
  store<u32>(region, <u32>before, REGION_BEFORE);
  store<u32>(region, max(<u32>ZEROS_FROM, <u32>region + REGION_HEADER), REGION_ZEROS);
  store<u32>(linkAfter(before), <u32>region);
  return region;
}

@inline
function linkAfter(region: usize): usize {
  return region == 0 ? WORKER + WORKER_MEMORY_REGIONS : region + REGION_NEXT;
}

function dropRegion(region: usize): void {
  const next = <usize>load<u32>(region, REGION_NEXT);
  const before = <usize>load<u32>(region, REGION_BEFORE);
  store<u32>(linkAfter(before), <u32>next);
  if (next != 0) store<u32>(next, <u32>before, REGION_BEFORE);
  freePages(region, pagesOf(region));
}
