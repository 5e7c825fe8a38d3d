/**
 * Where runFrame stops since its slice is spent (slice.ts), so that it can go on as if it had not.
 *
 * It finds out with the comparison that finds out that gas is short: gas is compared not with zero
 * but with a floor, which is what the frame had less what the slice has left, or zero.
 *
 * Exports: floorOf, stopAtBlock, stopInside.
 */
import { STATUS_OUT_OF_GAS } from '../abi/status';
import { H_BEGIN, H_PAUSE, H_RESUME } from '../decode/handlers';
import {
  BEGIN_GAS, BEGIN_GROWS, BEGIN_NEEDS, RECORD_IMMEDIATE, RECORD_SIZE,
} from '../decode/stream';
import { setMachine } from '../frames/frame';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { BUDGET, WAITING, WAITS_FOR_NOTHING } from '../memory/slice';
import { GAS_TO_STOP } from './memory';

/** BEGIN of nothing, then RESUME: a frame that stops inside a block goes on there. */
const DETOUR: usize = SCRATCH_EVM + 0x580;

/** Gas below which a frame stops. Its next block, which begins at `ip`, runs in any case. */
export function floorOf(ip: usize, gas: i64): i64 {
  return max<i64>(gas - <i64>load<u32>(ip, BEGIN_GAS) - BUDGET, 0);
}

/** Before the block at `ip`, whose gas has been taken: stops, or the gas is short. */
export function stopAtBlock(ip: usize, sp: usize, gas: i64): u32 {
  if (gas < 0) return STATUS_OUT_OF_GAS;
  setMachine(ip, sp, gas + <i64>load<u32>(ip, BEGIN_GAS));
  return H_PAUSE;
}

/** The same before the record at `ip`, which is inside a block, also if the frame has to wait. */
export function stopInside(ip: usize, sp: usize, gasAfter: i64): u32 {
  const gas = WAITING == WAITS_FOR_NOTHING ? gasAfter : gasAfter + GAS_TO_STOP;
  if (gas < 0) return STATUS_OUT_OF_GAS;
  const detour = SCRATCH + DETOUR;
  store<u32>(detour, H_BEGIN);
  store<u32>(detour, 0, BEGIN_GAS);
  store<u32>(detour, 0, BEGIN_NEEDS);
  store<u32>(detour, 0, BEGIN_GROWS);
  store<u32>(detour + RECORD_SIZE, H_RESUME);
  store<u64>(detour + RECORD_SIZE, <u64>ip, RECORD_IMMEDIATE);
  setMachine(detour, sp, gas);
  return H_PAUSE;
}
