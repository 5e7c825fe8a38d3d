/**
 * What the Miller loop gives to the power (p^12 - 1)/r, thrice, where only 1 is of interest
 * (D. Hayashida, K. Hayasaka, T. Teruya, Efficient final exponentiation via cyclotomic structure
 * for pairings over families of elliptic curves, 2020):
 * 3·(p^4 - p² + 1)/r = (x - 1)²·(x + p)·(x² + p² - 1) + 3.
 */
import { X, X_BITS } from './constants';
import { AT_V, AT_V2 } from './field6';
import {
  field2Add, field2MultiplyByXi, field2Reduce, field2Square, field2Subtract,
} from './field2';
import {
  AT_W, field12Conjugate, field12Copy, field12Frobenius, field12Invert, field12IsOne,
  field12Multiply,
} from './field12';
import { EXPONENT_TEMPORARIES, FIELD12_BYTES, FIELD2_BYTES } from './layout';

const A = EXPONENT_TEMPORARIES;
const B = A + FIELD12_BYTES;
const C = B + FIELD12_BYTES;
const D = C + FIELD12_BYTES;
const BASE = D + FIELD12_BYTES;
const SUM = BASE + FIELD12_BYTES;
const SQUARE_0 = SUM + FIELD2_BYTES;
const SQUARE_1 = SQUARE_0 + FIELD2_BYTES;
/** The parts of three squares in the field of p^4. */
const REAL = SQUARE_1 + FIELD2_BYTES;
const OTHER = REAL + 3 * FIELD2_BYTES;

/** Whether a^((p^12 - 1)/r) is 1. Changes a. */
export function isOneAfterExponentiation(a: usize): bool {
  // To the power (p^6 - 1)·(p² + 1): now conjugates are inverses
  field12Invert(A, a);
  field12Conjugate(B, a);
  field12Multiply(A, A, B);
  field12Frobenius(B, A);
  field12Frobenius(C, B);
  field12Multiply(a, A, C);
  powerXLessOne(A, a);
  powerXLessOne(B, A);
  // B^(x + p)
  powerX(A, B);
  field12Frobenius(C, B);
  field12Multiply(A, A, C);
  // A^(x² + p² - 1)
  powerX(B, A);
  powerX(B, B);
  field12Frobenius(C, A);
  field12Frobenius(D, C);
  field12Multiply(B, B, D);
  field12Conjugate(A, A);
  field12Multiply(B, B, A);
  field12Copy(C, a);
  squareUnitary(C);
  field12Multiply(C, C, a);
  field12Multiply(B, B, C);
  return field12IsOne(B);
}

/** dst = a^(x - 1). Not in place. */
function powerXLessOne(dst: usize, a: usize): void {
  powerX(dst, a);
  field12Conjugate(D, a);
  field12Multiply(dst, dst, D);
}

/** dst = a^x, where conjugates are inverses. Places may coincide. */
function powerX(dst: usize, a: usize): void {
  field12Copy(BASE, a);
  field12Copy(dst, a);
  for (let bit = X_BITS - 2; bit >= 0; bit--) {
    squareUnitary(dst);
    if (((X >> <u64>bit) & 1) != 0) field12Multiply(dst, dst, BASE);
  }
  field12Conjugate(dst, dst);
}

/**
 * a = a², where a^(p^4 - p² + 1) = 1 (R. Granger, M. Scott, Faster squaring in the cyclotomic
 * subgroup of sixth degree extensions, 2010): three squares of x + y·s with s² = ξ.
 */
function squareUnitary(a: usize): void {
  const a1 = a + AT_W;
  squarePair(0, a, a1 + AT_V);
  squarePair(1, a1, a + AT_V2);
  squarePair(2, a + AT_V, a1 + AT_V2);
  tripleLess(a, REAL);
  tripleLess(a + AT_V, REAL + FIELD2_BYTES);
  tripleLess(a + AT_V2, REAL + 2 * FIELD2_BYTES);
  tripleMore(a1 + AT_V, OTHER);
  tripleMore(a1 + AT_V2, OTHER + FIELD2_BYTES);
  const last = OTHER + 2 * FIELD2_BYTES;
  field2Reduce(last, last);
  field2MultiplyByXi(SUM, last);
  tripleMore(a1, SUM);
}

/** REAL and OTHER, the i-th: x² + ξ·y² and 2xy, of magnitude and size 3 and 1.5. */
function squarePair(i: usize, x: usize, y: usize): void {
  field2Square(SQUARE_0, x);
  field2Square(SQUARE_1, y);
  field2Add(SUM, x, y);
  const real = REAL + i * FIELD2_BYTES;
  const other = OTHER + i * FIELD2_BYTES;
  field2Square(other, SUM);
  field2Subtract(other, other, SQUARE_0);
  field2Subtract(other, other, SQUARE_1);
  field2MultiplyByXi(real, SQUARE_1);
  field2Add(real, real, SQUARE_0);
}

/** a = 3b - 2a. */
function tripleLess(a: usize, b: usize): void {
  field2Subtract(a, b, a);
  field2Add(a, a, a);
  field2Add(a, a, b);
  field2Reduce(a, a);
}

/** a = 3b + 2a. */
function tripleMore(a: usize, b: usize): void {
  field2Add(a, a, b);
  field2Add(a, a, a);
  field2Add(a, a, b);
  field2Reduce(a, a);
}
