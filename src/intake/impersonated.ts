/**
 * Transactions that nobody has signed, as tools send them for any account. In the place of a
 * signature they have r = s = 2^160 + sender: so their hashes differ by sender, and nobody can have
 * signed so, since the sender follows from r and s by a hash.
 */

import { bytesToBigInt } from '../base/bytes.js'
import type { Signature } from './signature.js'

const ADDRESS_LIMIT = 1n << 160n

export function impersonation(sender: Uint8Array): { readonly r: bigint; readonly s: bigint } {
  const r = ADDRESS_LIMIT + bytesToBigInt(sender)
  return { r, s: r }
}

export function isImpersonated({ r, s }: Signature, sender: Uint8Array): boolean {
  return r === s && r === impersonation(sender).r
}
