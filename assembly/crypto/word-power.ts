/**
 * base^exponent modulo numbers of one word, which must not take a call for each product. Before
 * EIP-2565 a bit of an exponent costs 1/20 of the square of the modulus' bytes, 0.05 gas at least.
 * The exponent, not zero, is that of exponent.ts.
 */
import {
  POWER_TABLE_ENTRIES,
  WINDOW_MIN_BITS,
  exponentBit,
  exponentBits,
  exponentByte,
  exponentBytes,
  exponentNibble,
  exponentNibbles,
} from './exponent';
import { montgomeryMultiplyWords } from './montgomery';

/** Bytes for the tables of `powerModuloSmall`. */
export const SMALL_TABLES_BYTES: usize = 512;
/** What it is for. */
export const SMALL_MODULUS: u64 = 0x10000;

@inline
function multiply(a: u64, b: u64, m: u64, negatedInverse: u64): u64 {
  return negatedInverse == 0 ? a * b : montgomeryMultiplyWords(a, b, m, negatedInverse);
}

/**
 * base^exponent mod m for odd m and its `negatedInverse`, where `base` is times 2^64; or modulo
 * 2^64 where that is 0. `table` has room for 16 words.
 */
export function powerOfWord(base: u64, m: u64, negatedInverse: u64, table: usize): u64 {
  let power = base;
  if (exponentBits() < WINDOW_MIN_BITS) {
    for (let i = <i64>exponentBits() - 2; i >= 0; i--) {
      power = multiply(power, power, m, negatedInverse);
      if (exponentBit(<u64>i)) power = multiply(power, base, m, negatedInverse);
    }
  } else {
    store<u64>(table, base, 8);
    for (let i: usize = 2; i < POWER_TABLE_ENTRIES; i++) {
      power = multiply(power, base, m, negatedInverse);
      store<u64>(table + (i << 3), power);
    }
    const count = exponentNibbles();
    power = load<u64>(table + (exponentNibble(0) << 3));
    for (let i: usize = 1; i < count; i++) {
      for (let j = 0; j < 4; j++) power = multiply(power, power, m, negatedInverse);
      const nibble = exponentNibble(i);
      if (nibble != 0) power = multiply(power, load<u64>(table + (nibble << 3)), m, negatedInverse);
    }
  }
  return negatedInverse == 0 ? power : multiply(power, 1, m, negatedInverse);
}

/** base^exponent mod m for base < m < SMALL_MODULUS. */
export function powerModuloSmall(base: u32, m: u32, tables: usize): u32 {
  return m < 256 ? powerModuloByte(base, m, tables) : powerByNibbles(base, m, tables);
}

function powerByNibbles(base: u32, m: u32, table: usize): u32 {
  let power: u32 = 1;
  for (let i: usize = 0; i < POWER_TABLE_ENTRIES; i++) {
    store<u32>(table + (i << 2), power);
    power = (power * base) % m;
  }
  const count = exponentNibbles();
  power = load<u32>(table + (exponentNibble(0) << 2));
  for (let i: usize = 1; i < count; i++) {
    for (let j = 0; j < 4; j++) power = (power * power) % m;
    const nibble = exponentNibble(i);
    if (nibble != 0) power = (power * load<u32>(table + (nibble << 2))) % m;
  }
  return power;
}

/** A byte of the exponent at a time: r ← r^256 · base^byte, both looked up. */
function powerModuloByte(base: u32, m: u32, tables: usize): u32 {
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
