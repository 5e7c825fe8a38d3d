/** alt_bn128: addition 0x06, multiplication 0x07 (EIP-196), pairing check 0x08 (EIP-197). */

import { bigIntToBytes, hexToBytes } from '../../base/bytes.js'
import {
  FP_BYTES,
  FR_BYTES,
  G1_BYTES,
  G2_BYTES,
  GT_BYTES,
  POINTS_A_STEP,
  isBelow,
  isZero,
  type Mcl,
} from './mcl.js'
import { slicePadded, type Precompile } from './precompile.js'

const WORD_BYTES = 32
const POINT_BYTES = 64
const PAIR_BYTES = 192
const MODULUS = hexToBytes('0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47')

/** @returns number of the precompile → what it computes */
export function bn254Precompiles(mcl: Mcl): readonly (readonly [number, Precompile])[] {
  /** False if a coordinate is not below the modulus or the point is not on the curve. */
  const readG1 = (point: number, input: Uint8Array): boolean => {
    const x = input.subarray(0, WORD_BYTES)
    const y = input.subarray(WORD_BYTES, POINT_BYTES)
    if (!isBelow(x, MODULUS) || !isBelow(y, MODULUS)) return false
    if (isZero(x) && isZero(y)) {
      mcl.call('G1_clear', point)
      return true
    }
    mcl.writeFp(point, x)
    mcl.writeFp(point + FP_BYTES, y)
    mcl.call('Fp_setInt32', point + 2 * FP_BYTES, 1)
    // The group's order is prime: on the curve is in the group
    return mcl.call('G1_isValid', point) === 1
  }

  /** The imaginary part comes first. False also outside the subgroup. */
  const readG2 = (point: number, input: Uint8Array): boolean => {
    const words = [0, 1, 2, 3].map((i) => input.subarray(i * WORD_BYTES, (i + 1) * WORD_BYTES))
    if (!words.every((word) => isBelow(word, MODULUS))) return false
    if (words.every(isZero)) {
      mcl.call('G2_clear', point)
      return true
    }
    for (const [i, at] of [1, 0, 3, 2].entries()) mcl.writeFp(point + i * FP_BYTES, words[at]!)
    mcl.call('Fp_setInt32', point + 4 * FP_BYTES, 1)
    mcl.call('Fp_clear', point + 5 * FP_BYTES)
    return mcl.call('G2_isValid', point) === 1 && mcl.call('G2_isValidOrder', point) === 1
  }

  const writeG1 = (point: number): Uint8Array => {
    const output = new Uint8Array(POINT_BYTES)
    if (mcl.call('G1_isZero', point) === 1) return output
    mcl.call('G1_normalize', point, point)
    output.set(mcl.readFp(point, WORD_BYTES), 0)
    output.set(mcl.readFp(point + FP_BYTES, WORD_BYTES), WORD_BYTES)
    return output
  }

  const add: Precompile = (input) => {
    const padded = slicePadded(input, 0, 2 * POINT_BYTES)
    mcl.begin(2 * G1_BYTES)
    const [a, b] = [mcl.take(G1_BYTES), mcl.take(G1_BYTES)]
    if (!readG1(a, padded) || !readG1(b, padded.subarray(POINT_BYTES))) return undefined
    mcl.call('G1_add', a, a, b)
    return writeG1(a)
  }

  const multiply: Precompile = (input) => {
    const padded = slicePadded(input, 0, POINT_BYTES + WORD_BYTES)
    mcl.begin(G1_BYTES + FR_BYTES)
    const [point, scalar] = [mcl.take(G1_BYTES), mcl.take(FR_BYTES)]
    if (!readG1(point, padded)) return undefined
    mcl.writeFr(scalar, padded.subarray(POINT_BYTES))
    mcl.call('G1_mul', point, point, scalar)
    return writeG1(point)
  }

  /** 1 if the product of the pairings is 1. */
  const pairing: Precompile = function* (input) {
    if (input.length % PAIR_BYTES !== 0) return undefined
    const count = input.length / PAIR_BYTES
    const gt = mcl.allocate(2 * GT_BYTES + count * (G1_BYTES + G2_BYTES))
    try {
      const g1 = gt + 2 * GT_BYTES
      const g2 = g1 + count * G1_BYTES
      let pairs = 0
      for (let i = 0; i < count; i++) {
        if (i > 0 && i % POINTS_A_STEP === 0) yield
        const at = i * PAIR_BYTES
        const [p, q] = [g1 + pairs * G1_BYTES, g2 + pairs * G2_BYTES]
        if (!readG1(p, input.subarray(at)) || !readG2(q, input.subarray(at + POINT_BYTES))) {
          return undefined
        }
        // Infinity pairs to 1
        if (mcl.call('G1_isZero', p) !== 1 && mcl.call('G2_isZero', q) !== 1) pairs++
      }
      const isOne = yield* mcl.isPairingOneInSteps(gt, g1, g2, pairs)
      return bigIntToBytes(isOne ? 1n : 0n, WORD_BYTES)
    } finally {
      mcl.giveBack(gt)
    }
  }

  return [
    [0x06, add],
    [0x07, multiply],
    [0x08, pairing],
  ]
}
