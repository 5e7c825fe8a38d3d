/**
 * What the host is told, as far as the control field TRACE asks for it: instructions before they
 * run, beginnings and ends of frames, logs. Traced streams (traced-decoder.ts) call traceStep;
 * nothing else does. Whoever calls another of these has asked TRACING before.
 *
 * Exports: traceStep, traceEnd, traceFrame, traceReturn, traceSelfdestruct, traceLog, noteDeposit,
 * noteSentry.
 */
import {
  TRACES_FRAMES, TRACE_DATA, TRACE_DATA_SIZE, TRACE_DEPTH, TRACE_END, TRACE_EVENT, TRACE_FRAME,
  TRACE_FROM, TRACE_GAS, TRACE_GROWS, TRACE_KEPT, TRACE_LOG, TRACE_LOG_INDEX, TRACE_LOG_RECORD,
  TRACE_MEMORY, TRACE_MEMORY_SIZE, TRACE_MESSAGE, TRACE_NEEDS, TRACE_NOT_KEPT, TRACE_OPCODE,
  TRACE_PC, TRACE_PRECOMPILE, TRACE_REFUND, TRACE_RETURN, TRACE_RETURN_DATA, TRACE_RETURN_SIZE,
  TRACE_SELFDESTRUCT, TRACE_STACK, TRACE_STACK_WORDS, TRACE_STATIC_GAS, TRACE_STATUS, TRACE_STEP,
  TRACE_TO, TRACE_TYPE, TRACE_TYPE_CREATE, TRACE_TYPE_SELFDESTRUCT, TRACE_VALUE,
} from '../abi/records';
import { STATUS_OUT_OF_GAS, STATUS_SENTRY, STATUS_UNPAID_CODE } from '../abi/status';
import {
  BEGIN_GAS, BEGIN_GROWS, BEGIN_NEEDS, RECORD_ARGUMENT, RECORD_IMMEDIATE, RECORD_SIZE,
} from '../decode/stream';
import {
  DELIVERED, GAS, IP, KEPT, MEMORY, MEMORY_SIZE, RETURN_DATA, RETURN_DATA_SIZE, SELF, SP,
  STACK_BASE, setKept,
} from '../frames/frame';
import { frameDepth } from '../frames/frames';
import { REFUND, TRACING } from '../memory/context';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { precompileOf } from '../state/view';

@external("env", "trace")
declare function hostTrace(event: usize): void;

const EVENT: usize = SCRATCH_EVM + 0x600;

/** The instruction whose BEGIN is at IP, right after its TRACE record. */
export function traceStep(): void {
  const event = SCRATCH + EVENT;
  const trace = IP - RECORD_SIZE;
  describe(event, TRACE_STEP, GAS);
  store<u32>(event, load<u32>(trace, RECORD_ARGUMENT), TRACE_PC);
  store<u32>(event, load<u32>(trace, RECORD_IMMEDIATE), TRACE_OPCODE);
  store<u32>(event, load<u32>(IP, BEGIN_GAS), TRACE_STATIC_GAS);
  store<u32>(event, load<u32>(IP, BEGIN_NEEDS), TRACE_NEEDS);
  store<u32>(event, load<u32>(IP, BEGIN_GROWS), TRACE_GROWS);
  store<u32>(event, <u32>SP, TRACE_STACK);
  store<u32>(event, <u32>((STACK_BASE - SP) >> 5), TRACE_STACK_WORDS);
  store<u32>(event, <u32>MEMORY, TRACE_MEMORY);
  store<u32>(event, <u32>MEMORY_SIZE, TRACE_MEMORY_SIZE);
  store<u32>(event, <u32>RETURN_DATA, TRACE_RETURN_DATA);
  store<u32>(event, RETURN_DATA_SIZE, TRACE_RETURN_SIZE);
  store<i64>(event, KEPT, TRACE_KEPT);
  store<u32>(event, <u32>SELF, TRACE_FROM);
  setKept(TRACE_NOT_KEPT);
  hostTrace(event);
}

