/**
 * Multiplication modulo an odd number without division (P. L. Montgomery, Modular multiplication
 * without trial division, 1985). A number x stands for x·R mod m, R = 2^(30·count).
 *
 * Numbers are `count` digits of 30 bits, u32, lowest first, and PADDING digits of zeros. R is more
 * than 4m, so a product of factors below 2m is below 2m (C. D. Walter, Montgomery exponentiation
 * needs no final subtractions, 1999).
 */
import { mulHigh64 } from '../u256/mul';

export const DIGIT_BITS: usize = 30;
const DIGIT_MASK: u64 = 0x3fffffff;
/** Digits of a factor that are multiplied at once, and zeros above a number. */
const BLOCK: usize = 3;
const BLOCK_BYTES = BLOCK << 2;

/** Digits for a modulus of so many limbs of 64 bits. */
export function digitCount(limbs: usize): usize {
  const perBlock = BLOCK * DIGIT_BITS;
  return ((limbs << 6) + 2 + perBlock - 1) / perBlock * BLOCK;
}

/** Bytes of a number and its padding, a multiple of 8. */
export function numberBytes(count: usize): usize {
  return ((count + BLOCK + 1) >> 1) << 3;
}

/** Digits from limbs of 64 bits, which are not more. */
export function digitsFromLimbs(dst: usize, count: usize, src: usize, limbs: usize): void {
  let bits: u64 = 0;
  let available: u64 = 0;
  let limb: usize = 0;
  for (let i: usize = 0; i < count + BLOCK; i++) {
    if (available >= <u64>DIGIT_BITS || limb == limbs) {
      store<u32>(dst + (i << 2), <u32>(bits & DIGIT_MASK));
      bits >>= DIGIT_BITS;
      available -= min(available, <u64>DIGIT_BITS);
      continue;
    }
    const next = load<u64>(src + (limb++ << 3));
    store<u32>(dst + (i << 2), <u32>((bits | (next << available)) & DIGIT_MASK));
    bits = next >> (<u64>DIGIT_BITS - available);
    available += 64 - <u64>DIGIT_BITS;
  }
}

/** The low `limbs` limbs of 64 bits of a number. */
export function limbsFromDigits(dst: usize, limbs: usize, src: usize, count: usize): void {
  let bits: u64 = 0;
  let available: u64 = 0;
  for (let i: usize = 0; i < count && limbs > 0; i++) {
    const digit = <u64>load<u32>(src + (i << 2));
    bits |= digit << available;
    available += DIGIT_BITS;
    if (available < 64) continue;
    store<u64>(dst, bits);
    dst += 8;
    limbs--;
    available -= 64;
    bits = digit >> (<u64>DIGIT_BITS - available);
  }
}

/** -1/m mod 2^64 for odd m, by Newton's iteration: the 3 bits right at first double each time. */
export function montgomeryNegatedInverse(m: u64): u64 {
  let inverse = m;
  for (let i = 0; i < 5; i++) inverse *= 2 - m * inverse;
  return 0 - inverse;
}

/**
 * dst = a·b/R modulo m, below 2m, for a, b < 2m. `negatedInverse` is that of m's lowest limb;
 * `temp` has room for a number. `dst` may coincide with a or b; its padding stays.
 *
 * Three digits of b, and what three digits of the product need to become 0, go through those of a
 * and m together: a column is a sum of 6 products, which a u64 holds, and is carried once. A
 * product of digits takes 0.3 ns; of 32 bits, each carried, it took 0.5. Numbers of two limbs took
 * half that way, since they wait for one digit after the other.
 */
export function montgomeryMultiply(
  dst: usize,
  a: usize,
  b: usize,
  m: usize,
  count: usize,
  negatedInverse: u64,
  temp: usize,
): void {
  const end = count << 2;
  for (let i: usize = 0; i < end + BLOCK_BYTES; i += 8) store<u64>(temp + i, 0);
  const a0 = <u64>load<u32>(a);
  const a1 = <u64>load<u32>(a, 4);
  const a2 = <u64>load<u32>(a, 8);
  const m0 = <u64>load<u32>(m);
  const m1 = <u64>load<u32>(m, 4);
  const m2 = <u64>load<u32>(m, 8);
  for (let i: usize = 0; i < end; i += BLOCK_BYTES) {
    const b0 = <u64>load<u32>(b + i);
    const b1 = <u64>load<u32>(b + i, 4);
    const b2 = <u64>load<u32>(b + i, 8);
    let t = b0 * a0 + <u64>load<u32>(temp);
    const q0 = (t * negatedInverse) & DIGIT_MASK;
    t = (t + q0 * m0) >> DIGIT_BITS;
    t += b0 * a1 + b1 * a0 + q0 * m1 + <u64>load<u32>(temp, 4);
    const q1 = (t * negatedInverse) & DIGIT_MASK;
    t = (t + q1 * m0) >> DIGIT_BITS;
    t += b0 * a2 + b1 * a1 + b2 * a0 + q0 * m2 + q1 * m1 + <u64>load<u32>(temp, 8);
    const q2 = (t * negatedInverse) & DIGIT_MASK;
    t = (t + q2 * m0) >> DIGIT_BITS;
    // The last digits of a and m that were multiplied
    let x1 = a1;
    let x2 = a2;
    let y1 = m1;
    let y2 = m2;
    // Behind what is still read of a
    const out = i + BLOCK_BYTES == end ? dst : temp;
    for (let j: usize = 0; j < end; j += BLOCK_BYTES) {
      const x3 = <u64>load<u32>(a + j, 12);
      const y3 = <u64>load<u32>(m + j, 12);
      t += b0 * x3 + b1 * x2 + b2 * x1 + q0 * y3 + q1 * y2 + q2 * y1 + <u64>load<u32>(temp + j, 12);
      store<u32>(out + j, <u32>(t & DIGIT_MASK));
      t >>= DIGIT_BITS;
      x1 = <u64>load<u32>(a + j, 16);
      y1 = <u64>load<u32>(m + j, 16);
      t += b0 * x1 + b1 * x3 + b2 * x2 + q0 * y1 + q1 * y3 + q2 * y2 + <u64>load<u32>(temp + j, 16);
      store<u32>(out + j, <u32>(t & DIGIT_MASK), 4);
      t >>= DIGIT_BITS;
      x2 = <u64>load<u32>(a + j, 20);
      y2 = <u64>load<u32>(m + j, 20);
      t += b0 * x2 + b1 * x1 + b2 * x3 + q0 * y2 + q1 * y1 + q2 * y3 + <u64>load<u32>(temp + j, 20);
      store<u32>(out + j, <u32>(t & DIGIT_MASK), 8);
      t >>= DIGIT_BITS;
    }
  }
}

/** a·b/2^64 mod m, for a, b < m of one limb. */
@inline
export function montgomeryMultiplyWords(a: u64, b: u64, m: u64, negatedInverse: u64): u64 {
  const low = a * b;
  const high = mulHigh64(a, b);
  // low + (q·m mod 2^64) is 2^64, or 0 if low is 0
  const reduction = mulHigh64(low * negatedInverse, m) + u64(low != 0);
  const sum = high + reduction; // reduction ≤ m < 2^64, as it cannot carry
  return sum < high || sum >= m ? sum - m : sum;
}
