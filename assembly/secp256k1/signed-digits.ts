/**
 * Factors as sparse sums of odd signed digits, k = Σ digit[i]·2^i with at most one digit other than
 * 0 among any `width` in a row (wNAF): a table holds odd multiples only, and half of them.
 */
import { u256Negate } from '../u256/add';

/** Of one bit: an i16 for each of four factors. */
export const DIGIT_ROW_BYTES: usize = 8;

/** Makes all digits of `count` bits 0. */
export function clearDigits(rows: usize, count: i32): void {
  memory.fill(rows, 0, <usize>count * DIGIT_ROW_BYTES);
}

/**
 * Writes the digits of a factor, two's complement and below 2^(count - 1) without its sign, in
 * column 0 to 3 of the rows. Digits are below 2^(width - 1). Changes the word, and reads the 4
 * bytes from bit count - 1 on, in which there must be nothing above.
 */
export function writeDigits(
  factor: usize,
  width: i32,
  rows: usize,
  count: i32,
  column: usize,
): void {
  let sign = 1;
  if (load<i64>(factor, 24) < 0) {
    u256Negate(factor, factor);
    sign = -1;
  }
  const digits = rows + (column << 1);
  const mask = (1 << width) - 1;
  let carry = 0;
  let bit = 0;
  while (bit < count) {
    const bits = load<u32>(factor + (<usize>bit >> 3)) >> (bit & 7);
    if ((<i32>bits & 1) == carry) {
      bit++;
      continue;
    }
    const digit = (<i32>bits & mask) + carry;
    carry = digit >> (width - 1);
    store<i16>(digits + <usize>bit * DIGIT_ROW_BYTES, <i16>(sign * (digit - (carry << width))));
    bit += width;
  }
}
