/**
 * The point of the twist that is worked on, Jacobian X, Y and Z in the field of p², or infinity:
 * doubled, and other points added to it, by the formulas of point.ts. All of magnitude 1, but Z
 * of 2.
 */
import { X, X_BITS } from './constants';
import {
  field2Add, field2Copy, field2IsZero, field2Multiply, field2Reduce, field2SetOne, field2Square,
  field2Subtract,
} from './field2';
import { FIELD2_BYTES, POINT2_TEMPORARIES } from './layout';

export const POINT2_X = POINT2_TEMPORARIES;
export const POINT2_Y = POINT2_X + FIELD2_BYTES;
export const POINT2_Z = POINT2_Y + FIELD2_BYTES;
const A = POINT2_Z + FIELD2_BYTES;
const B = A + FIELD2_BYTES;
const C = B + FIELD2_BYTES;
const E = C + FIELD2_BYTES;
const H = E + FIELD2_BYTES;
const R = H + FIELD2_BYTES;
const V = R + FIELD2_BYTES;
const W = V + FIELD2_BYTES;

let isInfinity: bool = true;

export function pointIsInfinity2(): bool {
  return isInfinity;
}

/** The point becomes -x·(x, y) of affine coordinates, the x of the curve being negative. */
export function multiplyByX(x: usize, y: usize): void {
  setPoint2(x, y);
  for (let bit = X_BITS - 2; bit >= 0; bit--) {
    doublePoint2();
    if (((X >> <u64>bit) & 1) != 0) addAffine2(x, y);
  }
}

function setPoint2(x: usize, y: usize): void {
  isInfinity = false;
  field2Copy(POINT2_X, x);
  field2Copy(POINT2_Y, y);
  field2SetOne(POINT2_Z);
}

/** E = 3X², X' = E² - 8XY², Y' = E·(4XY² - X') - 8Y⁴, Z' = 2YZ. The order is odd here, too. */
export function doublePoint2(): void {
  if (isInfinity) return;
  field2Multiply(W, POINT2_Y, POINT2_Z);
  field2Add(POINT2_Z, W, W);
  field2Square(A, POINT2_Y);
  field2Square(C, POINT2_X);
  field2Add(E, C, C);
  field2Add(E, E, C);
  field2Reduce(E, E);
  field2Multiply(B, POINT2_X, A);
  field2Add(B, B, B);
  field2Add(B, B, B);
  field2Square(C, E);
  field2Subtract(C, C, B);
  field2Subtract(C, C, B);
  field2Reduce(POINT2_X, C);
  field2Subtract(B, B, POINT2_X);
  // 1 by 5
  field2Multiply(C, E, B);
  field2Square(A, A);
  field2Add(A, A, A);
  field2Add(A, A, A);
  field2Add(A, A, A);
  field2Subtract(C, C, A);
  field2Reduce(POINT2_Y, C);
}

/** Adds (x, y), both of magnitude 1. */
export function addAffine2(x: usize, y: usize): void {
  if (isInfinity) return setPoint2(x, y);
  field2Square(A, POINT2_Z);
  field2Multiply(B, x, A);
  field2Multiply(C, A, POINT2_Z);
  field2Multiply(A, C, y);
  field2Subtract(H, B, POINT2_X);
  field2Subtract(R, A, POINT2_Y);
  if (field2IsZero(H)) {
    // The same x: the point itself, or its negative
    if (field2IsZero(R)) doublePoint2();
    else isInfinity = true;
    return;
  }
  field2Multiply(W, POINT2_Z, H);
  field2Copy(POINT2_Z, W);
  field2Square(A, H);
  field2Multiply(B, H, A);
  field2Multiply(V, POINT2_X, A);
  field2Square(C, R);
  field2Subtract(C, C, B);
  field2Subtract(C, C, V);
  field2Subtract(C, C, V);
  field2Reduce(POINT2_X, C);
  field2Subtract(V, V, POINT2_X);
  field2Multiply(C, R, V);
  field2Multiply(W, POINT2_Y, B);
  field2Subtract(C, C, W);
  field2Reduce(POINT2_Y, C);
}
