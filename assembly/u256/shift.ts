/**
 * SHL, SHR, SAR (EIP-145).
 *
 * A shift by less than a limb is done in registers. One by whole limbs is a load at another
 * address: the value is laid beside zeros and read through a window. The window's other half is the
 * word below the value. On the downward growing stack that word is dead (the popped shift count, or
 * the free slot below the top), so these work in place there; the stack therefore needs one spare
 * slot below its last. Elsewhere use `u256ShrInto`.
 */
import { SCRATCH, SCRATCH_U256_SHIFT } from '../memory/scratch';
import { u256Not } from './bits';
import { u256Copy, u256High, u256Set, u256SetU64 } from './word';

/** dst = the 256 bits that begin `bits` (0…63) above the limb at `window`; reads 40 bytes. */
@inline
function extractRight(dst: usize, window: usize, bits: u64): void {
  setShiftedRight(dst, window, bits, load<u64>(window, 32));
}

/** dst = the word at `a`, with another limb above it, >> bits (0…63). */
@inline
function setShiftedRight(dst: usize, a: usize, bits: u64, above: u64): void {
  const rest = 63 - bits; // two steps to the left, since a shift by 64 is one by 0
  const w0 = load<u64>(a);
  const w1 = load<u64>(a, 8);
  const w2 = load<u64>(a, 16);
  const w3 = load<u64>(a, 24);
  u256Set(
    dst,
    (w0 >> bits) | ((w1 << 1) << rest),
    (w1 >> bits) | ((w2 << 1) << rest),
    (w2 >> bits) | ((w3 << 1) << rest),
    (w3 >> bits) | ((above << 1) << rest),
  );
}

/** dst = the word at `a`, with another limb below it, << bits (0…63). */
@inline
function setShiftedLeft(dst: usize, a: usize, bits: u64, below: u64): void {
  const rest = 63 - bits;
  const w3 = load<u64>(a, 24);
  const w2 = load<u64>(a, 16);
  const w1 = load<u64>(a, 8);
  const w0 = load<u64>(a);
  u256Set(
    dst,
    (w0 << bits) | ((below >> 1) >> rest),
    (w1 << bits) | ((w0 >> 1) >> rest),
    (w2 << bits) | ((w1 >> 1) >> rest),
    (w3 << bits) | ((w2 >> 1) >> rest),
  );
}

/** word >>= count in place, count ≤ 255; destroys the word at `ptr - 32`. */
@inline
export function u256ShrImmediate(ptr: usize, count: u64): void {
  u256ShrAbove(ptr, ptr, count);
}

/** dst = a >> count, count ≤ 255; destroys the word at `dst - 32`. */
@inline
export function u256ShrAbove(dst: usize, a: usize, count: u64): void {
  if (count < 64) {
    setShiftedRight(dst, a, count, 0);
    return;
  }
  const below = dst - 32;
  u256Copy(below, a);
  u256SetU64(dst, 0);
  extractRight(dst, below + ((<usize>count >> 6) << 3), count & 63);
}

/** word <<= count in place, count ≤ 255; destroys the word at `ptr - 32`. */
@inline
export function u256ShlImmediate(ptr: usize, count: u64): void {
  u256ShlAbove(ptr, ptr, count);
}

/** dst = a << count, count ≤ 255; destroys the word at `dst - 32`. */
@inline
export function u256ShlAbove(dst: usize, a: usize, count: u64): void {
  if (count < 64) {
    setShiftedLeft(dst, a, count, 0);
    return;
  }
  if (dst != a) u256Copy(dst, a);
  u256SetU64(dst - 32, 0);
  const window = dst - ((<usize>count >> 6) << 3);
  setShiftedLeft(dst, window, count & 63, load<u64>(window - 8));
}

/** SHR, stack style: the count at `sp`, the value at `sp + 32`, which the result replaces. */
@inline
export function u256Shr(sp: usize): void {
  const count = load<u64>(sp);
  if (u256High(sp) != 0 || count > 255) u256SetU64(sp + 32, 0);
  else u256ShrImmediate(sp + 32, count);
}

/** SHL, stack style: the count at `sp`, the value at `sp + 32`, which the result replaces. */
@inline
export function u256Shl(sp: usize): void {
  const count = load<u64>(sp);
  if (u256High(sp) != 0 || count > 255) u256SetU64(sp + 32, 0);
  else u256ShlImmediate(sp + 32, count);
}

/** SAR, stack style: the count at `sp`, the value at `sp + 32`, which the result replaces. */
export function u256Sar(sp: usize): void {
  const value = sp + 32;
  if (load<i64>(value, 24) >= 0) {
    u256Shr(sp);
    return;
  }
  const count = load<u64>(sp);
  if (u256High(sp) != 0 || count > 255) {
    u256Set(value, -1, -1, -1, -1);
    return;
  }
  u256SarImmediate(value, count);
}

/** word >>= count, two's complement, in place, count ≤ 255; destroys the word at `ptr - 32`. */
export function u256SarImmediate(ptr: usize, count: u64): void {
  const negative = load<i64>(ptr, 24) < 0;
  // ⌊-x / 2^n⌋ = ~(~(-x) >> n): the ones that enter at the top are zeros of the complement.
  if (negative) u256Not(ptr);
  u256ShrImmediate(ptr, count);
  if (negative) u256Not(ptr);
}

/** dst = a >> count, count ≤ 255, for any places. */
export function u256ShrInto(dst: usize, a: usize, count: u64): void {
  const window = SCRATCH + SCRATCH_U256_SHIFT;
  u256Copy(window, a);
  v128.store(window, i64x2(0, 0), 32);
  v128.store(window, i64x2(0, 0), 48);
  extractRight(dst, window + ((<usize>count >> 6) << 3), count & 63);
}
