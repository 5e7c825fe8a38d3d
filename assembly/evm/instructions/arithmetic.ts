/**
 * Stop and arithmetic operations (YP 0s), and the superinstructions made of them. `sp` is the top
 * of the stack before the instruction; the result lies where the interpreter will find the top.
 */
import { GAS_EXP_BYTE } from '../../forks/rules';
import { u256Add, u256AddSmall, u256AddU64, u256Sub, u256SubSmall } from '../../u256/add';
import { u256ByteLength, u256SignExtend } from '../../u256/bits';
import { u256DivSmall, u256DivWide, u256ModWide, u256Sdiv, u256Smod } from '../../u256/div';
import { u256Exp } from '../../u256/exp';
import { u256AddMod, u256MulMod } from '../../u256/mod-arithmetic';
import { u256Mul, u256MulSmall, u256MulU64 } from '../../u256/mul';
import { u256ShrImmediate } from '../../u256/shift';
import { u256High, u256SetU64 } from '../../u256/word';

@inline
export function add(sp: usize): void {
  u256Add(sp + 32, sp, sp + 32);
}

/** Of words below 2^64, else mulWide. */
@inline
export function mul(sp: usize): void {
  u256MulU64(sp + 32, load<u64>(sp), load<u64>(sp, 32));
}

@inline
export function mulWide(sp: usize): void {
  u256Mul(sp + 32, sp, sp + 32);
}

/** Whether a word is above 64 bits. */
@inline
export function isWide(word: usize): bool {
  return u256High(word) != 0;
}

/** Whether one of two words is. */
@inline
export function areWide(a: usize, b: usize): bool {
  return (u256High(a) | u256High(b)) != 0;
}

@inline
export function sub(sp: usize): void {
  u256Sub(sp + 32, sp, sp + 32);
}

/** Of words below 2^64 by another than zero, else divWide. */
@inline
export function div(sp: usize): void {
  u256SetU64(sp + 32, load<u64>(sp) / load<u64>(sp, 32));
}

@inline
export function divWide(sp: usize): void {
  u256DivWide(sp + 32, sp, sp + 32);
}

/** Whether `div` and `mod` will not do. */
@inline
export function isWideDivision(sp: usize): bool {
  return (u256High(sp) | u256High(sp + 32) | u64(load<u64>(sp, 32) == 0)) != 0;
}

@inline
export function sdiv(sp: usize): void {
  u256Sdiv(sp + 32, sp, sp + 32);
}

@inline
export function mod(sp: usize): void {
  u256SetU64(sp + 32, load<u64>(sp) % load<u64>(sp, 32));
}

@inline
export function modWide(sp: usize): void {
  u256ModWide(sp + 32, sp, sp + 32);
}

@inline
export function smod(sp: usize): void {
  u256Smod(sp + 32, sp, sp + 32);
}

@inline
export function addmod(sp: usize): void {
  u256AddMod(sp);
}

@inline
export function mulmod(sp: usize): void {
  u256MulMod(sp, sp + 32, sp + 64);
}

/** Gas for the bytes of the exponent. */
export function expGas(sp: usize): i64 {
  return GAS_EXP_BYTE * <i64>u256ByteLength(sp + 32);
}

@inline
export function exp(sp: usize): void {
  u256Exp(sp);
}

@inline
export function signextend(sp: usize): void {
  u256SignExtend(sp);
}

// ---- superinstructions ----------------------------------------------------------------

@inline
export function pushAdd(sp: usize, immediate: u64): void {
  u256AddSmall(sp, immediate);
}

@inline
export function pushMul(sp: usize, immediate: u64): void {
  u256MulU64(sp, load<u64>(sp), immediate);
}

@inline
export function pushMulWide(sp: usize, immediate: u64): void {
  u256MulSmall(sp, sp, immediate);
}

/** top - immediate. */
@inline
export function pushSwapSub(sp: usize, immediate: u64): void {
  u256SubSmall(sp, immediate);
}

/** top / immediate, which is not zero; else pushSwapDivWide. */
@inline
export function pushSwapDiv(sp: usize, immediate: u64): void {
  u256SetU64(sp, load<u64>(sp) / immediate);
}

export function pushSwapDivWide(sp: usize, immediate: u64): void {
  if (immediate == 0) u256SetU64(sp, 0);
  else if (popcnt(immediate) == 1) u256ShrImmediate(sp, ctz(immediate));
  else u256DivSmall(sp, sp, immediate);
}

@inline
export function swapSub(sp: usize): void {
  u256Sub(sp + 32, sp + 32, sp);
}

/** ADD, SUB, then SWAPn POP: the result goes to the word at `distance` from the top. */
@inline
export function addSwapPop(sp: usize, distance: usize): void {
  u256Add(sp + distance, sp, sp + 32);
}

@inline
export function subSwapPop(sp: usize, distance: usize): void {
  u256Sub(sp + distance, sp, sp + 32);
}

/** `distance` in bytes from the top to the word that DUP copies; also below. */
@inline
export function dupAdd(sp: usize, distance: usize): void {
  u256Add(sp, sp + distance, sp);
}

@inline
export function dupSub(sp: usize, distance: usize): void {
  u256Sub(sp, sp + distance, sp);
}

@inline
export function dupMul(sp: usize, distance: usize): void {
  u256MulU64(sp, load<u64>(sp + distance), load<u64>(sp));
}

@inline
export function dupMulWide(sp: usize, distance: usize): void {
  u256Mul(sp, sp + distance, sp);
}

@inline
export function dupMulmod(sp: usize, distance: usize): void {
  u256MulMod(sp + distance, sp, sp + 32);
}

/** `distance` from the pushed word. */
@inline
export function pushDupAdd(sp: usize, immediate: u64, distance: usize): void {
  u256AddU64(sp - 32, sp - 32 + distance, immediate);
}
