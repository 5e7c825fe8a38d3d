/** What the host and the module that verifies signatures over P-256 (assembly/p256) exchange. */

/** P256VERIFY's input: hash, r, s, x and y of the key, 32 big-endian bytes each. */
export const P256_INPUT = 0x1000;
export const P256_INPUT_BYTES = 160;

export const P256_HASH = P256_INPUT;
export const P256_R = P256_INPUT + 32;
export const P256_S = P256_INPUT + 64;
export const P256_X = P256_INPUT + 96;
export const P256_Y = P256_INPUT + 128;
