/**
 * The point POINT_X, POINT_Y, POINT_Z in Jacobian coordinates, x = X/Z², y = Y/Z³, or infinity:
 * doubled, and affine points added to it. X is of magnitude 3, Y of 2, Z of 1.
 */
import {
  fieldCopy,
  fieldNegate,
  fieldSubtract,
  fieldSubtractCarried,
  fieldSubtractThrice,
  fieldSubtractTwice,
} from '../secp256k1/field-sum';
import { FIELD_BYTES } from '../secp256k1/layout';
import { fieldAdd, fieldHalfOfTriple } from './field-sum';
import { fieldMultiply, fieldSquare } from './field-product';
import { ONE, fieldIsZero } from './field-word';
import { POINT_TEMPORARIES, POINT_X, POINT_Y, POINT_Z } from './layout';

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
  fieldCopy(POINT_Z, ONE);
}

/**
 * Doubles. L = 3(X - Z²)(X + Z²)/2, X' = L² - 2XY², Y' = L·(XY² - X') - Y⁴, Z' = Y·Z: the usual
 * formulas for a = -3 with half the Z. No point has y = 0, since the order is odd.
 */
export function doublePoint(): void {
  if (isInfinity) return;
  fieldSquare(A, POINT_Z);
  fieldMultiply(POINT_Z, POINT_Y, POINT_Z);
  fieldSubtractCarried(B, POINT_X, A);
  fieldAdd(A, POINT_X, A);
  fieldMultiply(L, B, A);
  fieldHalfOfTriple(L, L);
  fieldSquare(A, POINT_Y);
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
  if (isInfinity) {
    setPoint(x, y);
    if (isNegative) fieldNegate(POINT_Y, POINT_Y);
    return;
  }
  fieldSquare(A, POINT_Z);
  fieldMultiply(B, x, A);
  fieldMultiply(A, A, POINT_Z);
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
