/** u1·G + u2·Q with one row of doublings (E. G. Straus, Addition chains of vectors, 1964). */
import { u256Sub } from '../u256/add';
import { u256Copy } from '../u256/word';
import { WORD_BYTES } from '../secp256k1/layout';
import { DIGIT_ROW_BYTES, clearDigits, writeDigits } from '../secp256k1/signed-digits';
import { GENERATOR_X, GENERATOR_Y, ORDER } from './constants';
import { fieldFromWord } from './field-word';
import {
  DIGITS,
  ENTRY_BYTES,
  ENTRY_Y,
  FACTOR,
  GENERATOR_TABLE,
  KEY_TABLE,
} from './layout';
import { makeOddMultiples } from './odd-multiples';
import { addAffine, doublePoint, setInfinity } from './point';

/** One more than the bits of what is nearest to 0 modulo n, for the last carry. */
const DIGIT_COUNT: i32 = 256;

/** Digits of this width need 2^(width - 2) odd multiples: 8 and 64. */
const KEY_WIDTH: i32 = 5;
const GENERATOR_WIDTH: i32 = 8;

let hasGenerator: bool = false;

/** The point of point.ts becomes u1·G + u2·(x, y). Magnitudes of x and y are 1. */
export function sumOfMultiples(u1: usize, u2: usize, x: usize, y: usize): void {
  makeGeneratorTable();
  makeOddMultiples(KEY_TABLE, 1 << (KEY_WIDTH - 2), x, y);
  clearDigits(DIGITS, DIGIT_COUNT);
  writeFactor(u1, GENERATOR_WIDTH, 0);
  writeFactor(u2, KEY_WIDTH, 1);
  setInfinity();
  for (let row = DIGITS + <usize>DIGIT_COUNT * DIGIT_ROW_BYTES; row > DIGITS;) {
    row -= DIGIT_ROW_BYTES;
    doublePoint();
    addMultiple(GENERATOR_TABLE, load<i16>(row));
    addMultiple(KEY_TABLE, load<i16>(row, 2));
  }
}

function makeGeneratorTable(): void {
  if (hasGenerator) return;
  hasGenerator = true;
  fieldFromWord(GENERATOR_TABLE, GENERATOR_X);
  fieldFromWord(GENERATOR_TABLE + ENTRY_Y, GENERATOR_Y);
  const count = 1 << (GENERATOR_WIDTH - 2);
  makeOddMultiples(GENERATOR_TABLE, count, GENERATOR_TABLE, GENERATOR_TABLE + ENTRY_Y);
}

/** The digits of a factor, from 2^255 on those of the negative number that is n less. */
function writeFactor(factor: usize, width: i32, column: usize): void {
  if (load<i64>(factor, 24) < 0) u256Sub(FACTOR, factor, ORDER);
  else u256Copy(FACTOR, factor);
  store<u64>(FACTOR, 0, WORD_BYTES);
  writeDigits(FACTOR, width, DIGITS, DIGIT_COUNT, column);
}

function addMultiple(table: usize, digit: i32): void {
  if (digit == 0) return;
  const entry = table + <usize>(abs(digit) >> 1) * ENTRY_BYTES;
  addAffine(entry, entry + ENTRY_Y, digit < 0);
}
