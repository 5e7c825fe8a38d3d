/** The limbs that field-product.ts explains. */

export const LIMB_BITS: i32 = 29;
export const LIMB_MASK: i32 = 0x1fffffff;
/** What rounds: the half of a limb. */
export const HALF_LIMB: i32 = 0x10000000;

/** 2^261, the first bit beyond the limbs, is FOLD_0 + FOLD_1·2^29 modulo p. */
export const FOLD_0: i32 = 31264;
export const FOLD_1: i32 = 256;
