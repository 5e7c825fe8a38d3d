/**
 * base^exponent modulo an odd number, a power of two, or a number below 256. The exponent, not
 * zero, is that of exponent.ts.
 */
import { MORE, isSpent, spend } from '../slice';
import { exponentBits, exponentByte, exponentBytes } from './exponent';
import { montgomeryMultiply, montgomeryNegatedInverse } from './montgomery';
import { naturalModulo, naturalMultiplyLow } from './natural';

/** Powers of the base that `power` keeps: exponents 0 (unused) to 15. */
export const POWER_TABLE_ENTRIES: usize = 16;
/** Bytes for the tables of `powerModuloByte`. */
export const BYTE_TABLES_SIZE: usize = 512;

/** Below this, squaring and multiplying bit by bit is cheaper than to fill the table. */
const WINDOW_MIN_BITS: u64 = 40;

// The ring of the running exponentiation.
let ringLimbs: usize = 0;
let ringModulus: usize = 0;
/** Zero in the ring modulo 2^(64·limbs); odd, so never zero, in that of an odd modulus. */
let ringNegatedInverse: u64 = 0;
let ringTemp: usize = 0;

// The exponentiation in hand.
let powerResult: usize = 0;
let powerTable: usize = 0;
/** Bits of the exponent that a step takes: 1, or 4. */
let window: u32 = 0;
/** Entry of the table that is to be filled next, and the first that is not. */
let entry: usize = 0;
let entriesEnd: usize = 0;
/** Windows of the exponent: which is next, and how many there are. */
let place: u64 = 0;
let places: u64 = 0;
/** The result holds the first window. */
let isBegun: bool = false;

/**
 * Begins result = base^exponent mod m, for odd m of `limbs` limbs, the highest not zero. Then
 * `powerGoOn`, and `powerModuloOddEnd`.
 *
 * `base` is in the upper `baseLimbs` of limbs + baseLimbs + 1 limbs at `dividend`, under a spare
 * one and above `limbs` limbs of zeros; it is destroyed. `table` has room for 16 times `limbs`,
 * `temp` for limbs + 1.
 */
export function powerModuloOddBegin(
  result: usize,
  dividend: usize,
  baseLimbs: usize,
  m: usize,
  limbs: usize,
  table: usize,
  temp: usize,
): void {
  ringLimbs = limbs;
  ringModulus = m;
  ringNegatedInverse = montgomeryNegatedInverse(load<u64>(m));
  ringTemp = temp;
  naturalModulo(table + (limbs << 3), dividend, baseLimbs + limbs, m, limbs, temp); // base·R mod m
  begin(result, table);
}

export function powerModuloOddEnd(): void {
  memory.fill(powerTable, 0, ringLimbs << 3);
  store<u64>(powerTable, 1);
  ringMultiply(powerResult, powerResult, powerTable); // a·R·1/R
}

/**
 * Begins result = base^exponent mod 2^(64·limbs). Then `powerGoOn`. The base's low `limbs` limbs
 * are the second entry of `table`, which has room for 16 of them; `temp` has room for `limbs`.
 */
export function powerModuloLimbsBegin(
  result: usize, limbs: usize, table: usize, temp: usize,
): void {
  ringLimbs = limbs;
  ringNegatedInverse = 0;
  ringTemp = temp;
  begin(result, table);
}

/** Bytes of the exponent between two looks at the slice, 20 µs, and their time in that of gas. */
const BYTES_A_STEP: usize = 8192;
const BYTES_TIME: i64 = 10000;
let byteModulus: u32 = 0;
let byteResult: u32 = 0;
let byteIndex: usize = 0;

/**
 * Begins base^exponent mod m for base < m < 256, a byte of the exponent at a time:
 * r ← r^256 · base^byte, both looked up. Before EIP-2565 a bit of such an exponent costs 1/20 gas,
 * so that squaring bit by bit fell short of 10 Mgas/s.
 */
export function powerModuloByteBegin(base: u32, m: u32, tables: usize): void {
  const powers = tables; // of the base, by exponent
  const powers256 = tables + 256; // x^256, by x
  let value: u32 = 1 % m;
  for (let exponent: usize = 0; exponent < 256; exponent++) {
    store<u8>(powers + exponent, <u8>value);
    value = (value * base) % m;
  }
  for (let x: u32 = 0; x < m; x++) {
    value = x;
    for (let i = 0; i < 8; i++) value = (value * value) % m;
    store<u8>(powers256 + x, <u8>value);
  }
  powerTable = tables;
  byteModulus = m;
  byteResult = 1 % m;
  byteIndex = 0;
}

/** The result, or MORE if the slice is spent. */
export function powerModuloByteGoOn(): i32 {
  const powers = powerTable;
  const powers256 = powers + 256;
  const length = exponentBytes();
  while (byteIndex < length) {
    if (isSpent()) return MORE;
    const end = min(byteIndex + BYTES_A_STEP, length);
    let result = byteResult;
    for (let i = byteIndex; i < end; i++) {
      const shifted = <u32>load<u8>(powers256 + result);
      result = (shifted * <u32>load<u8>(powers + exponentByte(i))) % byteModulus;
    }
    byteResult = result;
    byteIndex = end;
    spend(BYTES_TIME);
  }
  return <i32>byteResult;
}

/** Begins result = (entry 1 of the table)^exponent in the ring. */
function begin(result: usize, table: usize): void {
  const size = ringLimbs << 3;
  const base = table + size;
  powerResult = result;
  powerTable = table;
  entry = base + size;
  const isByBits = exponentBits() < WINDOW_MIN_BITS;
  window = isByBits ? 1 : 4;
  entriesEnd = isByBits ? entry : table + POWER_TABLE_ENTRIES * size;
  places = (<u64>exponentBytes() << 3) / <u64>window;
  // The first window that is not zero, at which the result is an entry of the table.
  isBegun = false;
  place = places - (exponentBits() + <u64>(window - 1)) / <u64>window;
}

/** Goes on; returns whether the result is there. If not, the slice is spent. */
export function powerGoOn(): bool {
  const size = ringLimbs << 3;
  const base = powerTable + size;
  const time = <i64>(6 * ringLimbs * ringLimbs);
  for (; entry < entriesEnd; entry += size) {
    if (isSpent()) return false;
    ringMultiply(entry, entry - size, base);
    spend(time);
  }
  if (!isBegun) {
    memory.copy(powerResult, powerTable + <usize>exponentWindow(place) * size, size);
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

/** result = result^(2^window) · base^(the next window). */
@inline
function appendWindow(): void {
  for (let i: u32 = 0; i < window; i++) ringMultiply(powerResult, powerResult, powerResult);
  const value = exponentWindow(place);
  if (value == 0) return;
  ringMultiply(powerResult, powerResult, powerTable + <usize>value * (ringLimbs << 3));
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
    montgomeryMultiply(dst, a, b, ringModulus, ringLimbs, ringNegatedInverse, ringTemp);
  } else {
    naturalMultiplyLow(ringTemp, a, b, ringLimbs);
    memory.copy(dst, ringTemp, ringLimbs << 3);
  }
}
