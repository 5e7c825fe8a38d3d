/**
 * ADDMOD and MULMOD: the result replaces the modulus. ADDMOD is stack style, with the operands at
 * `sp` and `sp + 32`, the modulus at `sp + 64`. Intermediates are not reduced modulo 2^256; modulus
 * 0 gives 0.
 */
import {
  SCRATCH,
  SCRATCH_U256_FOLD,
  SCRATCH_U256_MODULUS,
  SCRATCH_U256_QUOTIENT,
  SCRATCH_U256_REMAINDER,
  SCRATCH_U256_WIDE,
} from '../memory/scratch';
import { u256Add, u256Sub, u256SubSmall } from './add';
import { u256And } from './bits';
import { u256DivSmall } from './div';
import { buildFoldTable, isFoldable, multiplyFolding, multiplySmallFolding } from './fold';
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
  if (isPowerOfTwo(modulus)) {
    // Words of 64 bits, most often. The carry is a multiple of the modulus.
    maskBelow(modulus, sum);
    return;
  }
  store<u64>(sum, carry, 32);
  divideDigits(sum, 9, modulus);
  u256Copy(modulus, SCRATCH + SCRATCH_U256_REMAINDER);
}

@inline
function isPowerOfTwo(word: usize): bool {
  const bits = popcnt(load<u64>(word)) + popcnt(load<u64>(word, 8)) +
    popcnt(load<u64>(word, 16)) + popcnt(load<u64>(word, 24));
  return bits == 1;
}

/** power = word & (power - 1). */
@inline
function maskBelow(power: usize, word: usize): void {
  u256SubSmall(power, 1);
  u256And(power, power, word);
}

/** modulus = a × b mod modulus: MULMOD. */
export function u256MulMod(a: usize, b: usize, modulus: usize): void {
  if (hasTable(modulus)) {
    const table = SCRATCH + SCRATCH_U256_FOLD;
    if (u256High(b) == 0) multiplySmallFolding(modulus, a, load<u64>(b), table);
    else if (u256High(a) == 0) multiplySmallFolding(modulus, b, load<u64>(a), table);
    else multiplyFolding(modulus, a, b, table);
    return;
  }
  const m = load<u64>(modulus);
  const product = SCRATCH + SCRATCH_U256_WIDE;
  if ((u256High(a) | u256High(b) | u256High(modulus)) == 0) {
    if (m == 0) return;
    const x = load<u64>(a);
    const y = load<u64>(b);
    u256Set(product, x * y, mulHigh64(x, y), 0, 0);
    u256SetU64(modulus, u256DivSmall(SCRATCH + SCRATCH_U256_QUOTIENT, product, m));
    return;
  }
  if (u256IsZero(modulus)) return;
  if (isFoldable(modulus)) countUse(modulus);
  u256MulWide(product, a, b);
  divideDigits(product, 16, modulus);
  u256Copy(modulus, SCRATCH + SCRATCH_U256_REMAINDER);
}

/** MULMODs in a row with one modulus after which a table pays: it costs ten divisions. */
const USES_BEFORE_TABLE: u32 = 4;

/**
 * Whether SCRATCH_U256_FOLD holds the table of the modulus. Contracts that multiply modulo a large
 * number do so many times with the same; code that changes it each time must not pay for tables.
 */
@inline
function hasTable(modulus: usize): bool {
  const cache = SCRATCH + SCRATCH_U256_MODULUS;
  return u256Eq(cache, modulus) && load<u32>(cache, 32) == USES_BEFORE_TABLE;
}

/** A use without the table, which the last of them makes. */
function countUse(modulus: usize): void {
  const cache = SCRATCH + SCRATCH_U256_MODULUS;
  if (!u256Eq(cache, modulus)) {
    u256Copy(cache, modulus);
    store<u32>(cache, 0, 32);
  }
  const uses = load<u32>(cache, 32) + 1;
  store<u32>(cache, uses, 32);
  if (uses == USES_BEFORE_TABLE) buildFoldTable(SCRATCH + SCRATCH_U256_FOLD, modulus);
}
