/** Between field elements, in Montgomery's form, and numbers of 6 little-endian u64. */
import { fieldMultiply } from './field-product';
import { fieldReduce, fieldSubtract } from './field-sum';
import { FIELD_PRIME } from './constants';
import { FIELD_BYTES, WORD_TEMPORARIES } from './layout';
import { LIMB_BITS, LIMB_MASK } from './limbs';

const LIMBS = WORD_TEMPORARIES;
/** A number, and 8 bytes of zeros behind it. */
const PADDED = LIMBS + FIELD_BYTES;

/** Bytes of a number, and of the limbs of an element. */
export const NUMBER_BYTES: usize = 48;
const LIMBS_END: usize = 56;

/** 2^784 modulo p: what takes a number into Montgomery's form. */
const FORM = memory.data<i32>([
  0x10370ed, 0x6d1c345, 0xe243d62, 0xec45c53, 0x3b1d65a, 0x093317d, 0xb4f36a0, 0x5d74088,
  0xc10ea72, 0x865d118, 0x7320a75, 0xfd5cd50, 0xcc8a759, 0x000c8d4, 0, 0,
]);
/** 1 as an element: 2^392 modulo p. */
export const ONE = memory.data<i32>([
  0x347fcb8, -0x2800000, 0x002b11a, 0x0cde6d2, -0x38ded20, -0x7c5df6f, 0x03766a0, -0x25f08c2,
  -0x64f64bd, 0x1297bb1, 0x515d98f, 0x012ca7c, 0x659fcfa, 0x000577a, 0, 0,
]);
/** 1 as a number, which takes an element out of it. */
const UNIT = memory.data<i32>([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** A number from 48 big-endian bytes. */
export function numberFromBytes(dst: usize, bytes: usize): void {
  for (let i: usize = 0; i < NUMBER_BYTES; i += 8) {
    store<u64>(dst + i, bswap<u64>(load<u64>(bytes + NUMBER_BYTES - 8 - i)));
  }
}

/** a < b, of numbers. */
export function numberIsLess(a: usize, b: usize): bool {
  for (let i: usize = NUMBER_BYTES; i > 0;) {
    i -= 8;
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    if (x != y) return x < y;
  }
  return false;
}

/** dst = the element of a number below 2^384. */
export function fieldFromNumber(dst: usize, number: usize): void {
  memory.copy(PADDED, number, NUMBER_BYTES);
  store<u64>(PADDED, 0, NUMBER_BYTES);
  for (let i: usize = 0, bit: usize = 0; i < LIMBS_END; i += 4, bit += <usize>LIMB_BITS) {
    const bits = load<u64>(PADDED + (bit >> 3)) >> (bit & 7);
    store<i32>(LIMBS + i, <i32>bits & LIMB_MASK);
  }
  // Limbs that are not rounded have magnitude 2
  fieldMultiply(dst, LIMBS, FORM);
}

/** The number, below p, that an element of magnitude up to 34 is. */
export function fieldToNumber(number: usize, a: usize): void {
  // Within p/2 and a bit
  fieldMultiply(LIMBS, a, UNIT);
  let carry: i64 = 0;
  let bits: u64 = 0;
  let count: i32 = 0;
  let at = number;
  for (let i: usize = 0; i < LIMBS_END; i += 4) {
    carry += <i64>load<i32>(LIMBS + i);
    const limb = <u64>carry & LIMB_MASK;
    carry >>= LIMB_BITS;
    bits |= limb << count;
    count += LIMB_BITS;
    if (count < 64) continue;
    store<u64>(at, bits);
    at += 8;
    count -= 64;
    bits = limb >> (LIMB_BITS - count);
  }
  // The highest limb is far from 2^28, so its bits and the carry have the sign
  if (carry < 0) addPrime(number);
}

/** number + p modulo 2^384. */
function addPrime(number: usize): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < NUMBER_BYTES; i += 8) {
    const x = load<u64>(number + i);
    const sum = x + load<u64>(FIELD_PRIME + i);
    const total = sum + carry;
    carry = u64(sum < x) | u64(total < sum);
    store<u64>(number + i, total);
  }
}

/** Whether a is a multiple of p, for magnitudes and sizes that fieldReduce takes. */
export function fieldIsZero(a: usize): bool {
  fieldReduce(LIMBS, a);
  // Limbs of magnitude 1 are unique for 0, the only multiple of p within p/2
  const low = v128.or(v128.load(LIMBS), v128.load(LIMBS, 16));
  const high = v128.or(v128.load(LIMBS, 32), v128.load(LIMBS, 48));
  return !v128.any_true(v128.or(low, high));
}

/** Whether a and b are the same; their sum as fieldIsZero wants it. */
export function fieldIsEqual(a: usize, b: usize): bool {
  fieldSubtract(LIMBS, a, b);
  return fieldIsZero(LIMBS);
}
