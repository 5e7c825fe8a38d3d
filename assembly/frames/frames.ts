// Frames are explicit records in the worker's arena, one per call depth, so that no call recurses
// in Wasm. A record holds the frame's own facts (what it must undo, where its output goes), and,
// while a deeper frame runs, a copy of the globals of frame.ts.
//
//   0 ip u32 | 4 sp u32 | 8 gas i64 | 16 stack base | 20 memory | 24 memory size u64
//   32 code | 36 code size | 40 decoded | 44 jump table | 48 calldata | 52 its size
//   56 self | 60 caller | 64 call value | 68 static | 72 snapshot             (copy of the globals)
//   76 kind … 160                                                     (the frame's own facts)

import { ARENA_FRAMES, ARENA_MEMORY, ARENA_MEMORY_SIZE } from '../abi/memory-map';
import { REFUND, setRefund } from '../memory/context';
import { ARENA } from '../memory/heap';
import { WAITS_FOR_NOTHING, waitFor } from '../memory/slice';
import { JOURNAL, revertTo } from '../state/journal';
import {
  CREDIT_HEAD, EMIT_HEAD, LOG_COUNT, LOG_HEAD, dropEmissions, setCredits, setLogs,
} from './effects';
import {
  CALLDATA, CALLDATA_SIZE, CALLER, CALL_VALUE, CODE, CODE_SIZE, DECODED, GAS, IP,
  JUMP_TABLE, MEMORY, MEMORY_END, MEMORY_SIZE, REGION, SELF, SNAPSHOT, SP, STACK_BASE, STATIC,
  setCode, setDecoded, setInput, setMachine, setMemory, setModes, setParties, setRegion,
} from './frame';
import { backToStack, firstStack, nextStack } from './stacks';

export const FRAME_SIZE: usize = 192;
/** Calls nest 1,024 deep (Yellow Paper 9.4.2): the outermost frame has depth 0. */
const MAX_DEPTH: u32 = 1024;

/** 0 = its decoded code was dropped while a deeper frame ran. Then u32 number of the code is where
 * the jump table was, and the position of the next instruction where ip was. */
export const FRAME_DECODED: usize = 40;
export const FRAME_JUMP_TABLE: usize = 44;
export const FRAME_POSITION: usize = 0;
export const FRAME_KIND: usize = 76;
const FRAME_JOURNAL: usize = 80;
const FRAME_LOG_HEAD: usize = 84;
const FRAME_LOG_COUNT: usize = 88;
const FRAME_EMIT_HEAD: usize = 92;
const FRAME_CREDIT_HEAD: usize = 96;
const FRAME_REFUND: usize = 104;
/** u32 pointer into the caller's memory, and size: where the output goes. */
export const FRAME_OUTPUT: usize = 112;
export const FRAME_OUTPUT_SIZE: usize = 116;
/** u32 account that a creating frame makes. */
export const FRAME_CREATED: usize = 120;
/** u32 self of the frame that made the outermost snapshot call. */
export const FRAME_SNAPSHOT_SELF: usize = 124;
/** word: CALLVALUE. */
export const FRAME_VALUE: usize = 128;
/** Copies of two more globals: u32 region of the memory, and its end. */
const FRAME_REGION: usize = 160;
const FRAME_REGION_END: usize = 164;

export const KIND_CALL: u32 = 0;
export const KIND_CALLCODE: u32 = 1;
export const KIND_DELEGATECALL: u32 = 2;
export const KIND_STATICCALL: u32 = 3;
export const KIND_CREATE: u32 = 4;

/** Record of the frame that runs. */
export let FRAME: usize = 0;
let depth: u32 = 0;

/** The record of the outermost frame; nothing runs yet. */
export function firstFrame(): void {
  depth = 0;
  waitFor(WAITS_FOR_NOTHING);
  FRAME = ARENA + ARENA_FRAMES;
  firstStack();
  setRegion(0, ARENA + ARENA_MEMORY + ARENA_MEMORY_SIZE);
  setMemory(ARENA + ARENA_MEMORY, 0);
}

/** Calls that the running frame is nested in. */
@inline
export function frameDepth(): u32 {
  return depth;
}

@inline
export function isOutermost(): bool {
  return depth == 0;
}

