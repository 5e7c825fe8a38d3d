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
} from '../memory/scratch';
import { setDigit, shiftDigitsLeft } from './digits';
import { DIGIT, MASK, foldProduct, foldSmallProduct } from './fold-product';
import { divideDigits } from './long-division';
import { mulHigh64 } from './mul';
import { u256Set } from './word';

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
  foldProduct(a, b);
  addNine(table);
  reduce(modulus, table);
}

/** modulus = a × factor mod modulus: 26 ns where the other takes 41. */
export function multiplySmallFolding(modulus: usize, a: usize, factor: u64, table: usize): void {
  foldSmallProduct(a, factor);
  addThree(table);
  reduce(modulus, table);
}

/**
 * Columns of r: h_0…h_8 folded into low. Each is stored before the next one is begun, and h comes
 * from memory, since V8 otherwise loads the whole table first, to spill it. The table's digit is
 * the first operand of a product, since V8 makes a copy of the first that it still needs.
 */
@inline
function addNine(table: usize): void {
  const columns = SCRATCH + SCRATCH_U256_COLUMNS;
  const h0 = load<u64>(columns, 72);
  const h1 = load<u64>(columns, 80);
  const h2 = load<u64>(columns, 88);
  const h3 = load<u64>(columns, 96);
  const h4 = load<u64>(columns, 104);
  const h5 = load<u64>(columns, 112);
  const h6 = load<u64>(columns, 120);
  const h7 = load<u64>(columns, 128);
  const h8 = load<u64>(columns, 136);
  store<u64>(columns, load<u64>(columns) + load<u64>(table) * h0 + load<u64>(table, 8) * h1 +
    load<u64>(table, 16) * h2 + load<u64>(table, 24) * h3 + load<u64>(table, 32) * h4 +
    load<u64>(table, 40) * h5 + load<u64>(table, 48) * h6 + load<u64>(table, 56) * h7 +
    load<u64>(table, 64) * h8);
  store<u64>(columns, load<u64>(columns, 8) + load<u64>(table, 72) * h0 +
    load<u64>(table, 80) * h1 + load<u64>(table, 88) * h2 + load<u64>(table, 96) * h3 +
    load<u64>(table, 104) * h4 + load<u64>(table, 112) * h5 + load<u64>(table, 120) * h6 +
    load<u64>(table, 128) * h7 + load<u64>(table, 136) * h8, 8);
  store<u64>(columns, load<u64>(columns, 16) + load<u64>(table, 144) * h0 +
    load<u64>(table, 152) * h1 + load<u64>(table, 160) * h2 + load<u64>(table, 168) * h3 +
    load<u64>(table, 176) * h4 + load<u64>(table, 184) * h5 + load<u64>(table, 192) * h6 +
    load<u64>(table, 200) * h7 + load<u64>(table, 208) * h8, 16);
  store<u64>(columns, load<u64>(columns, 24) + load<u64>(table, 216) * h0 +
    load<u64>(table, 224) * h1 + load<u64>(table, 232) * h2 + load<u64>(table, 240) * h3 +
    load<u64>(table, 248) * h4 + load<u64>(table, 256) * h5 + load<u64>(table, 264) * h6 +
    load<u64>(table, 272) * h7 + load<u64>(table, 280) * h8, 24);
  store<u64>(columns, load<u64>(columns, 32) + load<u64>(table, 288) * h0 +
    load<u64>(table, 296) * h1 + load<u64>(table, 304) * h2 + load<u64>(table, 312) * h3 +
    load<u64>(table, 320) * h4 + load<u64>(table, 328) * h5 + load<u64>(table, 336) * h6 +
    load<u64>(table, 344) * h7 + load<u64>(table, 352) * h8, 32);
  store<u64>(columns, load<u64>(columns, 40) + load<u64>(table, 360) * h0 +
    load<u64>(table, 368) * h1 + load<u64>(table, 376) * h2 + load<u64>(table, 384) * h3 +
    load<u64>(table, 392) * h4 + load<u64>(table, 400) * h5 + load<u64>(table, 408) * h6 +
    load<u64>(table, 416) * h7 + load<u64>(table, 424) * h8, 40);
  store<u64>(columns, load<u64>(columns, 48) + load<u64>(table, 432) * h0 +
    load<u64>(table, 440) * h1 + load<u64>(table, 448) * h2 + load<u64>(table, 456) * h3 +
    load<u64>(table, 464) * h4 + load<u64>(table, 472) * h5 + load<u64>(table, 480) * h6 +
    load<u64>(table, 488) * h7 + load<u64>(table, 496) * h8, 48);
  store<u64>(columns, load<u64>(columns, 56) + load<u64>(table, 504) * h0 +
    load<u64>(table, 512) * h1 + load<u64>(table, 520) * h2 + load<u64>(table, 528) * h3 +
    load<u64>(table, 536) * h4 + load<u64>(table, 544) * h5 + load<u64>(table, 552) * h6 +
    load<u64>(table, 560) * h7 + load<u64>(table, 568) * h8, 56);
  store<u64>(columns, load<u64>(columns, 64) + load<u64>(table, 576) * h0 +
    load<u64>(table, 584) * h1 + load<u64>(table, 592) * h2 + load<u64>(table, 600) * h3 +
    load<u64>(table, 608) * h4 + load<u64>(table, 616) * h5 + load<u64>(table, 624) * h6 +
    load<u64>(table, 632) * h7 + load<u64>(table, 640) * h8, 64);
}

