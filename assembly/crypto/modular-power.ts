/**
 * base^exponent modulo an odd number, a power of two, or a number below 256. The exponent, not
 * zero, is that of exponent.ts.
 */
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

/**
 * result = base^exponent mod m, for odd m of `limbs` limbs, the highest not zero.
 *
 * `base` is in the upper `baseLimbs` of limbs + baseLimbs + 1 limbs at `dividend`, under a spare
 * one and above `limbs` limbs of zeros; it is destroyed. `table` has room for 16 times `limbs`,
 * `temp` for limbs + 1.
 */
export function powerModuloOdd(
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
  const size = limbs << 3;
  naturalModulo(table + size, dividend, baseLimbs + limbs, m, limbs, temp); // base·R mod m
  power(result, table);
  memory.fill(table, 0, size);
  store<u64>(table, 1);
  ringMultiply(result, result, table); // a·R·1/R
}

/**
 * result = base^exponent mod 2^(64·limbs). The base's low `limbs` limbs are the second entry of
 * `table`, which has room for 16 of them; `temp` has room for `limbs`.
 */
export function powerModuloLimbs(result: usize, limbs: usize, table: usize, temp: usize): void {
  ringLimbs = limbs;
  ringNegatedInverse = 0;
  ringTemp = temp;
  power(result, table);
}

/**
 * base^exponent mod m for base < m < 256, a byte of the exponent at a time:
 * r ← r^256 · base^byte, both looked up. Before EIP-2565 a bit of such an exponent costs 1/20 gas,
 * so that squaring bit by bit fell short of 10 Mgas/s.
 */
export function powerModuloByte(base: u32, m: u32, tables: usize): u32 {
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
  let result: u32 = 1 % m;
  const length = exponentBytes();
  for (let i: usize = 0; i < length; i++) {
    const shifted = <u32>load<u8>(powers256 + result);
    result = (shifted * <u32>load<u8>(powers + exponentByte(i))) % m;
  }
  return result;
}

/** result = (entry 1 of the table)^exponent in the ring. */
function power(result: usize, table: usize): void {
  if (exponentBits() < WINDOW_MIN_BITS) powerByBits(result, table + (ringLimbs << 3));
  else powerByNibbles(result, table);
}

function powerByBits(result: usize, base: usize): void {
  const bits = exponentBits();
  const padding = (<u64>exponentBytes() << 3) - bits;
  memory.copy(result, base, ringLimbs << 3);
  for (let i = padding + 1; i < padding + bits; i++) {
    ringMultiply(result, result, result);
    const byte = exponentByte(<usize>(i >> 3));
    if (((byte >> (7 - (<u32>i & 7))) & 1) != 0) ringMultiply(result, result, base);
  }
}

function powerByNibbles(result: usize, table: usize): void {
  const size = ringLimbs << 3;
  const base = table + size;
  const end = table + POWER_TABLE_ENTRIES * size;
  for (let entry = base + size; entry < end; entry += size) {
    ringMultiply(entry, entry - size, base);
  }
  const length = exponentBytes();
  const first = exponentByte(0);
  if (first > 15) {
    memory.copy(result, table + (<usize>first >> 4) * size, size);
    appendNibble(result, table, first & 15);
  } else {
    memory.copy(result, table + <usize>first * size, size);
  }
  for (let i: usize = 1; i < length; i++) {
    const byte = exponentByte(i);
    appendNibble(result, table, byte >> 4);
    appendNibble(result, table, byte & 15);
  }
}

/** result = result^16 · base^nibble. */
@inline
function appendNibble(result: usize, table: usize, nibble: u32): void {
  for (let i = 0; i < 4; i++) ringMultiply(result, result, result);
  if (nibble != 0) ringMultiply(result, result, table + <usize>nibble * (ringLimbs << 3));
}

function ringMultiply(dst: usize, a: usize, b: usize): void {
  if (ringNegatedInverse != 0) {
    montgomeryMultiply(dst, a, b, ringModulus, ringLimbs, ringNegatedInverse, ringTemp);
  } else {
    naturalMultiplyLow(ringTemp, a, b, ringLimbs);
    memory.copy(dst, ringTemp, ringLimbs << 3);
  }
}
