/**
 * Whether a JUMPDEST is one, or lies in the data of a PUSH (YP 9.4.3), without reading the code
 * from its beginning: that takes 1.5 ns a byte, more than decoding what most transactions run.
 *
 * Where none of the 32 bytes before a position could be a PUSH whose data reaches it, an
 * instruction begins, whatever came before. Such a position is near almost anywhere in real code;
 * in code that was made to have none, all destinations are found once.
 *
 * Exports: isDestination, NO, UNKNOWN, destinationBytes, findDestinations.
 */
import { OP_JUMPDEST } from '../abi/opcodes';
import { byteAt, bytesAt, codeSize, nextJumpDestination, positionAfter } from './code-reader';

/** How far back a beginning is looked for; one step takes 2 ns. */
const MOST_STEPS: u32 = 64;
const NOT_FOUND: u32 = u32.MAX_VALUE;

export const NO: i32 = 0;
const YES: i32 = 1;
/** The bits of all are needed. */
export const UNKNOWN: i32 = -1;

/** Whether there is a JUMPDEST at `position` of code-reader.ts's code. `bits` of all are not 0 once
 * they have been found. */
export function isDestination(bits: usize, position: u32): i32 {
  if (byteAt(position) != OP_JUMPDEST) return NO;
  if (bits != 0) return i32(load<u8>(bits + <usize>(position >> 3)) >> (position & 7)) & YES;
  let pc = beginningBefore(position);
  if (pc == NOT_FOUND) return UNKNOWN;
  while (pc < position) pc = positionAfter(pc, byteAt(pc));
  return pc == position ? YES : NO;
}

/** A position not after `position` at which an instruction begins. */
function beginningBefore(position: u32): u32 {
  const last = position > MOST_STEPS ? position - MOST_STEPS : 0;
  for (let pc = position; pc > last; pc--) {
    if (!mayBeData(pc)) return pc;
  }
  return last == 0 ? 0 : NOT_FOUND;
}

/**
 * Whether one of the 32 bytes before could be a PUSH that reaches `pc`: the one k bytes before it
 * does so from PUSHk (0x5f + k) to PUSH32 (0x7f). What lies before the code says "could" at worst.
 */
function mayBeData(pc: u32): bool {
  const before = bytesAt(pc);
  // In lane i of the first half k = 32 - i, of the second k = 16 - i.
  const far = v128.sub<u8>(
    v128.load(before - 32),
    i8x16(0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x7a, 0x79, 0x78, 0x77, 0x76, 0x75, 0x74, 0x73, 0x72, 0x71,
      0x70),
  );
  const near = v128.sub<u8>(
    v128.load(before - 16),
    i8x16(0x6f, 0x6e, 0x6d, 0x6c, 0x6b, 0x6a, 0x69, 0x68, 0x67, 0x66, 0x65, 0x64, 0x63, 0x62, 0x61,
      0x60),
  );
  const reaching = v128.or(
    v128.le<u8>(far, i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)),
    v128.le<u8>(near, i8x16(16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)),
  );
  return v128.any_true(reaching);
}

/** Bytes of a bit for each of the code's. */
export function destinationBytes(): u32 {
  return (codeSize >> 3) + 1;
}

/** Sets the bits of all, which are zero. */
export function findDestinations(bits: usize): void {
  let pc = nextJumpDestination(0);
  while (pc < codeSize) {
    const byte = bits + <usize>(pc >> 3);
    store<u8>(byte, load<u8>(byte) | <u8>((<u32>1) << (pc & 7)));
    pc = nextJumpDestination(pc + 1);
  }
}
