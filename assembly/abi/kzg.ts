/** What the host and the module that verifies KZG proofs (assembly/kzg) exchange. */

/** z and y, 32 big-endian bytes each, then commitment and proof, 48 bytes each. */
export const KZG_INPUT = 0x1000;
export const KZG_INPUT_BYTES = 160;

export const KZG_Z = KZG_INPUT;
export const KZG_Y = KZG_INPUT + 32;
export const KZG_COMMITMENT = KZG_INPUT + 64;
export const KZG_PROOF = KZG_INPUT + 112;
