/**
 * The alphabet of the decoded stream: what a record may ask the interpreter to do.
 *
 * Most handlers are opcodes and have their numbers. From 256 on follow the parts of a stream that
 * are no instruction, and superinstructions: sequences so frequent in compiled contracts that one
 * record does the work of all (together 15 % of the time of the evm-benchmarks). Which sequences
 * are fused is decided here and nowhere else; the decoder finds them, the interpreter runs them.
 */
import {
  OP_ADD, OP_AND, OP_DIV, OP_EQ, OP_GT, OP_LT, OP_MLOAD, OP_MSTORE, OP_MUL, OP_OR, OP_POP,
  OP_SGT, OP_SHL, OP_SHR, OP_SLT, OP_SUB, OP_SWAP1, OP_XOR,
} from '../abi/opcodes';

// Parts of a stream.
/** Entry of a basic block: u32 gas, u32 bytes of stack it needs, u32 bytes it grows the stack. */
export const H_BEGIN = 0x100;
/** An opcode that the revision does not have. */
export const H_UNDEFINED = 0x101;
/** Where immediate jumps to anything but a JUMPDEST lead. */
export const H_BAD_JUMP = 0x102;
/** Immediate of at most 8 significant bytes, in the record. */
export const H_PUSH = 0x103;
/** Immediate word of 32 bytes, after the record. */
export const H_PUSH_WIDE = 0x104;

// Jumps to an immediate target, which the record holds as a pointer to the target's record.
export const H_PUSH_JUMP = 0x105;
export const H_PUSH_JUMPI = 0x106;
export const H_ISZERO_PUSH_JUMPI = 0x107;
export const H_LT_PUSH_JUMPI = 0x108;
export const H_GT_PUSH_JUMPI = 0x109;
export const H_SLT_PUSH_JUMPI = 0x10a;
export const H_SGT_PUSH_JUMPI = 0x10b;
export const H_EQ_PUSH_JUMPI = 0x10c;
export const H_LT_ISZERO_PUSH_JUMPI = 0x10d;
export const H_GT_ISZERO_PUSH_JUMPI = 0x10e;
export const H_SLT_ISZERO_PUSH_JUMPI = 0x10f;
export const H_SGT_ISZERO_PUSH_JUMPI = 0x110;
export const H_EQ_ISZERO_PUSH_JUMPI = 0x111;
/** DUP1 PUSH1…4 EQ PUSH JUMPI: one case of a contract's dispatch on the function selector. */
export const H_SELECTOR_JUMPI = 0x112;
export const H_SWAP1_JUMP = 0x113;

// PUSH of at most 8 significant bytes, and what uses it.
export const H_PUSH_ADD = 0x114;
export const H_PUSH_MUL = 0x115;
export const H_PUSH_LT = 0x116;
export const H_PUSH_GT = 0x117;
export const H_PUSH_EQ = 0x118;
export const H_PUSH_AND = 0x119;
export const H_PUSH_SHL = 0x11a;
export const H_PUSH_SHR = 0x11b;
export const H_PUSH_MLOAD = 0x11c;
export const H_PUSH_MSTORE = 0x11d;
export const H_PUSH_SWAP1_SUB = 0x11e;
export const H_PUSH_SWAP1_DIV = 0x11f;
/** The record also holds the distance in bytes from the pushed word to the word to copy. */
export const H_PUSH_DUP = 0x120;
export const H_PUSH_WIDE_AND = 0x121;

// Stack shuffles. The four of a kind are in the order of their DUP or SWAP.
export const H_POP_POP = 0x122;
export const H_SWAP1_POP = 0x123;
export const H_SWAP2_POP = 0x124;
export const H_SWAP3_POP = 0x125;
export const H_SWAP4_POP = 0x126;
export const H_SWAP1_SUB = 0x127;
export const H_DUP1_ADD = 0x128;
export const H_DUP2_ADD = 0x129;
export const H_DUP3_ADD = 0x12a;
export const H_DUP4_ADD = 0x12b;
export const H_DUP1_MLOAD = 0x12c;
export const H_DUP2_MLOAD = 0x12d;
export const H_DUP3_MLOAD = 0x12e;
export const H_DUP4_MLOAD = 0x12f;
export const H_DUP1_MSTORE = 0x130;
export const H_DUP2_MSTORE = 0x131;
export const H_DUP3_MSTORE = 0x132;
export const H_DUP4_MSTORE = 0x133;

