/**
 * Products modulo a large modulus m that stays the same, as in the arithmetic of elliptic curves.
 *
 * Digits have 29 bits, so that a column of nine products and more fits in 64 bits without carries
 * between them: a product costs a multiplication and an addition, where full digits of 32 bits cost
 * four operations more (MULMOD 44 ns, 53 ns with those and a Barrett reduction; x86-64, Node 20).
 *
 *   x = a·b = low + Σ h_i·2^(261 + 29i), i = 0…8, low < 2^261
 *   r = low + Σ h_i·T_i,  T_i = 2^(261 + 29i) mod m, from a table
 *   result = r - q·m, less m at most once, q an estimate of ⌊r / m⌋
 *
 * For 2^252 < m, r < 2^261 + 9·2^29·m < 2^33·m. The estimate is ⌊⌊r / 2^232⌋·µ / 2^84⌋ with
 * µ = ⌊2^316 / m⌋ < 2^64, and ⌊r / 2^232⌋ itself too small by 1 at most, which the
 * columns below the upper three carry over. Hence 0 ≤ r/m - q < 1 + 2^-18.
 */
import {
  SCRATCH, SCRATCH_U256_COLUMNS, SCRATCH_U256_POWER_OF_TWO, SCRATCH_U256_QUOTIENT,
  SCRATCH_U256_REMAINDER,
} from '../scratch';
import { setDigit, shiftDigitsLeft } from './digits';
import { divideDigits } from './long-division';
import { mulHigh64 } from './mul';
import { u256Set } from './word';

/** Bits of a digit, and the mask of one. */
const DIGIT: u64 = 29;
const MASK: u64 = (1 << 29) - 1;

// The table: for each column k the digits k of T_0…T_8, then the digits of m, then µ.
const TABLE_MODULUS: usize = 648;
const TABLE_RECIPROCAL: usize = 720;
export const FOLD_TABLE_SIZE: usize = 728;

/** Whether the word can have a table: it is above 2^252. */
@inline
export function isFoldable(modulus: usize): bool {
  const top = load<u64>(modulus, 24);
  return top >> 60 != 0 && (top != 1 << 60 || load<u64>(modulus, 16) != 0);
}

