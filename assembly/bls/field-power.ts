/** Inverses and square roots modulo p = 3 (mod 4), by a^((p - 3)/4). */
import { POWER_EXPONENT } from './constants';
import { fieldMultiply } from './field-product';
import { fieldSquare, fieldSquareTimes } from './field-square';
import { fieldCopy } from './field-sum';
import { fieldIsEqual } from './field-word';
import { FIELD_BYTES, POWER_TEMPORARIES } from './layout';

const T = POWER_TEMPORARIES;
const BASE = T + FIELD_BYTES;
/** Odd powers of the base. */
const POWERS = BASE + FIELD_BYTES;

const EXPONENT_BITS: i32 = 379;
/** Bits of the exponent that one product takes: 16 powers are 1 KiB. */
const WIDTH: i32 = 5;

@inline
function exponentBit(i: i32): i32 {
  return (<i32>load<u8>(POWER_EXPONENT + <usize>(i >> 3)) >> (i & 7)) & 1;
}

/** T = BASE^((p - 3)/4), by windows that end in a 1. */
function power(): void {
  fieldSquare(T, BASE);
  fieldCopy(POWERS, BASE);
  for (let i: usize = 1; i < 1 << (WIDTH - 1); i++) {
    fieldMultiply(POWERS + i * FIELD_BYTES, POWERS + (i - 1) * FIELD_BYTES, T);
  }
  let isFirst = true;
  for (let i = EXPONENT_BITS - 1; i >= 0;) {
    if (exponentBit(i) == 0) {
      fieldSquare(T, T);
      i--;
      continue;
    }
    let end = max(i - WIDTH + 1, 0);
    while (exponentBit(end) == 0) end++;
    let window = 0;
    for (let bit = i; bit >= end; bit--) window = (window << 1) | exponentBit(bit);
    const entry = POWERS + <usize>(window >> 1) * FIELD_BYTES;
    if (isFirst) {
      fieldCopy(T, entry);
      isFirst = false;
    } else {
      fieldSquareTimes(T, T, i - end + 1);
      fieldMultiply(T, T, entry);
    }
    i = end - 1;
  }
}

/** dst = 1/a, or 0 for 0; of magnitude up to 5. */
export function fieldInvert(dst: usize, a: usize): void {
  fieldCopy(BASE, a);
  power();
  // p - 2 = 4·(p - 3)/4 + 1
  fieldSquareTimes(T, T, 2);
  fieldMultiply(dst, T, BASE);
}

/**
 * root = a^((p + 1)/4), a root of a if it has any; of magnitude up to 5.
 * @returns whether it has
 */
export function fieldSquareRoot(root: usize, a: usize): bool {
  fieldCopy(BASE, a);
  power();
  fieldMultiply(root, T, BASE);
  fieldSquare(T, root);
  return fieldIsEqual(T, BASE);
}
