/**
 * Multiplication modulo an odd number without division (P. L. Montgomery, Modular multiplication
 * without trial division, 1985). A number x stands for x·R mod m, R = 2^(64·limbs).
 */
import { LOW32 } from '../u256/digits';
import { mulHigh64 } from '../u256/mul';
import { naturalLess, naturalSubtract } from './natural';

/** -1/m mod 2^64 for odd m, by Newton's iteration: the 3 bits right at first double each time. */
export function montgomeryNegatedInverse(m: u64): u64 {
  let inverse = m;
  for (let i = 0; i < 5; i++) inverse *= 2 - m * inverse;
  return 0 - inverse;
}

/**
 * dst = a·b/R mod m, for a, b < m. `negatedInverse` is that of m's lowest limb; `temp` has room
 * for limbs + 1. `dst` may coincide with a or b.
 *
 * The product and its reduction go through the digits together, each with its own carry: two
 * independent chains keep the multiplier busy.
 */
export function montgomeryMultiply(
  dst: usize,
  a: usize,
  b: usize,
  m: usize,
  limbs: usize,
  negatedInverse: u64,
  temp: usize,
): void {
  if (limbs == 1) {
    store<u64>(dst, multiply64(load<u64>(a), load<u64>(b), load<u64>(m), negatedInverse));
    return;
  }
  const size = limbs << 3;
  for (let i: usize = 0; i <= size; i += 8) store<u64>(temp + i, 0);
  for (let i: usize = 0; i < size; i += 4) {
    const factor = <u64>load<u32>(b + i);
    let t = <u64>load<u32>(temp) + factor * <u64>load<u32>(a);
    const q = (t * negatedInverse) & LOW32;
    let productCarry = t >> 32;
    let reductionCarry = ((t & LOW32) + q * <u64>load<u32>(m)) >> 32;
    for (let j: usize = 4; j < size; j += 4) {
      t = <u64>load<u32>(temp + j) + factor * <u64>load<u32>(a + j) + productCarry;
      productCarry = t >> 32;
      const reduced = (t & LOW32) + q * <u64>load<u32>(m + j) + reductionCarry;
      reductionCarry = reduced >> 32;
      store<u32>(temp + j - 4, <u32>reduced);
    }
    const top = <u64>load<u32>(temp + size) + productCarry + reductionCarry;
    store<u32>(temp + size - 4, <u32>top);
    store<u32>(temp + size, <u32>(top >> 32));
  }
  // temp < 2m
  if (load<u32>(temp + size) != 0 || !naturalLess(temp, m, limbs)) {
    naturalSubtract(dst, temp, m, limbs);
  } else {
    memory.copy(dst, temp, size);
  }
}

@inline
function multiply64(a: u64, b: u64, m: u64, negatedInverse: u64): u64 {
  const low = a * b;
  const high = mulHigh64(a, b);
  // low + (q·m mod 2^64) is 2^64, or 0 if low is 0
  const reduction = mulHigh64(low * negatedInverse, m) + u64(low != 0);
  const sum = high + reduction; // reduction ≤ m < 2^64, as it cannot carry
  return sum < high || sum >= m ? sum - m : sum;
}
