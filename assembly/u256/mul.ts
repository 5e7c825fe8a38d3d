/**
 * Multiplication. Products are built from 32-bit digits, since Wasm has no 64×64→128 multiply: a
 * column takes digit × digit + digit + carry, which fits in 64 bits exactly. Unrolled by hand,
 * with every digit in a local.
 */
import { LOW32 } from './digits';
import { u256High, u256Set, u256SetU64 } from './word';

/** The upper 64 bits of a × b. */
@inline
export function mulHigh64(a: u64, b: u64): u64 {
  const aLow = a & LOW32;
  const aHigh = a >> 32;
  const bLow = b & LOW32;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const cross = (middle & LOW32) + aLow * bHigh;
  return aHigh * bHigh + (middle >> 32) + (cross >> 32);
}

/** dst = a × b. */
@inline
export function u256Mul(dst: usize, a: usize, b: usize): void {
  if (u256High(b) == 0) u256MulSmall(dst, a, load<u64>(b));
  else if (u256High(a) == 0) u256MulSmall(dst, b, load<u64>(a));
  else u256MulFull(dst, a, b);
}

/** dst = x × y: most words in contracts fit in 64 bits, if not in 32. */
@inline
export function u256MulU64(dst: usize, x: u64, y: u64): void {
  if (((x | y) >> 32) == 0) u256SetU64(dst, x * y);
  else u256Set(dst, x * y, mulHigh64(x, y), 0, 0);
}

/** dst = a × factor. */
export function u256MulSmall(dst: usize, a: usize, factor: u64): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const p1 = a1 * factor;
  const r1 = mulHigh64(a0, factor) + p1;
  const p2 = a2 * factor;
  const r2 = mulHigh64(a1, factor) + u64(r1 < p1) + p2;
  const r3 = mulHigh64(a2, factor) + u64(r2 < p2) + load<u64>(a, 24) * factor;
  u256Set(dst, a0 * factor, r1, r2, r3);
}

/** dst = a × b mod 2^256 for any words. */
export function u256MulFull(dst: usize, a: usize, b: usize): void {
  const b0 = <u64>load<u32>(b);
  const b1 = <u64>load<u32>(b, 4);
  const b2 = <u64>load<u32>(b, 8);
  const b3 = <u64>load<u32>(b, 12);
  const b4 = <u64>load<u32>(b, 16);
  const b5 = <u64>load<u32>(b, 20);
  const b6 = <u64>load<u32>(b, 24);
  const b7 = <u64>load<u32>(b, 28);
  let t: u64;
  let digit = <u64>load<u32>(a);
  t = digit * b0;
  let r0 = t & LOW32;
  t = digit * b1 + (t >> 32);
  let r1 = t & LOW32;
  t = digit * b2 + (t >> 32);
  let r2 = t & LOW32;
  t = digit * b3 + (t >> 32);
  let r3 = t & LOW32;
  t = digit * b4 + (t >> 32);
  let r4 = t & LOW32;
  t = digit * b5 + (t >> 32);
  let r5 = t & LOW32;
  t = digit * b6 + (t >> 32);
  let r6 = t & LOW32;
  t = digit * b7 + (t >> 32);
  let r7 = t & LOW32;
  digit = <u64>load<u32>(a, 4);
  t = digit * b0 + r1;
  r1 = t & LOW32;
  t = digit * b1 + r2 + (t >> 32);
  r2 = t & LOW32;
  t = digit * b2 + r3 + (t >> 32);
  r3 = t & LOW32;
  t = digit * b3 + r4 + (t >> 32);
  r4 = t & LOW32;
  t = digit * b4 + r5 + (t >> 32);
  r5 = t & LOW32;
  t = digit * b5 + r6 + (t >> 32);
  r6 = t & LOW32;
  t = digit * b6 + r7 + (t >> 32);
  r7 = t & LOW32;
  digit = <u64>load<u32>(a, 8);
  t = digit * b0 + r2;
  r2 = t & LOW32;
  t = digit * b1 + r3 + (t >> 32);
  r3 = t & LOW32;
  t = digit * b2 + r4 + (t >> 32);
  r4 = t & LOW32;
  t = digit * b3 + r5 + (t >> 32);
  r5 = t & LOW32;
  t = digit * b4 + r6 + (t >> 32);
  r6 = t & LOW32;
  t = digit * b5 + r7 + (t >> 32);
  r7 = t & LOW32;
  digit = <u64>load<u32>(a, 12);
  t = digit * b0 + r3;
  r3 = t & LOW32;
  t = digit * b1 + r4 + (t >> 32);
  r4 = t & LOW32;
  t = digit * b2 + r5 + (t >> 32);
  r5 = t & LOW32;
  t = digit * b3 + r6 + (t >> 32);
  r6 = t & LOW32;
  t = digit * b4 + r7 + (t >> 32);
  r7 = t & LOW32;
  digit = <u64>load<u32>(a, 16);
  t = digit * b0 + r4;
  r4 = t & LOW32;
  t = digit * b1 + r5 + (t >> 32);
  r5 = t & LOW32;
  t = digit * b2 + r6 + (t >> 32);
  r6 = t & LOW32;
  t = digit * b3 + r7 + (t >> 32);
  r7 = t & LOW32;
  digit = <u64>load<u32>(a, 20);
  t = digit * b0 + r5;
  r5 = t & LOW32;
  t = digit * b1 + r6 + (t >> 32);
  r6 = t & LOW32;
  t = digit * b2 + r7 + (t >> 32);
  r7 = t & LOW32;
  digit = <u64>load<u32>(a, 24);
  t = digit * b0 + r6;
  r6 = t & LOW32;
  t = digit * b1 + r7 + (t >> 32);
  r7 = t & LOW32;
  digit = <u64>load<u32>(a, 28);
  t = digit * b0 + r7;
  r7 = t & LOW32;
  u256Set(dst, r0 | (r1 << 32), r2 | (r3 << 32), r4 | (r5 << 32), r6 | (r7 << 32));
}
