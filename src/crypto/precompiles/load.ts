/** All precompiles that libraries compute, by the number of their address. */

import { blsPrecompiles } from './bls12-381.js'
import { bn254Precompiles } from './bn254.js'
import { loadEcrecover } from './ecrecover.js'
import { CURVE_BLS12_381, CURVE_BN254, CURVE_P256, loadMcl } from './mcl.js'
import { p256Verify } from './p256-verify.js'
import { pointEvaluation } from './point-evaluation.js'
import type { Precompile } from './precompile.js'

type Precompiles = ReadonlyMap<number, Precompile>

let loaded: Promise<Precompiles> | undefined

/** Takes some hundred milliseconds, once for each thread that meets such a precompile: its engines
 *  share them, since a call keeps nothing. */
export function loadPrecompiles(): Promise<Precompiles> {
  loaded ??= instantiateAll()
  return loaded
}

async function instantiateAll(): Promise<Precompiles> {
  const [bn254, bls, p256] = await Promise.all([
    loadMcl(CURVE_BN254),
    loadMcl(CURVE_BLS12_381),
    loadMcl(CURVE_P256),
  ])
  return new Map([
    [0x01, await loadEcrecover()],
    ...bn254Precompiles(bn254),
    [0x0a, pointEvaluation(bls)],
    ...blsPrecompiles(bls),
    [0x100, p256Verify(p256)],
  ])
}
