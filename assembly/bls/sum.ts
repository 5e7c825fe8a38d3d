/**
 * u1·G + u2·P with one row of doublings for all (E. G. Straus, Addition chains of vectors, 1964):
 * both factors are split by -x²·(x, y) = (β·x, y), and each half is a column of signed digits.
 */
import { u256Negate, u256Sub } from '../u256/add';
import { u256Copy, u256Lt, u256Set } from '../u256/word';
import { DIGIT_ROW_BYTES, clearDigits, writeDigits } from '../secp256k1/signed-digits';
import { GENERATOR_1, X_SQUARED } from './constants';
import { fieldMultiply } from './field-product';
import { fieldInvert } from './field-power';
import { fieldCopy } from './field-sum';
import { NUMBER_BYTES, fieldFromNumber } from './field-word';
import {
  DIGITS,
  ENTRY_BETA_X,
  ENTRY_BYTES,
  ENTRY_Y,
  FIELD_BYTES,
  GENERATOR_TABLE,
  POINT_X,
  POINT_Z,
  PROOF_TABLE,
  SUM_TEMPORARIES,
  WORD_BYTES,
} from './layout';
import { addBetaMultiples, makeOddMultiples, scaleEntry } from './odd-multiples';
import {
  addAffine, addScaled, doublePoint, negatePoint, pointIsInfinity, setInfinity, setPoint,
} from './point';

/** What takes the table of P to the curve. */
const TABLE_Z = SUM_TEMPORARIES;
const SCALED_Z = TABLE_Z + FIELD_BYTES;
const REST = SCALED_Z + FIELD_BYTES;
const QUOTIENT = REST + WORD_BYTES;
const SHIFTED = QUOTIENT + WORD_BYTES;

/** One more than the bits of halves, for the last carry. */
const DIGIT_COUNT: i32 = 129;
const DIGITS_END = DIGITS + <usize>DIGIT_COUNT * DIGIT_ROW_BYTES;

/** Digits of this width need 2^(width - 2) odd multiples: 8 and 64. */
const POINT_WIDTH: i32 = 5;
const POINT_COUNT: i32 = 1 << (POINT_WIDTH - 2);
const GENERATOR_WIDTH: i32 = 8;
const GENERATOR_COUNT: i32 = 1 << (GENERATOR_WIDTH - 2);

let hasGenerator: bool = false;

/** The multiples of the generator; takes 0.2 ms. */
export function makeGeneratorTable(): void {
  if (hasGenerator) return;
  hasGenerator = true;
  const y = GENERATOR_TABLE + ENTRY_Y;
  fieldFromNumber(GENERATOR_TABLE, GENERATOR_1);
  fieldFromNumber(y, GENERATOR_1 + NUMBER_BYTES);
  makeOddMultiples(GENERATOR_TABLE, GENERATOR_COUNT, GENERATOR_TABLE, y);
  fieldInvert(POINT_Z, POINT_Z);
  let entry = GENERATOR_TABLE;
  for (let i = 0; i < GENERATOR_COUNT; i++, entry += ENTRY_BYTES) scaleEntry(entry, POINT_Z);
  addBetaMultiples(GENERATOR_TABLE, GENERATOR_COUNT);
}

/** The point becomes x²·(x, y), of the curve and of magnitude 1: 127 doublings, 16 additions. */
export function setMultipleOfXSquared(x: usize, y: usize): void {
  clearDigits(DIGITS, DIGIT_COUNT);
  u256Copy(REST, X_SQUARED);
  writeDigits(REST, 2, DIGITS, DIGIT_COUNT, 0);
  setInfinity();
  for (let row = DIGITS_END; row > DIGITS;) {
    row -= DIGIT_ROW_BYTES;
    doublePoint();
    const digit = load<i16>(row);
    if (digit != 0) addAffine(x, y, digit < 0);
  }
}

/** The point becomes u1·G + u2·(x, y), of the subgroup. Magnitudes of x and y are 1. */
export function sumOfMultiples(u1: usize, u2: usize, x: usize, y: usize): void {
  makeOddMultiples(PROOF_TABLE, POINT_COUNT, x, y);
  addBetaMultiples(PROOF_TABLE, POINT_COUNT);
  fieldCopy(TABLE_Z, POINT_Z);
  clearDigits(DIGITS, DIGIT_COUNT);
  writeHalves(u2, POINT_WIDTH, 0);
  writeHalves(u1, GENERATOR_WIDTH, 2);
  setInfinity();
  for (let row = DIGITS_END; row > DIGITS;) {
    row -= DIGIT_ROW_BYTES;
    doublePoint();
    if (load<u64>(row) == 0) continue;
    addOfPoint(load<i16>(row), 0);
    addOfPoint(load<i16>(row, 2), ENTRY_BETA_X);
    addOfGenerator(load<i16>(row, 4), 0);
    addOfGenerator(load<i16>(row, 6), ENTRY_BETA_X);
  }
  // From the table's curve
  if (!pointIsInfinity()) fieldMultiply(POINT_Z, POINT_Z, TABLE_Z);
}

/** k = rest + quotient·x², so k·P is rest·P - quotient·(-x²)·P. */
function writeHalves(k: usize, width: i32, column: usize): void {
  u256Copy(REST, k);
  let q0: u64 = 0;
  let q1: u64 = 0;
  // x²·2^127, as x² has 128 bits
  const x0 = load<u64>(X_SQUARED);
  const x1 = load<u64>(X_SQUARED, 8);
  u256Set(SHIFTED, 0, x0 << 63, (x0 >> 1) | (x1 << 63), x1 >> 1);
  for (let i = 0; i < 128; i++) {
    q1 = (q1 << 1) | (q0 >> 63);
    q0 <<= 1;
    if (!u256Lt(REST, SHIFTED)) {
      u256Sub(REST, REST, SHIFTED);
      q0 |= 1;
    }
    halve(SHIFTED);
  }
  u256Set(QUOTIENT, q0, q1, 0, 0);
  u256Negate(QUOTIENT, QUOTIENT);
  writeDigits(REST, width, DIGITS, DIGIT_COUNT, column);
  writeDigits(QUOTIENT, width, DIGITS, DIGIT_COUNT, column + 1);
}

function halve(word: usize): void {
  const w1 = load<u64>(word, 8);
  const w2 = load<u64>(word, 16);
  const w3 = load<u64>(word, 24);
  const w0 = (load<u64>(word) >> 1) | (w1 << 63);
  u256Set(word, w0, (w1 >> 1) | (w2 << 63), (w2 >> 1) | (w3 << 63), w3 >> 1);
}

/** The entry of the odd multiple |digit|. */
@inline
function entryOf(table: usize, digit: i32): usize {
  return table + <usize>(abs(digit) >> 1) * ENTRY_BYTES;
}

function addOfPoint(digit: i32, atX: usize): void {
  if (digit == 0) return;
  const entry = entryOf(PROOF_TABLE, digit);
  addAffine(entry + atX, entry + ENTRY_Y, digit < 0);
}

function addOfGenerator(digit: i32, atX: usize): void {
  if (digit == 0) return;
  const entry = entryOf(GENERATOR_TABLE, digit);
  if (pointIsInfinity()) {
    setPoint(entry + atX, entry + ENTRY_Y);
    if (digit < 0) negatePoint();
    scaleEntry(POINT_X, TABLE_Z);
    return;
  }
  fieldMultiply(SCALED_Z, POINT_Z, TABLE_Z);
  addScaled(entry + atX, entry + ENTRY_Y, digit < 0, SCALED_Z);
}
