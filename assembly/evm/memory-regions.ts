// Where the memory of frames lies: one after the other in the arena, and when that is full, in
// regions from the heap, which the worker keeps. Only the innermost frame grows, so it alone ever
// moves.
//
//   arena    | frame 0 | frame 1 | frame 2 |    region  {next u32, end u32, 56 pad} | frame 3 | …
//
// 16 MiB are more than contracts use. 16.7 million gas can fill less than 64 MiB (EIP-7825); but
// before that limit, and in tests, 1,024 frames may have a megabyte each.

import { WORKER_MEMORY_REGIONS } from "../abi/memory-map";
import { WORKER, allocateRegion } from "../state/heap";
import { MEMORY, MEMORY_END, MEMORY_SIZE, REGION, setMemory, setRegion } from "./frame";

const REGION_NEXT: usize = 0;
const REGION_END: usize = 4;
const REGION_HEADER: u32 = 64;
const LEAST_BYTES: u32 = 16777216;

/** Place for `bytes` after the running frame's memory, there until the frame grows or calls. */
export function spareMemory(bytes: u32): usize {
  const next = MEMORY + <usize>MEMORY_SIZE;
  if (bytes <= <u32>(MEMORY_END - next)) return next;
  return regionFor(bytes) + REGION_HEADER;
}

/** Move the running frame's memory to where it can have `bytes`, at most 2^31. */
export function moveMemory(bytes: u32): void {
  const region = regionFor(bytes);
  memory.copy(region + REGION_HEADER, MEMORY, <usize>MEMORY_SIZE);
  setRegion(region, load<u32>(region, REGION_END));
  setMemory(region + REGION_HEADER, MEMORY_SIZE);
}

/** A region after the present one, so in use by no frame, with room for `bytes`. */
function regionFor(bytes: u32): usize {
  let link: usize = REGION == 0 ? WORKER + WORKER_MEMORY_REGIONS : REGION + REGION_NEXT;
  while (true) {
    const region = <usize>load<u32>(link);
    if (region == 0) break;
    const room = <u32>(<usize>load<u32>(region, REGION_END) - region) - REGION_HEADER;
    if (room >= bytes) return region;
    link = region + REGION_NEXT;
  }
  // Twice what is needed now: who grows by small steps is not copied at each.
  const size = max(bytes << 1, LEAST_BYTES) + REGION_HEADER;
  const region = allocateRegion(size);
  store<u32>(region, <u32>(region + size), REGION_END);
  store<u32>(link, <u32>region);
  return region;
}
