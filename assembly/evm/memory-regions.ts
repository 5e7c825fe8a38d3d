// Where the memory of frames lies: one after the other in the arena, and when that is full, in
// regions of pages, which the worker keeps until the block ends. Only the innermost frame grows, so
// it alone ever moves.
//
//   arena    | frame 0 | frame 1 | frame 2 |    region  {next, end, before, 52 pad} | frame 3 | …
//
// 16.7 million gas can fill less than 64 MiB (EIP-7825). Before that limit, and in tests, 1,024
// frames may have a megabyte each, and one may have as much as the engine.

import { PAGE_BLOCK, PAGE_BYTES, FAULT_EVM_MEMORY, WORKER_MEMORY_REGIONS } from "../abi/memory-map";
import { WORKER, fault } from "../state/heap";
import { extendPages, faultMemory, freePages, takePages } from "../state/pages";
import { MEMORY, MEMORY_END, MEMORY_SIZE, REGION, setMemory, setRegion } from "./frame";

const REGION_NEXT: usize = 0;
const REGION_END: usize = 4;
/** u32 the region before it, 0 = the arena. */
const REGION_BEFORE: usize = 8;
const REGION_HEADER: u32 = 64;
const LEAST_PAGES: u32 = 32;
/** No engine has as many. */
const MOST_BYTES: u64 = 0xffff0000 - 64;

/** Place for `bytes` after the running frame's memory, there until the frame grows or calls. */
export function spareMemory(bytes: u32): usize {
  const next = MEMORY + <usize>MEMORY_SIZE;
  if (bytes <= <u32>(MEMORY_END - next)) return next;
  return regionFor(bytes) + REGION_HEADER;
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

@inline
function pagesWith(bytes: u64): u32 {
  return <u32>((bytes + REGION_HEADER + 0xffff) >> 16);
}

@inline
function pagesOf(region: usize): u32 {
  return (load<u32>(region, REGION_END) - <u32>region) / <u32>PAGE_BYTES;
}

/** The frame's own region with what lies behind it, if nobody has that: twice as large, or at least
 * with `bytes`. */
function extendRegion(bytes: u32): bool {
  const pages = pagesOf(REGION);
  const missing = pagesWith(bytes) - pages;
  const more = max(missing, pages);
  let taken = more;
  if (!extendPages(REGION, pages, more)) {
    taken = missing;
    if (!extendPages(REGION, pages, missing)) return false;
  }
  const end = load<u32>(REGION, REGION_END) + taken * <u32>PAGE_BYTES;
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
  // Twice what is needed now, if there is as much: who grows by small steps is not copied at each.
  let taken = max(pages << 1, LEAST_PAGES);
  let region = takePages(taken, PAGE_BLOCK, false);
  if (region == 0) {
    taken = pages;
    region = takePages(taken, PAGE_BLOCK, false);
    if (region == 0) faultMemory(bytes);
  }
  store<u32>(region, 0, REGION_NEXT);
  store<u32>(region, <u32>region + taken * <u32>PAGE_BYTES, REGION_END);
  store<u32>(region, <u32>before, REGION_BEFORE);
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
