/** What the host and the module for BLS12-381 (assembly/bls) exchange. */

export const BLS_EXCHANGE = 0x1000;

/** A KZG proof: z and y, 32 big-endian bytes each, then commitment and proof, 48 bytes each. */
export const KZG_Z = BLS_EXCHANGE;
export const KZG_Y = BLS_EXCHANGE + 32;
export const KZG_COMMITMENT = BLS_EXCHANGE + 64;
export const KZG_PROOF = BLS_EXCHANGE + 112;

/** Bytes of a coordinate, big-endian and below p; points of G2 have c0 and c1 of x, then of y. */
export const BLS_FIELD_BYTES = 48;
/** Coordinates of an element of the field of p^12, c0 to c5 of both halves, little-endian. */
export const BLS_TARGET_PARTS = 12;
