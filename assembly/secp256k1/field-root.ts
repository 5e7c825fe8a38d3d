/** Square roots modulo p = 3 (mod 4). */
import { fieldCopy, fieldSubtractCarried } from './field-sum';
import { fieldMultiply, fieldSquare, fieldSquareTimes } from './field-product';
import { fieldIsZero } from './field-word';
import { FIELD_BYTES, ROOT_TEMPORARIES } from './layout';

// a^(2^k - 1), k ones in binary
const ONES_2 = ROOT_TEMPORARIES;
const ONES_3 = ONES_2 + FIELD_BYTES;
const ONES_22 = ONES_3 + FIELD_BYTES;
const ONES_44 = ONES_22 + FIELD_BYTES;
const T = ONES_44 + FIELD_BYTES;
const U = T + FIELD_BYTES;

/** dst = a^(2^shift)·b: the exponent of a moved up by `shift` bits, that of b in its place. */
@inline
function shiftAndAppend(dst: usize, a: usize, shift: i32, b: usize): void {
  fieldSquareTimes(dst, a, shift);
  fieldMultiply(dst, dst, b);
}

/**
 * root = a^((p + 1)/4) with magnitude 1, for a of magnitude 1; a root of a if it has any.
 * (p + 1)/4 is in binary 223 ones, 0, 22 ones, 000011, 00: 253 squares, 13 products.
 * @returns whether it has
 */
export function fieldSquareRoot(root: usize, a: usize): bool {
  shiftAndAppend(ONES_2, a, 1, a);
  shiftAndAppend(ONES_3, ONES_2, 1, a);
  shiftAndAppend(T, ONES_3, 3, ONES_3);
  shiftAndAppend(T, T, 3, ONES_3);
  shiftAndAppend(T, T, 2, ONES_2);
  fieldCopy(U, T);
  shiftAndAppend(ONES_22, T, 11, U);
  shiftAndAppend(ONES_44, ONES_22, 22, ONES_22);
  shiftAndAppend(T, ONES_44, 44, ONES_44);
  fieldCopy(U, T);
  shiftAndAppend(T, T, 88, U);
  shiftAndAppend(T, T, 44, ONES_44);
  shiftAndAppend(T, T, 3, ONES_3);
  shiftAndAppend(T, T, 23, ONES_22);
  shiftAndAppend(T, T, 6, ONES_2);
  fieldSquareTimes(T, T, 2);
  fieldSquare(U, T);
  fieldSubtractCarried(U, U, a);
  fieldCopy(root, T);
  return fieldIsZero(U);
}
