/** The limbs that field-product.ts explains. */

export const LIMB_BITS: i32 = 28;
export const LIMB_MASK: i32 = 0xfffffff;
/** What rounds: the half of a limb. */
export const HALF_LIMB: i32 = 0x8000000;

/** The limbs of p, and -1/p modulo 2^28. */
export const P0: i64 = 0xfffaaab;
export const P1: i64 = 0xfefffff;
export const P2: i64 = 0x3ffffb9;
export const P3: i64 = 0xfffeb15;
export const P4: i64 = 0x6241eab;
export const P5: i64 = 0xa0f6b0f;
export const P6: i64 = 0xf6730d2;
export const P7: i64 = 0xf38512b;
export const P8: i64 = 0x4774b84;
export const P9: i64 = 0x4bacd76;
export const P10: i64 = 0xba7b643;
export const P11: i64 = 0xe69a4b1;
export const P12: i64 = 0x1ea397f;
export const P13: i64 = 0x001a011;
export const MINUS_INVERSE: i64 = 0xffcfffd;
