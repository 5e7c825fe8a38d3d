/** Bitwise operations, BYTE, SIGNEXTEND and CLZ. `dst` may coincide with an operand. */
import { u256High, u256Set, u256SetU64 } from './word';

/** dst = a & b. */
@inline
export function u256And(dst: usize, a: usize, b: usize): void {
  const l0 = load<u64>(a) & load<u64>(b);
  const l1 = load<u64>(a, 8) & load<u64>(b, 8);
  const l2 = load<u64>(a, 16) & load<u64>(b, 16);
  const l3 = load<u64>(a, 24) & load<u64>(b, 24);
  u256Set(dst, l0, l1, l2, l3);
}

/** dst = (a & b) | c. */
@inline
export function u256AndOr(dst: usize, a: usize, b: usize, c: usize): void {
  const l0 = (load<u64>(a) & load<u64>(b)) | load<u64>(c);
  const l1 = (load<u64>(a, 8) & load<u64>(b, 8)) | load<u64>(c, 8);
  const l2 = (load<u64>(a, 16) & load<u64>(b, 16)) | load<u64>(c, 16);
  const l3 = (load<u64>(a, 24) & load<u64>(b, 24)) | load<u64>(c, 24);
  u256Set(dst, l0, l1, l2, l3);
}

/** dst = a | b. */
@inline
export function u256Or(dst: usize, a: usize, b: usize): void {
  const l0 = load<u64>(a) | load<u64>(b);
  const l1 = load<u64>(a, 8) | load<u64>(b, 8);
  const l2 = load<u64>(a, 16) | load<u64>(b, 16);
  const l3 = load<u64>(a, 24) | load<u64>(b, 24);
  u256Set(dst, l0, l1, l2, l3);
}

/** dst = a ^ b. */
@inline
export function u256Xor(dst: usize, a: usize, b: usize): void {
  const l0 = load<u64>(a) ^ load<u64>(b);
  const l1 = load<u64>(a, 8) ^ load<u64>(b, 8);
  const l2 = load<u64>(a, 16) ^ load<u64>(b, 16);
  const l3 = load<u64>(a, 24) ^ load<u64>(b, 24);
  u256Set(dst, l0, l1, l2, l3);
}

/** word = ~word, in place. */
@inline
export function u256Not(ptr: usize): void {
  store<u64>(ptr, ~load<u64>(ptr));
  store<u64>(ptr, ~load<u64>(ptr, 8), 8);
  store<u64>(ptr, ~load<u64>(ptr, 16), 16);
  store<u64>(ptr, ~load<u64>(ptr, 24), 24);
}

/**
 * BYTE, stack style: the index at `sp`, the value at `sp + 32`, which the result replaces.
 * Index 0 is the most significant byte; 0 beyond 31.
 */
export function u256Byte(sp: usize): void {
  const value = sp + 32;
  const index = load<u64>(sp);
  if (u256High(sp) != 0 || index > 31) u256SetU64(value, 0);
  else u256SetU64(value, <u64>load<u8>(value + 31 - <usize>index));
}

/**
 * SIGNEXTEND, stack style: at `sp` the index of the byte (from the least significant) whose top
 * bit is the sign; the value at `sp + 32` is extended in place.
 */
export function u256SignExtend(sp: usize): void {
  const index = load<u64>(sp);
  if (u256High(sp) != 0 || index > 30) return;
  const limb = <i32>(index >> 3);
  const unused = 56 - ((index & 7) << 3); // bits above the sign in its limb
  const at = sp + 32 + ((<usize>limb) << 3);
  const extended = (load<i64>(at) << unused) >> unused;
  store<i64>(at, extended);
  const sign = extended >> 63;
  if (limb < 3) store<i64>(sp, sign, 56);
  if (limb < 2) store<i64>(sp, sign, 48);
  if (limb < 1) store<i64>(sp, sign, 40);
}

/** Number of significant bits: 0 for zero, else 1…256. */
export function u256BitLength(ptr: usize): i32 {
  const l3 = load<u64>(ptr, 24);
  if (l3 != 0) return 256 - <i32>clz(l3);
  const l2 = load<u64>(ptr, 16);
  if (l2 != 0) return 192 - <i32>clz(l2);
  const l1 = load<u64>(ptr, 8);
  if (l1 != 0) return 128 - <i32>clz(l1);
  return 64 - <i32>clz(load<u64>(ptr));
}

/** Number of significant bytes, 0…32: what EXP is charged for. */
export function u256ByteLength(ptr: usize): i32 {
  return (u256BitLength(ptr) + 7) >> 3;
}

/** CLZ (EIP-7939), in place: the number of leading zero bits, 256 for zero. */
export function u256Clz(ptr: usize): void {
  u256SetU64(ptr, <u64>(256 - u256BitLength(ptr)));
}
