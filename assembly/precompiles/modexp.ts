/**
 * 0x05: base^exponent mod modulus (EIP-198). The output has the modulus' length.
 *
 *   base length | exponent length | modulus length (32 bytes each) | base | exponent | modulus,
 *   all big-endian, followed by as many zeros as are missing
 *
 * An even modulus is split into odd · 2^bits: the two residues are computed apart and joined by
 * the Chinese remainder theorem (Ç. K. Koç, Montgomery reduction with even modulus, 1994).
 */
import { exponentBits, exponentSet } from '../crypto/exponent';
import { inverseModuloPowerOfTwo } from '../crypto/modular-inverse';
import {
  DIVIDEND_ABOVE,
  DIVIDEND_BELOW,
  powerModuloLimbs,
  powerModuloOdd,
  tableBytes,
} from '../crypto/modular-power';
import {
  naturalAdd,
  naturalFromBytes,
  naturalMultiplyLow,
  naturalShiftRight,
  naturalSubtract,
  naturalToBytes,
  naturalTrailingZeros,
  naturalTruncate,
  reverseBytes,
  significantLimbs,
} from '../crypto/natural';
import { SMALL_MODULUS, SMALL_TABLES_BYTES, powerModuloSmall } from '../crypto/word-power';
import { FAILED } from './gas';
import { MODEXP_HEADER_SIZE, modexpLength } from './modexp-gas';

export { modexpGas } from './modexp-gas';

/**
 * Numbers of the modulus' size that the work memory holds besides tables of powers: modulus, odd
 * part, two residues, three temporaries (one with a spare limb), what is below the dividend.
 */
const WORK_NUMBERS: u64 = 8;
const WORK_SPARE_LIMBS: u64 = 1 + <u64>DIVIDEND_BELOW + <u64>DIVIDEND_ABOVE;

// Work memory of the running call, as drawn in `layOut`.
let modulus: usize = 0;
let oddPart: usize = 0;
let oddResidue: usize = 0;
let evenResidue: usize = 0;
let temp1: usize = 0;
let temp2: usize = 0;
let temp3: usize = 0;
let table: usize = 0;
let dividend: usize = 0;

/**
 * Bytes of work memory that `modexpRun` needs for an input whose price was paid, at most 2^39. 0
 * where it needs none.
 */
export function modexpWorkBytes(inPtr: usize, inLen: usize): i64 {
  const baseLength = modexpLength(inPtr, inLen, 0);
  const modulusLength = modexpLength(inPtr, inLen, 2);
  if (modulusLength == 0) return 0;
  const limbs = limbsOf(modulusLength);
  const numbers = WORK_NUMBERS * limbs + limbsOf(baseLength) + WORK_SPARE_LIMBS;
  return <i64>(numbers << 3) + <i64>tablesBytes(<usize>limbs);
}

/** Bytes of the output for an input whose price was paid: below 2^31. */
export function modexpOutputBytes(inPtr: usize, inLen: usize): u32 {
  return <u32>modexpLength(inPtr, inLen, 2);
}

/**
 * Computes into `outPtr`. The price must have been paid: it bounds the lengths of base and modulus.
 * FAILED only if `workBytes` is below `modexpWorkBytes`.
 */
export function modexpRun(
  inPtr: usize,
  inLen: usize,
  outPtr: usize,
  workPtr: usize,
  workBytes: usize,
): i32 {
  const modulusLength = modexpLength(inPtr, inLen, 2);
  if (modulusLength == 0) return 0;
  if (<i64>workBytes < modexpWorkBytes(inPtr, inLen)) return FAILED;
  const baseLength = modexpLength(inPtr, inLen, 0);
  const exponentLength = modexpLength(inPtr, inLen, 1);
  const outLen = <usize>modulusLength;
  const maxLimbs = <usize>limbsOf(modulusLength);
  layOut(workPtr, maxLimbs);

  // Base and modulus are below 2^31, so only an exponent beyond any input can make this wrap.
  const modulusStart = MODEXP_HEADER_SIZE + baseLength + exponentLength;
  const limbs: usize =
    modulusStart < <u64>inLen && exponentLength < <u64>inLen
      ? loadModulus(inPtr + <usize>modulusStart, inLen - <usize>modulusStart, outLen, maxLimbs)
      : 0;
  if (limbs == 0) {
    memory.fill(outPtr, 0, outLen);
    return <i32>outLen;
  }
  // A modulus that is not zero comes after the whole of the base and the exponent.
  const basePtr = inPtr + <usize>MODEXP_HEADER_SIZE;
  exponentSet(basePtr + <usize>baseLength, <usize>exponentLength);
  computeResidue(basePtr, <usize>baseLength, limbs);
  naturalToBytes(outPtr, outLen, oddResidue, limbs);
  return <i32>outLen;
}