/** The instructions of the running frame end with `gas` left; the cost of keeping a constructor's
 * code comes later. */
export function traceEnd(status: u32, gas: i64): void {
  const event = SCRATCH + EVENT;
  describe(event, TRACE_END, gas);
  store<u32>(event, shown(status), TRACE_STATUS);
  if ((TRACING & TRACES_FRAMES) == 0) isSentry = false;
  hostTrace(event);
}

/**
 * A frame begins, or a call or creation that gets none: before anything of it is done.
 * @param depth 0 = outermost
 * @param value pointer to a word, 0 = it has none
 */
export function traceFrame(
  type: u32, depth: u32, from: usize, to: usize, value: usize, gas: i64, input: usize, size: u32,
): void {
  const event = SCRATCH + EVENT;
  describe(event, TRACE_FRAME, gas);
  store<u32>(event, depth, TRACE_DEPTH);
  store<u32>(event, type, TRACE_TYPE);
  store<u32>(event, <u32>from, TRACE_FROM);
  store<u32>(event, <u32>to, TRACE_TO);
  store<u32>(event, <u32>value, TRACE_VALUE);
  store<u32>(event, type < <u32>TRACE_TYPE_CREATE ? precompileOf(to) : 0, TRACE_PRECOMPILE);
  store<u32>(event, <u32>input, TRACE_DATA);
  store<u32>(event, size, TRACE_DATA_SIZE);
  hostTrace(event);
}

/** A constructor has ended and its code is being kept. */
let isDeposit: bool = false;

export function noteDeposit(): void {
  isDeposit = true;
}

/** The running frame fails, since SSTORE may not spend a stipend. */
let isSentry: bool = false;

export function noteSentry(): void {
  isSentry = true;
}

/** What gas was short for. */
function shown(status: u32): u32 {
  if (status != STATUS_OUT_OF_GAS) return status;
  return isSentry ? STATUS_SENTRY : isDeposit ? STATUS_UNPAID_CODE : status;
}

/** It has ended with `gas` left. @param output of a creation that succeeds its code */
export function traceReturn(depth: u32, status: u32, gas: i64, output: usize, size: u32): void {
  const event = SCRATCH + EVENT;
  describe(event, TRACE_RETURN, gas);
  store<u32>(event, depth, TRACE_DEPTH);
  store<u32>(event, shown(status), TRACE_STATUS);
  isDeposit = isSentry = false;
  store<u32>(event, <u32>output, TRACE_DATA);
  store<u32>(event, size, TRACE_DATA_SIZE);
  hostTrace(event);
}

/** Before the balance goes to the beneficiary. */
export function traceSelfdestruct(beneficiary: usize, balance: usize): void {
  const event = SCRATCH + EVENT;
  describe(event, TRACE_SELFDESTRUCT, 0);
  store<u32>(event, frameDepth() + 1, TRACE_DEPTH);
  store<u32>(event, TRACE_TYPE_SELFDESTRUCT, TRACE_TYPE);
  store<u32>(event, <u32>SELF, TRACE_FROM);
  store<u32>(event, <u32>beneficiary, TRACE_TO);
  store<u32>(event, <u32>balance, TRACE_VALUE);
  hostTrace(event);
}

/** @param index logs of the transaction or activation before it */
export function traceLog(log: usize, index: u32): void {
  const event = SCRATCH + EVENT;
  describe(event, TRACE_LOG, 0);
  store<u32>(event, frameDepth(), TRACE_DEPTH);
  store<u32>(event, <u32>log, TRACE_LOG_RECORD);
  store<u32>(event, index, TRACE_LOG_INDEX);
  hostTrace(event);
}

function describe(event: usize, kind: u32, gas: i64): void {
  store<u32>(event, kind, TRACE_EVENT);
  store<u32>(event, frameDepth() + 1, TRACE_DEPTH);
  store<i64>(event, gas, TRACE_GAS);
  store<i64>(event, REFUND, TRACE_REFUND);
  store<u32>(event, <u32>DELIVERED, TRACE_MESSAGE);
}