/** modulus = a × b mod modulus, given the table of that. */
export function multiplyFolding(modulus: usize, a: usize, b: usize, table: usize): void {
  const x0 = load<u64>(a);
  const x1 = load<u64>(a, 8);
  const x2 = load<u64>(a, 16);
  const x3 = load<u64>(a, 24);
  const a0 = x0 & MASK;
  const a1 = (x0 >> 29) & MASK;
  const a2 = ((x0 >> 58) | (x1 << 6)) & MASK;
  const a3 = (x1 >> 23) & MASK;
  const a4 = ((x1 >> 52) | (x2 << 12)) & MASK;
  const a5 = (x2 >> 17) & MASK;
  const a6 = ((x2 >> 46) | (x3 << 18)) & MASK;
  const a7 = (x3 >> 11) & MASK;
  const a8 = x3 >> 40;
  const y0 = load<u64>(b);
  const y1 = load<u64>(b, 8);
  const y2 = load<u64>(b, 16);
  const y3 = load<u64>(b, 24);
  const b0 = y0 & MASK;
  const b1 = (y0 >> 29) & MASK;
  const b2 = ((y0 >> 58) | (y1 << 6)) & MASK;
  const b3 = (y1 >> 23) & MASK;
  const b4 = ((y1 >> 52) | (y2 << 12)) & MASK;
  const b5 = (y2 >> 17) & MASK;
  const b6 = ((y2 >> 46) | (y3 << 18)) & MASK;
  const b7 = (y3 >> 11) & MASK;
  const b8 = y3 >> 40;

  // Columns of the product. Digits c_0…c_8 are low, c_9…c_17 are h.
  const t0 = a0 * b0;
  const t1 = a0 * b1 + a1 * b0 + (t0 >> DIGIT);
  const t2 = a0 * b2 + a1 * b1 + a2 * b0 + (t1 >> DIGIT);
  const t3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + (t2 >> DIGIT);
  const t4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (t3 >> DIGIT);
  const t5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + (t4 >> DIGIT);
  const t6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + (t5 >> DIGIT);
  const t7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 +
    (t6 >> DIGIT);
  const t8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 +
    a8 * b0 + (t7 >> DIGIT);
  const t9 = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 +
    (t8 >> DIGIT);
  const t10 = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + (t9 >> DIGIT);
  const t11 = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + (t10 >> DIGIT);
  const t12 = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + (t11 >> DIGIT);
  const t13 = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + (t12 >> DIGIT);
  const t14 = a6 * b8 + a7 * b7 + a8 * b6 + (t13 >> DIGIT);
  const t15 = a7 * b8 + a8 * b7 + (t14 >> DIGIT);
  const t16 = a8 * b8 + (t15 >> DIGIT);
  const columns = SCRATCH + SCRATCH_U256_COLUMNS;
  store<u64>(columns, t0 & MASK);
  store<u64>(columns, t1 & MASK, 8);
  store<u64>(columns, t2 & MASK, 16);
  store<u64>(columns, t3 & MASK, 24);
  store<u64>(columns, t4 & MASK, 32);
  store<u64>(columns, t5 & MASK, 40);
  store<u64>(columns, t6 & MASK, 48);
  store<u64>(columns, t7 & MASK, 56);
  store<u64>(columns, t8 & MASK, 64);
  store<u64>(columns, t9 & MASK, 72);
  store<u64>(columns, t10 & MASK, 80);
  store<u64>(columns, t11 & MASK, 88);
  store<u64>(columns, t12 & MASK, 96);
  store<u64>(columns, t13 & MASK, 104);
  store<u64>(columns, t14 & MASK, 112);
  store<u64>(columns, t15 & MASK, 120);
  store<u64>(columns, t16 & MASK, 128);
  store<u64>(columns, t16 >> DIGIT, 136);
  // Columns of r. Each is stored before the next one is begun, and h comes from memory, since V8
  // otherwise loads the whole table first, to spill it.
  const h0 = load<u64>(columns, 72);
  const h1 = load<u64>(columns, 80);
  const h2 = load<u64>(columns, 88);
  const h3 = load<u64>(columns, 96);
  const h4 = load<u64>(columns, 104);
  const h5 = load<u64>(columns, 112);
  const h6 = load<u64>(columns, 120);
  const h7 = load<u64>(columns, 128);
  const h8 = load<u64>(columns, 136);
  store<u64>(columns, load<u64>(columns, 0) + h0 * load<u64>(table, 0) + h1 * load<u64>(table,
    8) + h2 * load<u64>(table, 16) + h3 * load<u64>(table, 24) + h4 * load<u64>(table, 32) +
    h5 * load<u64>(table, 40) + h6 * load<u64>(table, 48) + h7 * load<u64>(table, 56) +
    h8 * load<u64>(table, 64), 0);
  store<u64>(columns, load<u64>(columns, 8) + h0 * load<u64>(table, 72) + h1 * load<u64>(table,
    80) + h2 * load<u64>(table, 88) + h3 * load<u64>(table, 96) + h4 * load<u64>(table, 104) +
    h5 * load<u64>(table, 112) + h6 * load<u64>(table, 120) + h7 * load<u64>(table, 128) +
    h8 * load<u64>(table, 136), 8);
  store<u64>(columns, load<u64>(columns, 16) + h0 * load<u64>(table, 144) + h1 * load<u64>(table,
    152) + h2 * load<u64>(table, 160) + h3 * load<u64>(table, 168) + h4 * load<u64>(table, 176) +
    h5 * load<u64>(table, 184) + h6 * load<u64>(table, 192) + h7 * load<u64>(table, 200) +
    h8 * load<u64>(table, 208), 16);
  store<u64>(columns, load<u64>(columns, 24) + h0 * load<u64>(table, 216) + h1 * load<u64>(table,
    224) + h2 * load<u64>(table, 232) + h3 * load<u64>(table, 240) + h4 * load<u64>(table, 248) +
    h5 * load<u64>(table, 256) + h6 * load<u64>(table, 264) + h7 * load<u64>(table, 272) +
    h8 * load<u64>(table, 280), 24);
  store<u64>(columns, load<u64>(columns, 32) + h0 * load<u64>(table, 288) + h1 * load<u64>(table,
    296) + h2 * load<u64>(table, 304) + h3 * load<u64>(table, 312) + h4 * load<u64>(table, 320) +
    h5 * load<u64>(table, 328) + h6 * load<u64>(table, 336) + h7 * load<u64>(table, 344) +
    h8 * load<u64>(table, 352), 32);
  store<u64>(columns, load<u64>(columns, 40) + h0 * load<u64>(table, 360) + h1 * load<u64>(table,
    368) + h2 * load<u64>(table, 376) + h3 * load<u64>(table, 384) + h4 * load<u64>(table, 392) +
    h5 * load<u64>(table, 400) + h6 * load<u64>(table, 408) + h7 * load<u64>(table, 416) +
    h8 * load<u64>(table, 424), 40);
  store<u64>(columns, load<u64>(columns, 48) + h0 * load<u64>(table, 432) + h1 * load<u64>(table,
    440) + h2 * load<u64>(table, 448) + h3 * load<u64>(table, 456) + h4 * load<u64>(table, 464) +
    h5 * load<u64>(table, 472) + h6 * load<u64>(table, 480) + h7 * load<u64>(table, 488) +
    h8 * load<u64>(table, 496), 48);
  store<u64>(columns, load<u64>(columns, 56) + h0 * load<u64>(table, 504) + h1 * load<u64>(table,
    512) + h2 * load<u64>(table, 520) + h3 * load<u64>(table, 528) + h4 * load<u64>(table, 536) +
    h5 * load<u64>(table, 544) + h6 * load<u64>(table, 552) + h7 * load<u64>(table, 560) +
    h8 * load<u64>(table, 568), 56);
  store<u64>(columns, load<u64>(columns, 64) + h0 * load<u64>(table, 576) + h1 * load<u64>(table,
    584) + h2 * load<u64>(table, 592) + h3 * load<u64>(table, 600) + h4 * load<u64>(table, 608) +
    h5 * load<u64>(table, 616) + h6 * load<u64>(table, 624) + h7 * load<u64>(table, 632) +
    h8 * load<u64>(table, 640), 64);
  const r6 = load<u64>(columns, 48);
  const r7 = load<u64>(columns, 56);
  const r8 = load<u64>(columns, 64);
  const top = r8 + ((r7 + (r6 >> DIGIT)) >> DIGIT);
  const q = mulHigh64(top << 7, load<u64>(table, TABLE_RECIPROCAL)) >> 27;
  // r - q·m, with carries that may be negative
  const d0 = load<u64>(columns) - q * load<u64>(table, TABLE_MODULUS);
  const d1 = load<u64>(columns, 8) - q * load<u64>(table, TABLE_MODULUS + 8) + carry(d0);
  const d2 = load<u64>(columns, 16) - q * load<u64>(table, TABLE_MODULUS + 16) + carry(d1);
  const d3 = load<u64>(columns, 24) - q * load<u64>(table, TABLE_MODULUS + 24) + carry(d2);
  const d4 = load<u64>(columns, 32) - q * load<u64>(table, TABLE_MODULUS + 32) + carry(d3);
  const d5 = load<u64>(columns, 40) - q * load<u64>(table, TABLE_MODULUS + 40) + carry(d4);
  const d6 = r6 - q * load<u64>(table, TABLE_MODULUS + 48) + carry(d5);
  const d7 = r7 - q * load<u64>(table, TABLE_MODULUS + 56) + carry(d6);
  const d8 = r8 - q * load<u64>(table, TABLE_MODULUS + 64) + carry(d7);
  reduceOnce(
    modulus,
    (d0 & MASK) | ((d1 & MASK) << 29) | (d2 << 58),
    (d2 & MASK) >> 6 | ((d3 & MASK) << 23) | (d4 << 52),
    (d4 & MASK) >> 12 | ((d5 & MASK) << 17) | (d6 << 46),
    (d6 & MASK) >> 18 | ((d7 & MASK) << 11) | (d8 << 40),
    d8 >> 24,
  );
}

