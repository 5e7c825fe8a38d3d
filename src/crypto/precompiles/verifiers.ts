/**
 * The precompiles that verify: signatures over P-256 and KZG proofs. Each is made once for each
 * thread that meets it: its engines share it, since a call keeps nothing.
 */

import { P256VERIFY } from './numbers.js'
import { loadP256Verify } from './p256-verify.js'
import { loadPointEvaluation } from './point-evaluation.js'
import type { Precompile } from './precompile.js'

const loaded = new Map<number, Promise<Precompile>>()

/** @param number P256VERIFY or POINT_EVALUATION */
export function loadVerifier(number: number): Promise<Precompile> {
  const load = loaded.get(number) ?? instantiate(number)
  loaded.set(number, load)
  return load
}

function instantiate(number: number): Promise<Precompile> {
  return number === P256VERIFY ? loadP256Verify() : loadPointEvaluation()
}
