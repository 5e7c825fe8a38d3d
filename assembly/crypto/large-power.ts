/**
 * base^exponent mod m for numbers so large that a single product takes longer than a slice may. Row
 * by row, so that it can go on after each: products digit by digit, then long division (Knuth, The
 * Art of Computer Programming 2, 4.3.1, algorithms M and D). The exponent, not zero, is that of
 * exponent.ts.
 *
 * It reckons modulo m · 2^shift, whose top bit is set, and takes the rest modulo m in the end.
 */
import { isSpent, spend } from '../memory/slice';
import {
  LOW32, digit, divideStep, setDigit, shiftDigitsLeft, shiftDigitsRight, significantDigits,
} from '../u256/digits';
import { exponentBits, exponentByte, exponentBytes } from './exponent';
import { naturalFromBytes } from './natural';

// The exponentiation in hand. Numbers are strings of 32-bit digits.
let result: usize = 0;
let base: usize = 0;
let divisor: usize = 0;
/** Digits of the divisor, and its shift. */
let digits: i32 = 0;
let shift: u32 = 0;
/** Product or dividend. */
let work: usize = 0;

/** The factor that the result is multiplied by, digit by digit; 0 while a division goes on. */
let factor: usize = 0;
let row: i32 = 0;
/** Where the rest goes: the base, in the beginning, or the result. */
let target: usize = 0;
/** Bit of the exponent, from the most significant, and whether the result has been squared for
 * it. */
let bit: u64 = 0;
let isSquared: bool = false;

/**
 * Begins base^exponent mod m. `m` has `limbs` limbs and two significant digits at least; the base
 * are `baseLength` bytes at `basePtr`. `resultPtr`, `basePlace` and `divisorPlace` have room for
 * `limbs`, `workPlace` for the base and for twice `limbs`, and a limb more.
 */
export function largePowerBegin(
  resultPtr: usize,
  m: usize,
  limbs: usize,
  basePtr: usize,
  baseLength: usize,
  basePlace: usize,
  divisorPlace: usize,
  workPlace: usize,
): void {
  result = resultPtr;
  base = basePlace;
  divisor = divisorPlace;
  work = workPlace;
  digits = significantDigits(m, <i32>limbs << 1);
  shift = clz<u32>(<u32>digit(m, digits - 1));
  shiftDigitsLeft(divisor, m, digits, shift);
  const baseLimbs = (baseLength + 7) >> 3;
  naturalFromBytes(work, baseLimbs, basePtr, baseLength);
  const count = significantDigits(work, <i32>baseLimbs << 1);
  for (let i = count; i <= digits; i++) setDigit(work, i, 0);
  bit = (<u64>exponentBytes() << 3) - exponentBits();
  target = base;
  beginDivision(count);
}

/** Of the `count` digits at `work`. */
function beginDivision(count: i32): void {
  setDigit(work, count, 0);
  factor = 0;
  row = count - digits;
}

function beginProduct(by: usize): void {
  factor = by;
  target = result;
  row = 0;
  memory.fill(work, 0, <usize>digits << 3);
}

/** Goes on; returns whether the result is there. If not, the slice is spent. */
export function largePowerGoOn(): bool {
  do {
    if (!goOnProduct() || !goOnDivision()) return false;
    memory.copy(target, work, <usize>digits << 2);
  } while (beginNext());
  finish();
  return true;
}

function goOnProduct(): bool {
  if (factor == 0) return true;
  for (; row < digits; row++) {
    if (isSpent()) return false;
    multiplyRow(work + (<usize>row << 2), digit(factor, row));
    spend(digits);
  }
  beginDivision(digits << 1);
  return true;
}

/** Adds `by` times the result. */
function multiplyRow(out: usize, by: u64): void {
  let carry: u64 = 0;
  for (let i = 0; i < digits; i++) {
    const sum = digit(out, i) + by * digit(result, i) + carry;
    setDigit(out, i, sum & LOW32);
    carry = sum >> 32;
  }
  setDigit(out, digits, carry);
}

function goOnDivision(): bool {
  for (; row >= 0; row--) {
    if (isSpent()) return false;
    divideStep(work + (<usize>row << 2), divisor, digits);
    spend(digits);
  }
  return true;
}

/** The next product; false if there is none. */
function beginNext(): bool {
  if (target == base) {
    // The highest bit of the exponent.
    memory.copy(result, base, <usize>digits << 2);
  } else if (isSquared && isBitSet()) {
    isSquared = false;
    beginProduct(base);
    return true;
  }
  bit++;
  if (bit >= <u64>exponentBytes() << 3) return false;
  isSquared = true;
  beginProduct(result);
  return true;
}

@inline
function isBitSet(): bool {
  return ((exponentByte(<usize>(bit >> 3)) >> (7 - (<u32>bit & 7))) & 1) != 0;
}

/** The rest modulo m. */
function finish(): void {
  setDigit(work, digits, shiftDigitsLeft(work, result, digits, shift));
  divideStep(work, divisor, digits);
  shiftDigitsRight(result, work, digits, shift);
}
