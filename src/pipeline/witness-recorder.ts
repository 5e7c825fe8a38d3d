/**
 * Makes the witness of a block: what it reads of the state before it. The core notes which
 * accounts, slots, codes and block hashes the block has touched; their nodes are taken from the
 * tries as they were before it, and the siblings that its removals need while the tries follow it.
 */

import {
  BLOCK,
  WATCH,
  WATCH_PARTIAL,
  WATCH_RECORD,
  WITNESS_COLLECTED,
  WORKER_OLDEST_HASH,
  WORKER_TOUCHES,
} from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_ADDRESS,
  ACCOUNT_CODE_WATCHED,
  ACCOUNT_HASH,
  ACCOUNT_LIVE,
  ACCOUNT_TRIE,
  CODE_BYTES,
  CODE_HASH,
  CODE_LENGTH,
  COLLECTED_NEXT,
  COLLECTED_RLP,
  COLLECTED_SIZE,
  SLOT_KEY,
  TOUCH_ACCOUNT,
  TOUCH_KEY,
  TOUCH_KIND,
  TOUCH_KIND_ACCOUNT,
  TOUCH_KIND_SLOT,
  TOUCH_NEXT,
  TOUCH_SLOT,
  VIEW_CODE,
} from '../../assembly/abi/records.js'
import { bytesToHex, compareBytes } from '../bytes.js'
import type { StateWitness } from '../types.js'
import { workerRecord, type Core } from '../wasm/core.js'
import type { EngineParts } from './engine-parts.js'
import { readStateRoot } from './state-root.js'

const HASH_BYTES = 32

/** Tells the core what to watch in the block that is about to begin. */
export function watchState(parts: EngineParts, records: boolean): WitnessRecorder | undefined {
  const { core, executor } = parts
  const { u32 } = core.memory
  const partial = u32[WATCH >>> 2]! & WATCH_PARTIAL
  u32[WATCH >>> 2] = partial
  if (!records) return undefined
  // Nodes are copied as they were: their references have to be up to date before the block
  readStateRoot(core)
  core.memory.u32[WATCH >>> 2] = partial | WATCH_RECORD
  return new WitnessRecorder(core, executor.workers)
}

/** Of one block: `collect` when all of it has run, `finish` when its state root is made. Without
 *  `collect` there are only siblings in the end. */
export class WitnessRecorder {
  readonly #core: Core
  readonly #workers: number
  readonly #accounts = new Set<number>()
  /** Keys of slots (words as they lie in memory, in hex) by account record. */
  readonly #slots = new Map<number, Map<string, Uint8Array>>()
  #codes: Uint8Array[] = []
  #oldestBlockHash = 0

  constructor(core: Core, workers: number) {
    this.#core = core
    this.#workers = workers
  }

  /** Takes the nodes on the ways to all that was touched, as they were before the block. */
  collect(): void {
    const { exports, memory } = this.#core
    memory.refresh()
    this.#readTouches()
    const accounts = this.#sortedAccounts()
    const accountKeys = this.#placePointers(accounts.map((account) => account + ACCOUNT_HASH))
    const slotKeys = accounts.map((account) => this.#placeSlotKeys(account))
    exports.exchangeBlockLogs()
    try {
      exports.collectState(accountKeys, accounts.length)
      memory.refresh()
      accounts.forEach((account, i) => {
        const { count, ptr } = slotKeys[i]!
        if (count > 0 && memory.u32[(account + ACCOUNT_TRIE) >>> 2] !== 0) {
          exports.collectStorage(account, ptr, count)
        }
      })
      memory.refresh()
      this.#codes = this.#readCodes(accounts)
    } finally {
      exports.exchangeBlockLogs()
    }
  }

  finish(): StateWitness {
    const { memory } = this.#core
    memory.refresh()
    memory.u32[WATCH >>> 2]! &= ~WATCH_RECORD
    const nodes: Uint8Array[] = []
    let entry = memory.u32[WITNESS_COLLECTED >>> 2]!
    while (entry !== 0) {
      nodes.push(memory.copy(entry + COLLECTED_RLP, memory.u32[(entry + COLLECTED_SIZE) >>> 2]!))
      entry = memory.u32[(entry + COLLECTED_NEXT) >>> 2]!
    }
    return {
      state: this.#sortedByHash(nodes),
      codes: this.#codes,
      keys: this.#readKeys(),
      oldestBlockHash: this.#oldestBlockHash,
    }
  }

  #readTouches(): void {
    const { bytes, u32 } = this.#core.memory
    for (let id = 0; id < this.#workers; id++) {
      const worker = workerRecord(id)
      const oldest = u32[(worker + WORKER_OLDEST_HASH) >>> 2]!
      this.#oldestBlockHash = Math.max(this.#oldestBlockHash, oldest)
      let touch = u32[(worker + WORKER_TOUCHES) >>> 2]!
      for (; touch !== 0; touch = u32[(touch + TOUCH_NEXT) >>> 2]!) {
        const account = u32[(touch + TOUCH_ACCOUNT) >>> 2]!
        const kind = u32[(touch + TOUCH_KIND) >>> 2]!
        if (kind === TOUCH_KIND_ACCOUNT) {
          this.#accounts.add(account)
          continue
        }
        const slot = u32[(touch + TOUCH_SLOT) >>> 2]!
        const key = kind === TOUCH_KIND_SLOT ? slot + SLOT_KEY : touch + TOUCH_KEY
        // Words are little-endian in memory
        const keyBytes = bytes.slice(key, key + HASH_BYTES).reverse()
        const keys = this.#slots.get(account) ?? new Map<string, Uint8Array>()
        keys.set(bytesToHex(keyBytes), keyBytes)
        this.#slots.set(account, keys)
      }
    }
  }

