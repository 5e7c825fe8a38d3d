/**
 * a0 + a1·v + a2·v² with v³ = ξ, of elements of field2.ts (A. J. Devegili, C. Ó hÉigeartaigh,
 * M. Scott, R. Dahab, Multiplication and squaring on pairing-friendly fields, 2006).
 */
import {
  field2Add, field2Copy, field2Invert, field2Multiply, field2MultiplyByXi, field2Negate,
  field2Reduce, field2Square, field2Subtract,
} from './field2';
import { FIELD2_BYTES, FIELD6_BYTES, FIELD6_TEMPORARIES } from './layout';

const V0 = FIELD6_TEMPORARIES;
const V1 = V0 + FIELD2_BYTES;
const V2 = V1 + FIELD2_BYTES;
const S = V2 + FIELD2_BYTES;
const T = S + FIELD2_BYTES;
const U = T + FIELD2_BYTES;
const C0 = U + FIELD2_BYTES;
const C1 = C0 + FIELD2_BYTES;
const C2 = C1 + FIELD2_BYTES;

/** Places of a1 and a2. */
export const AT_V = FIELD2_BYTES;
export const AT_V2: usize = 2 * FIELD2_BYTES;

export function field6Copy(dst: usize, a: usize): void {
  memory.copy(dst, a, FIELD6_BYTES);
}

export function field6Add(dst: usize, a: usize, b: usize): void {
  field2Add(dst, a, b);
  field2Add(dst + AT_V, a + AT_V, b + AT_V);
  field2Add(dst + AT_V2, a + AT_V2, b + AT_V2);
}

export function field6Subtract(dst: usize, a: usize, b: usize): void {
  field2Subtract(dst, a, b);
  field2Subtract(dst + AT_V, a + AT_V, b + AT_V);
  field2Subtract(dst + AT_V2, a + AT_V2, b + AT_V2);
}

export function field6Negate(dst: usize, a: usize): void {
  field2Negate(dst, a);
  field2Negate(dst + AT_V, a + AT_V);
  field2Negate(dst + AT_V2, a + AT_V2);
}

/** As fieldReduce. */
export function field6Reduce(dst: usize, a: usize): void {
  field2Reduce(dst, a);
  field2Reduce(dst + AT_V, a + AT_V);
  field2Reduce(dst + AT_V2, a + AT_V2);
}

/** dst = v·a, of up to twice the magnitude and size. Not in place. */
export function field6MultiplyByV(dst: usize, a: usize): void {
  field2MultiplyByXi(dst, a + AT_V2);
  field2Copy(dst + AT_V, a);
  field2Copy(dst + AT_V2, a + AT_V);
}

/** product = (x + y)·(z + w) */
@inline
function multiplySums(product: usize, x: usize, y: usize, z: usize, w: usize): void {
  field2Add(S, x, y);
  field2Add(T, z, w);
  field2Multiply(product, S, T);
}

/** dst = a·b, of magnitude 7 and size 4, of magnitudes that multiply to at most 4. Not in place. */
export function field6Multiply(dst: usize, a: usize, b: usize): void {
  field2Multiply(V0, a, b);
  field2Multiply(V1, a + AT_V, b + AT_V);
  field2Multiply(V2, a + AT_V2, b + AT_V2);
  multiplySums(U, a + AT_V, a + AT_V2, b + AT_V, b + AT_V2);
  field2Subtract(U, U, V1);
  field2Subtract(U, U, V2);
  field2MultiplyByXi(dst, U);
  field2Add(dst, dst, V0);
  multiplySums(U, a, a + AT_V, b, b + AT_V);
  field2Subtract(U, U, V0);
  field2Subtract(U, U, V1);
  field2MultiplyByXi(dst + AT_V, V2);
  field2Add(dst + AT_V, dst + AT_V, U);
  multiplySums(U, a, a + AT_V2, b, b + AT_V2);
  field2Subtract(U, U, V0);
  field2Subtract(U, U, V2);
  field2Add(dst + AT_V2, U, V1);
}

/**
 * dst = a·(b + c·v), of magnitude and size 3, of magnitudes that multiply to at most 4; c follows
 * b. Not in place.
 */
export function field6MultiplySparse(dst: usize, a: usize, b: usize): void {
  field2Multiply(V0, a, b);
  field2Multiply(V1, a + AT_V, b + AT_V);
  field2Multiply(V2, a + AT_V2, b + AT_V);
  field2MultiplyByXi(dst, V2);
  field2Add(dst, dst, V0);
  multiplySums(U, a, a + AT_V, b, b + AT_V);
  field2Subtract(U, U, V0);
  field2Subtract(dst + AT_V, U, V1);
  field2Multiply(V2, a + AT_V2, b);
  field2Add(dst + AT_V2, V2, V1);
}

/** dst = 1/a, of magnitude 1. */
export function field6Invert(dst: usize, a: usize): void {
  // C0 = a0² - ξ·a1·a2, C1 = ξ·a2² - a0·a1, C2 = a1² - a0·a2
  field2Square(C0, a);
  field2Multiply(T, a + AT_V, a + AT_V2);
  field2MultiplyByXi(S, T);
  field2Subtract(C0, C0, S);
  field2Square(T, a + AT_V2);
  field2MultiplyByXi(C1, T);
  field2Multiply(S, a, a + AT_V);
  field2Subtract(C1, C1, S);
  field2Square(C2, a + AT_V);
  field2Multiply(S, a, a + AT_V2);
  field2Subtract(C2, C2, S);
  // By a0·C0 + ξ·(a2·C1 + a1·C2)
  field2Multiply(S, a + AT_V2, C1);
  field2Multiply(T, a + AT_V, C2);
  field2Add(S, S, T);
  field2MultiplyByXi(T, S);
  field2Multiply(S, a, C0);
  field2Add(S, S, T);
  field2Reduce(S, S);
  field2Invert(T, S);
  field2Multiply(dst, C0, T);
  field2Multiply(dst + AT_V, C1, T);
  field2Multiply(dst + AT_V2, C2, T);
}