/** Loads the modulus, with zeros for what is missing of it; returns its limbs, 0 for zero. */
function loadModulus(ptr: usize, present: usize, length: usize, limbs: usize): usize {
  const used = min(present, length);
  memory.fill(modulus, 0, limbs << 3);
  reverseBytes(modulus + length - used, ptr, used);
  return significantLimbs(modulus, limbs);
}

/** Of the larger of both tables: a modulus of many limbs may be a small number. */
function tablesBytes(limbs: usize): usize {
  return max(tableBytes(limbs), SMALL_TABLES_BYTES);
}

@inline
function limbsOf(bytes: u64): u64 {
  return (bytes + 7) >> 3;
}

/**
 *   modulus | odd part | odd residue | even residue | 3 temporaries | spare limb |
 *   tables of powers | dividend: zeros, base, spare limbs
 */
function layOut(workPtr: usize, limbs: usize): void {
  const size = limbs << 3;
  modulus = workPtr;
  oddPart = modulus + size;
  oddResidue = oddPart + size;
  evenResidue = oddResidue + size;
  temp1 = evenResidue + size;
  temp2 = temp1 + size;
  temp3 = temp2 + size;
  table = temp3 + size + 8;
  dividend = table + tablesBytes(limbs);
}

/** Leaves base^exponent mod modulus at `oddResidue`, in `limbs` limbs. */
function computeResidue(basePtr: usize, baseLength: usize, limbs: usize): void {
  memory.fill(oddResidue, 0, limbs << 3);
  if (limbs == 1 && load<u64>(modulus) == 1) return;
  if (exponentBits() == 0) {
    store<u64>(oddResidue, 1);
    return;
  }
  if (limbs == 1 && load<u64>(modulus) < SMALL_MODULUS) {
    const m = <u32>load<u64>(modulus);
    const base = bytesModulo(basePtr, baseLength, m);
    store<u64>(oddResidue, <u64>powerModuloSmall(base, m, table));
    return;
  }
  const bits = naturalTrailingZeros(modulus);
  naturalShiftRight(oddPart, modulus, limbs, bits);
  const oddLimbs = significantLimbs(oddPart, limbs);
  if (oddLimbs != 1 || load<u64>(oddPart) != 1) {
    computeOddResidue(basePtr, baseLength, oddLimbs);
  }
  if (bits != 0) {
    computeEvenResidue(basePtr, baseLength, (bits + 63) >> 6);
    joinResidues(limbs, bits);
  }
}

/** Leaves base^exponent mod odd part at `oddResidue`. */
function computeOddResidue(basePtr: usize, baseLength: usize, limbs: usize): void {
  const baseLimbs = <usize>limbsOf(<u64>baseLength);
  const base = dividend + ((limbs + DIVIDEND_BELOW) << 3);
  memory.fill(dividend, 0, (limbs + DIVIDEND_BELOW) << 3);
  naturalFromBytes(base, baseLimbs, basePtr, baseLength);
  powerModuloOdd(oddResidue, base, baseLimbs, oddPart, limbs, table, temp3);
}

/** Leaves base^exponent mod 2^(64·limbs) at `evenResidue`. */
function computeEvenResidue(basePtr: usize, baseLength: usize, limbs: usize): void {
  naturalFromBytes(table + (limbs << 3), limbs, basePtr, baseLength);
  powerModuloLimbs(evenResidue, limbs, table, temp3);
}

/**
 * residue = odd residue + odd · ((even residue - odd residue) / odd mod 2^bits), at `oddResidue`.
 */
function joinResidues(limbs: usize, bits: usize): void {
  const evenLimbs = (bits + 63) >> 6;
  const inverse = temp1;
  inverseModuloPowerOfTwo(inverse, oddPart, evenLimbs, temp2, temp3);
  naturalSubtract(temp2, evenResidue, oddResidue, evenLimbs);
  const factor = temp3;
  memory.fill(factor, 0, limbs << 3);
  naturalMultiplyLow(factor, temp2, inverse, evenLimbs);
  naturalTruncate(factor, evenLimbs, bits);
  naturalMultiplyLow(temp1, factor, oddPart, limbs);
  naturalAdd(oddResidue, oddResidue, temp1, limbs);
}

/** The number in `length` bytes modulo m < SMALL_MODULUS. */
function bytesModulo(ptr: usize, length: usize, m: u32): u32 {
  let rest: u32 = 0;
  for (let i: usize = 0; i < length; i++) rest = ((rest << 8) | <u32>load<u8>(ptr + i)) % m;
  return rest;
}
