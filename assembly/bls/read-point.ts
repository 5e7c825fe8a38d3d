/**
 * Compressed points of G1, 48 bytes (draft-irtf-cfrg-pairing-friendly-curves-11, appendix C): x
 * big-endian, with three flags in the bits above it.
 */
import { BETA, FIELD_PRIME, HALF_PRIME } from './constants';
import { fieldMultiply } from './field-product';
import { fieldSquareRoot } from './field-power';
import { fieldSquare } from './field-square';
import { fieldAdd, fieldNegate } from './field-sum';
import {
  NUMBER_BYTES, ONE, fieldFromNumber, fieldToNumber, numberFromBytes, numberIsLess,
} from './field-word';
import { FIELD_BYTES, READ_TEMPORARIES } from './layout';
import { addAffine, pointIsInfinity } from './point';
import { setMultipleOfXSquared } from './sum';

const NUMBER = READ_TEMPORARIES;
const T = NUMBER + FIELD_BYTES;
const BETA_X = T + FIELD_BYTES;

/** A point of the subgroup, infinity, or none. */
export const POINT: i32 = 0;
export const INFINITY: i32 = 1;
export const NO_POINT: i32 = 2;

// In the highest byte
const COMPRESSED: u64 = 0x80;
const AT_INFINITY: u64 = 0x40;
const LARGER_Y: u64 = 0x20;
const FLAGS_SHIFT: u64 = 56;
const FLAGS: u64 = 0xe0;

/** Writes x and y, of magnitude 1, and says which of the three there is. */
export function readPoint(x: usize, y: usize, bytes: usize): i32 {
  numberFromBytes(NUMBER, bytes);
  const top = NUMBER + NUMBER_BYTES - 8;
  const flags = (load<u64>(top) >> FLAGS_SHIFT) & FLAGS;
  store<u64>(top, load<u64>(top) & ~(FLAGS << FLAGS_SHIFT));
  if ((flags & COMPRESSED) == 0) return NO_POINT;
  if ((flags & AT_INFINITY) != 0) {
    return (flags & LARGER_Y) == 0 && isZero(NUMBER) ? INFINITY : NO_POINT;
  }
  if (!numberIsLess(NUMBER, FIELD_PRIME)) return NO_POINT;
  fieldFromNumber(x, NUMBER);
  // y² = x³ + 4
  fieldSquare(T, x);
  fieldMultiply(T, T, x);
  for (let i = 0; i < 4; i++) fieldAdd(T, T, ONE);
  if (!fieldSquareRoot(y, T)) return NO_POINT;
  fieldToNumber(NUMBER, y);
  const isLarger = numberIsLess(HALF_PRIME, NUMBER);
  if (isLarger != ((flags & LARGER_Y) != 0)) fieldNegate(y, y);
  return isInSubgroup(x, y) ? POINT : NO_POINT;
}

function isZero(number: usize): bool {
  let bits: u64 = 0;
  for (let i: usize = 0; i < NUMBER_BYTES; i += 8) bits |= load<u64>(number + i);
  return bits == 0;
}

/**
 * Whether (x, y) of the curve is in G1: -x²·(x, y) = (β·x, y) nowhere else (M. Scott, A note on
 * group membership tests for G1, G2 and GT on BLS pairing-friendly curves, 2021).
 */
export function isInSubgroup(x: usize, y: usize): bool {
  setMultipleOfXSquared(x, y);
  fieldFromNumber(T, BETA);
  fieldMultiply(BETA_X, x, T);
  addAffine(BETA_X, y, false);
  return pointIsInfinity();
}