  #sortedAccounts(): number[] {
    const { bytes } = this.#core.memory
    const hashOf = (account: number): Uint8Array =>
      bytes.subarray(account + ACCOUNT_HASH, account + ACCOUNT_HASH + HASH_BYTES)
    return [...this.#accounts].sort((a, b) => compareBytes(hashOf(a), hashOf(b)))
  }

  /** The hashed keys of an account's touched slots, ascending: pointers to them. */
  #placeSlotKeys(account: number): { readonly count: number; readonly ptr: number } {
    const keys = [...(this.#slots.get(account)?.values() ?? [])]
    if (keys.length === 0) return { count: 0, ptr: 0 }
    const core = this.#core
    const hashes = core.allocateForBlock(keys.length * HASH_BYTES)
    const pointers = keys.map((key, i) => {
      const hash = hashes + i * HASH_BYTES
      core.memory.write(core.exchange, key)
      core.exports.keccak256(hash, core.exchange, HASH_BYTES)
      return hash
    })
    const { bytes } = core.memory
    const at = (ptr: number): Uint8Array => bytes.subarray(ptr, ptr + HASH_BYTES)
    pointers.sort((a, b) => compareBytes(at(a), at(b)))
    return { count: keys.length, ptr: this.#placePointers(pointers) }
  }

  #placePointers(pointers: readonly number[]): number {
    const ptr = this.#core.allocateForBlock(Math.max(pointers.length * 4, 8))
    this.#core.memory.u32.set(pointers, ptr >>> 2)
    return ptr
  }

  /** Codes that accounts had before the block and that were run or read for them, by hash. */
  #readCodes(accounts: readonly number[]): Uint8Array[] {
    const { memory } = this.#core
    const { u32 } = memory
    const block = u32[BLOCK >>> 2]!
    const codes = new Map<string, Uint8Array>()
    for (const account of accounts) {
      if (u32[(account + ACCOUNT_CODE_WATCHED) >>> 2] !== block) continue
      const code = u32[(account + ACCOUNT_LIVE + VIEW_CODE) >>> 2]!
      if (code === 0) continue
      const hash = bytesToHex(memory.copy(code + CODE_HASH, HASH_BYTES))
      const size = u32[(code + CODE_LENGTH) >>> 2]!
      codes.set(hash, memory.copy(u32[(code + CODE_BYTES) >>> 2]!, size))
    }
    return [...codes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, code]) => code)
  }

  /** Each once: a sibling may be on the way to something that was touched. */
  #sortedByHash(nodes: readonly Uint8Array[]): Uint8Array[] {
    const core = this.#core
    const byHash = new Map<string, Uint8Array>()
    for (const node of nodes) {
      core.memory.write(core.exchange + HASH_BYTES, node)
      core.exports.keccak256(core.exchange, core.exchange + HASH_BYTES, node.length)
      byHash.set(bytesToHex(core.memory.bytes.slice(core.exchange, core.exchange + 32)), node)
    }
    return [...byHash].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node)
  }

  #readKeys(): Uint8Array[] {
    const { memory } = this.#core
    const keys = new Map<string, Uint8Array>()
    for (const account of this.#accounts) {
      const address = memory.readAddress(account + ACCOUNT_ADDRESS)
      keys.set(bytesToHex(address), address)
    }
    for (const slots of this.#slots.values()) for (const [hex, key] of slots) keys.set(hex, key)
    const sorted = [...keys].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
    return sorted.map(([, key]) => key)
  }
}
