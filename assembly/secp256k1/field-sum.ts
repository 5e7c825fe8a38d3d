/** Sums of field elements limb by limb; for limbs and magnitudes see field-product.ts. */
import { FOLD_0, FOLD_1, HALF_LIMB, LIMB_BITS, LIMB_MASK } from './limbs';

/** dst = value, 0 to 2^28. */
export function fieldSetSmall(dst: usize, value: i32): void {
  store<i32>(dst, value);
  store<i32>(dst, 0, 4);
  store<i32>(dst, 0, 8);
  store<i32>(dst, 0, 12);
  store<i32>(dst, 0, 16);
  store<i32>(dst, 0, 20);
  store<i32>(dst, 0, 24);
  store<i32>(dst, 0, 28);
  store<i32>(dst, 0, 32);
}

/** a += value, 0 to 7; of magnitude 1 as before. */
export function fieldAddSmall(a: usize, value: i32): void {
  store<i32>(a, load<i32>(a) + value);
}

export function fieldCopy(dst: usize, a: usize): void {
  store<i32>(dst, load<i32>(a));
  store<i32>(dst, load<i32>(a, 4), 4);
  store<i32>(dst, load<i32>(a, 8), 8);
  store<i32>(dst, load<i32>(a, 12), 12);
  store<i32>(dst, load<i32>(a, 16), 16);
  store<i32>(dst, load<i32>(a, 20), 20);
  store<i32>(dst, load<i32>(a, 24), 24);
  store<i32>(dst, load<i32>(a, 28), 28);
  store<i32>(dst, load<i32>(a, 32), 32);
}

/** dst = -a, of a's magnitude. */
export function fieldNegate(dst: usize, a: usize): void {
  store<i32>(dst, 0 - load<i32>(a));
  store<i32>(dst, 0 - load<i32>(a, 4), 4);
  store<i32>(dst, 0 - load<i32>(a, 8), 8);
  store<i32>(dst, 0 - load<i32>(a, 12), 12);
  store<i32>(dst, 0 - load<i32>(a, 16), 16);
  store<i32>(dst, 0 - load<i32>(a, 20), 20);
  store<i32>(dst, 0 - load<i32>(a, 24), 24);
  store<i32>(dst, 0 - load<i32>(a, 28), 28);
  store<i32>(dst, 0 - load<i32>(a, 32), 32);
}

/** dst = a - b. The magnitudes add up. */
export function fieldSubtract(dst: usize, a: usize, b: usize): void {
  store<i32>(dst, load<i32>(a) - load<i32>(b));
  store<i32>(dst, load<i32>(a, 4) - load<i32>(b, 4), 4);
  store<i32>(dst, load<i32>(a, 8) - load<i32>(b, 8), 8);
  store<i32>(dst, load<i32>(a, 12) - load<i32>(b, 12), 12);
  store<i32>(dst, load<i32>(a, 16) - load<i32>(b, 16), 16);
  store<i32>(dst, load<i32>(a, 20) - load<i32>(b, 20), 20);
  store<i32>(dst, load<i32>(a, 24) - load<i32>(b, 24), 24);
  store<i32>(dst, load<i32>(a, 28) - load<i32>(b, 28), 28);
  store<i32>(dst, load<i32>(a, 32) - load<i32>(b, 32), 32);
}

/**
 * dst = the limbs v0 … v8, at most 6 in magnitude, with magnitude 1. What is carried beyond the
 * top, at most 4, stays in the lowest two limbs.
 */
@inline
function storeCarried(
  dst: usize,
  v0: i32, v1: i32, v2: i32, v3: i32, v4: i32,
  v5: i32, v6: i32, v7: i32, v8: i32,
): void {
  let t = v0 + HALF_LIMB;
  const r0 = (t & LIMB_MASK) - HALF_LIMB;
  t = v1 + (t >> LIMB_BITS) + HALF_LIMB;
  const r1 = (t & LIMB_MASK) - HALF_LIMB;
  t = v2 + (t >> LIMB_BITS) + HALF_LIMB;
  store<i32>(dst, (t & LIMB_MASK) - HALF_LIMB, 8);
  t = v3 + (t >> LIMB_BITS) + HALF_LIMB;
  store<i32>(dst, (t & LIMB_MASK) - HALF_LIMB, 12);
  t = v4 + (t >> LIMB_BITS) + HALF_LIMB;
  store<i32>(dst, (t & LIMB_MASK) - HALF_LIMB, 16);
  t = v5 + (t >> LIMB_BITS) + HALF_LIMB;
  store<i32>(dst, (t & LIMB_MASK) - HALF_LIMB, 20);
  t = v6 + (t >> LIMB_BITS) + HALF_LIMB;
  store<i32>(dst, (t & LIMB_MASK) - HALF_LIMB, 24);
  t = v7 + (t >> LIMB_BITS) + HALF_LIMB;
  store<i32>(dst, (t & LIMB_MASK) - HALF_LIMB, 28);
  t = v8 + (t >> LIMB_BITS) + HALF_LIMB;
  store<i32>(dst, (t & LIMB_MASK) - HALF_LIMB, 32);
  t >>= LIMB_BITS;
  store<i32>(dst, r0 + t * FOLD_0);
  store<i32>(dst, r1 + t * FOLD_1, 4);
}

/** dst = a with magnitude 1. */
export function fieldCarry(dst: usize, a: usize): void {
  storeCarried(
    dst,
    load<i32>(a),
    load<i32>(a, 4),
    load<i32>(a, 8),
    load<i32>(a, 12),
    load<i32>(a, 16),
    load<i32>(a, 20),
    load<i32>(a, 24),
    load<i32>(a, 28),
    load<i32>(a, 32),
  );
}

