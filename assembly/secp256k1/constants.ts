/**
 * The curve y² = x³ + 7 (SEC 2, version 2.0, section 2.4.1), and its endomorphism
 * (β·x, y) = λ·(x, y), as words. test/unit/secp256k1-scalars.test.ts checks what is said of them.
 */

/** p = 2^256 - 2^32 - 977, the order of the field. */
export const FIELD_PRIME = memory.data<u64>([
  0xfffffffefffffc2f, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
]);
/** n, the order of the group. */
export const ORDER = memory.data<u64>([
  0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff,
]);
/** 2^256 - n, 129 bits. */
export const ORDER_COMPLEMENT = memory.data<u64>([
  0x402da1732fc9bebf, 0x4551231950b75fc4, 0x0000000000000001, 0x0000000000000000,
]);

export const GENERATOR_X = memory.data<u64>([
  0x59f2815b16f81798, 0x029bfcdb2dce28d9, 0x55a06295ce870b07, 0x79be667ef9dcbbac,
]);
export const GENERATOR_Y = memory.data<u64>([
  0x9c47d08ffb10d4b8, 0xfd17b448a6855419, 0x5da4fbfc0e1108a8, 0x483ada7726a3c465,
]);

/** β, a cube root of 1 modulo p. */
export const BETA = memory.data<u64>([
  0xc1396c28719501ee, 0x9cf0497512f58995, 0x6e64479eac3434e9, 0x7ae96a2b657c0710,
]);

// The basis (a1, b1), (a2, b2) of all (a, b) with a + b·λ = 0 modulo n that the extended Euclidean
// algorithm finds of n and λ (R. Gallant, R. Lambert, S. Vanstone, Faster point multiplication on
// elliptic curves with efficient endomorphisms, 2001). b2 = a1, b1 is negative.
export const A1 = memory.data<u64>([
  0xe86c90e49284eb15, 0x3086d221a7d46bcd, 0x0000000000000000, 0x0000000000000000,
]);
export const A2 = memory.data<u64>([
  0x57c1108d9d44cfd8, 0x14ca50f7a8e2f3f6, 0x0000000000000001, 0x0000000000000000,
]);
export const MINUS_B1 = memory.data<u64>([
  0x6f547fa90abfe4c3, 0xe4437ed6010e8828, 0x0000000000000000, 0x0000000000000000,
]);
/** 2^384·b2/n, rounded. */
export const B2_QUOTIENT = memory.data<u64>([
  0xe893209a45dbb031, 0x3daa8a1471e8ca7f, 0xe86c90e49284eb15, 0x3086d221a7d46bcd,
]);
/** 2^384·(-b1)/n, rounded. */
export const MINUS_B1_QUOTIENT = memory.data<u64>([
  0x1571b4ae8ac47f71, 0x221208ac9df506c6, 0x6f547fa90abfe4c4, 0xe4437ed6010e8828,
]);
