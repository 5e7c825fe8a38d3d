/**
 * 256-bit words: 4 little-endian u64 limbs in linear memory, limb 0 lowest.
 *
 * Everything here reads its operands before it writes, so places may coincide.
 * Words move as i64, never as v128: a v128 load of a word just stored as i64 (or the reverse
 * with two halves) cannot be forwarded from the store buffer, which cost 9-25 % in the
 * interpreter. Only byte swaps and hashes use v128, and load it by halves: `u256Half`.
 */

/** word = l3·2^192 + l2·2^128 + l1·2^64 + l0. */
@inline
export function u256Set(dst: usize, l0: u64, l1: u64, l2: u64, l3: u64): void {
  store<u64>(dst, l0);
  store<u64>(dst, l1, 8);
  store<u64>(dst, l2, 16);
  store<u64>(dst, l3, 24);
}

/** word = value. */
@inline
export function u256SetU64(dst: usize, value: u64): void {
  store<u64>(dst, value);
  store<u64>(dst, 0, 8);
  store<u64>(dst, 0, 16);
  store<u64>(dst, 0, 24);
}

@inline
export function u256Copy(dst: usize, src: usize): void {
  const l0 = load<u64>(src);
  const l1 = load<u64>(src, 8);
  const l2 = load<u64>(src, 16);
  const l3 = load<u64>(src, 24);
  u256Set(dst, l0, l1, l2, l3);
}

/** Two limbs as a vector, loaded one by one as they were stored. */
@inline
export function u256Half(ptr: usize): v128 {
  return v128.load_lane<u64>(ptr, v128.load64_zero(ptr), 1, 8);
}

@inline
export function u256Swap(a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const a3 = load<u64>(a, 24);
  u256Copy(a, b);
  u256Set(b, a0, a1, a2, a3);
}

/** The upper three limbs or'ed: zero exactly when the word fits in 64 bits. */
@inline
export function u256High(ptr: usize): u64 {
  return load<u64>(ptr, 8) | load<u64>(ptr, 16) | load<u64>(ptr, 24);
}

/** min(word, 2^64-1): for sizes, offsets and gas, where anything that large is too large. */
@inline
export function u256SaturatedU64(ptr: usize): u64 {
  return u256High(ptr) != 0 ? u64.MAX_VALUE : load<u64>(ptr);
}

@inline
export function u256IsZero(ptr: usize): bool {
  return (load<u64>(ptr) | u256High(ptr)) == 0;
}

@inline
export function u256Eq(a: usize, b: usize): bool {
  return (
    ((load<u64>(a) ^ load<u64>(b)) |
      (load<u64>(a, 8) ^ load<u64>(b, 8)) |
      (load<u64>(a, 16) ^ load<u64>(b, 16)) |
      (load<u64>(a, 24) ^ load<u64>(b, 24))) ==
    0
  );
}

/** The borrow out of the lower three limbs of a - b. Branchless: comparisons predict badly. */
@inline
function borrow192(a: usize, b: usize): i32 {
  const a1 = load<u64>(a, 8);
  const b1 = load<u64>(b, 8);
  const a2 = load<u64>(a, 16);
  const b2 = load<u64>(b, 16);
  const c0 = i32(load<u64>(a) < load<u64>(b));
  const c1 = i32(a1 < b1) | (i32(a1 == b1) & c0);
  return i32(a2 < b2) | (i32(a2 == b2) & c1);
}

/** a < b, unsigned. */
@inline
export function u256Lt(a: usize, b: usize): bool {
  const a3 = load<u64>(a, 24);
  const b3 = load<u64>(b, 24);
  return (i32(a3 < b3) | (i32(a3 == b3) & borrow192(a, b))) != 0;
}

/** a < b, two's complement. */
@inline
export function u256Slt(a: usize, b: usize): bool {
  const a3 = load<i64>(a, 24);
  const b3 = load<i64>(b, 24);
  return (i32(a3 < b3) | (i32(a3 == b3) & borrow192(a, b))) != 0;
}
