// How frames end, and how an instruction ends that starts none: the caller's globals come back,
// with the result on the stack and the return data beside it.

import { ARENA_RETURN_DATA } from '../abi/memory-map';
import { TRACES_FRAMES, TRACES_STEPS } from '../abi/records';
import { STATUS_REVERT, STATUS_SUCCESS } from '../abi/status';
import { GAS, IP, SP, setDone, setMachine, setReturnData } from '../frames/frame';
import {
  FRAME, FRAME_CREATED, FRAME_KIND, FRAME_OUTPUT, FRAME_OUTPUT_SIZE, KIND_CREATE, frameDepth,
  isOutermost, popFrame, undoFrame,
} from '../frames/frames';
import { TRACING } from '../memory/context';
import { ARENA } from '../memory/heap';
import { u256SetU64 } from '../u256/word';
import { depositCode } from './code-deposit';
import { returnPlace } from './return-data';
import { resumeCode } from './start';
import { noteDeposit, traceEnd, traceReturn } from './trace';

/** How the outermost frame ended: STATUS_*, gas left, output. */
export let OUTCOME: u32 = 0;
export let OUTCOME_GAS: i64 = 0;
export let OUTPUT: usize = 0;
export let OUTPUT_SIZE: u32 = 0;

/** Push a result at `place` without a frame having begun; no return data. */
export function finishAt(place: usize, gas: i64, success: u64): void {
  setReturnData(ARENA + ARENA_RETURN_DATA, 0);
  u256SetU64(place, success);
  setMachine(IP, place, gas);
}

/** STOP, RETURN, REVERT and SELFDESTRUCT: the output lies at `ptr` in the frame's memory. */
export function returnFrame(status: u32, ptr: usize, size: u32): void {
  if ((TRACING & TRACES_STEPS) != 0) traceEnd(status, GAS);
  let outcome = status;
  if (status == STATUS_SUCCESS && load<u32>(FRAME, FRAME_KIND) == KIND_CREATE) {
    if ((TRACING & TRACES_FRAMES) != 0) noteDeposit();
    outcome = depositCode(<usize>load<u32>(FRAME, FRAME_CREATED), ptr, size);
    if (outcome != STATUS_SUCCESS) return haltFrame(outcome);
  }
  leave(outcome, GAS, ptr, size);
}

/** An exceptional halt: everything undone, all gas lost. */
export function haltFrame(status: u32): void {
  if ((TRACING & TRACES_STEPS) != 0) traceEnd(status, 0);
  leave(status, 0, 0, 0);
}

export function endOutermost(status: u32, gas: i64, output: usize, size: u32): void {
  OUTCOME = status;
  OUTCOME_GAS = gas;
  OUTPUT = output;
  OUTPUT_SIZE = size;
  setDone(true);
}

function leave(status: u32, left: i64, ptr: usize, size: u32): void {
  let gas = left;
  if (status != STATUS_SUCCESS) {
    const aside = undoFrame();
    if (status == STATUS_REVERT) gas += aside;
  }
  if ((TRACING & TRACES_FRAMES) != 0) traceReturn(frameDepth(), status, gas, ptr, size);
  const kind = load<u32>(FRAME, FRAME_KIND);
  const created = <usize>load<u32>(FRAME, FRAME_CREATED);
  // A successful creation has no return data (EIP-211).
  const outputSize = kind == KIND_CREATE && status == STATUS_SUCCESS ? 0 : size;
  const output = returnPlace(outputSize);
  if (outputSize != 0) memory.copy(output, ptr, outputSize);
  if (isOutermost()) return endOutermost(status, gas, output, outputSize);
  const place = <usize>load<u32>(FRAME, FRAME_OUTPUT);
  const wanted = load<u32>(FRAME, FRAME_OUTPUT_SIZE);
  popFrame();
  resumeCode();
  if (kind == KIND_CREATE) {
    if (status == STATUS_SUCCESS) pushAddress(SP, created);
    else u256SetU64(SP, 0);
  } else {
    if (wanted != 0) memory.copy(place, output, min(outputSize, wanted));
    u256SetU64(SP, status == STATUS_SUCCESS ? 1 : 0);
  }
  setReturnData(output, outputSize);
  setMachine(IP, SP, GAS + gas);
}

/** Word of an account's address. */
export function pushAddress(word: usize, account: usize): void {
  store<u64>(word, load<u64>(account));
  store<u64>(word, load<u64>(account, 8), 8);
  store<u64>(word, load<u64>(account, 16), 16);
  store<u64>(word, 0, 24);
}
