// Calls of precompiles: what they pay, where their output lies, and going on with one that takes
// longer than a slice. Which there are is in precompiles/table.ts.

import { FAULT_EVM_MEMORY } from '../abi/memory-map';
import {
  STATUS_PRECOMPILE_FAILURE, STATUS_REVERT, STATUS_SUCCESS, STATUS_UNPAID_PRECOMPILE,
} from '../abi/status';
import { fault } from '../memory/heap';
import { MORE } from '../memory/slice';
import {
  FIRST_CUSTOM, precompileGoOn, precompileOutputBytes, precompilePrice, precompileRun,
  precompileWorkBytes,
} from '../precompiles/table';
import { CUSTOM_PLACE, CUSTOM_REVERTS, customGasLeft, runCustom } from './custom';
import { spareMemory } from './memory-regions';
import { returnPlace } from './return-data';

/** In place of the gas left: it failed or could not be paid; `goOnPrecompile` is due. */
export const FAILED: i64 = -1;
export const NOT_ENDED: i64 = -2;

/** Output of the last precompile, where return data lies, and its size. */
export let PRECOMPILE_OUTPUT: usize = 0;
export let PRECOMPILE_OUTPUT_SIZE: u32 = 0;
/** Whether it has reverted with that, the gas that is left being its caller's. */
export let PRECOMPILE_REVERTED: bool = false;

// The precompile that runs, and the gas that it leaves.
let running: u32 = 0;
let output: usize = 0;
let gasLeft: i64 = 0;
/** The last one could not be paid. */
let isUnpaid: bool = false;

/** No engine has as many. */
const MOST_WORK_BYTES: i64 = 0xfff00000;

/** Runs the precompile of row `number`; returns the gas left, or FAILED, or NOT_ENDED, if the slice
 *  is spent. Its input stays where it is until it has ended. */
export function runPrecompile(number: u32, input: usize, size: u32, gas: i64): i64 {
  PRECOMPILE_OUTPUT = 0;
  PRECOMPILE_OUTPUT_SIZE = 0;
  PRECOMPILE_REVERTED = false;
  if (number >= FIRST_CUSTOM) return callCustom(number, input, size, gas);
  const cost = precompilePrice(number, input, size);
  isUnpaid = cost > gas || cost < 0;
  if (isUnpaid) return FAILED;
  running = number;
  output = returnPlace(<u32>precompileOutputBytes(number, input, size));
  gasLeft = gas - cost;
  const needed = precompileWorkBytes(number, input, size);
  if (needed > MOST_WORK_BYTES) fault(FAULT_EVM_MEMORY, <u32>min<i64>(needed, u32.MAX_VALUE));
  const work: usize = needed == 0 ? 0 : spareMemory(<u32>needed);
  return conclude(precompileRun(number, cost, input, size, output, work, <usize>needed));
}

/** Of an embedder's own (`setCustomParties` came before). */
function callCustom(number: u32, input: usize, size: u32, gas: i64): i64 {
  isUnpaid = false;
  const outputSize = runCustom(number, input, size, gas);
  if (outputSize < 0) return FAILED;
  output = CUSTOM_PLACE;
  gasLeft = customGasLeft();
  PRECOMPILE_REVERTED = CUSTOM_REVERTS;
  return conclude(outputSize);
}

/** Goes on with the precompile that has not ended; returns what `runPrecompile` does. */
export function goOnPrecompile(): i64 {
  return conclude(precompileGoOn(running));
}

/** How the last one went, which has ended, for a trace. */
export function precompileStatus(left: i64): u32 {
  if (left >= 0) return PRECOMPILE_REVERTED ? STATUS_REVERT : STATUS_SUCCESS;
  return isUnpaid ? STATUS_UNPAID_PRECOMPILE : STATUS_PRECOMPILE_FAILURE;
}

function conclude(outputSize: i32): i64 {
  if (outputSize == MORE) return NOT_ENDED;
  if (outputSize < 0) return FAILED;
  PRECOMPILE_OUTPUT = output;
  PRECOMPILE_OUTPUT_SIZE = <u32>outputSize;
  return gasLeft;
}
