/** Tables of P, 3P, 5P …, as affine points. */
import { fieldCarry, fieldCopy } from '../secp256k1/field-sum';
import { FIELD_BYTES } from '../secp256k1/layout';
import { invertModulo } from '../secp256k1/modular-inverse';
import { FIELD_PRIME } from './constants';
import { fieldMultiply, fieldSquare } from './field-product';
import { fieldFromWord, fieldToWord } from './field-word';
import {
  ENTRY_BYTES,
  ENTRY_RATIO,
  ENTRY_Y,
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

/**
 * The odd multiples of (x, y) up to 2·count - 1, as they are on the curve on which 2P is affine:
 * additions do not know the curve, so they hold there, too. Then all are taken to Z = 1, with one
 * inversion. (x, y) may be the table's first.
 */
export function makeOddMultiples(table: usize, count: i32, x: usize, y: usize): void {
  setPoint(x, y);
  doublePoint();
  fieldCarry(TWICE_X, POINT_X);
  fieldCarry(TWICE_Y, POINT_Y);
  fieldCopy(TWICE_Z, POINT_Z);
  fieldCopy(table, x);
  fieldCopy(table + ENTRY_Y, y);
  scaleEntry(table, TWICE_Z);
  setPoint(table, table + ENTRY_Y);
  let entry = table;
  for (let i = 1; i < count; i++) {
    entry += ENTRY_BYTES;
    addAffine(TWICE_X, TWICE_Y, false);
    fieldCopy(entry, POINT_X);
    fieldCarry(entry + ENTRY_Y, POINT_Y);
    fieldCopy(entry + ENTRY_RATIO, RATIO_Z);
  }
  fieldMultiply(SCALE, POINT_Z, TWICE_Z);
  fieldToWord(SQUARE, SCALE);
  invertModulo(SQUARE, SQUARE, FIELD_PRIME);
  fieldFromWord(SCALE, SQUARE);
  // Each Z is that of the next one without its ratio, so each inverse is the next one with it
  for (; ; entry -= ENTRY_BYTES) {
    scaleEntry(entry, SCALE);
    if (entry == table) break;
    fieldMultiply(SCALE, SCALE, entry + ENTRY_RATIO);
  }
}

/** (x, y) of the entry becomes (x·scale², y·scale³). */
function scaleEntry(entry: usize, scale: usize): void {
  fieldSquare(SQUARE, scale);
  fieldMultiply(entry, entry, SQUARE);
  fieldMultiply(SQUARE, SQUARE, scale);
  fieldMultiply(entry + ENTRY_Y, entry + ENTRY_Y, SQUARE);
}
