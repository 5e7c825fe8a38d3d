/**
 * Which sequences of instructions become one record. `fuse` sees the record written last and the
 * opcode that comes next, `join` the last two records: longer sequences grow step by step.
 *
 * Exports: NO_FUSION, fuse, isSecond, join, isInPlace, swapsOf, onTop, fuseStore,
 * fuseJump, fuseImmediate, fuseComparison.
 */
// prettier-ignore
import {
  OP_ADD, OP_AND, OP_DIV, OP_DUP1, OP_DUP16, OP_EQ, OP_GT, OP_LT, OP_MLOAD, OP_MSTORE, OP_MUL,
  OP_MULMOD, OP_OR, OP_POP, OP_SGT, OP_SHL, OP_SHR, OP_SLT, OP_SUB, OP_SWAP1, OP_SWAP2, OP_SWAP3,
  OP_SWAP4, OP_SWAP5, OP_SWAP6, OP_XOR,
} from '../abi/opcodes';
import { isBetween } from './code-reader';
// prettier-ignore
import {
  H_ADD_MLOAD, H_ADD_SWAP_POP, H_AND_OR, H_DUP_ADD, H_DUP_AND, H_DUP_MLOAD, H_DUP_MSTORE, H_DUP_MUL,
  H_DUP_MULMOD, H_DUP_OR, H_DUP_PUSH_MSTORE, H_DUP_SHL, H_DUP_SHR, H_DUP_SHR_AND, H_DUP_SUB,
  H_DUP_XOR, H_EQ_ISZERO_PUSH_JUMPI, H_EQ_PUSH_JUMPI, H_GT_ISZERO_PUSH_JUMPI, H_GT_PUSH_JUMPI,
  H_LT_ISZERO_PUSH_JUMPI, H_LT_PUSH_JUMPI, H_OR_SWAP_POP, H_POP_3, H_POP_4, H_POP_POP, H_PUSH,
  H_PUSH_ADD, H_PUSH_ADD_MLOAD, H_PUSH_AND, H_PUSH_DUP, H_PUSH_DUP_ADD, H_PUSH_DUP_AND,
  H_PUSH_DUP_EQ_ISZERO_PUSH_JUMPI, H_PUSH_DUP_EQ_PUSH_JUMPI, H_PUSH_DUP_GT_ISZERO_PUSH_JUMPI,
  H_PUSH_DUP_GT_PUSH_JUMPI, H_PUSH_DUP_LT_ISZERO_PUSH_JUMPI, H_PUSH_DUP_LT_PUSH_JUMPI,
  H_PUSH_DUP_MSTORE, H_PUSH_EQ, H_PUSH_GT, H_PUSH_LT, H_PUSH_MLOAD, H_PUSH_MSTORE, H_PUSH_MUL,
  H_PUSH_MUL_ADD, H_PUSH_SHL, H_PUSH_SHR, H_PUSH_SWAP1, H_PUSH_SWAP1_DIV, H_PUSH_SWAP1_SUB,
  H_PUSH_WIDE, H_PUSH_WIDE_AND, H_SGT_ISZERO_PUSH_JUMPI, H_SGT_PUSH_JUMPI, H_SLT_ISZERO_PUSH_JUMPI,
  H_SLT_PUSH_JUMPI, H_SUB_SWAP_POP, H_SWAP1_POP, H_SWAP1_SUB, H_SWAP2_POP, H_SWAP3_POP, H_SWAP4_POP,
  H_SWAP5_POP, H_SWAP6_POP, H_XOR_SWAP_POP,
} from './handlers';
import { packOperands } from './operands';

/** No superinstruction: STOP is never part of one. */
export const NO_FUSION: u32 = 0;

/**
 * The handler that does what `first` and then the opcode `second` do, with the argument and the
 * immediate of `first`, which are `argument` and `value`.
 */
