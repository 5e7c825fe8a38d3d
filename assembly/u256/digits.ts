/**
 * Strings of 32-bit digits, lowest first, and the step of long division on them (Knuth, The Art of
 * Computer Programming 2, 4.3.1, algorithm D). Wasm divides 64 by 64 bits, so a quotient digit of
 * 32 bits comes from one instruction, one of 64 bits would be a long division itself.
 */

export const LOW32: u64 = 0xffffffff;

@inline
export function digit(digits: usize, index: i32): u64 {
  return <u64>load<u32>(digits + (<usize>index << 2));
}

@inline
export function setDigit(digits: usize, index: i32, value: u64): void {
  store<u32>(digits + (<usize>index << 2), <u32>value);
}

/** `count` less the zeros at the top. */
@inline
export function significantDigits(digits: usize, count: i32): i32 {
  while (count > 0 && digit(digits, count - 1) == 0) count--;
  return count;
}

/** dst = src << shift (0…31) over `count` digits; returns the digit shifted out. */
@inline
export function shiftDigitsLeft(dst: usize, src: usize, count: i32, shift: u32): u64 {
  let lower: u64 = 0;
  for (let i = 0; i < count; i++) {
    const value = digit(src, i);
    setDigit(dst, i, (value << shift) | (lower >> (32 - shift)));
    lower = value;
  }
  return lower >> (32 - shift);
}

/** dst = src >> shift (0…31) over `count` digits; reads a digit more of src. */
@inline
export function shiftDigitsRight(dst: usize, src: usize, count: i32, shift: u32): void {
  for (let i = 0; i < count; i++) {
    setDigit(dst, i, ((digit(src, i + 1) << 32) | digit(src, i)) >> shift);
  }
}

/**
 * One digit of the quotient: divides the n + 1 digits at `u` by the n ≥ 2 at `v`, whose top bit
 * is set, and leaves the rest at `u`, whose top digit is then 0. Steps D3 to D6. The upper n
 * digits at `u` must be below those at `v`.
 */
@inline
export function divideStep(u: usize, v: usize, n: i32): u64 {
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
  setDigit(u, n, last + carry);
  return q - 1;
}
