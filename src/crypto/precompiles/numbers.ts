/** Numbers of precompiles that libraries compute. */

export const ECRECOVER = 0x01
/** The first of three over alt_bn128. */
export const BN254_ADD = 0x06
export const POINT_EVALUATION = 0x0a
/** The first of those over BLS12-381, all of EIP-2537. */
export const BLS_G1_ADD = 0x0b
export const P256VERIFY = 0x100

/** One of each library. */
export const ONE_OF_EACH_LIBRARY: readonly number[] = [
  ECRECOVER, BN254_ADD, POINT_EVALUATION, BLS_G1_ADD, P256VERIFY,
]
