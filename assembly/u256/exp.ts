/** EXP. What it costs in gas is the caller's: see u256ByteLength in bits.ts. */
import { SCRATCH, SCRATCH_U256_POWER } from '../memory/scratch';
import { u256BitLength } from './bits';
import { u256Mul } from './mul';
import { u256Copy, u256High, u256SetU64 } from './word';

/**
 * EXP, stack style: the base at `sp`, the exponent at `sp + 32`, which base^exponent mod 2^256
 * replaces. 0^0 = 1.
 */
export function u256Exp(sp: usize): void {
  const exponent = sp + 32;
  if (u256High(sp) == 0 && popcnt(load<u64>(sp)) == 1) {
    powerOfTwo(exponent, <u64>ctz(load<u64>(sp)));
    return;
  }
  const result = SCRATCH + SCRATCH_U256_POWER;
  const base = result + 32;
  u256SetU64(result, 1);
  u256Copy(base, sp);
  for (let i = u256BitLength(exponent) - 1; i >= 0; i--) {
    multiply(result, result);
    const limb = load<u64>(exponent + (<usize>(i >> 6) << 3));
    if (((limb >> (<u64>i & 63)) & 1) != 0) multiply(result, base);
  }
  u256Copy(exponent, result);
}

/** word = (2^log)^word, in place. */
function powerOfTwo(ptr: usize, log: u64): void {
  if (log == 0) {
    u256SetU64(ptr, 1);
    return;
  }
  const exponent = load<u64>(ptr);
  const tooLarge = u256High(ptr) != 0 || exponent > 255 || log * exponent > 255;
  u256SetU64(ptr, 0);
  if (tooLarge) return;
  const bit = log * exponent;
  store<u64>(ptr + ((<usize>bit >> 6) << 3), (<u64>1) << (bit & 63));
}

/** dst = dst × factor, out of line: the loop is long, the call is not what it costs. */
function multiply(dst: usize, factor: usize): void {
  u256Mul(dst, dst, factor);
}
