/** a0 + a1·w with w² = v, of elements of field6.ts. All have magnitude 1 and size 1/2. */
import {
  AT_V, AT_V2, field6Add, field6Copy, field6Invert, field6Multiply, field6MultiplyByV,
  field6MultiplySparse, field6Negate, field6Reduce, field6Subtract,
} from './field6';
import {
  field2Add, field2Conjugate, field2FromNumbers, field2Multiply, field2MultiplyByXi,
  field2SetOne,
} from './field2';
import { FROBENIUS_ROOT } from './constants';
import { fieldIsEqual, ONE, fieldIsZero } from './field-word';
import {
  FIELD12_BYTES, FIELD12_TEMPORARIES, FIELD2_BYTES, FIELD6_BYTES, FIELD_BYTES, FROBENIUS,
} from './layout';

const T = FIELD12_TEMPORARIES;
const U = T + FIELD6_BYTES;
const V = U + FIELD6_BYTES;
const W = V + FIELD6_BYTES;
const R = W + FIELD6_BYTES;

/** Place of a1. */
export const AT_W = FIELD6_BYTES;

export function field12SetOne(dst: usize): void {
  memory.fill(dst, 0, FIELD12_BYTES);
  field2SetOne(dst);
}

export function field12Copy(dst: usize, a: usize): void {
  memory.copy(dst, a, FIELD12_BYTES);
}

export function field12IsOne(a: usize): bool {
  if (!fieldIsEqual(a, ONE)) return false;
  for (let i = FIELD_BYTES; i < FIELD12_BYTES; i += FIELD_BYTES) {
    if (!fieldIsZero(a + i)) return false;
  }
  return true;
}

/** dst = a^(p^6): a0 - a1·w, the inverse where a^(p^6 + 1) = 1. */
export function field12Conjugate(dst: usize, a: usize): void {
  field6Copy(dst, a);
  field6Negate(dst + AT_W, a + AT_W);
}

/** dst = a·b. Places may coincide. */
export function field12Multiply(dst: usize, a: usize, b: usize): void {
  field6Multiply(T, a, b);
  field6Reduce(T, T);
  field6Multiply(U, a + AT_W, b + AT_W);
  field6Reduce(U, U);
  field6Add(V, a, a + AT_W);
  field6Add(W, b, b + AT_W);
  field6Multiply(R, V, W);
  // 7 and 2
  field6Subtract(R, R, T);
  field6Subtract(R, R, U);
  field6Reduce(dst + AT_W, R);
  field6MultiplyByV(V, U);
  field6Add(V, V, T);
  field6Reduce(dst, V);
}

/** dst = a²: (a0 + a1)(a0 + v·a1) - a0·a1·(1 + v) + 2·a0·a1·w. Places may coincide. */
export function field12Square(dst: usize, a: usize): void {
  field6Multiply(T, a, a + AT_W);
  field6Reduce(T, T);
  field6MultiplyByV(V, a + AT_W);
  field6Add(V, V, a);
  field6Reduce(V, V);
  field6Add(W, a, a + AT_W);
  field6Multiply(R, V, W);
  // 7, 1 and 2
  field6Subtract(R, R, T);
  field6MultiplyByV(V, T);
  field6Subtract(R, R, V);
  field6Reduce(dst, R);
  field6Add(T, T, T);
  field6Reduce(dst + AT_W, T);
}

/**
 * a = a·(line0 + line1·v + v·w), where line1 follows line0, both of magnitude 1:
 * a0·line + a1·v², and (a1·line + a0·v)·w.
 */
export function field12MultiplyByLine(a: usize, line: usize): void {
  field6MultiplySparse(T, a, line);
  field6MultiplySparse(U, a + AT_W, line);
  const a1 = a + AT_W;
  field2MultiplyByXi(V, a1 + AT_V);
  field2Add(T, T, V);
  field2MultiplyByXi(V, a1 + AT_V2);
  field2Add(T + AT_V, T + AT_V, V);
  field2Add(T + AT_V2, T + AT_V2, a1);
  field6MultiplyByV(V, a);
  field6Add(U, U, V);
  field6Reduce(a, T);
  field6Reduce(a1, U);
}

/** dst = 1/a: (a0 - a1·w)/(a0² - v·a1²). */
export function field12Invert(dst: usize, a: usize): void {
  field6Multiply(T, a, a);
  field6Multiply(U, a + AT_W, a + AT_W);
  field6Reduce(U, U);
  field6MultiplyByV(V, U);
  field6Subtract(T, T, V);
  field6Reduce(T, T);
  field6Invert(W, T);
  field6Multiply(T, a, W);
  field6Multiply(U, a + AT_W, W);
  field6Reduce(dst, T);
  field6Negate(U, U);
  field6Reduce(dst + AT_W, U);
}

/** Place of the part at w^i, since v^j·w^k is w^(2j + k). */
@inline
function partAt(i: usize): usize {
  return (i & 1) * AT_W + (i >> 1) * FIELD2_BYTES;
}

/** The powers 1 to 5 of what is multiplied with w when it is taken to the power p. */
function makeFrobenius(): void {
  const root = FROBENIUS + FIELD2_BYTES;
  field2FromNumbers(root, FROBENIUS_ROOT);
  for (let i: usize = 2; i < 6; i++) {
    field2Multiply(FROBENIUS + i * FIELD2_BYTES, FROBENIUS + (i - 1) * FIELD2_BYTES, root);
  }
}

let hasFrobenius: bool = false;

/** Place of one of them. */
export function frobeniusPower(i: usize): usize {
  if (!hasFrobenius) {
    hasFrobenius = true;
    makeFrobenius();
  }
  return FROBENIUS + i * FIELD2_BYTES;
}

/** dst = a^p. Not in place. */
export function field12Frobenius(dst: usize, a: usize): void {
  field2Conjugate(dst, a);
  for (let i: usize = 1; i < 6; i++) {
    field2Conjugate(T, a + partAt(i));
    field2Multiply(dst + partAt(i), T, frobeniusPower(i));
  }
}
