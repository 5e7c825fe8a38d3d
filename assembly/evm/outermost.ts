// A precompile that a transaction or a message calls itself: there is no frame, and it ends as the
// outermost frame does.

import { TRACES_FRAMES } from '../abi/records';
import { STATUS_PRECOMPILE_FAILURE, STATUS_SUCCESS } from '../abi/status';
import { TRACING } from '../memory/context';
import { WAITS_FOR_NOTHING, WAITS_FOR_OUTERMOST, waitFor } from '../memory/slice';
import { endOutermost } from './ends';
import {
  NOT_ENDED, PRECOMPILE_OUTPUT, PRECOMPILE_OUTPUT_SIZE, goOnPrecompile, precompileStatus,
  runPrecompile,
} from './precompiles';
import { traceReturn } from './trace';

/** Then `interpret` is due. */
export function enterPrecompile(number: u32, data: usize, size: u32, gas: i64): void {
  conclude(runPrecompile(number, data, size, gas));
}

/** Goes on with it, if it has not ended. */
export function goOnOutermost(): void {
  conclude(goOnPrecompile());
}

function conclude(left: i64): void {
  waitFor(left == NOT_ENDED ? WAITS_FOR_OUTERMOST : WAITS_FOR_NOTHING);
  if (left == NOT_ENDED) return;
  if ((TRACING & TRACES_FRAMES) != 0) {
    const status = precompileStatus(left);
    traceReturn(0, status, max<i64>(left, 0), PRECOMPILE_OUTPUT, PRECOMPILE_OUTPUT_SIZE);
  }
  if (left < 0) return endOutermost(STATUS_PRECOMPILE_FAILURE, 0, 0, 0);
  endOutermost(STATUS_SUCCESS, left, PRECOMPILE_OUTPUT, PRECOMPILE_OUTPUT_SIZE);
}