/** The same with h_0, h_1 and h_2 only. */
@inline
function addThree(table: usize): void {
  const columns = SCRATCH + SCRATCH_U256_COLUMNS;
  const h0 = load<u64>(columns, 72);
  const h1 = load<u64>(columns, 80);
  const h2 = load<u64>(columns, 88);
  store<u64>(columns, load<u64>(columns) + load<u64>(table) * h0 + load<u64>(table, 8) * h1 +
    load<u64>(table, 16) * h2);
  store<u64>(columns, load<u64>(columns, 8) + load<u64>(table, 72) * h0 +
    load<u64>(table, 80) * h1 + load<u64>(table, 88) * h2, 8);
  store<u64>(columns, load<u64>(columns, 16) + load<u64>(table, 144) * h0 +
    load<u64>(table, 152) * h1 + load<u64>(table, 160) * h2, 16);
  store<u64>(columns, load<u64>(columns, 24) + load<u64>(table, 216) * h0 +
    load<u64>(table, 224) * h1 + load<u64>(table, 232) * h2, 24);
  store<u64>(columns, load<u64>(columns, 32) + load<u64>(table, 288) * h0 +
    load<u64>(table, 296) * h1 + load<u64>(table, 304) * h2, 32);
  store<u64>(columns, load<u64>(columns, 40) + load<u64>(table, 360) * h0 +
    load<u64>(table, 368) * h1 + load<u64>(table, 376) * h2, 40);
  store<u64>(columns, load<u64>(columns, 48) + load<u64>(table, 432) * h0 +
    load<u64>(table, 440) * h1 + load<u64>(table, 448) * h2, 48);
  store<u64>(columns, load<u64>(columns, 56) + load<u64>(table, 504) * h0 +
    load<u64>(table, 512) * h1 + load<u64>(table, 520) * h2, 56);
  store<u64>(columns, load<u64>(columns, 64) + load<u64>(table, 576) * h0 +
    load<u64>(table, 584) * h1 + load<u64>(table, 592) * h2, 64);
}

/** modulus = r mod modulus. */
@inline
function reduce(modulus: usize, table: usize): void {
  const columns = SCRATCH + SCRATCH_U256_COLUMNS;
  const r6 = load<u64>(columns, 48);
  const r7 = load<u64>(columns, 56);
  const r8 = load<u64>(columns, 64);
  const top = r8 + ((r7 + (r6 >> DIGIT)) >> DIGIT);
  const q = mulHigh64(top << 7, load<u64>(table, TABLE_RECIPROCAL)) >> 27;
  // r - q·m, with carries that may be negative
  const d0 = load<u64>(columns) - load<u64>(table, TABLE_MODULUS) * q;
  const d1 = load<u64>(columns, 8) - load<u64>(table, TABLE_MODULUS + 8) * q + carry(d0);
  const d2 = load<u64>(columns, 16) - load<u64>(table, TABLE_MODULUS + 16) * q + carry(d1);
  const d3 = load<u64>(columns, 24) - load<u64>(table, TABLE_MODULUS + 24) * q + carry(d2);
  const d4 = load<u64>(columns, 32) - load<u64>(table, TABLE_MODULUS + 32) * q + carry(d3);
  const d5 = load<u64>(columns, 40) - load<u64>(table, TABLE_MODULUS + 40) * q + carry(d4);
  const d6 = r6 - load<u64>(table, TABLE_MODULUS + 48) * q + carry(d5);
  const d7 = r7 - load<u64>(table, TABLE_MODULUS + 56) * q + carry(d6);
  const d8 = r8 - load<u64>(table, TABLE_MODULUS + 64) * q + carry(d7);
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
