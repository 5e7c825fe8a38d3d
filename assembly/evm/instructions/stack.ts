/** Push, duplication and exchange operations (YP 60s to 90s) and superinstructions of them. */
import { u256Copy, u256SetU64, u256Swap } from '../../u256/word';

@inline
export function push(sp: usize, value: u64): void {
  u256SetU64(sp - 32, value);
}

/** `word` is the wide immediate after a record. */
@inline
export function pushWide(sp: usize, word: usize): void {
  u256Copy(sp - 32, word);
}

/** Copies the n-th word, 1 being the top. */
@inline
export function dup(sp: usize, n: usize): void {
  u256Copy(sp - 32, sp + ((n - 1) << 5));
}

/** Exchanges the top with the n-th word below it. */
@inline
export function swap(sp: usize, n: usize): void {
  u256Swap(sp, sp + (n << 5));
}

/** SWAPn POP: the top goes n words down, over what is there. */
@inline
export function swapPop(sp: usize, n: usize): void {
  u256Copy(sp + (n << 5), sp);
}

/** SWAPn POP POP: the top goes `distance` bytes down. */
@inline
export function swapPopPop(sp: usize, distance: usize): void {
  u256Copy(sp + distance, sp);
}

/** PUSH DUPn: `distance` in bytes from the pushed word to the one to copy. */
@inline
export function pushDup(sp: usize, value: u64, distance: usize): void {
  u256SetU64(sp - 32, value);
  u256Copy(sp - 64, sp - 32 + distance);
}

/** PUSH SWAP1: the value goes below the top. */
@inline
export function pushSwap(sp: usize, value: u64): void {
  u256Copy(sp - 32, sp);
  u256SetU64(sp, value);
}