@inline
export function fuse(first: u32, argument: u32, value: u64, second: u32): u32 {
  if (first == H_PUSH) return fusePush(value, second);
  if (isBetween(first, OP_DUP1, OP_DUP16)) return fuseDup(second);
  switch (first) {
    case H_PUSH_DUP: return argument != 0 ? fusePushDup(second) : NO_FUSION;
    case H_PUSH_SWAP1: return fusePushSwap1(second);
    case H_PUSH_WIDE: return second == OP_AND ? H_PUSH_WIDE_AND : NO_FUSION;
    case H_PUSH_ADD: return second == OP_MLOAD ? H_PUSH_ADD_MLOAD : NO_FUSION;
    case H_PUSH_MUL: return second == OP_ADD ? H_PUSH_MUL_ADD : NO_FUSION;
    case H_DUP_SHR: return second == OP_AND ? H_DUP_SHR_AND : NO_FUSION;
    case OP_ADD: return second == OP_MLOAD ? H_ADD_MLOAD : NO_FUSION;
    case OP_AND: return second == OP_OR ? H_AND_OR : NO_FUSION;
    case OP_SWAP1: return second == OP_POP ? H_SWAP1_POP : exchanged(second);
    case OP_SWAP2: return second == OP_POP ? H_SWAP2_POP : NO_FUSION;
    case OP_SWAP3: return second == OP_POP ? H_SWAP3_POP : NO_FUSION;
    case OP_SWAP4: return second == OP_POP ? H_SWAP4_POP : NO_FUSION;
    case OP_SWAP5: return second == OP_POP ? H_SWAP5_POP : NO_FUSION;
    case OP_SWAP6: return second == OP_POP ? H_SWAP6_POP : NO_FUSION;
    case OP_POP: return second == OP_POP ? H_POP_POP : NO_FUSION;
    case H_POP_POP: return second == OP_POP ? H_POP_3 : NO_FUSION;
    case H_POP_3: return second == OP_POP ? H_POP_4 : NO_FUSION;
    default: return NO_FUSION;
  }
}

/** Whether a superinstruction can be the second part of another one. */
@inline
export function isSecond(handler: u32): bool {
  return isBetween(handler, H_PUSH_SHL, H_PUSH_SHR) || handler == H_PUSH_ADD ||
    handler == H_PUSH_AND || handler == H_PUSH_MSTORE || handler == H_DUP_SHR_AND ||
    swapsOf(handler) != 0;
}

/** One record of two, with the argument of `first` and the immediate of `second`. */
export function join(first: u32, second: u32): u32 {
  if (!isBetween(first, OP_DUP1, OP_DUP16)) return NO_FUSION;
  switch (second) {
    case H_PUSH_SHL: return H_DUP_SHL;
    case H_PUSH_SHR: return H_DUP_SHR;
    case H_PUSH_MSTORE: return H_DUP_PUSH_MSTORE;
    default: return NO_FUSION;
  }
}

/** PUSH `value` (8 significant bytes at most), then `second`. */
function fusePush(value: u64, second: u32): u32 {
  switch (second) {
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
    case OP_SWAP1: return H_PUSH_SWAP1;
    default: return NO_FUSION;
  }
}

/** PUSH of at most 8 significant bytes, SWAP1, then `second`. */
function fusePushSwap1(second: u32): u32 {
  switch (second) {
    case OP_SUB: return H_PUSH_SWAP1_SUB;
    case OP_DIV: return H_PUSH_SWAP1_DIV;
    case OP_ADD: return H_PUSH_ADD;
    case OP_MUL: return H_PUSH_MUL;
    case OP_AND: return H_PUSH_AND;
    case OP_EQ: return H_PUSH_EQ;
    case OP_LT: return H_PUSH_GT;
    case OP_GT: return H_PUSH_LT;
    default: return NO_FUSION;
  }
}

/** PUSH of at most 8 significant bytes, DUP2…16, then `second`. */
function fusePushDup(second: u32): u32 {
  switch (second) {
    case OP_ADD: return H_PUSH_DUP_ADD;
    case OP_AND: return H_PUSH_DUP_AND;
    case OP_MSTORE: return H_PUSH_DUP_MSTORE;
    default: return NO_FUSION;
  }
}

