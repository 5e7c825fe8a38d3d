// A precompile that a transaction or a message calls itself: there is no frame, and it ends as the
// outermost frame does.

import { TRACES_FRAMES } from '../abi/records';
import { STATUS_PRECOMPILE_FAILURE, STATUS_REVERT, STATUS_SUCCESS } from '../abi/status';
import { FRAME, FRAME_VALUE, undoFrame } from '../frames/frames';
import { TRACING } from '../memory/context';
import { WAITS_FOR_NOTHING, WAITS_FOR_OUTERMOST, waitFor } from '../memory/slice';
import { FIRST_CUSTOM } from '../precompiles/table';
import { setCustomParties } from './custom';
import { endOutermost } from './ends';
import {
  NOT_ENDED, PRECOMPILE_OUTPUT, PRECOMPILE_OUTPUT_SIZE, PRECOMPILE_REVERTED, goOnPrecompile,
  precompileStatus,
  runPrecompile,
} from './precompiles';
import { traceReturn } from './trace';

/** Then `interpret` is due. The frame has been marked. */
export function enterPrecompile(
  number: u32, account: usize, caller: usize, data: usize, size: u32, gas: i64,
): void {
  if (number >= FIRST_CUSTOM) setCustomParties(account, caller, FRAME + FRAME_VALUE, false);
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
  if (PRECOMPILE_REVERTED) {
    const aside = undoFrame();
    return endOutermost(STATUS_REVERT, left + aside, PRECOMPILE_OUTPUT, PRECOMPILE_OUTPUT_SIZE);
  }
  endOutermost(STATUS_SUCCESS, left, PRECOMPILE_OUTPUT, PRECOMPILE_OUTPUT_SIZE);
}
