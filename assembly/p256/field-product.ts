/**
 * Products modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1, of elements in Montgomery's form: x is kept
 * as x·2^261 modulo p (P. L. Montgomery, Modular multiplication without trial division, 1985).
 *
 * Limbs and magnitudes are those of secp256k1/field-product.ts: 9 signed limbs of 29 bits. What is
 * above the magnitude 1 may be of any size there; here the top limb tells how large a number is. A
 * product is below p in size if its factors are so many p that these numbers multiply to at most
 * 16. So a sum of m products is below m·p, carried or not.
 *
 * p is -1 modulo 2^87, so the multiple of it that clears a limb is the limb itself, times the four
 * other powers of two: no multiplications but the 81, or 45, of the factors. 25 and 19 ns.
 */
import { HALF_LIMB, LIMB_BITS, LIMB_MASK } from '../secp256k1/limbs';

/** dst = a·b/2^261, magnitude 1, of magnitudes that multiply to at most 14. Places may coincide. */
export function fieldMultiply(dst: usize, a: usize, b: usize): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const b0 = <i64>load<i32>(b);
  const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8);
  const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16);
  const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24);
  const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32);
  let t = a0 * b0 + HALF_LIMB;
  const q0 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a0 * b1 + a1 * b0 + HALF_LIMB;
  const q1 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a0 * b2 + a1 * b1 + a2 * b0 + HALF_LIMB;
  const q2 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + (q0 << 9) + HALF_LIMB;
  const q3 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (q1 << 9) + HALF_LIMB;
  const q4 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + (q2 << 9) + HALF_LIMB;
  const q5 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + (q3 << 9) +
    (q0 << 18) + HALF_LIMB;
  const q6 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + (q4 << 9) +
    (q1 << 18) - (q0 << 21) + HALF_LIMB;
  const q7 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 +
    (q5 << 9) + (q2 << 18) - (q1 << 21) + (q0 << 24) + HALF_LIMB;
  const q8 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + (q6 << 9) +
    (q3 << 18) - (q2 << 21) + (q1 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB));
  t >>= LIMB_BITS;
  t += a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + (q7 << 9) +
    (q4 << 18) - (q3 << 21) + (q2 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 4);
  t >>= LIMB_BITS;
  t += a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + (q8 << 9) + (q5 << 18) +
    -(q4 << 21) + (q3 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 8);
  t >>= LIMB_BITS;
  t += a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + (q6 << 18) - (q5 << 21) + (q4 << 24) +
    HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 12);
  t >>= LIMB_BITS;
  t += a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + (q7 << 18) - (q6 << 21) + (q5 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 16);
  t >>= LIMB_BITS;
  t += a6 * b8 + a7 * b7 + a8 * b6 + (q8 << 18) - (q7 << 21) + (q6 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 20);
  t >>= LIMB_BITS;
  t += a7 * b8 + a8 * b7 - (q8 << 21) + (q7 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 24);
  t >>= LIMB_BITS;
  t += a8 * b8 + (q8 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 28);
  t >>= LIMB_BITS;
  store<i32>(dst, <i32>t, 32);
}

/** dst = a²/2^261, magnitude 1, of magnitude at most 3. Places may coincide. */
export function fieldSquare(dst: usize, a: usize): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const d0 = a0 << 1;
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  let t = a0 * a0 + HALF_LIMB;
  const q0 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d0 * a1 + HALF_LIMB;
  const q1 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d0 * a2 + a1 * a1 + HALF_LIMB;
  const q2 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d0 * a3 + d1 * a2 + (q0 << 9) + HALF_LIMB;
  const q3 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d0 * a4 + d1 * a3 + a2 * a2 + (q1 << 9) + HALF_LIMB;
  const q4 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d0 * a5 + d1 * a4 + d2 * a3 + (q2 << 9) + HALF_LIMB;
  const q5 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + (q3 << 9) + (q0 << 18) + HALF_LIMB;
  const q6 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + (q4 << 9) + (q1 << 18) - (q0 << 21) + HALF_LIMB;
  const q7 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + (q5 << 9) + (q2 << 18) - (q1 << 21) +
    (q0 << 24) + HALF_LIMB;
  const q8 = (t & LIMB_MASK) - HALF_LIMB;
  t >>= LIMB_BITS;
  t += d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5 + (q6 << 9) + (q3 << 18) - (q2 << 21) + (q1 << 24) +
    HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB));
  t >>= LIMB_BITS;
  t += d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5 + (q7 << 9) + (q4 << 18) - (q3 << 21) + (q2 << 24) +
    HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 4);
  t >>= LIMB_BITS;
  t += d3 * a8 + d4 * a7 + d5 * a6 + (q8 << 9) + (q5 << 18) - (q4 << 21) + (q3 << 24) +
    HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 8);
  t >>= LIMB_BITS;
  t += d4 * a8 + d5 * a7 + a6 * a6 + (q6 << 18) - (q5 << 21) + (q4 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 12);
  t >>= LIMB_BITS;
  t += d5 * a8 + d6 * a7 + (q7 << 18) - (q6 << 21) + (q5 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 16);
  t >>= LIMB_BITS;
  t += d6 * a8 + a7 * a7 + (q8 << 18) - (q7 << 21) + (q6 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 20);
  t >>= LIMB_BITS;
  t += d7 * a8 - (q8 << 21) + (q7 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 24);
  t >>= LIMB_BITS;
  t += a8 * a8 + (q8 << 24) + HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 28);
  t >>= LIMB_BITS;
  store<i32>(dst, <i32>t, 32);
}
