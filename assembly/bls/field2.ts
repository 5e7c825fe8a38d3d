/**
 * c0 + c1·u with u² = -1, of field elements. The magnitude and the size of one are those of its
 * larger part; for what they are see field-product.ts.
 */
import { fieldMultiply } from './field-product';
import { fieldInvert } from './field-power';
import {
  fieldAdd, fieldClear, fieldCopy, fieldNegate, fieldReduce, fieldSubtract,
} from './field-sum';
import { fieldAddProducts } from './field-two-products';
import { fieldSquare } from './field-square';
import { ONE, fieldFromNumber, fieldIsZero, NUMBER_BYTES } from './field-word';
import { FIELD2_TEMPORARIES, FIELD_BYTES } from './layout';

const S = FIELD2_TEMPORARIES;
const D = S + FIELD_BYTES;
const T = D + FIELD_BYTES;

export function field2Copy(dst: usize, a: usize): void {
  fieldCopy(dst, a);
  fieldCopy(dst + FIELD_BYTES, a + FIELD_BYTES);
}

export function field2SetOne(dst: usize): void {
  fieldCopy(dst, ONE);
  fieldClear(dst + FIELD_BYTES);
}

/** From two numbers, c0 and c1. */
export function field2FromNumbers(dst: usize, numbers: usize): void {
  fieldFromNumber(dst, numbers);
  fieldFromNumber(dst + FIELD_BYTES, numbers + NUMBER_BYTES);
}

export function field2IsZero(a: usize): bool {
  return fieldIsZero(a) && fieldIsZero(a + FIELD_BYTES);
}

export function field2Add(dst: usize, a: usize, b: usize): void {
  fieldAdd(dst, a, b);
  fieldAdd(dst + FIELD_BYTES, a + FIELD_BYTES, b + FIELD_BYTES);
}

export function field2Subtract(dst: usize, a: usize, b: usize): void {
  fieldSubtract(dst, a, b);
  fieldSubtract(dst + FIELD_BYTES, a + FIELD_BYTES, b + FIELD_BYTES);
}

export function field2Negate(dst: usize, a: usize): void {
  fieldNegate(dst, a);
  fieldNegate(dst + FIELD_BYTES, a + FIELD_BYTES);
}

/** As fieldReduce. */
export function field2Reduce(dst: usize, a: usize): void {
  fieldReduce(dst, a);
  fieldReduce(dst + FIELD_BYTES, a + FIELD_BYTES);
}

/** dst = a^p: c0 - c1·u. */
export function field2Conjugate(dst: usize, a: usize): void {
  fieldCopy(dst, a);
  fieldNegate(dst + FIELD_BYTES, a + FIELD_BYTES);
}

/** dst = ξ·a, ξ = 1 + u, of twice the magnitude and size. Not in place. */
export function field2MultiplyByXi(dst: usize, a: usize): void {
  fieldSubtract(dst, a, a + FIELD_BYTES);
  fieldAdd(dst + FIELD_BYTES, a, a + FIELD_BYTES);
}

/** dst = a·b, magnitude 1, of magnitudes that multiply to at most 17. Not in place. */
export function field2Multiply(dst: usize, a: usize, b: usize): void {
  fieldNegate(T, b + FIELD_BYTES);
  fieldAddProducts(dst, a, b, a + FIELD_BYTES, T);
  fieldAddProducts(dst + FIELD_BYTES, a, b + FIELD_BYTES, a + FIELD_BYTES, b);
}

/** dst = a², magnitude 1, of magnitude up to 2. */
export function field2Square(dst: usize, a: usize): void {
  fieldAdd(S, a, a + FIELD_BYTES);
  fieldSubtract(D, a, a + FIELD_BYTES);
  fieldAdd(T, a + FIELD_BYTES, a + FIELD_BYTES);
  fieldMultiply(dst + FIELD_BYTES, a, T);
  fieldMultiply(dst, S, D);
}

/** dst = a·b with b an element of the field, as fieldMultiply has it. */
export function field2Scale(dst: usize, a: usize, b: usize): void {
  fieldMultiply(dst, a, b);
  fieldMultiply(dst + FIELD_BYTES, a + FIELD_BYTES, b);
}

/** dst = 1/a: (c0 - c1·u)/(c0² + c1²), of magnitude up to 3. */
export function field2Invert(dst: usize, a: usize): void {
  fieldSquare(S, a);
  fieldSquare(D, a + FIELD_BYTES);
  fieldAdd(S, S, D);
  fieldInvert(S, S);
  fieldNegate(D, S);
  fieldMultiply(dst, a, S);
  fieldMultiply(dst + FIELD_BYTES, a + FIELD_BYTES, D);
}
