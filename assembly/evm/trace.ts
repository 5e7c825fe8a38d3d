/**
 * What the host is told while the control field TRACE is set: each instruction before it runs, and
 * how each frame ends. Traced streams (traced-decoder.ts) call traceStep; nothing else does.
 *
 * Exports: traceStep, traceEnd.
 */
import {
  TRACE_DEPTH, TRACE_END, TRACE_EVENT, TRACE_GAS, TRACE_GROWS, TRACE_KEPT, TRACE_MEMORY,
  TRACE_MEMORY_SIZE, TRACE_MESSAGE, TRACE_NEEDS, TRACE_NOT_KEPT, TRACE_OPCODE, TRACE_PC,
  TRACE_REFUND, TRACE_RETURN_DATA, TRACE_RETURN_SIZE, TRACE_STACK, TRACE_STACK_WORDS,
  TRACE_STATIC_GAS, TRACE_STATUS, TRACE_STEP,
} from '../abi/records';
import {
  BEGIN_GAS, BEGIN_GROWS, BEGIN_NEEDS, RECORD_ARGUMENT, RECORD_IMMEDIATE, RECORD_SIZE,
} from '../decode/stream';
import {
  DELIVERED, GAS, IP, KEPT, MEMORY, MEMORY_SIZE, RETURN_DATA, RETURN_DATA_SIZE, SP, STACK_BASE,
  setKept,
} from '../frames/frame';
import { frameDepth } from '../frames/frames';
import { REFUND } from '../memory/context';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';

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
  setKept(TRACE_NOT_KEPT);
  hostTrace(event);
}

/** The running frame ends with `gas` left; the cost of keeping a constructor's code comes later. */
export function traceEnd(status: u32, gas: i64): void {
  const event = SCRATCH + EVENT;
  describe(event, TRACE_END, gas);
  store<u32>(event, status, TRACE_STATUS);
  hostTrace(event);
}

function describe(event: usize, kind: u32, gas: i64): void {
  store<u32>(event, kind, TRACE_EVENT);
  store<u32>(event, frameDepth() + 1, TRACE_DEPTH);
  store<i64>(event, gas, TRACE_GAS);
  store<i64>(event, REFUND, TRACE_REFUND);
  store<u32>(event, <u32>DELIVERED, TRACE_MESSAGE);
}
