/** Who signed: senders of transactions and authorities of EIP-7702 authorizations. */

import { ADDRESS_BYTES, HASH_BYTES, UINT64_LIMIT, bigIntToBytes } from '../base/bytes.js'
import { loadRecoverKey } from '../crypto/secp256k1.js'
import { InvalidTransactionError, type ErrorPlace } from '../base/errors.js'
import { authorizationHash } from './authorization-hash.js'
import { intrinsicGas } from './intrinsic-gas.js'
import { keccak256, type Keccak256 } from './keccak.js'
import { SECP256K1_HALF_N } from './signature.js'
import { signingHash, type Authorization, type Transaction } from './transaction.js'
import type { Fork } from '../forks/forks.js'
import { rulesOf } from '../forks/rules.js'

export interface SenderRecovery {
  /**
   * 20 bytes.
   * @throws InvalidTransactionError `invalid-signature` when no key can have signed so
   */
  recoverSender(tx: Transaction, place?: ErrorPlace): Uint8Array
  /** 20 bytes, or null where the authorization is invalid and to be skipped. */
  authorizationAuthority(auth: Authorization): Uint8Array | null
}

export async function loadSenderRecovery(hash: Keccak256 = keccak256): Promise<SenderRecovery> {
  const recoverKey = await loadRecoverKey()

  function recoverAddress(
    message: Uint8Array,
    yParity: number,
    r: bigint,
    s: bigint,
  ): Uint8Array | null {
    const signature = new Uint8Array(2 * HASH_BYTES)
    signature.set(bigIntToBytes(r, HASH_BYTES, 'r'))
    signature.set(bigIntToBytes(s, HASH_BYTES, 's'), HASH_BYTES)
    const key = recoverKey(message, signature, yParity)
    return key === undefined ? null : hash(key).slice(HASH_BYTES - ADDRESS_BYTES)
  }

  return {
    recoverSender(tx, place = {}) {
      const sender = recoverAddress(signingHash(tx, hash), tx.yParity, tx.r, tx.s)
      if (sender !== null) return sender
      const details = { place, expected: 'a signature by some key' }
      throw new InvalidTransactionError('invalid-signature', 'transaction refused', details)
    },

    authorizationAuthority(auth) {
      const { nonce, yParity, r, s } = auth
      // EIP-7702, behavior 2 and 3: a nonce that can be counted up, low s; the rest fails below
      if (nonce >= UINT64_LIMIT - 1n || yParity > 1 || s > SECP256K1_HALF_N) return null
      return recoverAddress(authorizationHash(auth, hash), yParity, r, s)
    },
  }
}

/**
 * Recovers the authority of each of a transaction's authorizations by its index; null where it is
 * to be skipped, being of another chain (EIP-7702, behavior 1) or badly signed. Nobody is
 * recovered, at 80 µs each, for a transaction without the gas for it, which is in no block.
 */
export function authorityRecovery(
  recovery: SenderRecovery,
  tx: Transaction,
  chainId: bigint,
  fork: Fork,
): (index: number) => Uint8Array | null {
  const isPaid = tx.gasLimit >= intrinsicGas(tx, rulesOf(fork)).intrinsic
  return (i) => {
    const authorization = tx.authorizationList[i]!
    const isOurs = authorization.chainId === 0n || authorization.chainId === chainId
    return isPaid && isOurs ? recovery.authorizationAuthority(authorization) : null
  }
}

/** The same at once, for all of them. */
export function authoritiesOf(
  recovery: SenderRecovery,
  tx: Transaction,
  chainId: bigint,
  fork: Fork,
): (Uint8Array | null)[] {
  const { length } = tx.authorizationList
  if (length === 0) return []
  const authorityAt = authorityRecovery(recovery, tx, chainId, fork)
  return Array.from({ length }, (_, i) => authorityAt(i))
}
