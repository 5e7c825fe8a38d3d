// Work comes in slices, between which whoever called the core has a turn: the event loop, a signal.
// A slice ends where its budget does, also in the midst of a transaction or an activation, and the
// next one goes on there. Everything that runs is in explicit records and in the globals of this
// instance, so ending a slice is returning, and going on is calling again. No result depends on it.

/** What is left of the slice, in the time of gas: 1 to 10 ns each. Spent where it is not positive. */
export let BUDGET: i64 = 0;

/** More than anything spends, and small enough for sums. */
const ENDLESS: i64 = 1 << 61;

export function beginSlice(gas: u32): void {
  BUDGET = <i64>gas;
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