@inline
export function isTooDeep(): bool {
  return depth >= MAX_DEPTH;
}

/** Record of the frame below the one that runs, to be filled before pushFrame(). */
@inline
export function nextFrame(): usize {
  return FRAME + FRAME_SIZE;
}

/** Save the globals of the running frame and make the next record the current one, with a stack
 * and an empty memory of its own: both begin where the caller's end, since a caller cannot grow
 * meanwhile. */
export function pushFrame(): void {
  const frame = FRAME;
  store<u32>(frame, <u32>IP);
  store<u32>(frame, <u32>SP, 4);
  store<i64>(frame, GAS, 8);
  store<u32>(frame, <u32>STACK_BASE, 16);
  store<u32>(frame, <u32>MEMORY, 20);
  store<u64>(frame, MEMORY_SIZE, 24);
  store<u32>(frame, <u32>CODE, 32);
  store<u32>(frame, CODE_SIZE, 36);
  store<u32>(frame, <u32>DECODED, FRAME_DECODED);
  store<u32>(frame, <u32>JUMP_TABLE, FRAME_JUMP_TABLE);
  store<u32>(frame, <u32>CALLDATA, 48);
  store<u32>(frame, CALLDATA_SIZE, 52);
  store<u32>(frame, <u32>SELF, 56);
  store<u32>(frame, <u32>CALLER, 60);
  store<u32>(frame, <u32>CALL_VALUE, 64);
  store<u32>(frame, u32(STATIC), 68);
  store<u32>(frame, u32(SNAPSHOT), 72);
  store<u32>(frame, <u32>REGION, FRAME_REGION);
  store<u32>(frame, <u32>MEMORY_END, FRAME_REGION_END);
  FRAME = frame + FRAME_SIZE;
  depth++;
  nextStack(SP);
  setMemory(MEMORY + <usize>MEMORY_SIZE, 0);
}

/** Back to the caller: its globals as they were. */
export function popFrame(): void {
  const frame = FRAME - FRAME_SIZE;
  FRAME = frame;
  depth--;
  backToStack(load<u32>(frame, 16));
  setRegion(load<u32>(frame, FRAME_REGION), load<u32>(frame, FRAME_REGION_END));
  setMemory(load<u32>(frame, 20), load<u64>(frame, 24));
  setCode(load<u32>(frame, 32), load<u32>(frame, 36));
  setDecoded(load<u32>(frame, FRAME_DECODED), load<u32>(frame, FRAME_JUMP_TABLE));
  setInput(load<u32>(frame, 48), load<u32>(frame, 52));
  setParties(load<u32>(frame, 56), load<u32>(frame, 60), load<u32>(frame, 64));
  setModes(load<u32>(frame, 68) != 0, load<u32>(frame, 72) != 0);
  setMachine(load<u32>(frame), load<u32>(frame, 4), load<i64>(frame, 8));
}

/** Note in `frame` all that has to be undone if it fails: from here on. */
export function markFrame(frame: usize): void {
  store<u32>(frame, <u32>JOURNAL, FRAME_JOURNAL);
  store<u32>(frame, <u32>LOG_HEAD, FRAME_LOG_HEAD);
  store<u32>(frame, LOG_COUNT, FRAME_LOG_COUNT);
  store<u32>(frame, <u32>EMIT_HEAD, FRAME_EMIT_HEAD);
  store<u32>(frame, <u32>CREDIT_HEAD, FRAME_CREDIT_HEAD);
  store<i64>(frame, REFUND, FRAME_REFUND);
}

/** Undo all that the running frame and its callees did. Returns the gas that undone emissions had
 * set aside (PROTOCOL 6): a frame that reverts leaves it, one that halts loses it. */
export function undoFrame(): i64 {
  const frame = FRAME;
  revertTo(load<u32>(frame, FRAME_JOURNAL));
  setLogs(load<u32>(frame, FRAME_LOG_HEAD), load<u32>(frame, FRAME_LOG_COUNT));
  setCredits(load<u32>(frame, FRAME_CREDIT_HEAD));
  setRefund(load<i64>(frame, FRAME_REFUND));
  return dropEmissions(load<u32>(frame, FRAME_EMIT_HEAD));
}
