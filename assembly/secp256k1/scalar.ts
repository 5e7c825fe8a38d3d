/**
 * Numbers modulo n, the order of the group: words below n. n = 2^256 - c with c below 2^129, so
 * what is above 2^256 folds: hi·2^256 + lo = hi·c + lo.
 */
import { u256Add, u256AddU64, u256Sub } from '../u256/add';
import { u256MulWide } from '../u256/mul-wide';
import { u256Copy, u256IsZero, u256Lt } from '../u256/word';
import { SCALAR_TEMPORARIES, WORD_BYTES } from './layout';
import { ORDER, ORDER_COMPLEMENT } from './constants';

const WIDE = SCALAR_TEMPORARIES;
const FOLDED = WIDE + 2 * WORD_BYTES;

/** dst = a·b modulo n. */
export function scalarMultiply(dst: usize, a: usize, b: usize): void {
  u256MulWide(WIDE, a, b);
  // At most 4 times: 512 bits, 386, 260, 257
  while (!u256IsZero(WIDE + WORD_BYTES)) {
    u256MulWide(FOLDED, WIDE + WORD_BYTES, ORDER_COMPLEMENT);
    u256Add(WIDE, WIDE, FOLDED);
    const carry = u64(u256Lt(WIDE, FOLDED));
    u256Copy(WIDE + WORD_BYTES, FOLDED + WORD_BYTES);
    // Below 2^257 before, so the carry has room
    u256AddU64(WIDE + WORD_BYTES, WIDE + WORD_BYTES, carry);
  }
  scalarReduce(dst, WIDE);
}

/** dst = a word modulo n. 2n is above 2^256. */
export function scalarReduce(dst: usize, word: usize): void {
  if (u256Lt(word, ORDER)) u256Copy(dst, word);
  else u256Sub(dst, word, ORDER);
}

/** dst = -a modulo n. */
export function scalarNegate(dst: usize, a: usize): void {
  if (u256IsZero(a)) u256Copy(dst, a);
  else u256Sub(dst, ORDER, a);
}

/** Whether a word is 1 to n - 1. */
export function scalarIsInRange(word: usize): bool {
  return !u256IsZero(word) && u256Lt(word, ORDER);
}
