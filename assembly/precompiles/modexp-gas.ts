/**
 * The price of MODEXP (EIP-198, EIP-2565, EIP-7883), with the limits of EIP-7823:
 *
 *   price = max(least, complexity(max(base, modulus)) · iterations(exponent) / divisor)
 */
import {
  GAS_MODEXP_LEAST, MAX_MODEXP_BYTES, MODEXP_BERLIN, MODEXP_BYZANTIUM, MODEXP_DIVISOR,
  MODEXP_FORMULA, MODEXP_TAIL_BYTE,
} from '../forks/rules';
import { mulHigh64 } from '../u256/mul';
import { OUT_OF_ANY_GAS } from './gas';

const WORD_SIZE: usize = 32;
/** Where the base begins, after the three lengths. */
export const MODEXP_HEADER_SIZE: u64 = 96;

/**
 * A base or modulus from here on costs 10^15 gas and more by every formula, and could not be given
 * memory.
 */
const MAX_LENGTH: u64 = 1 << 31;

/**
 * The length of operand `index` (0 base, 1 exponent, 2 modulus): a word of the header, zeros
 * where the input ends. 2^64-1 stands for all that is larger.
 */
export function modexpLength(inPtr: usize, inLen: usize, index: usize): u64 {
  const start = index * WORD_SIZE;
  let length: u64 = 0;
  for (let i = start; i < start + WORD_SIZE; i++) {
    if (length >> 56 != 0) return u64.MAX_VALUE;
    length = (length << 8) | (i < inLen ? <u64>load<u8>(inPtr + i) : 0);
  }
  return length;
}

export function modexpGas(inPtr: usize, inLen: usize): i64 {
  const baseLength = modexpLength(inPtr, inLen, 0);
  const exponentLength = modexpLength(inPtr, inLen, 1);
  const modulusLength = modexpLength(inPtr, inLen, 2);
  const length = max(baseLength, modulusLength);
  if (length >= MAX_LENGTH) return OUT_OF_ANY_GAS;
  if (max(length, exponentLength) > MAX_MODEXP_BYTES) return OUT_OF_ANY_GAS;
  const headBits = exponentHeadBits(inPtr, inLen, baseLength, exponentLength);
  return price(complexity(length), countIterations(exponentLength, headBits));
}

/** Significant bits of the exponent's first 32 bytes, or of all if it has fewer. */
function exponentHeadBits(inPtr: usize, inLen: usize, baseLength: u64, length: u64): u64 {
  const start = MODEXP_HEADER_SIZE + baseLength;
  const size = min<u64>(length, <u64>WORD_SIZE);
  for (let i: u64 = 0; i < size && start + i < <u64>inLen; i++) {
    const byte = <u32>load<u8>(inPtr + <usize>(start + i));
    if (byte != 0) return ((size - i) << 3) - <u64>(clz<u32>(byte) - 24);
  }
  return 0;
}

/**
 * The EIPs' adjusted exponent length or iteration count: about the bits of the exponent. 2^64-1
 * stands for any from 2^61.
 */
function countIterations(length: u64, headBits: u64): u64 {
  const head: u64 = headBits == 0 ? 0 : headBits - 1;
  if (length <= <u64>WORD_SIZE) return max<u64>(head, 1);
  const tailBytes = length - <u64>WORD_SIZE;
  if (tailBytes >> 58 != 0) return u64.MAX_VALUE;
  return max<u64>(tailBytes * MODEXP_TAIL_BYTE + head, 1);
}

function complexity(length: u64): u64 {
  switch (MODEXP_FORMULA) {
    case MODEXP_BYZANTIUM: return complexityByzantium(length);
    case MODEXP_BERLIN: return complexityBerlin(length);
    default: return complexityOsaka(length);
  }
}

function complexityByzantium(length: u64): u64 {
  const square = length * length;
  if (length <= 64) return square;
  if (length <= 1024) return (square >> 2) + 96 * length - 3072;
  return (square >> 4) + 480 * length - 199_680;
}

function complexityBerlin(length: u64): u64 {
  const limbs = (length + 7) >> 3;
  return limbs * limbs;
}

function complexityOsaka(length: u64): u64 {
  return length <= <u64>WORD_SIZE ? 16 : 2 * complexityBerlin(length);
}

function price(complexity: u64, iterations: u64): i64 {
  if (mulHigh64(complexity, iterations) != 0) return OUT_OF_ANY_GAS;
  if (iterations == u64.MAX_VALUE && complexity != 0) return OUT_OF_ANY_GAS;
  const gas = max((complexity * iterations) / MODEXP_DIVISOR, GAS_MODEXP_LEAST);
  return gas > <u64>i64.MAX_VALUE ? OUT_OF_ANY_GAS : <i64>gas;
}
