/** Long division by a word. */
import {
  SCRATCH,
  SCRATCH_U256_DIVIDEND,
  SCRATCH_U256_DIVISOR,
  SCRATCH_U256_QUOTIENT,
  SCRATCH_U256_REMAINDER,
} from '../memory/scratch';
import {
  digit,
  divideStep,
  setDigit,
  shiftDigitsLeft,
  shiftDigitsRight,
  significantDigits,
} from './digits';

/**
 * Divides the `dividendDigits` (≤ 17) digits at `dividend` by the word at `divisor`, which must not
 * be zero. The quotient is left at SCRATCH_U256_QUOTIENT, zero above its digits to 80 bytes, the
 * remainder as a word at SCRATCH_U256_REMAINDER.
 */
export function divideDigits(dividend: usize, dividendDigits: i32, divisor: usize): void {
  const quotient = SCRATCH + SCRATCH_U256_QUOTIENT;
  const remainder = SCRATCH + SCRATCH_U256_REMAINDER;
  clear16(quotient, 5);
  clear16(remainder, 2);

  const m = significantDigits(dividend, dividendDigits);
  const n = significantDigits(divisor, 8);
  if (m < n) {
    for (let i = 0; i < m; i++) setDigit(remainder, i, digit(dividend, i));
    return;
  }
  if (n == 1) {
    divideByDigit(quotient, remainder, dividend, m, digit(divisor, 0));
    return;
  }

  const shift = clz<u32>(<u32>digit(divisor, n - 1));
  const u = SCRATCH + SCRATCH_U256_DIVIDEND;
  const v = SCRATCH + SCRATCH_U256_DIVISOR;
  shiftDigitsLeft(v, divisor, n, shift);
  setDigit(u, m, shiftDigitsLeft(u, dividend, m, shift));
  for (let j = m - n; j >= 0; j--) {
    setDigit(quotient, j, divideStep(u + (<usize>j << 2), v, n));
  }
  shiftDigitsRight(remainder, u, n, shift);
}

@inline
function clear16(ptr: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) v128.store(ptr + (i << 4), i64x2(0, 0));
}

@inline
function divideByDigit(
  quotient: usize,
  remainder: usize,
  dividend: usize,
  count: i32,
  divisor: u64,
): void {
  let rest: u64 = 0;
  for (let i = count - 1; i >= 0; i--) {
    const value = (rest << 32) | digit(dividend, i);
    const q = value / divisor;
    setDigit(quotient, i, q);
    rest = value - q * divisor;
  }
  setDigit(remainder, 0, rest);
}
