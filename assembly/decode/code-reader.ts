/**
 * The code being decoded, read byte by byte. What lies past the end reads as zero.
 *
 * Exports: setReader, codeSize, table, byteAt, bytesAt, immediate, limb, isBetween, isPush,
 * positionAfter, nextJumpDestination.
 */
import { OP_JUMPDEST, OP_PUSH1, OP_PUSH32 } from '../abi/opcodes';
import { instructionTable, sizeOf } from '../forks/instruction-table';

let code: usize = 0;
export let codeSize: u32 = 0;
/** The instruction table of the revision that it is decoded for. */
export let table: usize = 0;

export function setReader(source: usize, size: u32): void {
  code = source;
  codeSize = size;
  table = instructionTable();
}

@inline
export function byteAt(pc: u32): u32 {
  return pc < codeSize ? <u32>load<u8>(code + pc) : 0;
}

@inline
export function bytesAt(pc: u32): usize {
  return code + <usize>pc;
}

@inline
export function isBetween(opcode: u32, first: u32, last: u32): bool {
  return opcode - first <= last - first;
}

@inline
export function isPush(opcode: u32): bool {
  return isBetween(opcode, OP_PUSH1, OP_PUSH32);
}

/** Past the end at most by 32, so no overflow: code is shorter than the memory. */
@inline
export function positionAfter(pc: u32, opcode: u32): u32 {
  return pc + sizeOf(table, opcode);
}

/** The first JUMPDEST from `pc` on that is no push data, or the end. */
export function nextJumpDestination(pc: u32): u32 {
  while (pc < codeSize) {
    const opcode = <u32>load<u8>(code + pc);
    if (opcode == OP_JUMPDEST) return pc;
    pc = positionAfter(pc, opcode);
  }
  return codeSize;
}

/** The number in `length` bytes at `pc`; only the last 8 count. */
@inline
export function immediate(pc: u32, length: u32): u64 {
  if (length - 1 < 8 && pc + 8 <= codeSize) {
    return bswap<u64>(load<u64>(code + pc)) >> <u64>(64 - (length << 3));
  }
  return immediateNearEnd(pc, length);
}

function immediateNearEnd(pc: u32, length: u32): u64 {
  let value: u64 = 0;
  for (let i: u32 = 0; i < length; i++) value = (value << 8) | <u64>byteAt(pc + i);
  return value;
}

/** Limb `i`, 0 the lowest, of the number in the `length` bytes before `end`. */
export function limb(end: u32, length: u32, i: u32): u64 {
  const lower = i << 3;
  if (length <= lower) return 0;
  const bytes = min<u32>(length - lower, 8);
  return immediate(end - lower - bytes, bytes);
}
