/** Proofs of an account and its slots as the last block left them (EIP-1186). */

import { WITNESS_COLLECTED } from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_HASH,
  ACCOUNT_TRIE,
  COLLECTED_NEXT,
  COLLECTED_RLP,
  COLLECTED_SIZE,
} from '../../assembly/abi/records.js'
import { EMPTY_ROOT } from '../base/hashes.js'
import { HASH_BYTES, bigIntToBytes, bytesToHex } from '../base/bytes.js'
import { jsonable } from '../base/result-data.js'
import type { AccountProof, Hex } from '../base/types.js'
import type { Core } from '../wasm/core.js'
import { betweenBlocks } from '../machine/guard.js'
import { readAccount, readStorage } from './read-state.js'
import { readStateRoot } from './state-root.js'

/**
 * @param slots each below 2^256
 * @throws MemoryExhaustedError
 */
export function readProof(
  core: Core,
  address: Uint8Array,
  slots: readonly bigint[],
): AccountProof {
  const work = (): AccountProof => proofInBlock(core, address, slots)
  return betweenBlocks(core, {}, () => core.withBlockMemory(work))
}

/** The same within a block. */
export function proofInBlock(
  core: Core,
  address: Uint8Array,
  slots: readonly bigint[],
): AccountProof {
  const { exchange, exports, memory } = core
  readStateRoot(core)
  memory.writeAddress(exchange, address)
  // A record is made for an account that was never seen: its hash is the key
  const account = exports.accountAt(exchange) >>> 0
  memory.refresh()
  const { balance, codeHash, exists, nonce } = readAccount(core, address)
  return jsonable({
    address: bytesToHex(address),
    accountProof: collect(core, account + ACCOUNT_HASH, (keys) => exports.collectState(keys, 1)),
    balance,
    codeHash,
    nonce,
    storageHash: exists ? readStorageRoot(core, account) : EMPTY_ROOT,
    storageProof: slots.map((slot) => {
      const key = bigIntToBytes(slot, HASH_BYTES)
      const hash = core.allocateForBlock(HASH_BYTES)
      memory.write(exchange, key)
      exports.keccak256(hash, exchange, HASH_BYTES)
      return jsonable({
        key: bytesToHex(key),
        value: readStorage(core, address, slot),
        proof: collect(core, hash, (keys) => exports.collectStorage(account, keys, 1)),
      })
    }),
  })
}

/** Nodes on the way to one key, the root first. */
function collect(core: Core, keyPtr: number, walk: (keys: number) => void): Hex[] {
  const keys = core.allocateForBlock(8)
  const { memory } = core
  memory.u32[keys >>> 2] = keyPtr
  memory.u32[WITNESS_COLLECTED >>> 2] = 0
  walk(keys)
  memory.refresh()
  const nodes: Hex[] = []
  let entry = memory.u32[WITNESS_COLLECTED >>> 2]!
  for (; entry !== 0; entry = memory.u32[(entry + COLLECTED_NEXT) >>> 2]!) {
    const size = memory.u32[(entry + COLLECTED_SIZE) >>> 2]!
    nodes.push(bytesToHex(memory.copy(entry + COLLECTED_RLP, size)))
  }
  return nodes.reverse()
}

function readStorageRoot(core: Core, account: number): Hex {
  if (core.memory.u32[(account + ACCOUNT_TRIE) >>> 2] === 0) return EMPTY_ROOT
  core.exports.storageRoot(account, core.exchange)
  return bytesToHex(core.memory.copy(core.exchange, HASH_BYTES))
}
