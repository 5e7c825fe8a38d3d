/** Tables of P, 3P, 5P …, all with one Z, as affine points of the curve that it maps to. */
import { BETA } from './constants';
import { fieldMultiply } from './field-product';
import { fieldSquare } from './field-square';
import { fieldCopy } from './field-sum';
import { fieldFromNumber } from './field-word';
import {
  ENTRY_BETA_X,
  ENTRY_BYTES,
  ENTRY_Y,
  FIELD_BYTES,
  POINT_X,
  POINT_Y,
  POINT_Z,
  TABLE_TEMPORARIES,
} from './layout';
import { RATIO_Z, addAffine, doublePoint, setPoint } from './point';

const TWICE_X = TABLE_TEMPORARIES;
const TWICE_Y = TWICE_X + FIELD_BYTES;
const TWICE_Z = TWICE_Y + FIELD_BYTES;
const SCALE = TWICE_Z + FIELD_BYTES;
const SQUARE = SCALE + FIELD_BYTES;
const BETA_FIELD = SQUARE + FIELD_BYTES;

/**
 * The odd multiples of (x, y) up to 2·count - 1, without their x times β. Neither x nor y may be in
 * the point, but they may be the table's first.
 * @returns POINT_Z: what takes the table to y² = x³ + 4, (x/Z², y/Z³)
 */
export function makeOddMultiples(table: usize, count: i32, x: usize, y: usize): void {
  setPoint(x, y);
  doublePoint();
  fieldCopy(TWICE_X, POINT_X);
  fieldCopy(TWICE_Y, POINT_Y);
  fieldCopy(TWICE_Z, POINT_Z);
  // On the curve where 2P is affine, P itself is this, with Z = 1
  fieldCopy(table, x);
  fieldCopy(table + ENTRY_Y, y);
  scaleEntry(table, TWICE_Z);
  setPoint(table, table + ENTRY_Y);
  let entry = table;
  for (let i = 1; i < count; i++) {
    entry += ENTRY_BYTES;
    addAffine(TWICE_X, TWICE_Y, false);
    fieldCopy(entry, POINT_X);
    fieldCopy(entry + ENTRY_Y, POINT_Y);
    fieldCopy(entry + ENTRY_BETA_X, RATIO_Z);
  }
  // Down again, each to the Z of the last: the product of all ratios above
  fieldCopy(SCALE, RATIO_Z);
  for (let i = 1; i < count; i++) {
    entry -= ENTRY_BYTES;
    scaleEntry(entry, SCALE);
    if (entry != table) fieldMultiply(SCALE, SCALE, entry + ENTRY_BETA_X);
  }
  fieldMultiply(POINT_Z, POINT_Z, TWICE_Z);
}

/** (x, y) of the entry becomes (x·scale², y·scale³). */
export function scaleEntry(entry: usize, scale: usize): void {
  fieldSquare(SQUARE, scale);
  fieldMultiply(entry, entry, SQUARE);
  fieldMultiply(SQUARE, SQUARE, scale);
  fieldMultiply(entry + ENTRY_Y, entry + ENTRY_Y, SQUARE);
}

/** Gives all entries the x of -x² times their point. */
export function addBetaMultiples(table: usize, count: i32): void {
  fieldFromNumber(BETA_FIELD, BETA);
  for (let i = 0; i < count; i++, table += ENTRY_BYTES) {
    fieldMultiply(table + ENTRY_BETA_X, table, BETA_FIELD);
  }
}
