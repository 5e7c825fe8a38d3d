/**
 * The precompiles that verify, signatures over P-256 and KZG proofs, by modules of our own. Each is
 * made once for each thread that meets it: its engines share it, since a call keeps nothing.
 */

import { loadBls } from '../bls.js'
import { P256VERIFY } from './numbers.js'
import { loadP256Verify } from './p256-verify.js'
import { pointEvaluation } from './point-evaluation.js'
import type { Precompile } from './precompile.js'

export { loadBls } from '../bls.js'

const loaded = new Map<number, Promise<Precompile>>()

/** @param number P256VERIFY or POINT_EVALUATION */
export function loadVerifier(number: number): Promise<Precompile> {
  const load = loaded.get(number) ?? instantiate(number)
  loaded.set(number, load)
  return load
}

async function instantiate(number: number): Promise<Precompile> {
  return number === P256VERIFY ? loadP256Verify() : pointEvaluation(await loadBls())
}
