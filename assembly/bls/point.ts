/**
 * The point POINT_X, POINT_Y, POINT_Z in Jacobian coordinates, x = X/Z², y = Y/Z³, or infinity:
 * doubled, and other points added to it. All of magnitude 1, but Z of 2.
 *
 * The formulas do not know the 4 of y² = x³ + 4, so they hold on the curves y² = x³ + 4·z⁶, too,
 * which (x·z², y·z³) maps to: a table of points with one common Z is one of affine points there.
 */
import { fieldMultiply } from './field-product';
import { fieldSquare } from './field-square';
import { fieldAdd, fieldCopy, fieldNegate, fieldReduce, fieldSubtract } from './field-sum';
import { ONE, fieldIsZero } from './field-word';
import { FIELD_BYTES, POINT_TEMPORARIES, POINT_X, POINT_Y, POINT_Z } from './layout';

const A = POINT_TEMPORARIES;
const B = A + FIELD_BYTES;
const C = B + FIELD_BYTES;
const E = C + FIELD_BYTES;
const R = E + FIELD_BYTES;
const V = R + FIELD_BYTES;
/** Z of the sum by Z of the point, of magnitude 2, once a point has been added. */
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
  fieldCopy(POINT_Z, ONE);
}

export function negatePoint(): void {
  fieldNegate(POINT_Y, POINT_Y);
}

/**
 * Doubles. E = 3X², X' = E² - 8XY², Y' = E·(4XY² - X') - 8Y⁴, Z' = 2YZ. No point of the subgroup
 * has y = 0, since its order is odd, nor has any other of the curve: -4 is no cube.
 */
export function doublePoint(): void {
  if (isInfinity) return;
  fieldMultiply(POINT_Z, POINT_Y, POINT_Z);
  fieldAdd(POINT_Z, POINT_Z, POINT_Z);
  fieldSquare(A, POINT_Y);
  fieldSquare(E, POINT_X);
  fieldAdd(B, E, E);
  fieldAdd(E, E, B);
  fieldMultiply(B, POINT_X, A);
  fieldAdd(B, B, B);
  fieldAdd(B, B, B);
  fieldSquare(C, E);
  fieldSubtract(C, C, B);
  fieldSubtract(C, C, B);
  fieldReduce(POINT_X, C);
  fieldSquare(A, A);
  fieldAdd(A, A, A);
  fieldAdd(A, A, A);
  fieldAdd(A, A, A);
  fieldSubtract(B, B, POINT_X);
  // 3 by 5
  fieldMultiply(B, E, B);
  fieldSubtract(B, B, A);
  fieldReduce(POINT_Y, B);
}

/** Adds (x, y), or (x, -y), both of magnitude 1. */
export function addAffine(x: usize, y: usize, isNegative: bool): void {
  if (!isInfinity) return addScaled(x, y, isNegative, POINT_Z);
  setPoint(x, y);
  if (isNegative) negatePoint();
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
  fieldSubtract(RATIO_Z, B, POINT_X);
  fieldSubtract(R, A, POINT_Y);
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
  fieldSubtract(C, C, B);
  fieldSubtract(C, C, V);
  fieldSubtract(C, C, V);
  fieldReduce(POINT_X, C);
  fieldSubtract(V, V, POINT_X);
  fieldMultiply(V, R, V);
  fieldMultiply(B, POINT_Y, B);
  fieldSubtract(V, V, B);
  fieldReduce(POINT_Y, V);
}
