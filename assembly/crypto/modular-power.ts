/**
 * base^exponent modulo an odd number or a power of two. The exponent, not zero, is that of
 * exponent.ts.
 */
import { isSpent, spend } from '../memory/slice';
import { shiftDigitsLeft } from '../u256/digits';
import {
  POWER_TABLE_ENTRIES,
  WINDOW_MIN_BITS,
  exponentBits,
  exponentByte,
  exponentBytes,
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
import { powerOfWord, powerOfWordBegin, powerOfWordGoOn } from './word-power';

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

// The exponentiation in hand.
/** How it is done: it has been, by word-power.ts, or in the ring. */
const WAY_DONE: u32 = 0;
const WAY_WORD: u32 = 1;
const WAY_RING: u32 = 2;
let way: u32 = 0;
/** Where the result goes, in limbs, and the modulus, in limbs, if it is odd. */
let result: usize = 0;
let modulus: usize = 0;
/** Element of the ring. */
let power: usize = 0;
let powerTable: usize = 0;
/** Bits of the exponent that a step takes: 1, or 4. */
let window: u32 = 0;
/** Entry of the table that is to be filled next, and the first that is not. */
let entry: usize = 0;
let entriesEnd: usize = 0;
/** Windows of the exponent: which is next, and how many there are. */
let place: u64 = 0;
let places: u64 = 0;
/** `power` holds the first window. */
let isBegun: bool = false;

/**
 * Begins result = base^exponent mod m, for odd m of `limbs` limbs, the highest not zero. Then
 * `powerGoOn`, and `powerModuloOddEnd`.
 *
 * `base` has `baseLimbs` limbs; limbs + DIVIDEND_BELOW below it, which are zero, and DIVIDEND_ABOVE
 * above it are room to work in; it is destroyed. `table` has room for tableBytes(limbs), `temp` for
 * limbs + 1.
 */
export function powerModuloOddBegin(
  resultPtr: usize,
  base: usize,
  baseLimbs: usize,
  m: usize,
  limbs: usize,
  table: usize,
  temp: usize,
): void {
  way = WAY_DONE;
  result = resultPtr;
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
    way = WAY_WORD;
    powerOfWordBegin(load<u64>(result), load<u64>(m), ringNegatedInverse, table);
    return;
  }
  modulus = m;
  ringLimbs = limbs;
  ringCount = digitCount(limbs);
  ringSize = numberBytes(ringCount);
  ringModulus = table + POWER_TABLE_ENTRIES * ringSize;
  power = ringModulus + ringSize;
  ringTemp = power + ringSize;
  digitsFromLimbs(ringModulus, ringCount, m, limbs);
  // base·R mod m
  moduloAfterShift(result, base, baseLimbs, m, limbs, temp);
  digitsFromLimbs(table + ringSize, ringCount, result, limbs);
  memory.fill(power, 0, ringSize);
  begin(table);
}

export function powerModuloOddEnd(): void {
  if (way != WAY_RING) return;
  // a·R·1/R, which is m at most
  memory.fill(powerTable, 0, ringSize);
  store<u32>(powerTable, 1);
  ringMultiply(power, power, powerTable);
  limbsFromDigits(result, ringLimbs, power, ringCount);
  if (!naturalLess(result, modulus, ringLimbs)) {
    naturalSubtract(result, result, modulus, ringLimbs);
  }
}

/** result = base·2^(30·count) mod m, as powerModuloOddBegin has them. */
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
 * Begins result = base^exponent mod 2^(64·limbs). Then `powerGoOn`. The base's low `limbs` limbs
 * are the second entry of `table`, of limbs, which has room for tableBytes(limbs); `temp` has room
 * for `limbs`.
 */
export function powerModuloLimbsBegin(
  resultPtr: usize, limbs: usize, table: usize, temp: usize,
): void {
  result = resultPtr;
  if (limbs == 1) {
    way = WAY_WORD;
    powerOfWordBegin(load<u64>(table, 8), 0, 0, table);
    return;
  }
  ringLimbs = limbs;
  ringSize = limbs << 3;
  ringNegatedInverse = 0;
  ringTemp = temp;
  power = result;
  begin(table);
}

/** Begins power = (entry 1 of the table)^exponent in the ring. */
function begin(table: usize): void {
  way = WAY_RING;
  powerTable = table;
  entry = table + 2 * ringSize;
  const isByBits = exponentBits() < WINDOW_MIN_BITS;
  window = isByBits ? 1 : 4;
  entriesEnd = isByBits ? entry : table + POWER_TABLE_ENTRIES * ringSize;
  places = (<u64>exponentBytes() << 3) / <u64>window;
  // The first window that is not zero, at which the power is an entry of the table.
  isBegun = false;
  place = places - (exponentBits() + <u64>(window - 1)) / <u64>window;
}

/** Goes on; returns whether the result is there. If not, the slice is spent. */
export function powerGoOn(): bool {
  if (way == WAY_DONE) return true;
  if (way == WAY_RING) return goOnInRing();
  if (!powerOfWordGoOn()) return false;
  store<u64>(result, powerOfWord());
  return true;
}

function goOnInRing(): bool {
  const base = powerTable + ringSize;
  const time = <i64>(6 * ringLimbs * ringLimbs);
  for (; entry < entriesEnd; entry += ringSize) {
    if (isSpent()) return false;
    // With its padding
    memory.copy(entry, base, ringSize);
    ringMultiply(entry, entry - ringSize, base);
    spend(time);
  }
  if (!isBegun) {
    memory.copy(power, powerTable + <usize>exponentWindow(place) * ringSize, ringSize);
    isBegun = true;
    place++;
  }
  const placesAStep = <u64>max<usize>(4096 / (ringLimbs * ringLimbs), 1);
  while (place < places) {
    if (isSpent()) return false;
    const end = min(place + placesAStep, places);
    spend(<i64>(end - place) * <i64>(window + 1) * time);
    for (; place < end; place++) appendWindow();
  }
  return true;
}

/** power = power^(2^window) · base^(the next window). */
@inline
function appendWindow(): void {
  for (let i: u32 = 0; i < window; i++) ringMultiply(power, power, power);
  const value = exponentWindow(place);
  if (value == 0) return;
  ringMultiply(power, power, powerTable + <usize>value * ringSize);
}

/** The bits of the exponent at a place, from the most significant. */
@inline
function exponentWindow(at: u64): u32 {
  if (window == 1) return (exponentByte(<usize>(at >> 3)) >> (7 - (<u32>at & 7))) & 1;
  const byte = exponentByte(<usize>(at >> 1));
  return (at & 1) == 0 ? byte >> 4 : byte & 15;
}

function ringMultiply(dst: usize, a: usize, b: usize): void {
  if (ringNegatedInverse != 0) {
    montgomeryMultiply(dst, a, b, ringModulus, ringCount, ringNegatedInverse, ringTemp);
  } else {
    naturalMultiplyLow(ringTemp, a, b, ringLimbs);
    memory.copy(dst, ringTemp, ringLimbs << 3);
  }
}
