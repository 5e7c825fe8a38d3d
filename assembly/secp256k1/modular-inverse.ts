/**
 * Inverses modulo an odd prime below 2^256 by division steps (D. J. Bernstein, B.-Y. Yang, Fast
 * constant-time gcd computation and modular inversion, 2019), here in variable time, 3 µs.
 *
 * 30 steps at a time are decided on the lowest bits of f and g, written down as a matrix of
 * integers below 2^30, and applied to the whole of f and g and to d and e, for which
 * f = d·x and g = e·x modulo m. Numbers are 9 limbs of 30 bits, the top one signed.
 */
import { u256Set } from '../u256/word';
import { INVERSE_TEMPORARIES } from './layout';

const STEPS: i32 = 30;
const LIMB_BITS: i64 = 30;
const LIMB_MASK: i64 = 0x3fffffff;
const LIMBS_END: usize = 9 * 8;

const NUMBER_BYTES: usize = 80;
const M = INVERSE_TEMPORARIES;
const F = M + NUMBER_BYTES;
const G = F + NUMBER_BYTES;
const D = G + NUMBER_BYTES;
const E = D + NUMBER_BYTES;
/** A word, and a limb of zeros behind it. */
const PADDED = E + NUMBER_BYTES;

// What the steps do: f' = (u·f + v·g)/2^30, g' = (q·f + r·g)/2^30
let u: i64 = 0;
let v: i64 = 0;
let q: i64 = 0;
let r: i64 = 0;

/** dst = 1/x modulo m, for 0 < x < m; places of words. */
export function invertModulo(dst: usize, x: usize, m: usize): void {
  readLimbs(M, m);
  readLimbs(F, m);
  readLimbs(G, x);
  memory.fill(D, 0, 2 * NUMBER_BYTES);
  store<i64>(E, 1);
  const inverseOfM = inverseModuloLimb(load<i64>(M));
  let eta: i32 = -1;
  // At most 741 steps for numbers of 256 bits (theorem 11.2)
  while (!isZero(G)) {
    eta = divideSteps(eta, <i32>load<i64>(F), <i32>load<i64>(G));
    applyModulo(inverseOfM);
    apply();
  }
  // f is 1 or -1
  if (isNegative(F)) combine(D, -1, 0);
  while (!isNegative(D)) combine(D, 1, -1);
  while (isNegative(D)) combine(D, 1, 1);
  writeWord(dst, D);
}

/** Limbs from a word. */
function readLimbs(dst: usize, word: usize): void {
  memory.copy(PADDED, word, 32);
  store<u64>(PADDED, 0, 32);
  for (let i: usize = 0, bit: usize = 0; i < LIMBS_END; i += 8, bit += <usize>LIMB_BITS) {
    const bits = <i64>(load<u64>(PADDED + (bit >> 3)) >> (bit & 7));
    store<i64>(dst + i, bits & LIMB_MASK);
  }
}

/** The word of a number in 0 … 2^256 - 1. */
function writeWord(dst: usize, a: usize): void {
  const l2 = load<u64>(a, 16);
  const l4 = load<u64>(a, 32);
  const l6 = load<u64>(a, 48);
  u256Set(
    dst,
    load<u64>(a) | (load<u64>(a, 8) << 30) | (l2 << 60),
    (l2 >> 4) | (load<u64>(a, 24) << 26) | (l4 << 56),
    (l4 >> 8) | (load<u64>(a, 40) << 22) | (l6 << 52),
    (l6 >> 12) | (load<u64>(a, 56) << 18) | (load<u64>(a, 64) << 48),
  );
}

function isZero(a: usize): bool {
  let bits: i64 = 0;
  for (let i: usize = 0; i < LIMBS_END; i += 8) bits |= load<i64>(a + i);
  return bits == 0;
}

/** 1/m modulo 2^30, by Newton's iteration: m is right in 3 bits, and each pass doubles them. */
function inverseModuloLimb(m: i64): i64 {
  let inverse = m;
  for (let i = 0; i < 4; i++) inverse *= 2 - m * inverse;
  return inverse & LIMB_MASK;
}

