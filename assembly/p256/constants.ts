/**
 * The curve y² = x³ - 3x + b, NIST's P-256 (SEC 2, version 2.0, section 2.4.2), as words.
 * All that is said of them, test/unit/p256-verify.test.ts would find wrong.
 */

/** p = 2^256 - 2^224 + 2^192 + 2^96 - 1, the order of the field. */
export const FIELD_PRIME = memory.data<u64>([
  0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001,
]);
/** n, the order of the group. */
export const ORDER = memory.data<u64>([
  0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff, 0xffffffff00000000,
]);
/** 2^256 - n, 224 bits. */
export const ORDER_COMPLEMENT = memory.data<u64>([
  0x0c46353d039cdaaf, 0x4319055258e8617b, 0x0000000000000000, 0x00000000ffffffff,
]);
/** p - n, 127 bits. */
export const PRIME_LESS_ORDER = memory.data<u64>([
  0x0c46353d039cdaae, 0x4319055358e8617b, 0x0000000000000000, 0x0000000000000000,
]);

export const B = memory.data<u64>([
  0x3bce3c3e27d2604b, 0x651d06b0cc53b0f6, 0xb3ebbd55769886bc, 0x5ac635d8aa3a93e7,
]);
export const GENERATOR_X = memory.data<u64>([
  0xf4a13945d898c296, 0x77037d812deb33a0, 0xf8bce6e563a440f2, 0x6b17d1f2e12c4247,
]);
export const GENERATOR_Y = memory.data<u64>([
  0xcbb6406837bf51f5, 0x2bce33576b315ece, 0x8ee7eb4a7c0f9e16, 0x4fe342e2fe1a7f9b,
]);
