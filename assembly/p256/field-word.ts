/** Between field elements, in Montgomery's form, and words: 4 little-endian u64, below p. */
import { u256Add } from '../u256/add';
import { u256IsZero, u256Set } from '../u256/word';
import { LIMB_BITS, LIMB_MASK } from '../secp256k1/limbs';
import { FIELD_PRIME } from './constants';
import { fieldMultiply } from './field-product';
import { FIELD_TEMPORARIES } from './layout';

const WORD = FIELD_TEMPORARIES;
const LIMBS = WORD + 32;

/** 2^522 modulo p: what takes a number into Montgomery's form. */
const FORM = memory.data<i32>([
  0x00000c00, 0x00000000, 0x1fff0000, 0x1fdfffff, 0x1fbfffff, 0x1fffffff, 0x1fffffff, 0x1ffffffe,
  0x00000013,
]);
/** 1 as a number, which takes an element out of it. */
const UNIT = memory.data<i32>([1, 0, 0, 0, 0, 0, 0, 0, 0]);

/** 1 as an element: 2^261 = 2^229 - 2^197 - 2^101 + 2^5 modulo p. */
export const ONE = memory.data<i32>([32, 0, 0, -0x4000, 0, 0, -0x800000, 0x4000000, 0]);

/** An element that is 0 is a multiple of p below this. Those end in -8 to 8. */
const LEAST_MULTIPLE: i32 = 8;

/** dst = the element that a word is, be it p or more; magnitude 1. */
export function fieldFromWord(dst: usize, word: usize): void {
  const w0 = load<u64>(word);
  const w1 = load<u64>(word, 8);
  const w2 = load<u64>(word, 16);
  const w3 = load<u64>(word, 24);
  store<i32>(LIMBS, <i32>w0 & LIMB_MASK);
  store<i32>(LIMBS, <i32>(w0 >> 29) & LIMB_MASK, 4);
  store<i32>(LIMBS, <i32>((w0 >> 58) | (w1 << 6)) & LIMB_MASK, 8);
  store<i32>(LIMBS, <i32>(w1 >> 23) & LIMB_MASK, 12);
  store<i32>(LIMBS, <i32>((w1 >> 52) | (w2 << 12)) & LIMB_MASK, 16);
  store<i32>(LIMBS, <i32>(w2 >> 17) & LIMB_MASK, 20);
  store<i32>(LIMBS, <i32>((w2 >> 46) | (w3 << 18)) & LIMB_MASK, 24);
  store<i32>(LIMBS, <i32>(w3 >> 11) & LIMB_MASK, 28);
  store<i32>(LIMBS, <i32>(w3 >> 40), 32);
  // By 2, the magnitude of constants
  fieldMultiply(dst, LIMBS, FORM);
}

/** word = a modulo p, for magnitudes up to 7. */
export function fieldToWord(word: usize, a: usize): void {
  // Within p/2 and a bit
  fieldMultiply(LIMBS, a, UNIT);
  let t = <i64>load<i32>(LIMBS);
  const l0 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(LIMBS, 4);
  const l1 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(LIMBS, 8);
  const l2 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(LIMBS, 12);
  const l3 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(LIMBS, 16);
  const l4 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(LIMBS, 20);
  const l5 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(LIMBS, 24);
  const l6 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(LIMBS, 28);
  const l7 = <u64>(t & LIMB_MASK);
  t = (t >> LIMB_BITS) + <i64>load<i32>(LIMBS, 32);
  const l8 = <u64>t;
  u256Set(
    word,
    l0 | (l1 << 29) | (l2 << 58),
    (l2 >> 6) | (l3 << 23) | (l4 << 52),
    (l4 >> 12) | (l5 << 17) | (l6 << 46),
    (l6 >> 18) | (l7 << 11) | (l8 << 40),
  );
  if (t < 0) u256Add(word, word, FIELD_PRIME);
}

/** Whether a, of magnitude 1 and within 8·p, is a multiple of p. */
export function fieldIsZero(a: usize): bool {
  // p ends in -1, so only these limbs are worth a look at the others
  const lowest = load<i32>(a);
  if (lowest > LEAST_MULTIPLE || lowest < -LEAST_MULTIPLE) return false;
  fieldToWord(WORD, a);
  return u256IsZero(WORD);
}
