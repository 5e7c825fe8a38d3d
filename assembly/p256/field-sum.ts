/** Sums of field elements that secp256k1/field-sum.ts has not; for magnitudes see there. */

/** dst = a + b. The magnitudes add up. */
export function fieldAdd(dst: usize, a: usize, b: usize): void {
  store<i32>(dst, load<i32>(a) + load<i32>(b));
  store<i32>(dst, load<i32>(a, 4) + load<i32>(b, 4), 4);
  store<i32>(dst, load<i32>(a, 8) + load<i32>(b, 8), 8);
  store<i32>(dst, load<i32>(a, 12) + load<i32>(b, 12), 12);
  store<i32>(dst, load<i32>(a, 16) + load<i32>(b, 16), 16);
  store<i32>(dst, load<i32>(a, 20) + load<i32>(b, 20), 20);
  store<i32>(dst, load<i32>(a, 24) + load<i32>(b, 24), 24);
  store<i32>(dst, load<i32>(a, 28) + load<i32>(b, 28), 28);
  store<i32>(dst, load<i32>(a, 32) + load<i32>(b, 32), 32);
}

/**
 * dst = 3a/2 of magnitude 2.5, for a of magnitude 1: plus p where it is odd; then the odd bit of
 * each limb goes to the one below.
 */
export function fieldHalfOfTriple(dst: usize, a: usize): void {
  const a0 = load<i32>(a) * 3;
  // All ones if odd; p = 2^24·2^(29·8) - 2^21·2^(29·7) + 2^18·2^(29·6) + 2^9·2^(29·3) - 1
  const odd = -(a0 & 1);
  const t0 = a0 - (odd & 1);
  const t1 = load<i32>(a, 4) * 3;
  const t2 = load<i32>(a, 8) * 3;
  const t3 = load<i32>(a, 12) * 3 + (odd & 0x200);
  const t4 = load<i32>(a, 16) * 3;
  const t5 = load<i32>(a, 20) * 3;
  const t6 = load<i32>(a, 24) * 3 + (odd & 0x40000);
  const t7 = load<i32>(a, 28) * 3 - (odd & 0x200000);
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
