/** Two products and one reduction, since that is half of a product; see field-product.ts. */
import {
  HALF_LIMB, LIMB_BITS, LIMB_MASK, MINUS_INVERSE,
  P0, P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13,
} from './limbs';

/**
 * dst = (a·b + c·d)/2^392, magnitude 1, of magnitudes whose products add up to at most 34. Places
 * may coincide.
 */
export function fieldAddProducts(dst: usize, a: usize, b: usize, c: usize, d: usize): void {
  const a0 = <i64>load<i32>(a);
  const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8);
  const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16);
  const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24);
  const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40);
  const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48);
  const a13 = <i64>load<i32>(a, 52);
  const b0 = <i64>load<i32>(b);
  const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8);
  const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16);
  const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24);
  const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32);
  const b9 = <i64>load<i32>(b, 36);
  const b10 = <i64>load<i32>(b, 40);
  const b11 = <i64>load<i32>(b, 44);
  const b12 = <i64>load<i32>(b, 48);
  const b13 = <i64>load<i32>(b, 52);
  const c0 = <i64>load<i32>(c);
  const c1 = <i64>load<i32>(c, 4);
  const c2 = <i64>load<i32>(c, 8);
  const c3 = <i64>load<i32>(c, 12);
  const c4 = <i64>load<i32>(c, 16);
  const c5 = <i64>load<i32>(c, 20);
  const c6 = <i64>load<i32>(c, 24);
  const c7 = <i64>load<i32>(c, 28);
  const c8 = <i64>load<i32>(c, 32);
  const c9 = <i64>load<i32>(c, 36);
  const c10 = <i64>load<i32>(c, 40);
  const c11 = <i64>load<i32>(c, 44);
  const c12 = <i64>load<i32>(c, 48);
  const c13 = <i64>load<i32>(c, 52);
  const d0 = <i64>load<i32>(d);
  const d1 = <i64>load<i32>(d, 4);
  const d2 = <i64>load<i32>(d, 8);
  const d3 = <i64>load<i32>(d, 12);
  const d4 = <i64>load<i32>(d, 16);
  const d5 = <i64>load<i32>(d, 20);
  const d6 = <i64>load<i32>(d, 24);
  const d7 = <i64>load<i32>(d, 28);
  const d8 = <i64>load<i32>(d, 32);
  const d9 = <i64>load<i32>(d, 36);
  const d10 = <i64>load<i32>(d, 40);
  const d11 = <i64>load<i32>(d, 44);
  const d12 = <i64>load<i32>(d, 48);
  const d13 = <i64>load<i32>(d, 52);
  let t = a0 * b0 + c0 * d0;
  const q0 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q0 * P0) >> LIMB_BITS;
  t += a0 * b1 + a1 * b0 + c0 * d1 + c1 * d0 + q0 * P1;
  const q1 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q1 * P0) >> LIMB_BITS;
  t += a0 * b2 + a1 * b1 + a2 * b0 + c0 * d2 + c1 * d1 + c2 * d0 + q0 * P2 + q1 * P1;
  const q2 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q2 * P0) >> LIMB_BITS;
  t += a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + c0 * d3 + c1 * d2 + c2 * d1 + c3 * d0 + q0 * P3 +
    q1 * P2 + q2 * P1;
  const q3 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q3 * P0) >> LIMB_BITS;
  t += a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + c0 * d4 + c1 * d3 + c2 * d2 + c3 * d1 +
    c4 * d0 + q0 * P4 + q1 * P3 + q2 * P2 + q3 * P1;
  const q4 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q4 * P0) >> LIMB_BITS;
  t += a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + c0 * d5 + c1 * d4 + c2 * d3 +
    c3 * d2 + c4 * d1 + c5 * d0 + q0 * P5 + q1 * P4 + q2 * P3 + q3 * P2 + q4 * P1;
  const q5 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q5 * P0) >> LIMB_BITS;
  t += a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + c0 * d6 + c1 * d5 +
    c2 * d4 + c3 * d3 + c4 * d2 + c5 * d1 + c6 * d0 + q0 * P6 + q1 * P5 + q2 * P4 + q3 * P3 +
    q4 * P2 + q5 * P1;
  const q6 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q6 * P0) >> LIMB_BITS;
  t += a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + c0 * d7 +
    c1 * d6 + c2 * d5 + c3 * d4 + c4 * d3 + c5 * d2 + c6 * d1 + c7 * d0 + q0 * P7 + q1 * P6 +
    q2 * P5 + q3 * P4 + q4 * P3 + q5 * P2 + q6 * P1;
  const q7 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q7 * P0) >> LIMB_BITS;
  t += a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 +
    c0 * d8 + c1 * d7 + c2 * d6 + c3 * d5 + c4 * d4 + c5 * d3 + c6 * d2 + c7 * d1 + c8 * d0 +
    q0 * P8 + q1 * P7 + q2 * P6 + q3 * P5 + q4 * P4 + q5 * P3 + q6 * P2 + q7 * P1;
  const q8 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q8 * P0) >> LIMB_BITS;
  t += a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 +
    a9 * b0 + c0 * d9 + c1 * d8 + c2 * d7 + c3 * d6 + c4 * d5 + c5 * d4 + c6 * d3 + c7 * d2 +
    c8 * d1 + c9 * d0 + q0 * P9 + q1 * P8 + q2 * P7 + q3 * P6 + q4 * P5 + q5 * P4 + q6 * P3 +
    q7 * P2 + q8 * P1;
  const q9 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q9 * P0) >> LIMB_BITS;
  t += a0 * b10 + a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 +
    a9 * b1 + a10 * b0 + c0 * d10 + c1 * d9 + c2 * d8 + c3 * d7 + c4 * d6 + c5 * d5 + c6 * d4 +
    c7 * d3 + c8 * d2 + c9 * d1 + c10 * d0 + q0 * P10 + q1 * P9 + q2 * P8 + q3 * P7 + q4 * P6 +
    q5 * P5 + q6 * P4 + q7 * P3 + q8 * P2 + q9 * P1;
  const q10 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q10 * P0) >> LIMB_BITS;
  t += a0 * b11 + a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 +
    a9 * b2 + a10 * b1 + a11 * b0 + c0 * d11 + c1 * d10 + c2 * d9 + c3 * d8 + c4 * d7 + c5 * d6 +
    c6 * d5 + c7 * d4 + c8 * d3 + c9 * d2 + c10 * d1 + c11 * d0 + q0 * P11 + q1 * P10 + q2 * P9 +
    q3 * P8 + q4 * P7 + q5 * P6 + q6 * P5 + q7 * P4 + q8 * P3 + q9 * P2 + q10 * P1;
  const q11 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q11 * P0) >> LIMB_BITS;
  t += a0 * b12 + a1 * b11 + a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 +
    a9 * b3 + a10 * b2 + a11 * b1 + a12 * b0 + c0 * d12 + c1 * d11 + c2 * d10 + c3 * d9 + c4 * d8 +
    c5 * d7 + c6 * d6 + c7 * d5 + c8 * d4 + c9 * d3 + c10 * d2 + c11 * d1 + c12 * d0 + q0 * P12 +
    q1 * P11 + q2 * P10 + q3 * P9 + q4 * P8 + q5 * P7 + q6 * P6 + q7 * P5 + q8 * P4 + q9 * P3 +
    q10 * P2 + q11 * P1;
  const q12 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q12 * P0) >> LIMB_BITS;
  t += a0 * b13 + a1 * b12 + a2 * b11 + a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 +
    a9 * b4 + a10 * b3 + a11 * b2 + a12 * b1 + a13 * b0 + c0 * d13 + c1 * d12 + c2 * d11 +
    c3 * d10 + c4 * d9 + c5 * d8 + c6 * d7 + c7 * d6 + c8 * d5 + c9 * d4 + c10 * d3 + c11 * d2 +
    c12 * d1 + c13 * d0 + q0 * P13 + q1 * P12 + q2 * P11 + q3 * P10 + q4 * P9 + q5 * P8 + q6 * P7 +
    q7 * P6 + q8 * P5 + q9 * P4 + q10 * P3 + q11 * P2 + q12 * P1;
  const q13 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q13 * P0) >> LIMB_BITS;
  t += a1 * b13 + a2 * b12 + a3 * b11 + a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5 +
    a10 * b4 + a11 * b3 + a12 * b2 + a13 * b1 + c1 * d13 + c2 * d12 + c3 * d11 + c4 * d10 +
    c5 * d9 + c6 * d8 + c7 * d7 + c8 * d6 + c9 * d5 + c10 * d4 + c11 * d3 + c12 * d2 + c13 * d1 +
    q1 * P13 + q2 * P12 + q3 * P11 + q4 * P10 + q5 * P9 + q6 * P8 + q7 * P7 + q8 * P6 + q9 * P5 +
    q10 * P4 + q11 * P3 + q12 * P2 + q13 * P1;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB));
  t >>= LIMB_BITS;
  t += a2 * b13 + a3 * b12 + a4 * b11 + a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 +
    a10 * b5 + a11 * b4 + a12 * b3 + a13 * b2 + c2 * d13 + c3 * d12 + c4 * d11 + c5 * d10 +
    c6 * d9 + c7 * d8 + c8 * d7 + c9 * d6 + c10 * d5 + c11 * d4 + c12 * d3 + c13 * d2 + q2 * P13 +
    q3 * P12 + q4 * P11 + q5 * P10 + q6 * P9 + q7 * P8 + q8 * P7 + q9 * P6 + q10 * P5 + q11 * P4 +
    q12 * P3 + q13 * P2;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 4);
  t >>= LIMB_BITS;
  t += a3 * b13 + a4 * b12 + a5 * b11 + a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6 +
    a11 * b5 + a12 * b4 + a13 * b3 + c3 * d13 + c4 * d12 + c5 * d11 + c6 * d10 + c7 * d9 + c8 * d8 +
    c9 * d7 + c10 * d6 + c11 * d5 + c12 * d4 + c13 * d3 + q3 * P13 + q4 * P12 + q5 * P11 +
    q6 * P10 + q7 * P9 + q8 * P8 + q9 * P7 + q10 * P6 + q11 * P5 + q12 * P4 + q13 * P3;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 8);
  t >>= LIMB_BITS;
  t += a4 * b13 + a5 * b12 + a6 * b11 + a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7 + a11 * b6 +
    a12 * b5 + a13 * b4 + c4 * d13 + c5 * d12 + c6 * d11 + c7 * d10 + c8 * d9 + c9 * d8 + c10 * d7 +
    c11 * d6 + c12 * d5 + c13 * d4 + q4 * P13 + q5 * P12 + q6 * P11 + q7 * P10 + q8 * P9 + q9 * P8 +
    q10 * P7 + q11 * P6 + q12 * P5 + q13 * P4;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 12);
  t >>= LIMB_BITS;
  t += a5 * b13 + a6 * b12 + a7 * b11 + a8 * b10 + a9 * b9 + a10 * b8 + a11 * b7 + a12 * b6 +
    a13 * b5 + c5 * d13 + c6 * d12 + c7 * d11 + c8 * d10 + c9 * d9 + c10 * d8 + c11 * d7 +
    c12 * d6 + c13 * d5 + q5 * P13 + q6 * P12 + q7 * P11 + q8 * P10 + q9 * P9 + q10 * P8 +
    q11 * P7 + q12 * P6 + q13 * P5;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 16);
  t >>= LIMB_BITS;
  t += a6 * b13 + a7 * b12 + a8 * b11 + a9 * b10 + a10 * b9 + a11 * b8 + a12 * b7 + a13 * b6 +
    c6 * d13 + c7 * d12 + c8 * d11 + c9 * d10 + c10 * d9 + c11 * d8 + c12 * d7 + c13 * d6 +
    q6 * P13 + q7 * P12 + q8 * P11 + q9 * P10 + q10 * P9 + q11 * P8 + q12 * P7 + q13 * P6;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 20);
  t >>= LIMB_BITS;
  t += a7 * b13 + a8 * b12 + a9 * b11 + a10 * b10 + a11 * b9 + a12 * b8 + a13 * b7 + c7 * d13 +
    c8 * d12 + c9 * d11 + c10 * d10 + c11 * d9 + c12 * d8 + c13 * d7 + q7 * P13 + q8 * P12 +
    q9 * P11 + q10 * P10 + q11 * P9 + q12 * P8 + q13 * P7;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 24);
  t >>= LIMB_BITS;
  t += a8 * b13 + a9 * b12 + a10 * b11 + a11 * b10 + a12 * b9 + a13 * b8 + c8 * d13 + c9 * d12 +
    c10 * d11 + c11 * d10 + c12 * d9 + c13 * d8 + q8 * P13 + q9 * P12 + q10 * P11 + q11 * P10 +
    q12 * P9 + q13 * P8;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 28);
  t >>= LIMB_BITS;
  t += a9 * b13 + a10 * b12 + a11 * b11 + a12 * b10 + a13 * b9 + c9 * d13 + c10 * d12 + c11 * d11 +
    c12 * d10 + c13 * d9 + q9 * P13 + q10 * P12 + q11 * P11 + q12 * P10 + q13 * P9;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 32);
  t >>= LIMB_BITS;
  t += a10 * b13 + a11 * b12 + a12 * b11 + a13 * b10 + c10 * d13 + c11 * d12 + c12 * d11 +
    c13 * d10 + q10 * P13 + q11 * P12 + q12 * P11 + q13 * P10;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 36);
  t >>= LIMB_BITS;
  t += a11 * b13 + a12 * b12 + a13 * b11 + c11 * d13 + c12 * d12 + c13 * d11 + q11 * P13 +
    q12 * P12 + q13 * P11;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 40);
  t >>= LIMB_BITS;
  t += a12 * b13 + a13 * b12 + c12 * d13 + c13 * d12 + q12 * P13 + q13 * P12;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 44);
  t >>= LIMB_BITS;
  t += a13 * b13 + c13 * d13 + q13 * P13;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 48);
  t >>= LIMB_BITS;
  store<i32>(dst, <i32>t, 52);
}
