/**
 * Memory of a frame and what it costs: 3 gas for each word and words²/512 (YP 9.2, C_mem).
 *
 * Expansion computes the price first and touches memory only if `gasLeft` covers it: hostile code
 * asks for 2^40 bytes with little gas. The caller subtracts what is returned; a price above the gas
 * left makes that negative, which is out of gas.
 *
 * Exports: GAS_INFINITE, GAS_TO_STOP, UNAFFORDABLE_BYTES, expand, expandAt, expandSmall.
 */
import { GAS_MEMORY_WORD } from '../forks/rules';
import { MEMORY, MEMORY_END, MEMORY_SIZE, setMemory } from '../frames/frame';
import { u256High } from '../u256/word';
import { clearMemory, enlargeMemory, useUpTo } from './memory-regions';

/** More than any gas left, and small enough that prices can be added to it. */
export const GAS_INFINITE: i64 = 1 << 60;

/** An instruction that has been paid for, but makes the frame wait, takes so much more, so that no
 * gas is left and the frame stops (pause.ts). */
export const GAS_TO_STOP: i64 = 1 << 61;

/** No offset or size from here on is affordable: 2^36 bytes cost more than 2^53 gas. */
export const UNAFFORDABLE_BYTES: u64 = 1 << 36;

/** Price of having [offset, offset + size), both words, in memory; 0 for size 0. */
export function expand(offsetWord: usize, sizeWord: usize, gasLeft: i64): i64 {
  if (u256High(sizeWord) != 0) return GAS_INFINITE;
  const size = load<u64>(sizeWord);
  return size == 0 ? 0 : expandAt(offsetWord, size, gasLeft);
}

/** The same for a size that is known and not 0. */
export function expandAt(offsetWord: usize, size: u64, gasLeft: i64): i64 {
  if (u256High(offsetWord) != 0) return GAS_INFINITE;
  return expandTo(load<u64>(offsetWord), size, gasLeft);
}

/** The same for an offset of 64 bits; size not 0. */
export function expandSmall(offset: u64, size: u64, gasLeft: i64): i64 {
  return expandTo(offset, size, gasLeft);
}

@inline
function expandTo(offset: u64, size: u64, gasLeft: i64): i64 {
  if (offset >= UNAFFORDABLE_BYTES || size >= UNAFFORDABLE_BYTES) return GAS_INFINITE;
  const end = (offset + size + 31) & ~31;
  if (end <= MEMORY_SIZE) return 0;
  const cost = memoryCost(end >> 5) - memoryCost(MEMORY_SIZE >> 5);
  if (cost <= gasLeft) grow(end);
  return cost;
}

/** Fits in 56 bits for words < 2^32. */
@inline
function memoryCost(words: u64): i64 {
  return GAS_MEMORY_WORD * words + ((words * words) >> 9);
}

/** Zeroes the memory up to `end`, a multiple of 32, which has been found affordable. */
@inline
function grow(end: u64): void {
  if (end > <u64>(MEMORY_END - MEMORY)) enlargeMemory(end);
  const from = MEMORY + <usize>MEMORY_SIZE;
  if (end - MEMORY_SIZE == 32) {
    // Most often one word; memory.fill costs a call.
    useUpTo(from + 32);
    v128.store(from, i64x2(0, 0));
    v128.store(from, i64x2(0, 0), 16);
  } else {
    clearMemory(from, MEMORY + <usize>end);
  }
  setMemory(MEMORY, end);
}
