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
import { largePowerBegin, largePowerGoOn } from '../crypto/large-power';
import { inverseModuloPowerOfTwo } from '../crypto/modular-inverse';
import {
  DIVIDEND_ABOVE, DIVIDEND_BELOW, powerGoOn, powerModuloLimbsBegin, powerModuloOddBegin,
  powerModuloOddEnd, tableBytes,
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
import {
  SMALL_MODULUS, SMALL_TABLES_BYTES, powerModuloSmallBegin, powerModuloSmallGoOn,
} from '../crypto/word-power';
import { MORE } from '../memory/slice';
import { FAILED } from './gas';
import { MODEXP_HEADER_SIZE, modexpLength } from './modexp-gas';

export { modexpGas } from './modexp-gas';

/**
 * Numbers of the modulus' size that the work memory holds besides tables of powers: modulus, odd
 * part, two residues, three temporaries (one with a spare limb), what is below the dividend.
 */
const WORK_NUMBERS: u64 = 8;
const WORK_SPARE_LIMBS: u64 = 1 + <u64>DIVIDEND_BELOW + <u64>DIVIDEND_ABOVE;

/** Of the limbs of two factors: a larger one takes 3 ms and more. */
const LARGE_PRODUCT: u64 = 1 << 18;

const PHASE_SMALL: u32 = 0;
const PHASE_LARGE: u32 = 1;
const PHASE_ODD: u32 = 2;
const PHASE_EVEN: u32 = 3;
const PHASE_DONE: u32 = 4;

// The running call.
let phase: u32 = 0;
let outPtr: usize = 0;
let outLen: usize = 0;
let basePtr: usize = 0;
let baseLength: usize = 0;
/** Of the modulus; its trailing zeros. */
let limbs: usize = 0;
let evenBits: usize = 0;

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
export function modexpOutputBytes(inPtr: usize, inLen: usize): i64 {
  return <i64>modexpLength(inPtr, inLen, 2);
}

/**
 * Computes into `out`. The price must have been paid: it bounds the lengths of base and modulus.
 * FAILED only if `workBytes` is below `modexpWorkBytes`.
 */
export function modexpRun(
  inPtr: usize,
  inLen: usize,
  out: usize,
  workPtr: usize,
  workBytes: usize,
): i32 {
  const modulusLength = modexpLength(inPtr, inLen, 2);
  if (modulusLength == 0) return 0;
  if (<i64>workBytes < modexpWorkBytes(inPtr, inLen)) return FAILED;
  const lengthOfBase = modexpLength(inPtr, inLen, 0);
  const exponentLength = modexpLength(inPtr, inLen, 1);
  outPtr = out;
  outLen = <usize>modulusLength;
  const maxLimbs = <usize>limbsOf(modulusLength);
  layOut(workPtr, maxLimbs);

  // Base and modulus are below 2^31, so only an exponent beyond any input can make this wrap.
  const modulusStart = MODEXP_HEADER_SIZE + lengthOfBase + exponentLength;
  limbs =
    modulusStart < <u64>inLen && exponentLength < <u64>inLen
      ? loadModulus(inPtr + <usize>modulusStart, inLen - <usize>modulusStart, outLen, maxLimbs)
      : 0;
  if (limbs == 0) {
    memory.fill(outPtr, 0, outLen);
    return <i32>outLen;
  }
  // A modulus that is not zero comes after the whole of the base and the exponent.
  basePtr = inPtr + <usize>MODEXP_HEADER_SIZE;
  baseLength = <usize>lengthOfBase;
  exponentSet(basePtr + baseLength, <usize>exponentLength);
  begin();
  return modexpGoOn();
}

export function modexpGoOn(): i32 {
  if (!goOn()) return MORE;
  naturalToBytes(outPtr, outLen, oddResidue, limbs);
  return <i32>outLen;
}

/** Loads the modulus, with zeros for what is missing of it; returns its limbs, 0 for zero. */
function loadModulus(ptr: usize, present: usize, length: usize, maxLimbs: usize): usize {
  const used = min(present, length);
  memory.fill(modulus, 0, maxLimbs << 3);
  reverseBytes(modulus + length - used, ptr, used);
  return significantLimbs(modulus, maxLimbs);
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
function layOut(workPtr: usize, maxLimbs: usize): void {
  const size = maxLimbs << 3;
  modulus = workPtr;
  oddPart = modulus + size;
  oddResidue = oddPart + size;
  evenResidue = oddResidue + size;
  temp1 = evenResidue + size;
  temp2 = temp1 + size;
  temp3 = temp2 + size;
  table = temp3 + size + 8;
  dividend = table + tablesBytes(maxLimbs);
}

/** Begins base^exponent mod modulus, to be left at `oddResidue`, in `limbs` limbs. */
function begin(): void {
  memory.fill(oddResidue, 0, limbs << 3);
  phase = PHASE_DONE;
  if (limbs == 1 && load<u64>(modulus) == 1) return;
  if (exponentBits() == 0) {
    store<u64>(oddResidue, 1);
    return;
  }
  if (limbs == 1 && load<u64>(modulus) < SMALL_MODULUS) {
    const m = <u32>load<u64>(modulus);
    powerModuloSmallBegin(bytesModulo(basePtr, baseLength, m), m, table);
    phase = PHASE_SMALL;
    return;
  }
  const baseLimbs = <usize>limbsOf(<u64>baseLength);
  if (limbs > 1 && <u64>limbs * <u64>max(limbs, baseLimbs) > LARGE_PRODUCT) {
    largePowerBegin(
      oddResidue, modulus, limbs, basePtr, baseLength, evenResidue, oddPart, temp1,
    );
    phase = PHASE_LARGE;
    return;
  }
  evenBits = naturalTrailingZeros(modulus);
  naturalShiftRight(oddPart, modulus, limbs, evenBits);
  const oddLimbs = significantLimbs(oddPart, limbs);
  if (oddLimbs != 1 || load<u64>(oddPart) != 1) {
    beginOddResidue(baseLimbs, oddLimbs);
    phase = PHASE_ODD;
  } else if (evenBits != 0) {
    beginEvenResidue((evenBits + 63) >> 6);
  }
}

/** Goes on; returns whether the residue is there. If not, the slice is spent. */
function goOn(): bool {
  if (phase == PHASE_SMALL) {
    const residue = powerModuloSmallGoOn();
    if (residue == MORE) return false;
    store<u64>(oddResidue, <u64>residue);
  } else if (phase == PHASE_LARGE) {
    return largePowerGoOn();
  }
  if (phase == PHASE_ODD) {
    if (!powerGoOn()) return false;
    powerModuloOddEnd();
    phase = PHASE_DONE;
    if (evenBits != 0) beginEvenResidue((evenBits + 63) >> 6);
  }
  if (phase == PHASE_EVEN) {
    if (!powerGoOn()) return false;
    joinResidues();
  }
  return true;
}

/** base^exponent mod odd part, at `oddResidue`. */
function beginOddResidue(baseLimbs: usize, oddLimbs: usize): void {
  const below = (oddLimbs + DIVIDEND_BELOW) << 3;
  memory.fill(dividend, 0, below);
  naturalFromBytes(dividend + below, baseLimbs, basePtr, baseLength);
  powerModuloOddBegin(oddResidue, dividend + below, baseLimbs, oddPart, oddLimbs, table, temp3);
}

/** base^exponent mod 2^(64·evenLimbs), at `evenResidue`. */
function beginEvenResidue(evenLimbs: usize): void {
  naturalFromBytes(table + (evenLimbs << 3), evenLimbs, basePtr, baseLength);
  powerModuloLimbsBegin(evenResidue, evenLimbs, table, temp3);
  phase = PHASE_EVEN;
}

/**
 * residue = odd residue + odd · ((even residue - odd residue) / odd mod 2^bits), at `oddResidue`.
 */
function joinResidues(): void {
  const evenLimbs = (evenBits + 63) >> 6;
  const inverse = temp1;
  inverseModuloPowerOfTwo(inverse, oddPart, evenLimbs, temp2, temp3);
  naturalSubtract(temp2, evenResidue, oddResidue, evenLimbs);
  const factor = temp3;
  memory.fill(factor, 0, limbs << 3);
  naturalMultiplyLow(factor, temp2, inverse, evenLimbs);
  naturalTruncate(factor, evenLimbs, evenBits);
  naturalMultiplyLow(temp1, factor, oddPart, limbs);
  naturalAdd(oddResidue, oddResidue, temp1, limbs);
}

/** The number in `length` bytes modulo m < SMALL_MODULUS. */
function bytesModulo(ptr: usize, length: usize, m: u32): u32 {
  let rest: u32 = 0;
  for (let i: usize = 0; i < length; i++) rest = ((rest << 8) | <u32>load<u8>(ptr + i)) % m;
  return rest;
}
