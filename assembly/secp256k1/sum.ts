/**
 * u1·G + u2·P with one row of doublings for all (E. G. Straus, Addition chains of vectors, 1964):
 * both factors are split in two halves, and each half is a column of signed digits.
 */
import { fieldCopy, fieldNegate } from './field-sum';
import { fieldMultiply } from './field-product';
import { GENERATOR_WIDTH, makeGeneratorTable } from './generator';
import {
  DIGITS,
  ENTRY_BYTES,
  ENTRY_LAMBDA_X,
  ENTRY_Y,
  FIELD_BYTES,
  GENERATOR_TABLE,
  POINT_TABLE,
  POINT_X,
  POINT_Y,
  POINT_Z,
  SUM_TEMPORARIES,
  WORD_BYTES,
} from './layout';
import { addLambdaMultiples, makeOddMultiples, scaleEntry } from './odd-multiples';
import { addAffine, addScaled, doublePoint, pointIsInfinity, setInfinity, setPoint } from './point';
import { DIGIT_ROW_BYTES, clearDigits, writeDigits } from './signed-digits';
import { splitScalar } from './split-scalar';

/** What takes the table of P to the curve. */
const TABLE_Z = SUM_TEMPORARIES;
const SCALED_Z = TABLE_Z + FIELD_BYTES;
const FIRST_HALF = SCALED_Z + FIELD_BYTES;
const SECOND_HALF = FIRST_HALF + WORD_BYTES;

/** One more than the bits of what splitScalar gives, for the last carry. */
const DIGIT_COUNT: i32 = 129;

/** Digits of this width need 2^(width - 2) odd multiples: 8. With 4 or 16 it takes longer. */
const POINT_WIDTH: i32 = 5;
const POINT_COUNT: i32 = 1 << (POINT_WIDTH - 2);

/** The point of point.ts becomes u1·G + u2·(x, y). Magnitudes of x and y are 1. */
export function sumOfMultiples(u1: usize, u2: usize, x: usize, y: usize): void {
  makeGeneratorTable();
  makeOddMultiples(POINT_TABLE, POINT_COUNT, x, y);
  addLambdaMultiples(POINT_TABLE, POINT_COUNT);
  fieldCopy(TABLE_Z, POINT_Z);
  clearDigits(DIGITS, DIGIT_COUNT);
  writeHalves(u2, POINT_WIDTH, 0);
  writeHalves(u1, GENERATOR_WIDTH, 2);
  setInfinity();
  for (let row = DIGITS + <usize>DIGIT_COUNT * DIGIT_ROW_BYTES; row > DIGITS;) {
    row -= DIGIT_ROW_BYTES;
    doublePoint();
    if (load<u64>(row) == 0) continue;
    addOfPoint(load<i16>(row), 0);
    addOfPoint(load<i16>(row, 2), ENTRY_LAMBDA_X);
    addOfGenerator(load<i16>(row, 4), 0);
    addOfGenerator(load<i16>(row, 6), ENTRY_LAMBDA_X);
  }
  // From the table's curve
  fieldMultiply(POINT_Z, POINT_Z, TABLE_Z);
}

function writeHalves(factor: usize, width: i32, column: usize): void {
  splitScalar(FIRST_HALF, SECOND_HALF, factor);
  writeDigits(FIRST_HALF, width, DIGITS, DIGIT_COUNT, column);
  writeDigits(SECOND_HALF, width, DIGITS, DIGIT_COUNT, column + 1);
}

/** The entry of the odd multiple |digit|. */
@inline
function entryOf(table: usize, digit: i32): usize {
  return table + <usize>(abs(digit) >> 1) * ENTRY_BYTES;
}

function addOfPoint(digit: i32, atX: usize): void {
  if (digit == 0) return;
  const entry = entryOf(POINT_TABLE, digit);
  addAffine(entry + atX, entry + ENTRY_Y, digit < 0);
}

function addOfGenerator(digit: i32, atX: usize): void {
  if (digit == 0) return;
  const entry = entryOf(GENERATOR_TABLE, digit);
  if (pointIsInfinity()) {
    setPoint(entry + atX, entry + ENTRY_Y);
    if (digit < 0) fieldNegate(POINT_Y, POINT_Y);
    scaleEntry(POINT_X, TABLE_Z);
    return;
  }
  fieldMultiply(SCALED_Z, POINT_Z, TABLE_Z);
  addScaled(entry + atX, entry + ENTRY_Y, digit < 0, SCALED_Z);
}
