/**
 * DIV, MOD, SDIV, SMOD: division by zero gives zero (Yellow Paper, appendix H). `dst` may coincide
 * with an operand.
 */
import { SCRATCH, SCRATCH_U256_QUOTIENT, SCRATCH_U256_REMAINDER } from '../memory/scratch';
import { u256Negate } from './add';
import { LOW32 } from './digits';
import { divideDigits } from './long-division';
import { u256ShrInto } from './shift';
import { u256Copy, u256High, u256IsZero, u256Set, u256SetU64 } from './word';

/** dst = a / b, unsigned. */
@inline
export function u256Div(dst: usize, a: usize, b: usize): void {
  const divisor = load<u64>(b);
  if ((u256High(a) | u256High(b)) == 0 && divisor != 0) u256SetU64(dst, load<u64>(a) / divisor);
  else u256DivWide(dst, a, b);
}

/** dst = a mod b, unsigned. */
@inline
export function u256Mod(dst: usize, a: usize, b: usize): void {
  const divisor = load<u64>(b);
  if ((u256High(a) | u256High(b)) == 0 && divisor != 0) u256SetU64(dst, load<u64>(a) % divisor);
  else u256ModWide(dst, a, b);
}

/** dst = a / b, two's complement, rounded toward zero. Destroys `a` and `b`. */
export function u256Sdiv(dst: usize, a: usize, b: usize): void {
  const divisor = load<i64>(b);
  if (isSmallSigned(a) && isSmallSigned(b) && divisor != 0 && divisor != -1) {
    setI64(dst, load<i64>(a) / divisor);
    return;
  }
  const aNegative = load<i64>(a, 24) < 0;
  const bNegative = load<i64>(b, 24) < 0;
  if (aNegative) u256Negate(a, a);
  if (bNegative) u256Negate(b, b);
  u256Div(dst, a, b);
  if (aNegative != bNegative) u256Negate(dst, dst);
}

/** dst = a mod b, two's complement, with the sign of a. Destroys `a` and `b`. */
export function u256Smod(dst: usize, a: usize, b: usize): void {
  const divisor = load<i64>(b);
  if (isSmallSigned(a) && isSmallSigned(b) && divisor != 0 && divisor != -1) {
    setI64(dst, load<i64>(a) % divisor);
    return;
  }
  const aNegative = load<i64>(a, 24) < 0;
  if (aNegative) u256Negate(a, a);
  if (load<i64>(b, 24) < 0) u256Negate(b, b);
  u256Mod(dst, a, b);
  if (aNegative) u256Negate(dst, dst);
}

/** dst = a / divisor, divisor not zero; returns a mod divisor. */
export function u256DivSmall(dst: usize, a: usize, divisor: u64): u64 {
  let rest: u64 = 0;
  let at: i32 = 24;
  while (at > 0 && load<u64>(a + at) == 0) {
    store<u64>(dst + at, 0);
    at -= 8;
  }
  if (load<u64>(a + at) < divisor) {
    rest = load<u64>(a + at);
    store<u64>(dst + at, 0);
    at -= 8;
  }
  return divisor <= LOW32
    ? divideLimbsBy32(dst, a, at, rest, divisor)
    : divideLimbsBy64(dst, a, at, rest, divisor);
}

/** Quotient limbs from byte offset `at` down to 0, for a divisor below 2^32. */
function divideLimbsBy32(dst: usize, a: usize, at: i32, rest: u64, divisor: u64): u64 {
  for (; at >= 0; at -= 8) {
    const limb = load<u64>(a + at);
    const upper = (rest << 32) | (limb >> 32);
    const qUpper = upper / divisor;
    const lower = ((upper - qUpper * divisor) << 32) | (limb & LOW32);
    const qLower = lower / divisor;
    rest = lower - qLower * divisor;
    store<u64>(dst + at, (qUpper << 32) | qLower);
  }
  return rest;
}

/**
 * The same for a divisor from 2^32: each limb is a 128/64 division, in two steps of 32 bits
 * with the divisor normalized (Knuth 4.3.1 D with two digits).
 */
function divideLimbsBy64(dst: usize, a: usize, at: i32, rest: u64, divisor: u64): u64 {
  const shift = clz(divisor);
  const d = divisor << shift;
  const dUpper = d >> 32;
  const dLower = d & LOW32;
  for (; at >= 0; at -= 8) {
    const limb = load<u64>(a + at);
    const high = (rest << shift) | ((limb >> 1) >> (63 - shift));
    const low = limb << shift;
    const qUpper = estimateDigit(high, low >> 32, dUpper, dLower);
    const middle = (high << 32) + (low >> 32) - qUpper * d; // exact modulo 2^64
    const qLower = estimateDigit(middle, low & LOW32, dUpper, dLower);
    rest = ((middle << 32) + (low & LOW32) - qLower * d) >> shift;
    store<u64>(dst + at, (qUpper << 32) + qLower);
  }
  return rest;
}

/**
 * ⌊(high·2^32 + next) / d⌋ for high < d, d normalized. The first estimate is at most 2^32 + 1, so
 * its
 * product with dLower fits in 64 bits.
 */
@inline
function estimateDigit(high: u64, next: u64, dUpper: u64, dLower: u64): u64 {
  let q = high / dUpper;
  let rest = high - q * dUpper;
  while (q * dLower > ((rest << 32) | next)) {
    q--;
    rest += dUpper;
    if (rest > LOW32) break;
  }
  return q;
}

/** The same for any words. */
export function u256DivWide(dst: usize, a: usize, b: usize): void {
  if (u256IsZero(b)) {
    u256SetU64(dst, 0);
    return;
  }
  const b0 = load<u64>(b);
  const b1 = load<u64>(b, 8);
  const b2 = load<u64>(b, 16);
  const b3 = load<u64>(b, 24);
  if (popcnt(b0) + popcnt(b1) + popcnt(b2) + popcnt(b3) == 1) {
    // Selector extraction divides by 2^224: a shift is 5 times faster than a division.
    const exponent = b0 ? ctz(b0) : b1 ? 64 + ctz(b1) : b2 ? 128 + ctz(b2) : 192 + ctz(b3);
    u256ShrInto(dst, a, exponent);
    return;
  }
  if ((b1 | b2 | b3) == 0) {
    u256DivSmall(dst, a, b0);
    return;
  }
  divideDigits(a, 8, b);
  u256Copy(dst, SCRATCH + SCRATCH_U256_QUOTIENT);
}

/** The same for any words. */
export function u256ModWide(dst: usize, a: usize, b: usize): void {
  if (u256IsZero(b)) {
    u256SetU64(dst, 0);
    return;
  }
  if (u256High(b) == 0) {
    u256SetU64(dst, u256DivSmall(SCRATCH + SCRATCH_U256_QUOTIENT, a, load<u64>(b)));
    return;
  }
  divideDigits(a, 8, b);
  u256Copy(dst, SCRATCH + SCRATCH_U256_REMAINDER);
}

/** Whether the word is the sign extension of its lowest limb. */
@inline
function isSmallSigned(ptr: usize): bool {
  const sign = load<i64>(ptr) >> 63;
  return (
    ((load<i64>(ptr, 8) ^ sign) | (load<i64>(ptr, 16) ^ sign) | (load<i64>(ptr, 24) ^ sign)) == 0
  );
}

@inline
function setI64(dst: usize, value: i64): void {
  const sign = value >> 63;
  u256Set(dst, value, sign, sign, sign);
}
