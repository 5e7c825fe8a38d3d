/**
 * Comparison and bitwise logic operations (YP 10s), and the superinstructions made of them. `sp`
 * is the top of the stack before the instruction; the result lies where the top will be.
 */
import {
  u256And, u256AndOr, u256Byte, u256Clz, u256Not, u256Or, u256Xor,
} from '../../u256/bits';
import {
  u256Sar, u256Shl, u256ShlAbove, u256ShlImmediate, u256Shr, u256ShrAbove, u256ShrImmediate,
} from '../../u256/shift';
import {
  u256Eq, u256High, u256IsZero, u256Lt, u256SetU64, u256Slt,
} from '../../u256/word';

@inline
export function isLess(sp: usize): bool {
  return u256Lt(sp, sp + 32);
}

@inline
export function isGreater(sp: usize): bool {
  return u256Lt(sp + 32, sp);
}

@inline
export function isSignedLess(sp: usize): bool {
  return u256Slt(sp, sp + 32);
}

@inline
export function isSignedGreater(sp: usize): bool {
  return u256Slt(sp + 32, sp);
}

@inline
export function isEqual(sp: usize): bool {
  return u256Eq(sp, sp + 32);
}

@inline
export function isZero(sp: usize): bool {
  return u256IsZero(sp);
}

@inline
export function lt(sp: usize): void {
  u256SetU64(sp + 32, u64(isLess(sp)));
}

@inline
export function gt(sp: usize): void {
  u256SetU64(sp + 32, u64(isGreater(sp)));
}

@inline
export function slt(sp: usize): void {
  u256SetU64(sp + 32, u64(isSignedLess(sp)));
}

@inline
export function sgt(sp: usize): void {
  u256SetU64(sp + 32, u64(isSignedGreater(sp)));
}

@inline
export function eq(sp: usize): void {
  u256SetU64(sp + 32, u64(isEqual(sp)));
}

@inline
export function iszero(sp: usize): void {
  u256SetU64(sp, u64(isZero(sp)));
}

@inline
export function and(sp: usize): void {
  u256And(sp + 32, sp, sp + 32);
}

@inline
export function or(sp: usize): void {
  u256Or(sp + 32, sp, sp + 32);
}

@inline
export function xor(sp: usize): void {
  u256Xor(sp + 32, sp, sp + 32);
}

@inline
export function not(sp: usize): void {
  u256Not(sp);
}

@inline
export function byte(sp: usize): void {
  u256Byte(sp);
}

@inline
export function shl(sp: usize): void {
  u256Shl(sp);
}

@inline
export function shr(sp: usize): void {
  u256Shr(sp);
}

@inline
export function sar(sp: usize): void {
  u256Sar(sp);
}

@inline
export function clzWord(sp: usize): void {
  u256Clz(sp);
}

// ---- superinstructions: the pushed immediate is the first operand ---------------------

@inline
export function pushLt(sp: usize, immediate: u64): void {
  u256SetU64(sp, u64(u256High(sp) != 0 || immediate < load<u64>(sp)));
}

@inline
export function pushGt(sp: usize, immediate: u64): void {
  u256SetU64(sp, u64(u256High(sp) == 0 && immediate > load<u64>(sp)));
}

@inline
export function isEqualToImmediate(sp: usize, immediate: u64): bool {
  return load<u64>(sp) == immediate && u256High(sp) == 0;
}

@inline
export function isBelow(word: usize, immediate: u64): bool {
  return (u256High(word) | u64(load<u64>(word) >= immediate)) == 0;
}

@inline
export function isAbove(word: usize, immediate: u64): bool {
  return (u256High(word) | u64(load<u64>(word) > immediate)) != 0;
}

@inline
export function pushEq(sp: usize, immediate: u64): void {
  u256SetU64(sp, u64(isEqualToImmediate(sp, immediate)));
}

@inline
export function pushAnd(sp: usize, immediate: u64): void {
  u256SetU64(sp, load<u64>(sp) & immediate);
}

/** `mask` is a wide immediate. */
@inline
export function pushWideAnd(sp: usize, mask: usize): void {
  u256And(sp, sp, mask);
}

/** The decoder lets pass counts below 256 only. */
@inline
export function pushShl(sp: usize, count: u64): void {
  u256ShlImmediate(sp, count);
}

@inline
export function pushShr(sp: usize, count: u64): void {
  u256ShrImmediate(sp, count);
}

// ---- superinstructions: DUPn reads its word where it lies, `distance` bytes from the top -----

@inline
export function dupAnd(sp: usize, distance: usize): void {
  u256And(sp, sp + distance, sp);
}

@inline
export function dupOr(sp: usize, distance: usize): void {
  u256Or(sp, sp + distance, sp);
}

@inline
export function dupXor(sp: usize, distance: usize): void {
  u256Xor(sp, sp + distance, sp);
}

/** Pushes the word shifted by `count` < 256. */
@inline
export function dupShr(sp: usize, distance: usize, count: u64): void {
  u256ShrAbove(sp - 32, sp + distance, count);
}

/** The same, and'ed to the top. */
@inline
export function dupShrAnd(sp: usize, distance: usize, count: u64): void {
  u256ShrAbove(sp - 32, sp + distance, count);
  u256And(sp, sp - 32, sp);
}

/** Pushes what the mask leaves of the 64 bits of the word from `bit` on. */
@inline
export function dupShrMask(sp: usize, distance: usize, bit: u32, mask: u64): void {
  const limb = sp + distance + ((bit >> 6) << 3);
  const rest = <u64>(bit & 63);
  // Above the highest limb lies another word.
  const upper = bit < 192 ? load<u64>(limb, 8) : 0;
  u256SetU64(sp - 32, ((load<u64>(limb) >> rest) | ((upper << 1) << (63 - rest))) & mask);
}

/** Pushes the word shifted by `count` < 256. */
@inline
export function dupShl(sp: usize, distance: usize, count: u64): void {
  u256ShlAbove(sp - 32, sp + distance, count);
}

/** OR, XOR, then SWAPn POP: the result goes to the word at `distance` from the top. */
@inline
export function orSwapPop(sp: usize, distance: usize): void {
  u256Or(sp + distance, sp, sp + 32);
}

@inline
export function xorSwapPop(sp: usize, distance: usize): void {
  u256Xor(sp + distance, sp, sp + 32);
}

/** `distance` from the pushed word. */
@inline
export function pushDupAnd(sp: usize, immediate: u64, distance: usize): void {
  u256SetU64(sp - 32, load<u64>(sp - 32 + distance) & immediate);
}

/** AND OR: (a & b) | c, which takes the place of c. */
@inline
export function andOr(sp: usize): void {
  u256AndOr(sp + 64, sp, sp + 32, sp + 64);
}
