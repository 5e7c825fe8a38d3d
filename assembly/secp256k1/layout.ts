/**
 * The module's linear memory: one page of its own, which no other thread sees and where one call
 * works at a time, so every place is fixed. Constants lie below RECOVERY_ITEMS (tools/wasm-gate.mjs
 * holds that), the exchange area follows, then all of this.
 */

/** A field element: 9 limbs of 4 bytes, and 4 bytes that keep the next one aligned. */
export const FIELD_BYTES: usize = 40;
/** A number modulo the group's order, or a field element in full: 4 little-endian u64. */
export const WORD_BYTES: usize = 32;

/** An entry of a table of multiples of P: x and y of k·P, and β·x, which is x of k·λ·P. */
export const ENTRY_Y = FIELD_BYTES;
export const ENTRY_LAMBDA_X = FIELD_BYTES << 1;
export const ENTRY_BYTES = ENTRY_LAMBDA_X + FIELD_BYTES;

/** Of each item, from one pass over the batch to the next. */
export const RECORDS: usize = 0x3000;
export const RECORD_IS_VALID: usize = 0;
export const RECORD_R: usize = 8;
/** The product of what is to be inverted in the items before: r, then Z. */
export const RECORD_PREFIX = RECORD_R + WORD_BYTES;
export const RECORD_X = RECORD_PREFIX + FIELD_BYTES;
export const RECORD_Y = RECORD_X + FIELD_BYTES;
export const RECORD_Z = RECORD_Y + FIELD_BYTES;
export const RECORD_BYTES = RECORD_Z + FIELD_BYTES;

/** Temporaries, of each file its own. */
const TEMPORARIES: usize = 0x5000;
export const FIELD_TEMPORARIES = TEMPORARIES;
export const POINT_TEMPORARIES = TEMPORARIES + 0x100;
export const TABLE_TEMPORARIES = TEMPORARIES + 0x300;
export const ROOT_TEMPORARIES = TEMPORARIES + 0x400;
export const INVERSE_TEMPORARIES = TEMPORARIES + 0x500;
export const SCALAR_TEMPORARIES = TEMPORARIES + 0x700;
export const SPLIT_TEMPORARIES = TEMPORARIES + 0x800;
export const SUM_TEMPORARIES = TEMPORARIES + 0x900;
export const GENERATOR_TEMPORARIES = TEMPORARIES + 0xa00;
export const RECOVER_TEMPORARIES = TEMPORARIES + 0xb00;

/** The point that is worked on: Jacobian x, y, z. */
export const POINT_X = TEMPORARIES + 0xc00;
export const POINT_Y = POINT_X + FIELD_BYTES;
export const POINT_Z = POINT_Y + FIELD_BYTES;

/** For each bit the digits of four factors, i16 each. */
export const DIGITS = TEMPORARIES + 0x1000;
/** Odd multiples of the signature's point. */
export const POINT_TABLE = TEMPORARIES + 0x1800;
/** Odd multiples of the generator. */
export const GENERATOR_TABLE = TEMPORARIES + 0x2000;
