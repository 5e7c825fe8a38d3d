/**
 * The module's linear memory: one page of its own, where one call works at a time. Files that are
 * shared with the module that recovers keys work where secp256k1/layout.ts says, below this.
 */
import { FIELD_BYTES } from '../secp256k1/layout';

/** An entry of a table of odd multiples: affine x and y, and what only its making needs. */
export const ENTRY_Y = FIELD_BYTES;
export const ENTRY_RATIO = FIELD_BYTES << 1;
export const ENTRY_BYTES = ENTRY_RATIO + FIELD_BYTES;

/** Temporaries, of each file its own. */
const TEMPORARIES: usize = 0x8000;
export const FIELD_TEMPORARIES = TEMPORARIES;
export const POINT_TEMPORARIES = TEMPORARIES + 0x100;
export const TABLE_TEMPORARIES = TEMPORARIES + 0x300;
export const SCALAR_TEMPORARIES = TEMPORARIES + 0x400;
export const VERIFY_TEMPORARIES = TEMPORARIES + 0x500;
/** A factor, and 8 bytes of zeros behind it. */
export const FACTOR = TEMPORARIES + 0x780;

/** The point that is worked on: Jacobian x, y, z. */
export const POINT_X = TEMPORARIES + 0x700;
export const POINT_Y = POINT_X + FIELD_BYTES;
export const POINT_Z = POINT_Y + FIELD_BYTES;

/** For each bit the digits of two factors, i16 each. */
export const DIGITS: usize = 0x9000;
/** Odd multiples of the public key. */
export const KEY_TABLE: usize = 0xa000;
/** Odd multiples of the generator. */
export const GENERATOR_TABLE: usize = 0xb000;
