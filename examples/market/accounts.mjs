// The people of the example: accounts with keys that follow from the seed.
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { concat, keccak, word } from './abi.mjs'

/**
 * @typedef {{secretKey: import('actor-evm').Hex, address: import('actor-evm').Hex}} Account
 *
 * @returns {Account[]} `count` accounts. The keys are public, of course: never send anything to
 *   them.
 */
export function makeAccounts(seed, count) {
  return Array.from({ length: count }, (_, index) => {
    // A hash is a valid key but for one chance in 2^128.
    const secretKey = keccak(concat(word(BigInt(seed)), word(index)))
    return { secretKey, address: addressOf(secretKey) }
  })
}

/**
 * The address of a secret key: the low 20 bytes of the public key's hash (YP, appendix F).
 * @returns {import('actor-evm').Hex}
 */
export function addressOf(secretKey) {
  const publicKey = secp256k1.getPublicKey(hexToBytes(secretKey.slice(2)), false)
  return `0x${keccak(`0x${bytesToHex(publicKey.slice(1))}`).slice(-40)}`
}
