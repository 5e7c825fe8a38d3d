/**
 * base^exponent modulo numbers of one word, which must not take a call for each product. Before
 * EIP-2565 a bit of an exponent costs 1/20 of the square of the modulus' bytes, 0.05 gas at least.
 * The exponent, not zero, is that of exponent.ts.
 */
import { MORE, isSpent, spend } from '../memory/slice';
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

/** Bytes, and nibbles, of the exponent between two looks at the slice, 20 and 60 µs at most, and
 * their time in that of gas. */
const BYTES_A_STEP: usize = 8192;
const NIBBLES_A_STEP: usize = 2048;
const STEP_TIME: i64 = 10000;

/** Bytes for the tables of `powerModuloSmallBegin`. */
export const SMALL_TABLES_BYTES: usize = 512;
/** What it is for. */
export const SMALL_MODULUS: u64 = 0x10000;

@inline
function multiply(a: u64, b: u64, m: u64, negatedInverse: u64): u64 {
  return negatedInverse == 0 ? a * b : montgomeryMultiplyWords(a, b, m, negatedInverse);
}

// The exponentiation in hand.
let modulus: u64 = 0;
let inverse: u64 = 0;
let tables: usize = 0;
let power: u64 = 0;
/** Byte or nibble of the exponent that is next, and how many there are. */
let place: usize = 0;
let places: usize = 0;

/**
 * Begins base^exponent mod m for odd m and its `negatedInverse`, where `base` is times 2^64; or
 * modulo 2^64 where that is 0. `table` has room for 16 words. Then `powerOfWordGoOn`.
 */
export function powerOfWordBegin(base: u64, m: u64, negatedInverse: u64, table: usize): void {
  modulus = m;
  inverse = negatedInverse;
  tables = table;
  power = base;
  place = 1;
  places = 1;
  if (exponentBits() < WINDOW_MIN_BITS) {
    for (let i = <i64>exponentBits() - 2; i >= 0; i--) {
      power = multiply(power, power, m, negatedInverse);
      if (exponentBit(<u64>i)) power = multiply(power, base, m, negatedInverse);
    }
    return;
  }
  store<u64>(table, base, 8);
  for (let i: usize = 2; i < POWER_TABLE_ENTRIES; i++) {
    power = multiply(power, base, m, negatedInverse);
    store<u64>(table + (i << 3), power);
  }
  places = exponentNibbles();
  power = load<u64>(table + (exponentNibble(0) << 3));
}

/** Goes on; returns whether `powerOfWord` is there. If not, the slice is spent. */
export function powerOfWordGoOn(): bool {
  while (place < places) {
    if (isSpent()) return false;
    const end = min(place + NIBBLES_A_STEP, places);
    appendNibbles(end);
    spend(STEP_TIME);
  }
  return true;
}

function appendNibbles(end: usize): void {
  const m = modulus;
  const negatedInverse = inverse;
  const table = tables;
  let value = power;
  for (let i = place; i < end; i++) {
    for (let j = 0; j < 4; j++) value = multiply(value, value, m, negatedInverse);
    const nibble = exponentNibble(i);
    if (nibble != 0) value = multiply(value, load<u64>(table + (nibble << 3)), m, negatedInverse);
  }
  power = value;
  place = end;
}

export function powerOfWord(): u64 {
  return inverse == 0 ? power : multiply(power, 1, modulus, inverse);
}

/** Begins base^exponent mod m for base < m < SMALL_MODULUS. Then `powerModuloSmallGoOn`. */
export function powerModuloSmallBegin(base: u32, m: u32, table: usize): void {
  modulus = m;
  tables = table;
  if (m < 256) beginBytes(base, m, table);
  else beginNibbles(base, m, table);
}

/** The result, or MORE if the slice is spent. */
export function powerModuloSmallGoOn(): i32 {
  const isByBytes = modulus < 256;
  while (place < places) {
    if (isSpent()) return MORE;
    if (isByBytes) appendSmallBytes(min(place + BYTES_A_STEP, places));
    else appendSmallNibbles(min(place + NIBBLES_A_STEP, places));
    spend(STEP_TIME);
  }
  return <i32>power;
}

function beginNibbles(base: u32, m: u32, table: usize): void {
  let value: u32 = 1;
  for (let i: usize = 0; i < POWER_TABLE_ENTRIES; i++) {
    store<u32>(table + (i << 2), value);
    value = (value * base) % m;
  }
  power = load<u32>(table + (exponentNibble(0) << 2));
  place = 1;
  places = exponentNibbles();
}

function appendSmallNibbles(end: usize): void {
  const m = <u32>modulus;
  const table = tables;
  let value = <u32>power;
  for (let i = place; i < end; i++) {
    for (let j = 0; j < 4; j++) value = (value * value) % m;
    const nibble = exponentNibble(i);
    if (nibble != 0) value = (value * load<u32>(table + (nibble << 2))) % m;
  }
  power = value;
  place = end;
}

/** A byte of the exponent at a time: r ← r^256 · base^byte, both looked up. */
function beginBytes(base: u32, m: u32, table: usize): void {
  const powers = table; // of the base, by exponent
  const powers256 = table + 256; // x^256, by x
  let value: u32 = 1 % m;
  power = value;
  for (let exponent: usize = 0; exponent < 256; exponent++) {
    store<u8>(powers + exponent, <u8>value);
    value = (value * base) % m;
  }
  for (let x: u32 = 0; x < m; x++) {
    value = x;
    for (let i = 0; i < 8; i++) value = (value * value) % m;
    store<u8>(powers256 + x, <u8>value);
  }
  place = 0;
  places = exponentBytes();
}

function appendSmallBytes(end: usize): void {
  const m = <u32>modulus;
  const powers = tables;
  const powers256 = tables + 256;
  let value = <u32>power;
  for (let i = place; i < end; i++) {
    const shifted = <u32>load<u8>(powers256 + value);
    value = (shifted * <u32>load<u8>(powers + exponentByte(i))) % m;
  }
  power = value;
  place = end;
}
