/**
 * The alphabet of the decoded stream: what a record may ask the interpreter to do.
 *
 * Most handlers are opcodes and have their numbers. From 256 on follow the parts of a stream that
 * are no instruction, and superinstructions: sequences so frequent in compiled contracts that one
 * record does the work of all. Which sequences are fused is decided in fusion.ts and, where they
 * jump, in decoder.ts; the interpreter runs them.
 */

// Parts of a stream.
/** Entry of a basic block: u32 gas, u32 bytes of stack it needs, u32 bytes it grows the stack. */
export const H_BEGIN = 0x100;
/** An opcode that the revision does not have. */
export const H_UNDEFINED = 0x101;
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

// A word from below the top, copied there by DUPn and used at once: it is read where it lies. The
// argument is its distance in bytes from the top that DUPn finds.
export const H_DUP_ADD = 0x122;
export const H_DUP_SUB = 0x123;
export const H_DUP_MUL = 0x124;
export const H_DUP_AND = 0x125;
export const H_DUP_OR = 0x126;
export const H_DUP_XOR = 0x127;
export const H_DUP_MULMOD = 0x128;
export const H_DUP_MLOAD = 0x129;
export const H_DUP_MSTORE = 0x12a;
export const H_DUP_PUSH_MSTORE = 0x12b;
/** DUPn PUSH SHR, or a division by a power of two; the immediate is the count. */
export const H_DUP_SHR = 0x12c;
export const H_DUP_SHR_AND = 0x12d;
export const H_DUP_PUSH_JUMPI = 0x12e;

// PUSH DUPn and what uses both; the argument as in PUSH_DUP, and not 0.
export const H_PUSH_DUP_ADD = 0x12f;
export const H_PUSH_DUP_AND = 0x130;
export const H_PUSH_DUP_MSTORE = 0x131;

// Stack shuffles. SWAPn POP are in the order of n.
export const H_POP_POP = 0x132;
export const H_POP_3 = 0x133;
export const H_POP_4 = 0x134;
export const H_SWAP1_POP = 0x135;
export const H_SWAP2_POP = 0x136;
export const H_SWAP3_POP = 0x137;
export const H_SWAP4_POP = 0x138;
export const H_SWAP1_SUB = 0x139;
export const H_PUSH_SWAP1 = 0x13a;

// An operation on the result of another one.
export const H_ADD_MLOAD = 0x13b;
/** See OR_SWAP_POP. */
export const H_ADD_SWAP_POP = 0x13c;
export const H_AND_OR = 0x13d;
export const H_PUSH_ADD_MLOAD = 0x13e;
export const H_PUSH_MUL_ADD = 0x13f;

// PUSH DUPn, a comparison and a jump: of a word with an immediate of 24 bits.
export const H_PUSH_DUP_LT_PUSH_JUMPI = 0x142;
export const H_PUSH_DUP_GT_PUSH_JUMPI = 0x143;
export const H_PUSH_DUP_EQ_PUSH_JUMPI = 0x144;
export const H_PUSH_DUP_LT_ISZERO_PUSH_JUMPI = 0x145;
export const H_PUSH_DUP_GT_ISZERO_PUSH_JUMPI = 0x146;
export const H_PUSH_DUP_EQ_ISZERO_PUSH_JUMPI = 0x147;
/** PUSH, DUPn PUSH SHR AND: a field of a word; the immediate is its mask. */
export const H_DUP_SHR_MASK = 0x148;
export const H_DUP_SHL = 0x149;
export const H_SWAP1_POP_DUP1 = 0x14a;
/** SWAPn POP after an operation, whose result goes to the argument's distance from the top. */
export const H_OR_SWAP_POP = 0x14b;
export const H_SUB_SWAP_POP = 0x14c;
export const H_XOR_SWAP_POP = 0x14d;
export const H_DUP_ISZERO_PUSH_JUMPI = 0x14e;
export const H_SWAP5_POP = 0x14f;
export const H_SWAP6_POP = 0x150;
/** SWAPn POP POP: the argument is where the top goes, in bytes. */
export const H_SWAP_POP_POP = 0x151;
/** POPs, or SWAP1 POP, and JUMP: the end of an internal function. */
export const H_POP_JUMP = 0x152;

/** In traced streams, before each instruction: u32 position in the code, u64 opcode. */
export const H_TRACE = 0x140;

/** Instead of a block that has not been decoded: its position, a jump to it, and whether it may be
 * another instruction than a JUMPDEST. */
export const H_LATE = 0x141;

/** No record: why runFrame returns where the slice is spent. */
export const H_PAUSE = 0x153;
/** Goes on in the midst of a block, at the record that the immediate points at. */
export const H_RESUME = 0x154;
