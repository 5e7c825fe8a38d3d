/**
 * Products in columns of digits of 29 bits, at SCRATCH_U256_COLUMNS, for fold.ts: 18 digits, of
 * which c_0…c_8 are what it calls low, and c_9…c_17 its h.
 */
import { SCRATCH, SCRATCH_U256_COLUMNS } from '../memory/scratch';

/** Bits of a digit, and the mask of one. */
export const DIGIT: u64 = 29;
export const MASK: u64 = (1 << 29) - 1;

/** a × b. */
@inline
export function foldProduct(a: usize, b: usize): void {
  const x0 = load<u64>(a);
  const x1 = load<u64>(a, 8);
  const x2 = load<u64>(a, 16);
  const x3 = load<u64>(a, 24);
  const a0 = x0 & MASK;
  const a1 = (x0 >> 29) & MASK;
  const a2 = ((x0 >> 58) | (x1 << 6)) & MASK;
  const a3 = (x1 >> 23) & MASK;
  const a4 = ((x1 >> 52) | (x2 << 12)) & MASK;
  const a5 = (x2 >> 17) & MASK;
  const a6 = ((x2 >> 46) | (x3 << 18)) & MASK;
  const a7 = (x3 >> 11) & MASK;
  const a8 = x3 >> 40;
  const y0 = load<u64>(b);
  const y1 = load<u64>(b, 8);
  const y2 = load<u64>(b, 16);
  const y3 = load<u64>(b, 24);
  const b0 = y0 & MASK;
  const b1 = (y0 >> 29) & MASK;
  const b2 = ((y0 >> 58) | (y1 << 6)) & MASK;
  const b3 = (y1 >> 23) & MASK;
  const b4 = ((y1 >> 52) | (y2 << 12)) & MASK;
  const b5 = (y2 >> 17) & MASK;
  const b6 = ((y2 >> 46) | (y3 << 18)) & MASK;
  const b7 = (y3 >> 11) & MASK;
  const b8 = y3 >> 40;
  const columns = SCRATCH + SCRATCH_U256_COLUMNS;
  const t0 = a0 * b0;
  const t1 = a0 * b1 + a1 * b0 + (t0 >> DIGIT);
  const t2 = a0 * b2 + a1 * b1 + a2 * b0 + (t1 >> DIGIT);
  const t3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + (t2 >> DIGIT);
  const t4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (t3 >> DIGIT);
  const t5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + (t4 >> DIGIT);
  const t6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + (t5 >> DIGIT);
  const t7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 +
    (t6 >> DIGIT);
  const t8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 +
    a8 * b0 + (t7 >> DIGIT);
  const t9 = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 +
    (t8 >> DIGIT);
  const t10 = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + (t9 >> DIGIT);
  const t11 = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + (t10 >> DIGIT);
  const t12 = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + (t11 >> DIGIT);
  const t13 = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + (t12 >> DIGIT);
  const t14 = a6 * b8 + a7 * b7 + a8 * b6 + (t13 >> DIGIT);
  const t15 = a7 * b8 + a8 * b7 + (t14 >> DIGIT);
  const t16 = a8 * b8 + (t15 >> DIGIT);
  store<u64>(columns, t0 & MASK);
  store<u64>(columns, t1 & MASK, 8);
  store<u64>(columns, t2 & MASK, 16);
  store<u64>(columns, t3 & MASK, 24);
  store<u64>(columns, t4 & MASK, 32);
  store<u64>(columns, t5 & MASK, 40);
  store<u64>(columns, t6 & MASK, 48);
  store<u64>(columns, t7 & MASK, 56);
  store<u64>(columns, t8 & MASK, 64);
  store<u64>(columns, t9 & MASK, 72);
  store<u64>(columns, t10 & MASK, 80);
  store<u64>(columns, t11 & MASK, 88);
  store<u64>(columns, t12 & MASK, 96);
  store<u64>(columns, t13 & MASK, 104);
  store<u64>(columns, t14 & MASK, 112);
  store<u64>(columns, t15 & MASK, 120);
  store<u64>(columns, t16 & MASK, 128);
  store<u64>(columns, t16 >> DIGIT, 136);
}

/** a × factor, in 27 products of digits instead of 81: of h there are c_9, c_10 and c_11 only. */
@inline
export function foldSmallProduct(a: usize, factor: u64): void {
  const x0 = load<u64>(a);
  const x1 = load<u64>(a, 8);
  const x2 = load<u64>(a, 16);
  const x3 = load<u64>(a, 24);
  const a0 = x0 & MASK;
  const a1 = (x0 >> 29) & MASK;
  const a2 = ((x0 >> 58) | (x1 << 6)) & MASK;
  const a3 = (x1 >> 23) & MASK;
  const a4 = ((x1 >> 52) | (x2 << 12)) & MASK;
  const a5 = (x2 >> 17) & MASK;
  const a6 = ((x2 >> 46) | (x3 << 18)) & MASK;
  const a7 = (x3 >> 11) & MASK;
  const a8 = x3 >> 40;
  const b0 = factor & MASK;
  const b1 = (factor >> 29) & MASK;
  const b2 = factor >> 58;
  const columns = SCRATCH + SCRATCH_U256_COLUMNS;
  const t0 = a0 * b0;
  const t1 = a1 * b0 + a0 * b1 + (t0 >> DIGIT);
  const t2 = a2 * b0 + a1 * b1 + a0 * b2 + (t1 >> DIGIT);
  const t3 = a3 * b0 + a2 * b1 + a1 * b2 + (t2 >> DIGIT);
  const t4 = a4 * b0 + a3 * b1 + a2 * b2 + (t3 >> DIGIT);
  const t5 = a5 * b0 + a4 * b1 + a3 * b2 + (t4 >> DIGIT);
  const t6 = a6 * b0 + a5 * b1 + a4 * b2 + (t5 >> DIGIT);
  const t7 = a7 * b0 + a6 * b1 + a5 * b2 + (t6 >> DIGIT);
  const t8 = a8 * b0 + a7 * b1 + a6 * b2 + (t7 >> DIGIT);
  const t9 = a8 * b1 + a7 * b2 + (t8 >> DIGIT);
  const t10 = a8 * b2 + (t9 >> DIGIT);
  store<u64>(columns, t0 & MASK);
  store<u64>(columns, t1 & MASK, 8);
  store<u64>(columns, t2 & MASK, 16);
  store<u64>(columns, t3 & MASK, 24);
  store<u64>(columns, t4 & MASK, 32);
  store<u64>(columns, t5 & MASK, 40);
  store<u64>(columns, t6 & MASK, 48);
  store<u64>(columns, t7 & MASK, 56);
  store<u64>(columns, t8 & MASK, 64);
  store<u64>(columns, t9 & MASK, 72);
  store<u64>(columns, t10 & MASK, 80);
  store<u64>(columns, t10 >> DIGIT, 88);
}