/** In traced streams, before each instruction: u32 position in the code, u64 opcode. */
export const H_TRACE = 0x134;

/** Instead of a block that has not been decoded: the JUMPDEST's position, and a jump to it. */
export const H_LATE = 0x135;

/** No superinstruction: STOP is never part of one. */
export const NO_FUSION: u32 = 0;

/** PUSH `value` (8 significant bytes at most), then `opcode`. */
export function fusePush(value: u64, opcode: u32): u32 {
  switch (opcode) {
    case OP_ADD: return H_PUSH_ADD;
    case OP_MUL: return H_PUSH_MUL;
    case OP_LT: return H_PUSH_LT;
    case OP_GT: return H_PUSH_GT;
    case OP_EQ: return H_PUSH_EQ;
    case OP_AND: return H_PUSH_AND;
    case OP_SHL: return value < 256 ? H_PUSH_SHL : NO_FUSION;
    case OP_SHR: return value < 256 ? H_PUSH_SHR : NO_FUSION;
    case OP_MLOAD: return H_PUSH_MLOAD;
    case OP_MSTORE: return H_PUSH_MSTORE;
    default: return NO_FUSION;
  }
}

/** PUSH of at most 8 significant bytes, SWAP1, then `opcode`. */
export function fusePushSwap1(opcode: u32): u32 {
  switch (opcode) {
    case OP_SUB: return H_PUSH_SWAP1_SUB;
    case OP_DIV: return H_PUSH_SWAP1_DIV;
    default: return NO_FUSION;
  }
}

/** DUP`n` (n = 1…4), then `opcode`. */
export function fuseDup(n: u32, opcode: u32): u32 {
  switch (opcode) {
    case OP_ADD: return H_DUP1_ADD + n - 1;
    case OP_MLOAD: return H_DUP1_MLOAD + n - 1;
    case OP_MSTORE: return H_DUP1_MSTORE + n - 1;
    default: return NO_FUSION;
  }
}

/** `first` and the `second` after it, where that is all there is to know. */
export function fusePair(first: u32, second: u32): u32 {
  if (first == OP_POP) return second == OP_POP ? H_POP_POP : NO_FUSION;
  const n = first - <u32>OP_SWAP1 + 1;
  if (second == OP_POP && n - 1 < 4) {
    return H_SWAP1_POP + n - 1;
  }
  return first == OP_SWAP1 ? exchanged(second) : NO_FUSION;
}

/** What does to (a, b) as `opcode` does to (b, a). */
function exchanged(opcode: u32): u32 {
  switch (opcode) {
    case OP_ADD:
    case OP_MUL:
    case OP_AND:
    case OP_OR:
    case OP_XOR:
    case OP_EQ: return opcode;
    case OP_LT: return OP_GT;
    case OP_GT: return OP_LT;
    case OP_SLT: return OP_SGT;
    case OP_SGT: return OP_SLT;
    case OP_SUB: return H_SWAP1_SUB;
    default: return NO_FUSION;
  }
}

/** `comparison` (LT … EQ), ISZERO if `negated`, PUSH of an immediate, JUMPI. */
export function fuseComparison(comparison: u32, negated: bool): u32 {
  switch (comparison) {
    case OP_LT: return negated ? H_LT_ISZERO_PUSH_JUMPI : H_LT_PUSH_JUMPI;
    case OP_GT: return negated ? H_GT_ISZERO_PUSH_JUMPI : H_GT_PUSH_JUMPI;
    case OP_SLT: return negated ? H_SLT_ISZERO_PUSH_JUMPI : H_SLT_PUSH_JUMPI;
    case OP_SGT: return negated ? H_SGT_ISZERO_PUSH_JUMPI : H_SGT_PUSH_JUMPI;
    default: return negated ? H_EQ_ISZERO_PUSH_JUMPI : H_EQ_PUSH_JUMPI;
  }
}
