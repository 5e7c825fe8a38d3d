/**
 * Long division of digit strings (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D) on
 * 32-bit digits: Wasm divides 64 by 64 bits, so a 64-bit digit would need a division of its own.
 */
import {
  SCRATCH,
  SCRATCH_U256_DIVIDEND,
  SCRATCH_U256_DIVISOR,
  SCRATCH_U256_QUOTIENT,
  SCRATCH_U256_REMAINDER,
} from '../scratch';

const LOW32: u64 = 0xffffffff;

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

  // Normalized, the divisor's top bit is set, and an estimated digit is too large by 2 at most.
  const shift = clz<u32>(load<u32>(divisor + ((n - 1) << 2)));
  const u = SCRATCH + SCRATCH_U256_DIVIDEND;
  const v = SCRATCH + SCRATCH_U256_DIVISOR;
  shiftDigitsLeft(v, divisor, n, shift);
  setDigit(u, m, shiftDigitsLeft(u, dividend, m, shift));
  for (let j = m - n; j >= 0; j--) {
    setDigit(quotient, j, divideStep(u + (j << 2), v, n));
  }
  for (let i = 0; i < n; i++) {
    const pair = (digit(u, i + 1) << 32) | digit(u, i);
    setDigit(remainder, i, pair >> shift);
  }
}

@inline
function digit(digits: usize, index: i32): u64 {
  return <u64>load<u32>(digits + (index << 2));
}

@inline
function setDigit(digits: usize, index: i32, value: u64): void {
  store<u32>(digits + (index << 2), <u32>value);
}

@inline
function clear16(ptr: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) v128.store(ptr + (i << 4), i64x2(0, 0));
}

@inline
function significantDigits(digits: usize, count: i32): i32 {
  while (count > 0 && digit(digits, count - 1) == 0) count--;
  return count;
}

/** dst = src << shift (0…31) over `count` digits; returns the digit shifted out. */
@inline
function shiftDigitsLeft(dst: usize, src: usize, count: i32, shift: u32): u64 {
  let lower: u64 = 0;
  for (let i = 0; i < count; i++) {
    const value = digit(src, i);
    setDigit(dst, i, (value << shift) | (lower >> (32 - shift)));
    lower = value;
  }
  return lower >> (32 - shift);
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

/**
 * One digit of the quotient: divides the n + 1 digits at `u` by the n at `v`, leaves the rest at
 * `u`. Steps D3 to D6.
 */
@inline
function divideStep(u: usize, v: usize, n: i32): u64 {
  const top = digit(u, n);
  const numerator = (top << 32) | digit(u, n - 1);
  const vTop = digit(v, n - 1);
  const vNext = digit(v, n - 2);

  let q = top >= vTop ? LOW32 : numerator / vTop;
  let rest = numerator - q * vTop;
  const uNext = digit(u, n - 2);
  while (rest <= LOW32 && q * vNext > ((rest << 32) | uNext)) {
    q--;
    rest += vTop;
  }

  let borrow: u64 = 0;
  for (let i = 0; i < n; i++) {
    const product = q * digit(v, i) + borrow;
    const difference = digit(u, i) - (product & LOW32);
    setDigit(u, i, difference);
    borrow = (product >> 32) + (difference >> 63);
  }
  const last = top - borrow;
  setDigit(u, n, last);
  if (<i64>last >= 0) return q;

  let carry: u64 = 0;
  for (let i = 0; i < n; i++) {
    const sum = digit(u, i) + digit(v, i) + carry;
    setDigit(u, i, sum);
    carry = sum >> 32;
  }
  setDigit(u, n, digit(u, n) + carry);
  return q - 1;
}
