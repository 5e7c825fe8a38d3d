/** `eth_*` about accounts. */

import { bytesToHex, bigIntToBytes, quantityToHex } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import type { Snapshot } from '../tools/history.js'
import type { Chain } from '../ledger/types.js'
import type { MethodTable } from './dispatcher.js'
import { stateOf } from './lookup.js'
import {
  address,
  blockRef,
  hash,
  list,
  object,
  optional,
  readParams,
  string,
  type BlockRef,
} from './params.js'
import { RpcError, invalidParams } from './rpc-error.js'

/** As geth's: keys of one eth_getProof, slots of one eth_getStorageValues. */
const MAX_KEYS = 1_024
const CLIENT_LIMIT_EXCEEDED = -38026
const WORD = 32

/** What `at` of the engine is for a state. */
export function atOf(chain: Chain, ref: BlockRef | undefined): { readonly at?: Snapshot } {
  const { at } = stateOf(chain, ref)
  return at === undefined ? {} : { at }
}

function word(value: bigint): Hex {
  return bytesToHex(bigIntToBytes(value, WORD))
}

interface StorageKey {
  readonly value: bigint
  readonly length: number
}

/** Leniently, as geth: with or without 0x, of any length up to 32 bytes. */
function readKey(text: string): StorageKey {
  const bare = /^0x/i.test(text) ? text.slice(2) : text
  const digits = bare.length % 2 === 0 ? bare : `0${bare}`
  const shown = JSON.stringify(text.slice(0, 200))
  if (digits.length > 2 * WORD) {
    throw invalidParams(`storage key too long (want at most 32 bytes): ${shown}`)
  }
  if (!/^[0-9a-f]*$/i.test(digits)) throw invalidParams(`invalid hex in storage key: ${shown}`)
  return { value: digits === '' ? 0n : BigInt(`0x${digits}`), length: digits.length / 2 }
}

export const stateMethods: MethodTable = {
  eth_getBalance: async (params, { chain }) => {
    const [who, ref] = readParams(params, [address, optional(blockRef)])
    const { balance } = await chain.engine.getAccount(who, atOf(chain, ref))
    return quantityToHex(balance)
  },
  eth_getTransactionCount: async (params, { chain }) => {
    const [who, ref] = readParams(params, [address, optional(blockRef)])
    if (ref !== undefined && 'number' in ref && ref.number === 'pending') {
      return quantityToHex(await chain.pool.nextNonce(who))
    }
    const { nonce } = await chain.engine.getAccount(who, atOf(chain, ref))
    return quantityToHex(nonce)
  },
  eth_getCode: async (params, { chain }) => {
    const [who, ref] = readParams(params, [address, optional(blockRef)])
    return chain.engine.getCode(who, atOf(chain, ref))
  },
  eth_getStorageAt: async (params, { chain }) => {
    const [who, key, ref] = readParams(params, [address, string, optional(blockRef)])
    const options = atOf(chain, ref)
    return word(await chain.engine.getStorage(who, readKey(key).value, options))
  },
  eth_getStorageValues: async (params, { chain }) => {
    const type = 'map[common.Address][]common.Hash'
    const [requests, ref] = readParams(params, [object(type), optional(blockRef)])
    const read = Object.entries(requests).map(([who, keys]) => {
      return [address(who), list(hash, '[]common.Hash')(keys)] as const
    })
    const total = read.reduce((sum, [, keys]) => sum + keys.length, 0)
    if (total > MAX_KEYS) {
      throw new RpcError(CLIENT_LIMIT_EXCEEDED, `too many slots (max ${MAX_KEYS})`)
    }
    if (total === 0) throw invalidParams('empty request')
    const options = atOf(chain, ref)
    const values = read.map(async ([who, keys]) => {
      const reading = keys.map((key) => chain.engine.getStorage(who, key, options))
      return [who, (await Promise.all(reading)).map(word)] as const
    })
    return Object.fromEntries(await Promise.all(values))
  },
  eth_getProof: async (params, { chain }) => {
    const keyList = list(string, '[]string')
    const [who, texts, ref] = readParams(params, [address, keyList, optional(blockRef)])
    if (texts.length > MAX_KEYS) {
      const count = `max ${MAX_KEYS}, got ${texts.length}`
      throw invalidParams(`too many storage keys requested (${count})`)
    }
    const keys = texts.map(readKey)
    const slots = keys.map(({ value }) => value)
    const proof = await chain.engine.getProof(who, slots, atOf(chain, ref))
    return {
      address: who,
      accountProof: proof.accountProof,
      balance: quantityToHex(proof.balance),
      codeHash: proof.codeHash,
      nonce: quantityToHex(proof.nonce),
      storageHash: proof.storageHash,
      storageProof: proof.storageProof.map(({ proof: nodes, value }, i) => ({
        // A key of 32 bytes comes back as it was, any other as a quantity
        key: keys[i]!.length === WORD ? word(keys[i]!.value) : quantityToHex(keys[i]!.value),
        value: quantityToHex(value),
        proof: nodes,
      })),
    }
  },
}
