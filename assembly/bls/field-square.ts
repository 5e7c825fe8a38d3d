/** Squares; see field-product.ts. */
import {
  HALF_LIMB, LIMB_BITS, LIMB_MASK, MINUS_INVERSE,
  P0, P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13,
} from './limbs';

/** dst = a²/2^392, magnitude 1, of magnitude at most 5. Places may coincide. */
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
  const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40);
  const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48);
  const a13 = <i64>load<i32>(a, 52);
  const d0 = a0 << 1;
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  const d8 = a8 << 1;
  const d9 = a9 << 1;
  const d10 = a10 << 1;
  const d11 = a11 << 1;
  const d12 = a12 << 1;
  let t = a0 * a0;
  const q0 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q0 * P0) >> LIMB_BITS;
  t += d0 * a1 + q0 * P1;
  const q1 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q1 * P0) >> LIMB_BITS;
  t += d0 * a2 + a1 * a1 + q0 * P2 + q1 * P1;
  const q2 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q2 * P0) >> LIMB_BITS;
  t += d0 * a3 + d1 * a2 + q0 * P3 + q1 * P2 + q2 * P1;
  const q3 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q3 * P0) >> LIMB_BITS;
  t += d0 * a4 + d1 * a3 + a2 * a2 + q0 * P4 + q1 * P3 + q2 * P2 + q3 * P1;
  const q4 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q4 * P0) >> LIMB_BITS;
  t += d0 * a5 + d1 * a4 + d2 * a3 + q0 * P5 + q1 * P4 + q2 * P3 + q3 * P2 + q4 * P1;
  const q5 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q5 * P0) >> LIMB_BITS;
  t += d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + q0 * P6 + q1 * P5 + q2 * P4 + q3 * P3 + q4 * P2 +
    q5 * P1;
  const q6 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q6 * P0) >> LIMB_BITS;
  t += d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + q0 * P7 + q1 * P6 + q2 * P5 + q3 * P4 + q4 * P3 +
    q5 * P2 + q6 * P1;
  const q7 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q7 * P0) >> LIMB_BITS;
  t += d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + q0 * P8 + q1 * P7 + q2 * P6 + q3 * P5 +
    q4 * P4 + q5 * P3 + q6 * P2 + q7 * P1;
  const q8 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q8 * P0) >> LIMB_BITS;
  t += d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5 + q0 * P9 + q1 * P8 + q2 * P7 + q3 * P6 +
    q4 * P5 + q5 * P4 + q6 * P3 + q7 * P2 + q8 * P1;
  const q9 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q9 * P0) >> LIMB_BITS;
  t += d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5 + q0 * P10 + q1 * P9 + q2 * P8 +
    q3 * P7 + q4 * P6 + q5 * P5 + q6 * P4 + q7 * P3 + q8 * P2 + q9 * P1;
  const q10 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q10 * P0) >> LIMB_BITS;
  t += d0 * a11 + d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6 + q0 * P11 + q1 * P10 + q2 * P9 +
    q3 * P8 + q4 * P7 + q5 * P6 + q6 * P5 + q7 * P4 + q8 * P3 + q9 * P2 + q10 * P1;
  const q11 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q11 * P0) >> LIMB_BITS;
  t += d0 * a12 + d1 * a11 + d2 * a10 + d3 * a9 + d4 * a8 + d5 * a7 + a6 * a6 + q0 * P12 +
    q1 * P11 + q2 * P10 + q3 * P9 + q4 * P8 + q5 * P7 + q6 * P6 + q7 * P5 + q8 * P4 + q9 * P3 +
    q10 * P2 + q11 * P1;
  const q12 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q12 * P0) >> LIMB_BITS;
  t += d0 * a13 + d1 * a12 + d2 * a11 + d3 * a10 + d4 * a9 + d5 * a8 + d6 * a7 + q0 * P13 +
    q1 * P12 + q2 * P11 + q3 * P10 + q4 * P9 + q5 * P8 + q6 * P7 + q7 * P6 + q8 * P5 + q9 * P4 +
    q10 * P3 + q11 * P2 + q12 * P1;
  const q13 = ((t * MINUS_INVERSE + HALF_LIMB) & LIMB_MASK) - HALF_LIMB;
  t = (t + q13 * P0) >> LIMB_BITS;
  t += d1 * a13 + d2 * a12 + d3 * a11 + d4 * a10 + d5 * a9 + d6 * a8 + a7 * a7 + q1 * P13 +
    q2 * P12 + q3 * P11 + q4 * P10 + q5 * P9 + q6 * P8 + q7 * P7 + q8 * P6 + q9 * P5 + q10 * P4 +
    q11 * P3 + q12 * P2 + q13 * P1;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB));
  t >>= LIMB_BITS;
  t += d2 * a13 + d3 * a12 + d4 * a11 + d5 * a10 + d6 * a9 + d7 * a8 + q2 * P13 + q3 * P12 +
    q4 * P11 + q5 * P10 + q6 * P9 + q7 * P8 + q8 * P7 + q9 * P6 + q10 * P5 + q11 * P4 + q12 * P3 +
    q13 * P2;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 4);
  t >>= LIMB_BITS;
  t += d3 * a13 + d4 * a12 + d5 * a11 + d6 * a10 + d7 * a9 + a8 * a8 + q3 * P13 + q4 * P12 +
    q5 * P11 + q6 * P10 + q7 * P9 + q8 * P8 + q9 * P7 + q10 * P6 + q11 * P5 + q12 * P4 + q13 * P3;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 8);
  t >>= LIMB_BITS;
  t += d4 * a13 + d5 * a12 + d6 * a11 + d7 * a10 + d8 * a9 + q4 * P13 + q5 * P12 + q6 * P11 +
    q7 * P10 + q8 * P9 + q9 * P8 + q10 * P7 + q11 * P6 + q12 * P5 + q13 * P4;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 12);
  t >>= LIMB_BITS;
  t += d5 * a13 + d6 * a12 + d7 * a11 + d8 * a10 + a9 * a9 + q5 * P13 + q6 * P12 + q7 * P11 +
    q8 * P10 + q9 * P9 + q10 * P8 + q11 * P7 + q12 * P6 + q13 * P5;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 16);
  t >>= LIMB_BITS;
  t += d6 * a13 + d7 * a12 + d8 * a11 + d9 * a10 + q6 * P13 + q7 * P12 + q8 * P11 + q9 * P10 +
    q10 * P9 + q11 * P8 + q12 * P7 + q13 * P6;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 20);
  t >>= LIMB_BITS;
  t += d7 * a13 + d8 * a12 + d9 * a11 + a10 * a10 + q7 * P13 + q8 * P12 + q9 * P11 + q10 * P10 +
    q11 * P9 + q12 * P8 + q13 * P7;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 24);
  t >>= LIMB_BITS;
  t += d8 * a13 + d9 * a12 + d10 * a11 + q8 * P13 + q9 * P12 + q10 * P11 + q11 * P10 + q12 * P9 +
    q13 * P8;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 28);
  t >>= LIMB_BITS;
  t += d9 * a13 + d10 * a12 + a11 * a11 + q9 * P13 + q10 * P12 + q11 * P11 + q12 * P10 + q13 * P9;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 32);
  t >>= LIMB_BITS;
  t += d10 * a13 + d11 * a12 + q10 * P13 + q11 * P12 + q12 * P11 + q13 * P10;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 36);
  t >>= LIMB_BITS;
  t += d11 * a13 + a12 * a12 + q11 * P13 + q12 * P12 + q13 * P11;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 40);
  t >>= LIMB_BITS;
  t += d12 * a13 + q12 * P13 + q13 * P12;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 44);
  t >>= LIMB_BITS;
  t += a13 * a13 + q13 * P13;
  t += HALF_LIMB;
  store<i32>(dst, <i32>((t & LIMB_MASK) - HALF_LIMB), 48);
  t >>= LIMB_BITS;
  store<i32>(dst, <i32>t, 52);
}

/** dst = a^(2^times), as fieldSquare has it. */
export function fieldSquareTimes(dst: usize, a: usize, times: i32): void {
  fieldSquare(dst, a);
  for (let i = 1; i < times; i++) fieldSquare(dst, dst);
}