/**
 * STEPS division steps on the lowest bits f and g; eta is minus the delta of the paper. Zeros of g
 * are shifted out together, and up to 6 of its ones cancelled at once, for as long as f stays.
 * @returns the new eta
 */
function divideSteps(eta: i32, f: i32, g: i32): i32 {
  let u0 = 1;
  let v0 = 0;
  let q0 = 0;
  let r0 = 1;
  let left = STEPS;
  for (;;) {
    const zeros = ctz(g | (-1 << left));
    g >>= zeros;
    u0 <<= zeros;
    v0 <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    if (eta < 0) {
      eta = -eta;
      const oldF = f;
      f = g;
      g = -oldF;
      const oldU = u0;
      u0 = q0;
      q0 = -oldU;
      const oldV = v0;
      v0 = r0;
      r0 = -oldV;
    }
    // -g/f modulo 64, since 1/f = f·(2 - f²) there
    const bits = min(min(eta + 1, left), 6);
    const multiple = (g * f * (f * f - 2)) & ((1 << bits) - 1);
    g += multiple * f;
    q0 += multiple * u0;
    r0 += multiple * v0;
  }
  u = u0;
  v = v0;
  q = q0;
  r = r0;
  return eta;
}

/** The steps on all of f and g. */
function apply(): void {
  let f = (u * load<i64>(F) + v * load<i64>(G)) >> LIMB_BITS;
  let g = (q * load<i64>(F) + r * load<i64>(G)) >> LIMB_BITS;
  for (let i: usize = 8; i < LIMBS_END; i += 8) {
    const fi = load<i64>(F + i);
    const gi = load<i64>(G + i);
    f += u * fi + v * gi;
    g += q * fi + r * gi;
    store<i64>(F + i - 8, f & LIMB_MASK);
    store<i64>(G + i - 8, g & LIMB_MASK);
    f >>= LIMB_BITS;
    g >>= LIMB_BITS;
  }
  store<i64>(F + LIMBS_END - 8, f);
  store<i64>(G + LIMBS_END - 8, g);
}

/**
 * The steps on d and e, modulo m: with the multiple of m, at most m/2 after the division, that
 * makes them divisible by 2^30. So neither is ever beyond 14·m.
 */
function applyModulo(inverseOfM: i64): void {
  let d = u * load<i64>(D) + v * load<i64>(E);
  let e = q * load<i64>(D) + r * load<i64>(E);
  const forD = balance((d * inverseOfM) & LIMB_MASK);
  const forE = balance((e * inverseOfM) & LIMB_MASK);
  d = (d - forD * load<i64>(M)) >> LIMB_BITS;
  e = (e - forE * load<i64>(M)) >> LIMB_BITS;
  for (let i: usize = 8; i < LIMBS_END; i += 8) {
    const di = load<i64>(D + i);
    const ei = load<i64>(E + i);
    const mi = load<i64>(M + i);
    d += u * di + v * ei - forD * mi;
    e += q * di + r * ei - forE * mi;
    store<i64>(D + i - 8, d & LIMB_MASK);
    store<i64>(E + i - 8, e & LIMB_MASK);
    d >>= LIMB_BITS;
    e >>= LIMB_BITS;
  }
  store<i64>(D + LIMBS_END - 8, d);
  store<i64>(E + LIMBS_END - 8, e);
}

/** The number next to 0 that is the same modulo 2^30. */
@inline
function balance(limb: i64): i64 {
  return limb - ((limb >> (LIMB_BITS - 1)) << LIMB_BITS);
}

@inline
function isNegative(a: usize): bool {
  return load<i64>(a + LIMBS_END - 8) < 0;
}

/** a = sign·a + factor·m. */
function combine(a: usize, sign: i64, factor: i64): void {
  let carry: i64 = 0;
  for (let i: usize = 0; i < LIMBS_END; i += 8) {
    carry += sign * load<i64>(a + i) + factor * load<i64>(M + i);
    store<i64>(a + i, carry & LIMB_MASK);
    carry >>= LIMB_BITS;
  }
  // The top limb keeps its sign
  store<i64>(a + LIMBS_END - 8, (carry << LIMB_BITS) | load<i64>(a + LIMBS_END - 8));
}
