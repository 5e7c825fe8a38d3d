/**
 * Pairings with two points of G2 that are always the same, of which all lines are computed in
 * advance (C. Costello, D. Stebila, Fixed argument pairings, 2010): the optimal ate pairing
 * without the power that makes it unique.
 *
 * On the twist y² = x³ + 4·ξ, a line with slope λ through (x, y) is, at P of G1,
 * (λ·x - y) - λ·x_P·v + y_P·v·w, times any number of a smaller field. So a line is c = λ·x - y and
 * λ, and P is -x_P/y_P and 1/y_P.
 */
import { GENERATOR_2, TAU_2, X, X_BITS } from './constants';
import {
  field2Add, field2Copy, field2FromNumbers, field2Invert, field2Multiply, field2Reduce,
  field2Scale, field2Square, field2Subtract,
} from './field2';
import { field12MultiplyByLine, field12SetOne, field12Square } from './field12';
import { NUMBER_BYTES } from './field-word';
import {
  FIELD2_BYTES, FIELD_BYTES, LINES, LINE_BYTES, LINE_SLOPE, LINE_TEMPORARIES,
} from './layout';

const QX = LINE_TEMPORARIES;
const QY = QX + FIELD2_BYTES;
const TX = QY + FIELD2_BYTES;
const TY = TX + FIELD2_BYTES;
const S = TY + FIELD2_BYTES;
const D = S + FIELD2_BYTES;
const U = D + FIELD2_BYTES;
/** A line at P: its part without v, and that of v. */
const AT_P = U + FIELD2_BYTES;

/** Lines of a point: 63 doublings, 5 additions. */
const LINE_COUNT: usize = 68;
const POINT_LINES = LINE_COUNT * LINE_BYTES;

let hasLines: bool = false;

/** The lines of G₂, and those of [τ]₂ behind them; takes 6 ms. */
export function makeLines(): void {
  if (hasLines) return;
  hasLines = true;
  makeLinesOf(LINES, GENERATOR_2);
  makeLinesOf(LINES + POINT_LINES, TAU_2);
}

function makeLinesOf(lines: usize, point: usize): void {
  field2FromNumbers(QX, point);
  field2FromNumbers(QY, point + 2 * NUMBER_BYTES);
  field2Copy(TX, QX);
  field2Copy(TY, QY);
  let line = lines;
  for (let bit = X_BITS - 2; bit >= 0; bit--) {
    // λ = 3x²/2y
    field2Square(S, TX);
    field2Add(D, S, S);
    field2Add(S, S, D);
    field2Add(D, TY, TY);
    addStep(line, TX);
    line += LINE_BYTES;
    if (((X >> <u64>bit) & 1) == 0) continue;
    // λ = (y - y_Q)/(x - x_Q)
    field2Subtract(S, TY, QY);
    field2Subtract(D, TX, QX);
    addStep(line, QX);
    line += LINE_BYTES;
  }
}

/** The line of slope S/D through T and a point with the given x; T becomes their sum. */
function addStep(line: usize, x: usize): void {
  const slope = line + LINE_SLOPE;
  field2Reduce(D, D);
  field2Invert(U, D);
  field2Multiply(slope, S, U);
  field2Multiply(U, slope, TX);
  field2Subtract(U, U, TY);
  field2Reduce(line, U);
  // x' = λ² - x_T - x, y' = λ·(x_T - x') - y_T = c - λ·x'
  field2Square(U, slope);
  field2Subtract(U, U, TX);
  field2Subtract(U, U, x);
  field2Reduce(TX, U);
  field2Multiply(U, slope, TX);
  field2Subtract(U, line, U);
  field2Reduce(TY, U);
}

/**
 * dst = the product of both Miller loops, with the point at `first` for G₂ and that at `second` for
 * [τ]₂: -x/y and 1/y each. x is negative, which would take the inverse of all.
 */
export function multiplyMillerLoops(dst: usize, first: usize, second: usize): void {
  field12SetOne(dst);
  let line = LINES;
  for (let bit = X_BITS - 2; bit >= 0; bit--) {
    field12Square(dst, dst);
    multiplyByLines(dst, line, first, second);
    line += LINE_BYTES;
    if (((X >> <u64>bit) & 1) == 0) continue;
    multiplyByLines(dst, line, first, second);
    line += LINE_BYTES;
  }
}

function multiplyByLines(dst: usize, line: usize, first: usize, second: usize): void {
  multiplyByLine(dst, line, first);
  multiplyByLine(dst, line + POINT_LINES, second);
}

function multiplyByLine(dst: usize, line: usize, point: usize): void {
  field2Scale(AT_P, line, point + FIELD_BYTES);
  field2Scale(AT_P + FIELD2_BYTES, line + LINE_SLOPE, point);
  field12MultiplyByLine(dst, AT_P);
}