/** dst = a - b with magnitude 1; theirs add up to at most 6. */
export function fieldSubtractCarried(dst: usize, a: usize, b: usize): void {
  storeCarried(
    dst,
    load<i32>(a) - load<i32>(b),
    load<i32>(a, 4) - load<i32>(b, 4),
    load<i32>(a, 8) - load<i32>(b, 8),
    load<i32>(a, 12) - load<i32>(b, 12),
    load<i32>(a, 16) - load<i32>(b, 16),
    load<i32>(a, 20) - load<i32>(b, 20),
    load<i32>(a, 24) - load<i32>(b, 24),
    load<i32>(a, 28) - load<i32>(b, 28),
    load<i32>(a, 32) - load<i32>(b, 32),
  );
}

/** The part of a doubling that is linear: x = a - 2b, d = b - x. Of magnitudes 1: 3 and 4. */
export function fieldSubtractTwice(x: usize, d: usize, a: usize, b: usize): void {
  const b0 = load<i32>(b);
  const x0 = load<i32>(a) - (b0 << 1);
  store<i32>(x, x0);
  store<i32>(d, b0 - x0);
  const b1 = load<i32>(b, 4);
  const x1 = load<i32>(a, 4) - (b1 << 1);
  store<i32>(x, x1, 4);
  store<i32>(d, b1 - x1, 4);
  const b2 = load<i32>(b, 8);
  const x2 = load<i32>(a, 8) - (b2 << 1);
  store<i32>(x, x2, 8);
  store<i32>(d, b2 - x2, 8);
  const b3 = load<i32>(b, 12);
  const x3 = load<i32>(a, 12) - (b3 << 1);
  store<i32>(x, x3, 12);
  store<i32>(d, b3 - x3, 12);
  const b4 = load<i32>(b, 16);
  const x4 = load<i32>(a, 16) - (b4 << 1);
  store<i32>(x, x4, 16);
  store<i32>(d, b4 - x4, 16);
  const b5 = load<i32>(b, 20);
  const x5 = load<i32>(a, 20) - (b5 << 1);
  store<i32>(x, x5, 20);
  store<i32>(d, b5 - x5, 20);
  const b6 = load<i32>(b, 24);
  const x6 = load<i32>(a, 24) - (b6 << 1);
  store<i32>(x, x6, 24);
  store<i32>(d, b6 - x6, 24);
  const b7 = load<i32>(b, 28);
  const x7 = load<i32>(a, 28) - (b7 << 1);
  store<i32>(x, x7, 28);
  store<i32>(d, b7 - x7, 28);
  const b8 = load<i32>(b, 32);
  const x8 = load<i32>(a, 32) - (b8 << 1);
  store<i32>(x, x8, 32);
  store<i32>(d, b8 - x8, 32);
}

/** The same of an addition: x = a - b - 2c with magnitude 1, where theirs add up to at most 6. */
export function fieldSubtractThrice(dst: usize, a: usize, b: usize, c: usize): void {
  storeCarried(
    dst,
    load<i32>(a) - load<i32>(b) - (load<i32>(c) << 1),
    load<i32>(a, 4) - load<i32>(b, 4) - (load<i32>(c, 4) << 1),
    load<i32>(a, 8) - load<i32>(b, 8) - (load<i32>(c, 8) << 1),
    load<i32>(a, 12) - load<i32>(b, 12) - (load<i32>(c, 12) << 1),
    load<i32>(a, 16) - load<i32>(b, 16) - (load<i32>(c, 16) << 1),
    load<i32>(a, 20) - load<i32>(b, 20) - (load<i32>(c, 20) << 1),
    load<i32>(a, 24) - load<i32>(b, 24) - (load<i32>(c, 24) << 1),
    load<i32>(a, 28) - load<i32>(b, 28) - (load<i32>(c, 28) << 1),
    load<i32>(a, 32) - load<i32>(b, 32) - (load<i32>(c, 32) << 1),
  );
}

/**
 * dst = 3a/2 of magnitude 2.5, for a of magnitude 1: plus p where it is odd; then the odd bit of
 * each limb goes to the one below.
 */
export function fieldHalfOfTriple(dst: usize, a: usize): void {
  const a0 = load<i32>(a) * 3;
  // All ones if odd; p = 2^24·2^(29·8) - 8·2^29 - 977
  const odd = -(a0 & 1);
  const t0 = a0 - (odd & 977);
  const t1 = load<i32>(a, 4) * 3 - (odd & 8);
  const t2 = load<i32>(a, 8) * 3;
  const t3 = load<i32>(a, 12) * 3;
  const t4 = load<i32>(a, 16) * 3;
  const t5 = load<i32>(a, 20) * 3;
  const t6 = load<i32>(a, 24) * 3;
  const t7 = load<i32>(a, 28) * 3;
  const t8 = load<i32>(a, 32) * 3 + (odd & 0x1000000);
  store<i32>(dst, (t0 >> 1) + ((t1 & 1) << 28));
  store<i32>(dst, (t1 >> 1) + ((t2 & 1) << 28), 4);
  store<i32>(dst, (t2 >> 1) + ((t3 & 1) << 28), 8);
  store<i32>(dst, (t3 >> 1) + ((t4 & 1) << 28), 12);
  store<i32>(dst, (t4 >> 1) + ((t5 & 1) << 28), 16);
  store<i32>(dst, (t5 >> 1) + ((t6 & 1) << 28), 20);
  store<i32>(dst, (t6 >> 1) + ((t7 & 1) << 28), 24);
  store<i32>(dst, (t7 >> 1) + ((t8 & 1) << 28), 28);
  store<i32>(dst, t8 >> 1, 32);
}
