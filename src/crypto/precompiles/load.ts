/** All precompiles that libraries compute, by the number of their address. */

import {
  blsPairing,
  g1Add,
  g1Msm,
  g2Add,
  g2Msm,
  mapFp2ToG2,
  mapFpToG1,
} from './bls12-381.js'
import { bn254Add, bn254Mul, bn254Pairing } from './bn254.js'
import { loadEcrecover } from './ecrecover.js'
import { p256Verify } from './p256-verify.js'
import { pointEvaluation } from './point-evaluation.js'
import type { Precompile } from './precompile.js'

export async function loadPrecompiles(): Promise<ReadonlyMap<number, Precompile>> {
  return new Map([
    [0x01, await loadEcrecover()],
    [0x06, bn254Add],
    [0x07, bn254Mul],
    [0x08, bn254Pairing],
    [0x0a, pointEvaluation],
    [0x0b, g1Add],
    [0x0c, g1Msm],
    [0x0d, g2Add],
    [0x0e, g2Msm],
    [0x0f, blsPairing],
    [0x10, mapFpToG1],
    [0x11, mapFp2ToG2],
    [0x100, p256Verify],
  ])
}
