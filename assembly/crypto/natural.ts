/**
 * Natural numbers of any length in linear memory: little-endian u64 limbs, or the same bytes as
 * twice as many 32-bit digits. Big-endian byte strings in and out.
 */
import {
  digit,
  divideStep,
  setDigit,
  shiftDigitsLeft,
  shiftDigitsRight,
  significantDigits,
} from '../u256/digits';

/** The low `limbs` limbs of the number in `length` big-endian bytes at `src`. */
export function naturalFromBytes(dst: usize, limbs: usize, src: usize, length: usize): void {
  const size = limbs << 3;
  const used = min(length, size);
  reverseBytes(dst, src + length - used, used);
  memory.fill(dst + used, 0, size - used);
}

/** Copies bytes in the opposite order; the places must not overlap. */
export function reverseBytes(dst: usize, src: usize, length: usize): void {
  const last = src + length - 1;
  for (let i: usize = 0; i < length; i++) store<u8>(dst + i, load<u8>(last - i));
}

/** The low `length` bytes of a number, big-endian; zeros above its limbs. */
export function naturalToBytes(dst: usize, length: usize, src: usize, limbs: usize): void {
  const size = min(limbs << 3, length);
  const zeros = length - size;
  memory.fill(dst, 0, zeros);
  reverseBytes(dst + zeros, src, size);
}

/** `limbs` less the zeros at the top. */
export function significantLimbs(ptr: usize, limbs: usize): usize {
  while (limbs > 0 && load<u64>(ptr + (limbs << 3) - 8) == 0) limbs--;
  return limbs;
}

/** Trailing zero bits of a number that is not zero. */
export function naturalTrailingZeros(ptr: usize): usize {
  let limb: usize = 0;
  while (load<u64>(ptr + (limb << 3)) == 0) limb++;
  return (limb << 6) + <usize>ctz(load<u64>(ptr + (limb << 3)));
}

/** dst = src >> bits over `limbs` limbs, zeros from above. `dst` may be `src`. */
export function naturalShiftRight(dst: usize, src: usize, limbs: usize, bits: usize): void {
  const skipped = bits >> 6;
  const shift = <u64>bits & 63;
  const kept = limbs - skipped;
  for (let i: usize = 0; i < limbs; i++) {
    const at = src + ((i + skipped) << 3);
    const low = i < kept ? load<u64>(at) : 0;
    const high = i + 1 < kept ? load<u64>(at, 8) : 0;
    store<u64>(dst + (i << 3), (low >> shift) | ((high << 1) << (63 - shift)));
  }
}

/** a < b. */
export function naturalLess(a: usize, b: usize, limbs: usize): bool {
  for (let i = limbs; i > 0; i--) {
    const x = load<u64>(a + (i << 3) - 8);
    const y = load<u64>(b + (i << 3) - 8);
    if (x != y) return x < y;
  }
  return false;
}

/** dst = a - b modulo 2^(64·limbs). `dst` may coincide with an operand. */
export function naturalSubtract(dst: usize, a: usize, b: usize, limbs: usize): void {
  let borrow: u64 = 0;
  for (let i: usize = 0; i < limbs; i++) {
    const x = load<u64>(a + (i << 3));
    const y = load<u64>(b + (i << 3));
    const difference = x - y;
    store<u64>(dst + (i << 3), difference - borrow);
    borrow = u64(x < y) | u64(difference < borrow);
  }
}

/** dst = a + b modulo 2^(64·limbs). `dst` may coincide with an operand. */
export function naturalAdd(dst: usize, a: usize, b: usize, limbs: usize): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < limbs; i++) {
    const x = load<u64>(a + (i << 3));
    const sum = x + load<u64>(b + (i << 3));
    const total = sum + carry;
    store<u64>(dst + (i << 3), total);
    carry = u64(sum < x) | u64(total < sum);
  }
}

/** Clears the bits of a number from `bits` up. */
export function naturalTruncate(ptr: usize, limbs: usize, bits: usize): void {
  const whole = bits >> 6;
  if (whole >= limbs) return;
  const at = ptr + (whole << 3);
  store<u64>(at, load<u64>(at) & (((<u64>1) << (<u64>bits & 63)) - 1));
  memory.fill(at + 8, 0, (limbs - whole - 1) << 3);
}

/** dst = a × b modulo 2^(64·limbs). `dst` must not overlap an operand. */
export function naturalMultiplyLow(dst: usize, a: usize, b: usize, limbs: usize): void {
  if (limbs == 1) {
    store<u64>(dst, load<u64>(a) * load<u64>(b));
    return;
  }
  const size = limbs << 3;
  memory.fill(dst, 0, size);
  for (let i: usize = 0; i < size; i += 4) {
    const factor = <u64>load<u32>(a + i);
    if (factor == 0) continue;
    const end = size - i;
    const row = dst + i;
    let carry: u64 = 0;
    for (let j: usize = 0; j < end; j += 4) {
      const t = <u64>load<u32>(row + j) + factor * <u64>load<u32>(b + j) + carry;
      store<u32>(row + j, <u32>t);
      carry = t >> 32;
    }
  }
}

/**
 * dst = u mod v. `v` has `vLimbs` limbs, the highest not zero; `u` has `uLimbs` limbs and room for
 * another, and is destroyed; `normalized` has room for `vLimbs`. `dst` gets `vLimbs` limbs.
 */
export function naturalModulo(
  dst: usize,
  u: usize,
  uLimbs: usize,
  v: usize,
  vLimbs: usize,
  normalized: usize,
): void {
  const m = significantDigits(u, <i32>uLimbs << 1);
  const n = significantDigits(v, <i32>vLimbs << 1);
  if (n == 1) {
    store<u64>(dst, moduloDigit(u, m, digit(v, 0)));
    return;
  }
  setDigit(dst, <i32>(vLimbs << 1) - 1, 0); // the pad where n is odd
  const shift = clz<u32>(<u32>digit(v, n - 1));
  shiftDigitsLeft(normalized, v, n, shift);
  // Also when u is shorter than v: then all its digits are below, and there is nothing to divide.
  for (let i = m; i <= n; i++) setDigit(u, i, 0);
  setDigit(u, m, shiftDigitsLeft(u, u, m, shift));
  for (let j = m - n; j >= 0; j--) divideStep(u + (<usize>j << 2), normalized, n);
  shiftDigitsRight(dst, u, n, shift);
}

function moduloDigit(u: usize, count: i32, divisor: u64): u64 {
  let rest: u64 = 0;
  for (let i = count - 1; i >= 0; i--) rest = ((rest << 32) | digit(u, i)) % divisor;
  return rest;
}
