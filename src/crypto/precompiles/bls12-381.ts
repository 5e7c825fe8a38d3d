/** BLS12-381: 0x0b … 0x11 (EIP-2537). Field elements are 64 bytes, the first 16 zero. */

import { bigIntToBytes, hexToBytes } from '../../base/bytes.js'
import type { Bls } from '../bls.js'
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
import type { Precompile } from './precompile.js'

/** Bytes of a field element in inputs and outputs, and how many of them lead with zeros. */
const FIELD_BYTES = 64
const PADDING_BYTES = FIELD_BYTES - FP_BYTES
const SCALAR_BYTES = 32
const WORD_BYTES = 32
const MODULUS = hexToBytes(
  '0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f624' +
    '1eabfffeb153ffffb9feffffffffaaab',
)

/** What the two groups have in common, as far as the formats go. */
interface Group {
  readonly name: 'G1' | 'G2'
  /** Field elements of a coordinate. */
  readonly degree: number
  /** Bytes of a point in the library. */
  readonly pointBytes: number
  /** Terms of a sum that take some 6 ms. In larger sums a term takes a little less. */
  readonly termsAStep: number
}

const GROUP_1: Group = { name: 'G1', degree: 1, pointBytes: G1_BYTES, termsAStep: 64 }
const GROUP_2: Group = { name: 'G2', degree: 2, pointBytes: G2_BYTES, termsAStep: 16 }

const encodedBytes = ({ degree }: Group): number => 2 * degree * FIELD_BYTES

/** The elements of a point, one after the other. */
function withoutPadding(encoded: Uint8Array): Uint8Array {
  const count = encoded.length / FIELD_BYTES
  const elements = new Uint8Array(count * FP_BYTES)
  for (let i = 0; i < count; i++) {
    const end = (i + 1) * FIELD_BYTES
    elements.set(encoded.subarray(end - FP_BYTES, end), i * FP_BYTES)
  }
  return elements
}

