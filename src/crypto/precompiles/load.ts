/**
 * The precompiles that mcl computes, by the number of their address. Each library is an instance
 * for one curve, made once for each thread that meets a precompile of it: its engines share it,
 * since a call keeps nothing.
 */

import type { Bls } from '../bls.js'
import { blsPrecompiles } from './bls12-381.js'
import { bn254Precompiles } from './bn254.js'
import { CURVE_BLS12_381, CURVE_BN254, loadMcl } from './mcl.js'
import { BLS_G1_ADD } from './numbers.js'
import type { Precompile } from './precompile.js'

/** Some of them, each with its number. */
type Precompiles = readonly (readonly [number, Precompile])[]

const loaded = new Map<number, Promise<Precompiles>>()

/**
 * All precompiles over the curve of one, which takes some 60 ms the first time.
 * @param number of a precompile
 * @param loadBls of verifiers.ts, which browsers have in another file
 */
export function loadCurve(number: number, loadBls: () => Promise<Bls>): Promise<Precompiles> {
  const curve = number < BLS_G1_ADD ? CURVE_BN254 : CURVE_BLS12_381
  const load = loaded.get(curve) ?? instantiate(curve, loadBls)
  loaded.set(curve, load)
  return load
}

async function instantiate(curve: number, loadBls: () => Promise<Bls>): Promise<Precompiles> {
  const mcl = await loadMcl(curve)
  return curve === CURVE_BN254 ? bn254Precompiles(mcl) : blsPrecompiles(mcl, await loadBls())
}
