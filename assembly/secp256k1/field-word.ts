/** Between field elements, of many forms each, and words: 4 little-endian u64, below p. */
import { u256AddU64 } from '../u256/add';
import { u256High, u256IsZero, u256Set } from '../u256/word';
import { fieldCarry } from './field-sum';
import { FIELD_TEMPORARIES } from './layout';
import { LIMB_BITS, LIMB_MASK } from './limbs';

const WORD = FIELD_TEMPORARIES;

/** p = 2^256 - FOLD_256. */
const FOLD_256: u64 = (1 << 32) + 977;
/** Bits of the top limb that are below 2^256. */
const TOP_BITS: i64 = 24;
/** Any multiple of p that is above 7·2^28·2^(29·8), as limbs 0, 1 and 8. */
const LIFT: i64 = 128;
/** The lowest limb of 16·p, rounded, without the sign. */
const MULTIPLE_LOWEST: i32 = 16 * 977;

/** dst = the element that a word is, be it p or more; magnitude 1. */
export function fieldFromWord(dst: usize, word: usize): void {
  const w0 = load<u64>(word);
  const w1 = load<u64>(word, 8);
  const w2 = load<u64>(word, 16);
  const w3 = load<u64>(word, 24);
  store<i32>(dst, <i32>w0 & LIMB_MASK);
  store<i32>(dst, <i32>(w0 >> 29) & LIMB_MASK, 4);
  store<i32>(dst, <i32>((w0 >> 58) | (w1 << 6)) & LIMB_MASK, 8);
  store<i32>(dst, <i32>(w1 >> 23) & LIMB_MASK, 12);
  store<i32>(dst, <i32>((w1 >> 52) | (w2 << 12)) & LIMB_MASK, 16);
  store<i32>(dst, <i32>(w2 >> 17) & LIMB_MASK, 20);
  store<i32>(dst, <i32>((w2 >> 46) | (w3 << 18)) & LIMB_MASK, 24);
  store<i32>(dst, <i32>(w3 >> 11) & LIMB_MASK, 28);
  store<i32>(dst, <i32>(w3 >> 40), 32);
  fieldCarry(dst, dst);
}

/** word = a modulo p, for magnitudes up to 7. */
export function fieldToWord(word: usize, a: usize): void {
  // Positive by adding LIFT·p = LIFT·(2^256 - 8·2^29 - 977)
  let t = <i64>load<i32>(a) - LIFT * 977;
  const l0 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(a, 4) - LIFT * 8;
  const l1 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(a, 8);
  const l2 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(a, 12);
  const l3 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(a, 16);
  const l4 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(a, 20);
  const l5 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(a, 24);
  const l6 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(a, 28);
  const l7 = <u64>(t & LIMB_MASK);
  const l8 = <u64>((t >> LIMB_BITS) + <i64>load<i32>(a, 32) + (LIFT << TOP_BITS));
  u256Set(
    word,
    l0 | (l1 << 29) | (l2 << 58),
    (l2 >> 6) | (l3 << 23) | (l4 << 52),
    (l4 >> 12) | (l5 << 17) | (l6 << 46),
    (l6 >> 18) | (l7 << 11) | (l8 << 40),
  );
  const fold = (l8 >> TOP_BITS) * FOLD_256;
  u256AddU64(word, word, fold);
  const hasWrapped = u256High(word) == 0 && load<u64>(word) < fold;
  const isReduced = load<u64>(word) < 0 - FOLD_256 ||
    (load<u64>(word, 8) & load<u64>(word, 16) & load<u64>(word, 24)) != u64.MAX_VALUE;
  if (hasWrapped || !isReduced) u256AddU64(word, word, FOLD_256);
}

/** Whether a, of magnitude 1, is a multiple of p. */
export function fieldIsZero(a: usize): bool {
  // It is within 16·p, so only these limbs are worth a look at the others
  const lowest = load<i32>(a);
  if (lowest > MULTIPLE_LOWEST || lowest < -MULTIPLE_LOWEST) return false;
  fieldToWord(WORD, a);
  return u256IsZero(WORD);
}
