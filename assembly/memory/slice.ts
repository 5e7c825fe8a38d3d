/**
 * Work comes in slices, between which whoever called the core has a turn: the event loop, a signal.
 * A slice ends where its budget does, also in the midst of a transaction, an activation or a long
 * precompile, and the next one goes on there. All that is in progress is in records and in globals
 * of this instance, so ending a slice is returning, and going on is calling again. No result
 * depends on it.
 */
import { SIMULATION_SLICE } from '../abi/memory-map';

/** More than anything spends, and small enough for sums. */
const ENDLESS: i64 = 0x2000000000000000;

/** What is left of the slice, in the time of gas: 1 to 10 ns each. Where it is not positive, the
 * slice is spent. */
export let BUDGET: i64 = 0x2000000000000000;

/** What a step says after which the slice is spent, in place of a size: another one is due. */
export const MORE: i32 = -3;

/** What the running frame waits for before it goes on, since it takes longer than a slice. */
export const WAITS_FOR_NOTHING: u32 = 0;
/** KECCAK256 of much memory. */
export const WAITS_FOR_HASH: u32 = 1;
/** A precompile that it has called. */
export const WAITS_FOR_CALL: u32 = 2;
/** There is no frame: the precompile is what the transaction or the message calls. */
export const WAITS_FOR_OUTERMOST: u32 = 3;
export let WAITING: u32 = 0;

export function waitFor(what: u32): void {
  WAITING = what;
}

export function beginSlice(gas: u32): void {
  const most = load<u32>(SIMULATION_SLICE);
  BUDGET = <i64>(most == 0 ? gas : min(most, gas));
}

/** For who cannot have a turn: what begins now runs to its end. */
export function beginEndlessSlice(): void {
  BUDGET = ENDLESS;
}

@inline
export function spend(gas: i64): void {
  BUDGET -= gas;
}

@inline
export function isSpent(): bool {
  return BUDGET <= 0;
}
