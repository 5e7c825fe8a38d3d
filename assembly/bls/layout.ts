/**
 * The module's linear memory: two pages of its own, where one call works at a time, so every place
 * is fixed. Constants lie below the exchange area (tools/wasm-gate.mjs holds that), abi/bls.ts.
 */

/** An element: 14 limbs of 4 bytes, and two more that are always 0, for four vectors. */
export const FIELD_BYTES: usize = 64;
/** A number modulo the groups' order: 4 little-endian u64. */
export const WORD_BYTES: usize = 32;
/** c0 + c1·u; three and two of what is below it. */
export const FIELD2_BYTES: usize = 2 * FIELD_BYTES;
export const FIELD6_BYTES: usize = 3 * FIELD2_BYTES;
export const FIELD12_BYTES: usize = 2 * FIELD6_BYTES;

/** An entry of a table of multiples of P: x and y of k·P, and β·x, which is x of -k·x²·P. */
export const ENTRY_Y = FIELD_BYTES;
export const ENTRY_BETA_X = FIELD_BYTES << 1;
export const ENTRY_BYTES = ENTRY_BETA_X + FIELD_BYTES;

/** A line: c and λ of lines.ts. */
export const LINE_SLOPE = FIELD2_BYTES;
export const LINE_BYTES = LINE_SLOPE + FIELD2_BYTES;

/** Temporaries, of each file its own. */
const TEMPORARIES: usize = 0x2000;
export const WORD_TEMPORARIES = TEMPORARIES;
export const POWER_TEMPORARIES = TEMPORARIES + 0x100;
export const FIELD2_TEMPORARIES = TEMPORARIES + 0x600;
export const FIELD6_TEMPORARIES = TEMPORARIES + 0x900;
export const FIELD12_TEMPORARIES = TEMPORARIES + 0x1000;
export const EXPONENT_TEMPORARIES = TEMPORARIES + 0x2000;
export const LINE_TEMPORARIES = TEMPORARIES + 0x4000;
export const POINT_TEMPORARIES = TEMPORARIES + 0x4800;
export const TABLE_TEMPORARIES = TEMPORARIES + 0x4a00;
export const SUM_TEMPORARIES = TEMPORARIES + 0x4c00;
export const READ_TEMPORARIES = TEMPORARIES + 0x4e00;
export const VERIFY_TEMPORARIES = TEMPORARIES + 0x5000;
export const MEMBERSHIP_TEMPORARIES: usize = 0x16000;
export const POINT2_TEMPORARIES: usize = 0x17000;
/** Constants as elements, made when they are first needed. */
export const FROBENIUS = TEMPORARIES + 0x5800;

/** The point that is worked on: Jacobian x, y, z. */
export const POINT_X = TEMPORARIES + 0x5e00;
export const POINT_Y = POINT_X + FIELD_BYTES;
export const POINT_Z = POINT_Y + FIELD_BYTES;

/** For each bit the digits of four factors, i16 each. */
export const DIGITS: usize = 0x8000;
/** Odd multiples of the proof and of the generator: 8 and 64. */
export const PROOF_TABLE: usize = 0x8800;
export const GENERATOR_TABLE: usize = 0x9000;
/** The lines of the two points of G2, 68 each. */
export const LINES: usize = 0xd000;