/** DUPn, then `second`. */
function fuseDup(second: u32): u32 {
  switch (second) {
    case OP_ADD: return H_DUP_ADD;
    case OP_SUB: return H_DUP_SUB;
    case OP_MUL: return H_DUP_MUL;
    case OP_AND: return H_DUP_AND;
    case OP_OR: return H_DUP_OR;
    case OP_XOR: return H_DUP_XOR;
    case OP_MULMOD: return H_DUP_MULMOD;
    case OP_MLOAD: return H_DUP_MLOAD;
    case OP_MSTORE: return H_DUP_MSTORE;
    default: return NO_FUSION;
  }
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

/** The n of SWAPn POP, else 0. */
@inline
export function swapsOf(handler: u32): u32 {
  if (isBetween(handler, H_SWAP1_POP, H_SWAP4_POP)) return handler - H_SWAP1_POP + 1;
  return isBetween(handler, H_SWAP5_POP, H_SWAP6_POP) ? handler - H_SWAP5_POP + 5 : 0;
}

/**
 * Where a JUMP after `first` finds its target, and what both pop (operands.ts); 0 if they do not
 * become one.
 */
export function fuseJump(first: u32): u32 {
  switch (first) {
    case OP_POP: return packOperands(32, 0, 64);
    case H_POP_POP: return packOperands(64, 0, 96);
    case H_POP_3: return packOperands(96, 0, 128);
    case H_POP_4: return packOperands(128, 0, 160);
    case H_SWAP1_POP: return packOperands(0, 0, 64);
    default: return 0;
  }
}

/** `first`, then SWAPn POP of what it leaves. */
export function fuseStore(first: u32): u32 {
  switch (first) {
    case OP_ADD: return H_ADD_SWAP_POP;
    case OP_SUB: return H_SUB_SWAP_POP;
    case OP_OR: return H_OR_SWAP_POP;
    case OP_XOR: return H_XOR_SWAP_POP;
    default: return NO_FUSION;
  }
}

/** Whether the record changes the top alone, in place, given what lies below it. */
@inline
export function isInPlace(handler: u32): bool {
  return isBetween(handler, H_PUSH_ADD, H_PUSH_SHR) || isBetween(handler, H_DUP_ADD, H_DUP_XOR);
}

/** What does to the top what `first`, with `argument`, does to a copy of it that it pushes. */
export function onTop(first: u32, argument: u32): u32 {
  switch (first) {
    case H_PUSH_DUP_ADD: return argument == 32 ? H_PUSH_ADD : NO_FUSION;
    case H_PUSH_DUP_AND: return argument == 32 ? H_PUSH_AND : NO_FUSION;
    case H_DUP_SHL: return argument == 0 ? H_PUSH_SHL : NO_FUSION;
    case H_DUP_SHR: return argument == 0 ? H_PUSH_SHR : NO_FUSION;
    default: return NO_FUSION;
  }
}

/** The jump on a word and an immediate that are compared as two words by `handler`. */
export function fuseImmediate(handler: u32): u32 {
  switch (handler) {
    case H_LT_PUSH_JUMPI: return H_PUSH_DUP_LT_PUSH_JUMPI;
    case H_GT_PUSH_JUMPI: return H_PUSH_DUP_GT_PUSH_JUMPI;
    case H_EQ_PUSH_JUMPI: return H_PUSH_DUP_EQ_PUSH_JUMPI;
    case H_LT_ISZERO_PUSH_JUMPI: return H_PUSH_DUP_LT_ISZERO_PUSH_JUMPI;
    case H_GT_ISZERO_PUSH_JUMPI: return H_PUSH_DUP_GT_ISZERO_PUSH_JUMPI;
    case H_EQ_ISZERO_PUSH_JUMPI: return H_PUSH_DUP_EQ_ISZERO_PUSH_JUMPI;
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