@inline
function carry(column: u64): u64 {
  return <u64>(<i64>column >> <i64>DIGIT);
}

/** modulus = r - (r ≥ modulus ? modulus : 0), where r has a fifth limb. */
@inline
function reduceOnce(modulus: usize, r0: u64, r1: u64, r2: u64, r3: u64, r4: u64): void {
  const m0 = load<u64>(modulus);
  const m1 = load<u64>(modulus, 8);
  const m2 = load<u64>(modulus, 16);
  const m3 = load<u64>(modulus, 24);
  const b0 = u64(r0 < m0);
  const s1 = r1 - m1;
  const b1 = u64(r1 < m1) | u64(s1 < b0);
  const s2 = r2 - m2;
  const b2 = u64(r2 < m2) | u64(s2 < b1);
  const s3 = r3 - m3;
  const b3 = u64(r3 < m3) | u64(s3 < b2);
  if (r4 < b3) u256Set(modulus, r0, r1, r2, r3);
  else u256Set(modulus, r0 - m0, s1 - b0, s2 - b1, s3 - b2);
}

/** Fills `table` (FOLD_TABLE_SIZE bytes) for a foldable modulus: ten divisions. */
export function buildFoldTable(table: usize, modulus: usize): void {
  const dividend = SCRATCH + SCRATCH_U256_POWER_OF_TWO;
  const remainder = SCRATCH + SCRATCH_U256_REMAINDER;
  setPowerOfTwo(dividend, 261);
  for (let i: usize = 0; i < 9; i++) {
    divideDigits(dividend, 9, modulus);
    for (let k: usize = 0; k < 9; k++) {
      store<u64>(table + ((9 * k + i) << 3), digit29(remainder, <u32>k));
    }
    setDigit(dividend, 8, shiftDigitsLeft(dividend, remainder, 8, <u32>DIGIT));
  }
  for (let k: usize = 0; k < 9; k++) {
    store<u64>(table + (k << 3), digit29(modulus, <u32>k), TABLE_MODULUS);
  }
  setPowerOfTwo(dividend, 316);
  divideDigits(dividend, 10, modulus);
  store<u64>(table, load<u64>(SCRATCH + SCRATCH_U256_QUOTIENT), TABLE_RECIPROCAL);
}

/** 10 digits of 32 bits. */
@inline
function setPowerOfTwo(dst: usize, exponent: u32): void {
  memory.fill(dst, 0, 40);
  setDigit(dst, exponent >> 5, 1 << (exponent & 31));
}

/** Digit k of 29 bits of a word; the last one has 24. */
@inline
function digit29(word: usize, k: u32): u64 {
  if (k == 8) return <u64>(load<u32>(word, 28) >> 8);
  const bit = 29 * k;
  return (load<u64>(word + <usize>(bit >> 3)) >> <u64>(bit & 7)) & MASK;
}
