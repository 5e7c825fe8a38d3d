// Where operand stacks lie: one below the other in the arena, a callee's right below its caller's
// top word, and when there is no room for a whole one, in regions of pages, which the worker keeps
// until the block ends.
//
//   arena | … | frame 2 | frame 1 | frame 0 |   region {next, before, 56 pad} | … | frame 3

import { ARENA_STACKS, ARENA_STACKS_SIZE, WORKER_STACK_REGIONS } from '../abi/memory-map';
import { ARENA, WORKER, allocatePages } from '../memory/heap';
import { setStack } from './frame';

/** 1,024 words (Yellow Paper 9.4). */
const STACK_BYTES: usize = 32768;
const REGION_NEXT: usize = 0;
/** u32 the region before it, 0 = the arena. */
const REGION_BEFORE: usize = 4;
const REGION_HEADER: usize = 64;
const REGION_PAGES: u32 = 32;
const REGION_BYTES: usize = 32 * 65536;

/** The region that the running frame's stack lies in, 0 is the arena; its first byte that a stack
 * may have, and how many there are from there on. */
let region: usize = 0;
let floor: usize = 0;
let span: usize = 0;

/** The stack of the outermost frame. */
export function firstStack(): void {
  enterArena();
  setStack(floor + span);
}

function enterArena(): void {
  region = 0;
  floor = ARENA + ARENA_STACKS;
  span = ARENA_STACKS_SIZE;
}

function enterRegion(other: usize): void {
  region = other;
  floor = other + REGION_HEADER;
  span = REGION_BYTES - REGION_HEADER;
}

/** An empty stack for a callee. */
@inline
export function nextStack(callerTop: usize): void {
  if (callerTop - floor >= STACK_BYTES) setStack(callerTop);
  else stackInRegion();
}

function stackInRegion(): void {
  const link = region == 0 ? WORKER + WORKER_STACK_REGIONS : region + REGION_NEXT;
  let next = <usize>load<u32>(link);
  if (next == 0) {
    next = allocatePages(REGION_PAGES);
    store<u32>(next, 0, REGION_NEXT);
    store<u32>(next, <u32>region, REGION_BEFORE);
    store<u32>(link, <u32>next);
  }
  enterRegion(next);
  setStack(floor + span);
}

/** Back to the caller's stack, which begins at `base`. */
@inline
export function backToStack(base: usize): void {
  if (base - floor > span) leaveRegion();
  setStack(base);
}

function leaveRegion(): void {
  const before = <usize>load<u32>(region, REGION_BEFORE);
  if (before == 0) enterArena();
  else enterRegion(before);
}
