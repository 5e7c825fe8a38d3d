/**
 * base^exponent modulo an odd number or a power of two. The exponent, not zero, is that of
 * exponent.ts.
 */
import { shiftDigitsLeft } from '../u256/digits';
import {
  POWER_TABLE_ENTRIES,
  WINDOW_MIN_BITS,
  exponentBit,
  exponentBits,
  exponentNibble,
  exponentNibbles,
} from './exponent';
import {
  DIGIT_BITS,
  digitCount,
  digitsFromLimbs,
  limbsFromDigits,
  montgomeryMultiply,
  montgomeryNegatedInverse,
  numberBytes,
} from './montgomery';
import {
  naturalLess,
  naturalModulo,
  naturalMultiplyLow,
  naturalSubtract,
} from './natural';
import { powerOfWord } from './word-power';

/** Numbers beside the table: the modulus, the power, a temporary. */
const RING_NUMBERS: usize = 3;
/** Limbs that the dividend needs below the base, beside those of the modulus, and above. */
export const DIVIDEND_BELOW: usize = 2;
export const DIVIDEND_ABOVE: usize = 2;

/** Bytes of the `table` of a modulus of so many limbs. */
export function tableBytes(limbs: usize): usize {
  // A number of digits has room for one of limbs
  return (POWER_TABLE_ENTRIES + RING_NUMBERS) * numberBytes(digitCount(limbs));
}

// The ring of the running exponentiation.
/** Bytes of an element. */
let ringSize: usize = 0;
let ringLimbs: usize = 0;
let ringCount: usize = 0;
let ringModulus: usize = 0;
/** Zero in the ring modulo 2^(64·limbs); odd, so never zero, in that of an odd modulus. */
let ringNegatedInverse: u64 = 0;
let ringTemp: usize = 0;

/**
 * result = base^exponent mod m, for odd m of `limbs` limbs, the highest not zero.
 *
 * `base` has `baseLimbs` limbs; limbs + DIVIDEND_BELOW below it, which are zero, and DIVIDEND_ABOVE
 * above it are room to work in; it is destroyed. `table` has room for tableBytes(limbs), `temp` for
 * limbs + 1.
 */
export function powerModuloOdd(
  result: usize,
  base: usize,
  baseLimbs: usize,
  m: usize,
  limbs: usize,
  table: usize,
  temp: usize,
): void {
  if (exponentBits() == 1) {
    if (baseLimbs < limbs) {
      memory.copy(result, base, baseLimbs << 3);
      memory.fill(result + (baseLimbs << 3), 0, (limbs - baseLimbs) << 3);
    } else {
      naturalModulo(result, base, baseLimbs, m, limbs, temp);
    }
    return;
  }
  ringNegatedInverse = montgomeryNegatedInverse(load<u64>(m));
  if (limbs == 1) {
    naturalModulo(result, base - 8, baseLimbs + 1, m, 1, temp);
    const power = powerOfWord(load<u64>(result), load<u64>(m), ringNegatedInverse, table);
    store<u64>(result, power);
    return;
  }
  ringCount = digitCount(limbs);
  ringSize = numberBytes(ringCount);
  ringModulus = table + POWER_TABLE_ENTRIES * ringSize;
  const power = ringModulus + ringSize;
  ringTemp = power + ringSize;
  digitsFromLimbs(ringModulus, ringCount, m, limbs);
  // base·R mod m
  moduloAfterShift(result, base, baseLimbs, m, limbs, temp);
  digitsFromLimbs(table + ringSize, ringCount, result, limbs);
  memory.fill(power, 0, ringSize);
  powerInRing(power, table);
  // a·R·1/R, which is m at most
  memory.fill(table, 0, ringSize);
  store<u32>(table, 1);
  ringMultiply(power, power, table);
  limbsFromDigits(result, limbs, power, ringCount);
  if (!naturalLess(result, m, limbs)) naturalSubtract(result, result, m, limbs);
}

/** result = base·2^(30·count) mod m, as powerModuloOdd has them. */
function moduloAfterShift(
  result: usize,
  base: usize,
  baseLimbs: usize,
  m: usize,
  limbs: usize,
  temp: usize,
): void {
  const bits = ringCount * DIGIT_BITS;
  const zeros = bits >> 5;
  const length = baseLimbs << 1;
  const top = base + (length << 2);
  store<u32>(top, <u32>shiftDigitsLeft(base, base, <i32>length, <u32>bits & 31));
  store<u32>(top, 0, 4);
  const dividend = base - (zeros << 2);
  naturalModulo(result, dividend, (zeros + length + 2) >> 1, m, limbs, temp);
}

/**
 * result = base^exponent mod 2^(64·limbs). The base's low `limbs` limbs are the second entry of
 * `table`, of limbs, which has room for tableBytes(limbs); `temp` has room for `limbs`.
 */
export function powerModuloLimbs(result: usize, limbs: usize, table: usize, temp: usize): void {
  if (limbs == 1) {
    store<u64>(result, powerOfWord(load<u64>(table, 8), 0, 0, table));
    return;
  }
  ringLimbs = limbs;
  ringSize = limbs << 3;
  ringNegatedInverse = 0;
  ringTemp = temp;
  powerInRing(result, table);
}

/** result = (entry 1 of the table)^exponent in the ring. */
function powerInRing(result: usize, table: usize): void {
  if (exponentBits() < WINDOW_MIN_BITS) powerByBits(result, table + ringSize);
  else powerByNibbles(result, table);
}

function powerByBits(result: usize, base: usize): void {
  memory.copy(result, base, ringSize);
  for (let i = <i64>exponentBits() - 2; i >= 0; i--) {
    ringMultiply(result, result, result);
    if (exponentBit(<u64>i)) ringMultiply(result, result, base);
  }
}

function powerByNibbles(result: usize, table: usize): void {
  const base = table + ringSize;
  const end = table + POWER_TABLE_ENTRIES * ringSize;
  for (let entry = base + ringSize; entry < end; entry += ringSize) {
    // With its padding
    memory.copy(entry, base, ringSize);
    ringMultiply(entry, entry - ringSize, base);
  }
  const count = exponentNibbles();
  memory.copy(result, table + exponentNibble(0) * ringSize, ringSize);
  for (let i: usize = 1; i < count; i++) {
    for (let j = 0; j < 4; j++) ringMultiply(result, result, result);
    const nibble = exponentNibble(i);
    if (nibble != 0) ringMultiply(result, result, table + nibble * ringSize);
  }
}

function ringMultiply(dst: usize, a: usize, b: usize): void {
  if (ringNegatedInverse != 0) {
    montgomeryMultiply(dst, a, b, ringModulus, ringCount, ringNegatedInverse, ringTemp);
  } else {
    naturalMultiplyLow(ringTemp, a, b, ringLimbs);
    memory.copy(dst, ringTemp, ringLimbs << 3);
  }
}
