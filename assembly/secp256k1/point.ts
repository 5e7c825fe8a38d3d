/**
 * The point POINT_X, POINT_Y, POINT_Z in Jacobian coordinates, x = X/Z², y = Y/Z³, or infinity:
 * doubled, and other points added to it. X is of magnitude 3, Y of 2, Z of 1.
 *
 * The formulas do not know the 7 of y² = x³ + 7, so they hold on the curves y² = x³ + 7·z⁶, too,
 * which (x·z², y·z³) maps to: a table of points with one common Z is one of affine points there.
 */
import {
  fieldCopy,
  fieldHalfOfTriple,
  fieldNegate,
  fieldSetSmall,
  fieldSubtract,
  fieldSubtractCarried,
  fieldSubtractThrice,
  fieldSubtractTwice,
} from './field-sum';
import { fieldMultiply, fieldSquare } from './field-product';
import { fieldIsZero } from './field-word';
import { FIELD_BYTES, POINT_TEMPORARIES, POINT_X, POINT_Y, POINT_Z } from './layout';

const A = POINT_TEMPORARIES;
const B = A + FIELD_BYTES;
const C = B + FIELD_BYTES;
const L = C + FIELD_BYTES;
const R = L + FIELD_BYTES;
const V = R + FIELD_BYTES;
/** Z of the sum by Z of the point, of magnitude 1, once a point has been added. */
export const RATIO_Z = V + FIELD_BYTES;

let isInfinity: bool = true;

export function pointIsInfinity(): bool {
  return isInfinity;
}

export function setInfinity(): void {
  isInfinity = true;
}

/** The point becomes (x, y), of magnitude 1, with Z = 1. */
export function setPoint(x: usize, y: usize): void {
  isInfinity = false;
  fieldCopy(POINT_X, x);
  fieldCopy(POINT_Y, y);
  fieldSetSmall(POINT_Z, 1);
}

/**
 * Doubles. L = 3X²/2, X' = L² - 2XY², Y' = L·(XY² - X') - Y⁴, Z' = Y·Z: the usual formulas
 * with half the Z. No point has y = 0, since the order is odd.
 */
export function doublePoint(): void {
  if (isInfinity) return;
  fieldMultiply(POINT_Z, POINT_Y, POINT_Z);
  fieldSquare(A, POINT_Y);
  fieldSquare(L, POINT_X);
  fieldHalfOfTriple(L, L);
  fieldMultiply(B, POINT_X, A);
  fieldSquare(C, L);
  fieldSubtractTwice(POINT_X, B, C, B);
  fieldSquare(A, A);
  // 2.5 by 4
  fieldMultiply(B, L, B);
  fieldSubtract(POINT_Y, B, A);
}

/** Adds (x, y), or (x, -y), both of magnitude 1. */
export function addAffine(x: usize, y: usize, isNegative: bool): void {
  if (!isInfinity) return addScaled(x, y, isNegative, POINT_Z);
  setPoint(x, y);
  if (isNegative) fieldNegate(POINT_Y, POINT_Y);
}

/**
 * Adds (x, y), or (x, -y), whose coordinates are with regard to `z` as the point's are to POINT_Z:
 * z is POINT_Z times what takes the table's curve to that of the point. Not to infinity.
 */
export function addScaled(x: usize, y: usize, isNegative: bool, z: usize): void {
  fieldSquare(A, z);
  fieldMultiply(B, x, A);
  fieldMultiply(A, A, z);
  fieldMultiply(A, A, y);
  if (isNegative) fieldNegate(A, A);
  fieldSubtractCarried(RATIO_Z, B, POINT_X);
  fieldSubtractCarried(R, A, POINT_Y);
  if (fieldIsZero(RATIO_Z)) {
    // The same x: the point itself, or its negative
    if (fieldIsZero(R)) doublePoint();
    else isInfinity = true;
    return;
  }
  fieldMultiply(POINT_Z, POINT_Z, RATIO_Z);
  fieldSquare(A, RATIO_Z);
  fieldMultiply(B, RATIO_Z, A);
  fieldMultiply(V, POINT_X, A);
  fieldSquare(C, R);
  fieldSubtractThrice(POINT_X, C, B, V);
  fieldSubtract(V, V, POINT_X);
  fieldMultiply(V, R, V);
  fieldMultiply(B, POINT_Y, B);
  fieldSubtract(POINT_Y, V, B);
}
