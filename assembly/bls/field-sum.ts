/**
 * Sums of field elements, four limbs at a time; for limbs, magnitudes and sizes see
 * field-product.ts.
 */
import { HALF_LIMB, LIMB_BITS } from './limbs';

@inline
function store4(dst: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(dst, v0);
  v128.store(dst, v1, 16);
  v128.store(dst, v2, 32);
  v128.store(dst, v3, 48);
}

export function fieldClear(dst: usize): void {
  const zero = i32x4.splat(0);
  store4(dst, zero, zero, zero, zero);
}

export function fieldCopy(dst: usize, a: usize): void {
  store4(dst, v128.load(a), v128.load(a, 16), v128.load(a, 32), v128.load(a, 48));
}

/** dst = a + b. Magnitudes and sizes add up. */
export function fieldAdd(dst: usize, a: usize, b: usize): void {
  store4(
    dst,
    i32x4.add(v128.load(a), v128.load(b)),
    i32x4.add(v128.load(a, 16), v128.load(b, 16)),
    i32x4.add(v128.load(a, 32), v128.load(b, 32)),
    i32x4.add(v128.load(a, 48), v128.load(b, 48)),
  );
}

/** dst = a - b. Magnitudes and sizes add up. */
export function fieldSubtract(dst: usize, a: usize, b: usize): void {
  store4(
    dst,
    i32x4.sub(v128.load(a), v128.load(b)),
    i32x4.sub(v128.load(a, 16), v128.load(b, 16)),
    i32x4.sub(v128.load(a, 32), v128.load(b, 32)),
    i32x4.sub(v128.load(a, 48), v128.load(b, 48)),
  );
}

/** dst = -a, of a's magnitude. */
export function fieldNegate(dst: usize, a: usize): void {
  store4(
    dst,
    i32x4.neg(v128.load(a)),
    i32x4.neg(v128.load(a, 16)),
    i32x4.neg(v128.load(a, 32)),
    i32x4.neg(v128.load(a, 48)),
  );
}

/** What a vector of limbs carries, rounded. */
@inline
function carryOf(v: v128): v128 {
  return i32x4.shr_s(i32x4.add(v, i32x4.splat(HALF_LIMB)), LIMB_BITS);
}

/** v less its carries, and with those of the limbs one below. */
@inline
function carried(v: v128, own: v128, below: v128): v128 {
  const incoming = i8x16.shuffle(
    below, own,
    12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
  );
  return i32x4.add(i32x4.sub(v, i32x4.shl(own, LIMB_BITS)), incoming);
}

/**
 * dst = a with magnitude 1 and size 1/2, for magnitudes and sizes up to 14: carried, less the
 * multiple of p that the highest limb tells, and carried again.
 */
export function fieldReduce(dst: usize, a: usize): void {
  let v0 = v128.load(a);
  let v1 = v128.load(a, 16);
  let v2 = v128.load(a, 32);
  let v3 = v128.load(a, 48);
  let c0 = carryOf(v0);
  let c1 = carryOf(v1);
  let c2 = carryOf(v2);
  let c3 = carryOf(v3);
  v0 = carried(v0, c0, i32x4.splat(0));
  v1 = carried(v1, c1, c0);
  v2 = carried(v2, c2, c1);
  v3 = carried(v3, c3, c2);
  // By 106,513, the highest limb of p: 2^25/315
  const multiple = i32x4.splat((i32x4.extract_lane(v3, 1) * 315 + (1 << 24)) >> 25);
  v0 = i32x4.sub(v0, i32x4.mul(multiple, i32x4(-0x0005555, -0x0100000, 0x3ffffba, -0x00014eb)));
  v1 = i32x4.sub(v1, i32x4.mul(multiple, i32x4(0x6241eac, -0x5f094f1, -0x098cf2d, -0x0c7aed4)));
  v2 = i32x4.sub(v2, i32x4.mul(multiple, i32x4(0x4774b85, 0x4bacd76, -0x45849bd, -0x1965b4e)));
  v3 = i32x4.sub(v3, i32x4.mul(multiple, i32x4(0x1ea3980, 0x001a011, 0, 0)));
  c0 = carryOf(v0);
  c1 = carryOf(v1);
  c2 = carryOf(v2);
  c3 = carryOf(v3);
  store4(
    dst,
    carried(v0, c0, i32x4.splat(0)),
    carried(v1, c1, c0),
    carried(v2, c2, c1),
    carried(v3, c3, c2),
  );
}
