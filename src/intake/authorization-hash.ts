/** What an authorization of EIP-7702 is signed as. */

import { keccak256, type Keccak256 } from './keccak.js'
import { encodeRlp } from './rlp.js'
import type { Authorization } from './transaction.js'

/** EIP-7702's signing domain. */
const AUTHORIZATION_MAGIC = 0x05

/** What the authority of an EIP-7702 authorization signs. */
export function authorizationHash(
  auth: Pick<Authorization, 'chainId' | 'address' | 'nonce'>,
  hash: Keccak256 = keccak256,
): Uint8Array {
  const list = encodeRlp([auth.chainId, auth.address, auth.nonce])
  const message = new Uint8Array(1 + list.length)
  message[0] = AUTHORIZATION_MAGIC
  message.set(list, 1)
  return hash(message)
}
