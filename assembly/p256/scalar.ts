/**
 * Numbers modulo n, the order of the group: words below n. n = 2^256 - c with c of 224 bits, so
 * what is above 2^256 folds: hi·2^256 + lo = hi·c + lo.
 */
import { u256Add, u256AddU64, u256Sub } from '../u256/add';
import { u256MulWide } from '../u256/mul-wide';
import { u256Copy, u256IsZero, u256Lt } from '../u256/word';
import { WORD_BYTES } from '../secp256k1/layout';
import { ORDER, ORDER_COMPLEMENT } from './constants';
import { SCALAR_TEMPORARIES } from './layout';

const WIDE = SCALAR_TEMPORARIES;
const FOLDED = WIDE + 2 * WORD_BYTES;

/** dst = a·b modulo n, of any words. */
export function scalarMultiply(dst: usize, a: usize, b: usize): void {
  u256MulWide(WIDE, a, b);
  // 32 bits fewer each time, so some 8 times
  while (!u256IsZero(WIDE + WORD_BYTES)) {
    u256MulWide(FOLDED, WIDE + WORD_BYTES, ORDER_COMPLEMENT);
    u256Add(WIDE, WIDE, FOLDED);
    const carry = u64(u256Lt(WIDE, FOLDED));
    // hi·c has 480 bits at most, so the carry has room
    u256AddU64(WIDE + WORD_BYTES, FOLDED + WORD_BYTES, carry);
  }
  // 2n is above 2^256
  if (u256Lt(WIDE, ORDER)) u256Copy(dst, WIDE);
  else u256Sub(dst, WIDE, ORDER);
}

/** Whether a word is 1 to n - 1. */
export function scalarIsInRange(word: usize): bool {
  return !u256IsZero(word) && u256Lt(word, ORDER);
}
