/** Numbers of precompiles that libraries compute. */

export const ECRECOVER = 0x01
/** The first of three over alt_bn128. */
export const BN254_ADD = 0x06
/** The first of those over BLS12-381. */
export const POINT_EVALUATION = 0x0a
export const P256VERIFY = 0x100

/** One of each library. */
export const ONE_OF_EACH_LIBRARY: readonly number[] = [
  ECRECOVER, BN254_ADD, POINT_EVALUATION, P256VERIFY,
]