/** @returns number of the precompile → what it computes */
export function blsPrecompiles(
  mcl: Mcl,
  bls: Bls,
): readonly (readonly [number, Precompile])[] {
  /** False if not below the modulus. */
  const readField = (fp: number, input: Uint8Array): boolean => {
    const element = input.subarray(PADDING_BYTES, FIELD_BYTES)
    if (!isZero(input.subarray(0, PADDING_BYTES)) || !isBelow(element, MODULUS)) return false
    mcl.writeFp(fp, element)
    return true
  }

  /** False if not on the curve, or not in the subgroup where that is asked for. */
  const readPoint = (group: Group, point: number, input: Uint8Array, inSubgroup: boolean) => {
    const { name, degree } = group
    const encoded = input.subarray(0, encodedBytes(group))
    for (let i = 0; i < 2 * degree; i++) {
      if (!readField(point + i * FP_BYTES, encoded.subarray(i * FIELD_BYTES))) return false
    }
    if (isZero(encoded)) {
      mcl.call(`${name}_clear`, point)
      return true
    }
    mcl.call('Fp_setInt32', point + 2 * degree * FP_BYTES, 1)
    if (degree === 2) mcl.call('Fp_clear', point + 5 * FP_BYTES)
    if (inSubgroup) return bls[`isIn${name}`](withoutPadding(encoded))
    return mcl.call(`${name}_isValid`, point) === 1
  }

  const writePoint = (group: Group, point: number): Uint8Array => {
    const { name, degree } = group
    const output = new Uint8Array(encodedBytes(group))
    if (mcl.call(`${name}_isZero`, point) === 1) return output
    mcl.call(`${name}_normalize`, point, point)
    for (let i = 0; i < 2 * degree; i++) {
      output.set(mcl.readFp(point + i * FP_BYTES, FP_BYTES), i * FIELD_BYTES + PADDING_BYTES)
    }
    return output
  }

  /** Additions do not check the subgroup. */
  const addition = (group: Group): Precompile => (input) => {
    const size = encodedBytes(group)
    if (input.length !== 2 * size) return undefined
    mcl.begin(2 * group.pointBytes)
    const [a, b] = [mcl.take(group.pointBytes), mcl.take(group.pointBytes)]
    if (!readPoint(group, a, input, false)) return undefined
    if (!readPoint(group, b, input.subarray(size), false)) return undefined
    mcl.call(`${group.name}_add`, a, a, b)
    return writePoint(group, a)
  }

  const multiScalar = (group: Group): Precompile => function* (input) {
    const size = encodedBytes(group)
    const termBytes = size + SCALAR_BYTES
    if (input.length === 0 || input.length % termBytes !== 0) return undefined
    const count = input.length / termBytes
    const { name, pointBytes } = group
    const sum = mcl.allocate((count + 2) * pointBytes + count * FR_BYTES)
    try {
      const part = sum + pointBytes
      const points = part + pointBytes
      const scalars = points + count * pointBytes
      let terms = 0
      for (let i = 0; i < count; i++) {
        if (i > 0 && i % POINTS_A_STEP === 0) yield
        const at = i * termBytes
        const [point, scalar] = [points + terms * pointBytes, scalars + terms * FR_BYTES]
        if (!readPoint(group, point, input.subarray(at), true)) return undefined
        mcl.writeFr(scalar, input.subarray(at + size, at + termBytes))
        if (mcl.call(`${name}_isZero`, point) !== 1 && mcl.call('Fr_isZero', scalar) !== 1) terms++
      }
      mcl.call(`${name}_clear`, sum)
      for (let i = 0; i < terms; i += group.termsAStep) {
        if (i > 0) yield
        const some = Math.min(group.termsAStep, terms - i)
        const [from, by] = [points + i * pointBytes, scalars + i * FR_BYTES]
        mcl.call(`${name}_mulVec`, part, from, by, some)
        mcl.call(`${name}_add`, sum, sum, part)
      }
      return writePoint(group, sum)
    } finally {
      mcl.giveBack(sum)
    }
  }

  /** 1 if the product of the pairings is 1. */
  const pairing: Precompile = function* (input) {
    const first = encodedBytes(GROUP_1)
    const pairBytes = first + encodedBytes(GROUP_2)
    if (input.length === 0 || input.length % pairBytes !== 0) return undefined
    const count = input.length / pairBytes
    const gt = mcl.allocate(2 * GT_BYTES + count * (G1_BYTES + G2_BYTES))
    try {
      const g1 = gt + 2 * GT_BYTES
      const g2 = g1 + count * G1_BYTES
      let pairs = 0
      for (let i = 0; i < count; i++) {
        if (i > 0 && i % POINTS_A_STEP === 0) yield
        const at = i * pairBytes
        const [p, q] = [g1 + pairs * G1_BYTES, g2 + pairs * G2_BYTES]
        if (!readPoint(GROUP_1, p, input.subarray(at), true)) return undefined
        if (!readPoint(GROUP_2, q, input.subarray(at + first), true)) return undefined
        // Infinity pairs to 1
        if (mcl.call('G1_isZero', p) !== 1 && mcl.call('G2_isZero', q) !== 1) pairs++
      }
      yield* mcl.millerLoopInSteps(gt, g1, g2, pairs)
      const isOne = pairs === 0 || bls.isTargetOne(mcl.readGt(gt))
      return bigIntToBytes(isOne ? 1n : 0n, WORD_BYTES)
    } finally {
      mcl.giveBack(gt)
    }
  }

  /** The map of RFC 9380 with the cofactor cleared. */
  const map = (group: Group): Precompile => (input) => {
    const { degree, name, pointBytes } = group
    if (input.length !== degree * FIELD_BYTES) return undefined
    mcl.begin(pointBytes + 2 * FP_BYTES)
    const [point, element] = [mcl.take(pointBytes), mcl.take(2 * FP_BYTES)]
    for (let i = 0; i < degree; i++) {
      if (!readField(element + i * FP_BYTES, input.subarray(i * FIELD_BYTES))) return undefined
    }
    mcl.call(`${degree === 1 ? 'Fp' : 'Fp2'}_mapTo${name}`, point, element)
    return writePoint(group, point)
  }

  return [
    [0x0b, addition(GROUP_1)],
    [0x0c, multiScalar(GROUP_1)],
    [0x0d, addition(GROUP_2)],
    [0x0e, multiScalar(GROUP_2)],
    [0x0f, pairing],
    [0x10, map(GROUP_1)],
    [0x11, map(GROUP_2)],
  ]
}
