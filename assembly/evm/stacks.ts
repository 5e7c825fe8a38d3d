// Where operand stacks lie: one below the other in the arena, a callee's right below its caller's
// top word, and when there is no room for a whole one, in regions of pages, which the worker keeps
// until the block ends.
//
//   arena | … | frame 2 | frame 1 | frame 0 |   region {next u32, 60 pad} | … | frame 4 | frame 3

import {
  ARENA_STACKS, ARENA_STACKS_SIZE, PAGE_BYTES, WORKER_STACK_REGIONS,
} from "../abi/memory-map";
import { ARENA, WORKER, allocatePages } from "../state/heap";
import { setStack } from "./frame";

/** 1,024 words (Yellow Paper 9.4). */
const STACK_BYTES: usize = 32768;
const REGION_NEXT: usize = 0;
const REGION_HEADER: usize = 64;
const REGION_PAGES: u32 = 32;

/** The region that the running frame's stack lies in; 0 is the arena. */
export let STACK_REGION: usize = 0;
/** The lowest byte of it that a stack may have. */
let floor: usize = 0;

/** The stack of the outermost frame. */
export function firstStack(): void {
  backToStack(0, ARENA + ARENA_STACKS + ARENA_STACKS_SIZE);
}

/** An empty stack for a callee. */
@inline
export function nextStack(callerTop: usize): void {
  if (callerTop - floor >= STACK_BYTES) setStack(callerTop);
  else stackInRegion();
}

function stackInRegion(): void {
  const old = STACK_REGION;
  const link = old == 0 ? WORKER + WORKER_STACK_REGIONS : old + REGION_NEXT;
  let region = <usize>load<u32>(link);
  if (region == 0) {
    region = allocatePages(REGION_PAGES);
    store<u32>(region, 0, REGION_NEXT);
    store<u32>(link, <u32>region);
  }
  backToStack(region, region + REGION_PAGES * <u32>PAGE_BYTES);
}

/** The stack in a region that begins at `base`. */
@inline
export function backToStack(region: usize, base: usize): void {
  STACK_REGION = region;
  floor = region == 0 ? ARENA + ARENA_STACKS : region + REGION_HEADER;
  setStack(base);
}
