/** Whether points and what the Miller loop gives are what they should be. */
import { BLS_EXCHANGE, BLS_TARGET_PARTS } from '../abi/bls';
import {
  field2Conjugate, field2Invert, field2IsZero, field2Multiply, field2Square, field2Subtract,
} from './field2';
import { frobeniusPower } from './field12';
import { isOneAfterExponentiation } from './exponentiation';
import { fieldMultiply } from './field-product';
import { fieldSquare } from './field-square';
import { fieldAdd } from './field-sum';
import {
  NUMBER_BYTES, ONE, fieldFromNumber, fieldIsEqual, numberFromBytes,
} from './field-word';
import { FIELD2_BYTES, FIELD_BYTES, MEMBERSHIP_TEMPORARIES } from './layout';
import { addAffine2, multiplyByX, pointIsInfinity2 } from './point2';
import { isInSubgroup } from './read-point';

const X = MEMBERSHIP_TEMPORARIES;
const Y = X + FIELD2_BYTES;
const S = Y + FIELD2_BYTES;
const T = S + FIELD2_BYTES;
const NUMBER = T + FIELD2_BYTES;
/** What ψ multiplies conjugates with. */
const PSI_X = NUMBER + FIELD_BYTES;
const PSI_Y = PSI_X + FIELD2_BYTES;
const TARGET = PSI_Y + FIELD2_BYTES;

let hasPsi: bool = false;

/** Whether (x, y) of the exchange area is a point of G1. */
export function isInG1(): bool {
  readCoordinate(X, 0);
  readCoordinate(Y, 1);
  // y² = x³ + 4
  fieldSquare(S, X);
  fieldMultiply(S, S, X);
  for (let i = 0; i < 4; i++) fieldAdd(S, S, ONE);
  fieldSquare(T, Y);
  return fieldIsEqual(S, T) && isInSubgroup(X, Y);
}

/**
 * The same of G2: x·(x, y) = ψ(x, y) nowhere else (M. Scott, A note on group membership tests for
 * G1, G2 and GT on BLS pairing-friendly curves, 2021).
 */
export function isInG2(): bool {
  for (let i: usize = 0; i < 4; i++) readCoordinate(X + i * FIELD_BYTES, i);
  // y² = x³ + 4·ξ
  field2Square(T, X);
  field2Multiply(S, T, X);
  for (let i = 0; i < 4; i++) {
    fieldAdd(S, S, ONE);
    fieldAdd(S + FIELD_BYTES, S + FIELD_BYTES, ONE);
  }
  field2Square(T, Y);
  field2Subtract(S, S, T);
  if (!field2IsZero(S)) return false;
  if (!hasPsi) {
    hasPsi = true;
    field2Invert(PSI_X, frobeniusPower(2));
    field2Invert(PSI_Y, frobeniusPower(3));
  }
  multiplyByX(X, Y);
  field2Conjugate(T, X);
  field2Multiply(S, T, PSI_X);
  field2Conjugate(X, Y);
  field2Multiply(T, X, PSI_Y);
  // x is negative, so the two are opposite
  addAffine2(S, T);
  return pointIsInfinity2();
}

function readCoordinate(dst: usize, index: usize): void {
  numberFromBytes(NUMBER, <usize>BLS_EXCHANGE + index * NUMBER_BYTES);
  fieldFromNumber(dst, NUMBER);
}

/** Whether the element of the exchange area is 1 to the power (p^12 - 1)/r. */
export function isTargetOne(): bool {
  for (let i: usize = 0; i < <usize>BLS_TARGET_PARTS; i++) {
    fieldFromNumber(TARGET + i * FIELD_BYTES, <usize>BLS_EXCHANGE + i * NUMBER_BYTES);
  }
  return isOneAfterExponentiation(TARGET);
}
