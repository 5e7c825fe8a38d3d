/**
 * A factor of 256 bits as k1 + k2·λ modulo n with k1 and k2 of 128 bits: half the doublings, since
 * λ·P costs one product. (k, 0) less the vector next to it in the lattice of constants.ts.
 */
import { u256AddU64, u256Sub } from '../u256/add';
import { u256Mul } from '../u256/mul';
import { u256MulWide } from '../u256/mul-wide';
import { u256Set } from '../u256/word';
import { A1, A2, B2_QUOTIENT, MINUS_B1, MINUS_B1_QUOTIENT } from './constants';
import { SPLIT_TEMPORARIES, WORD_BYTES } from './layout';

const C1 = SPLIT_TEMPORARIES;
const C2 = C1 + WORD_BYTES;
const PRODUCT = C2 + WORD_BYTES;

/**
 * k1 = k - c1·a1 - c2·a2, k2 = -c1·b1 - c2·b2, two's complement and below 2^128 without the sign:
 * c1 and c2 are within 1/2 + 2^-126 of the exact quotients, so |k1| is at most (a1 + a2)/2 + 2 and
 * |k2| at most (|b1| + b2)/2 + 2, which are 0.64·2^128 and 0.55·2^128.
 */
export function splitScalar(k1: usize, k2: usize, k: usize): void {
  multiplyByQuotient(C1, k, B2_QUOTIENT);
  multiplyByQuotient(C2, k, MINUS_B1_QUOTIENT);
  u256Mul(PRODUCT, C1, A1);
  u256Sub(k1, k, PRODUCT);
  u256Mul(PRODUCT, C2, A2);
  u256Sub(k1, k1, PRODUCT);
  u256Mul(k2, C1, MINUS_B1);
  u256Mul(PRODUCT, C2, A1);
  u256Sub(k2, k2, PRODUCT);
}

/** dst = k·quotient/2^384, rounded. */
function multiplyByQuotient(dst: usize, k: usize, quotient: usize): void {
  u256MulWide(PRODUCT, k, quotient);
  const half = load<u64>(PRODUCT, 40) >> 63;
  u256Set(dst, load<u64>(PRODUCT, 48), load<u64>(PRODUCT, 56), 0, 0);
  u256AddU64(dst, dst, half);
}
