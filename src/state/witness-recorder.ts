/**
 * Makes the witness of a block: what it reads of the state before it. The core notes which
 * accounts, slots, codes and block hashes the block has touched; their nodes are taken from the
 * tries as they were before it, and the siblings that its removals need while the tries follow it.
 */

import {
  BLOCK,
  WATCH,
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
  TOUCH_WITHOUT_TRIE,
  VIEW_CODE,
} from '../../assembly/abi/records.js'
import { HASH_BYTES, bytesToHex, compareBytes } from '../base/bytes.js'
import type { Pulse } from '../base/pulse.js'
import { sortInTurns } from '../base/sort-in-turns.js'
import type { StateWitness } from '../base/types.js'
import { workerRecord, type Core } from '../wasm/core.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { readStateRoot } from './state-root.js'

export { withSiblings } from './witness-siblings.js'

const POINTER_BYTES = 4
const STEPS_A_LOOK = 32
/** Keys whose nodes are collected at once: 1 to 5 ms. */
const KEYS_AT_ONCE = 1_024

type Entry = readonly [string, Uint8Array]
interface Slot {
  readonly key: Uint8Array
  /** Whether it was looked for in the state before the block, not only in what came after that. */
  readonly isOfParent: boolean
}

/** Pointers in linear memory, and how many. */
interface Keys {
  readonly count: number
  readonly ptr: number
}

/** Tells the core to note what the block that is about to begin looks at. */
export function recordWitness({ core, workers }: EngineParts, pulse: Pulse): WitnessRecorder {
  // Nodes are copied as they were: their references have to be up to date before the block
  readStateRoot(core)
  core.memory.u32[WATCH >>> 2]! |= WATCH_RECORD
  return new WitnessRecorder(core, workers.count, pulse)
}

/** Of one block: `collect` when all of it has run, `finish` when its state root is made. Without
 *  `collect` there are only siblings in the end. */
export class WitnessRecorder {
  readonly #core: Core
  readonly #workers: number
  readonly #pulse: Pulse
  readonly #accounts = new Set<number>()
  /** Keys of slots (words as they lie in memory, in hex) by account record. */
  readonly #slots = new Map<number, Map<string, Slot>>()
  #codes: Uint8Array[] = []
  #oldestBlockHash = 0

  constructor(core: Core, workers: number, pulse: Pulse) {
    this.#core = core
    this.#workers = workers
    this.#pulse = pulse
  }

  /**
   * Takes the nodes on the ways to all that was touched, as they were before the block.
   * @throws CancelledError
   */
  async collect(): Promise<void> {
    const { exports, memory } = this.#core
    memory.refresh()
    await this.#readTouches()
    const accounts = await this.#sorted([...this.#accounts], ACCOUNT_HASH)
    const accountKeys = this.#placePointers(accounts.map((account) => account + ACCOUNT_HASH))
    const slotKeys: Keys[] = []
    for (const account of accounts) slotKeys.push(await this.#placeSlotKeys(account))
    exports.exchangeBlockLogs()
    try {
      const keys = { count: accounts.length, ptr: accountKeys }
      await this.#collect(keys, (ptr, count) => exports.collectState(ptr, count))
      for (const [i, account] of accounts.entries()) {
        if (slotKeys[i]!.count === 0 || memory.u32[(account + ACCOUNT_TRIE) >>> 2] === 0) continue
        await this.#collect(slotKeys[i]!, (ptr, count) =>
          exports.collectStorage(account, ptr, count),
        )
      }
      this.#codes = await this.#readCodes(accounts)
    } finally {
      exports.exchangeBlockLogs()
    }
  }

  /** @throws CancelledError */
  async finish(): Promise<StateWitness> {
    const { memory } = this.#core
    const pulse = this.#pulse
    memory.refresh()
    memory.u32[WATCH >>> 2]! &= ~WATCH_RECORD
    const nodes: Uint8Array[] = []
    let entry = memory.u32[WITNESS_COLLECTED >>> 2]!
    while (entry !== 0) {
      nodes.push(memory.copy(entry + COLLECTED_RLP, memory.u32[(entry + COLLECTED_SIZE) >>> 2]!))
      entry = memory.u32[(entry + COLLECTED_NEXT) >>> 2]!
      if (nodes.length % STEPS_A_LOOK === 0 && pulse.isDue()) await pulse.turn()
    }
    return {
      state: await this.#sortedByHash(nodes),
      codes: this.#codes,
      keys: await this.#readKeys(),
      oldestBlockHash: this.#oldestBlockHash,
    }
  }

  /** Some keys at once: nodes on two ways are there twice then, which `finish` finds out. */
  async #collect({ count, ptr }: Keys, collect: (ptr: number, count: number) => void) {
    const steps = Math.ceil(count / KEYS_AT_ONCE)
    const collecting = this.#pulse.steps(steps, (i) => {
      const first = i * KEYS_AT_ONCE
      collect(ptr + first * POINTER_BYTES, Math.min(KEYS_AT_ONCE, count - first))
    })
    if (collecting !== undefined) await collecting
    this.#core.memory.refresh()
  }

  async #readTouches(): Promise<void> {
    const { u32 } = this.#core.memory
    const pulse = this.#pulse
    let read = 0
    for (let id = 0; id < this.#workers; id++) {
      const worker = workerRecord(id)
      const oldest = u32[(worker + WORKER_OLDEST_HASH) >>> 2]!
      this.#oldestBlockHash = Math.max(this.#oldestBlockHash, oldest)
      let touch = u32[(worker + WORKER_TOUCHES) >>> 2]!
      for (; touch !== 0; touch = u32[(touch + TOUCH_NEXT) >>> 2]!) {
        this.#readTouch(touch)
        if (++read % STEPS_A_LOOK === 0 && pulse.isDue()) await pulse.turn()
      }
    }
  }

  #readTouch(touch: number): void {
    const { bytes, u32 } = this.#core.memory
    const account = u32[(touch + TOUCH_ACCOUNT) >>> 2]!
    const flags = u32[(touch + TOUCH_KIND) >>> 2]!
    const kind = flags & ~TOUCH_WITHOUT_TRIE
    if (kind === TOUCH_KIND_ACCOUNT) {
      this.#accounts.add(account)
      return
    }
    const slot = u32[(touch + TOUCH_SLOT) >>> 2]!
    const key = kind === TOUCH_KIND_SLOT ? slot + SLOT_KEY : touch + TOUCH_KEY
    // Words are little-endian in memory
    const keyBytes = bytes.slice(key, key + HASH_BYTES).reverse()
    const slots = this.#slots.get(account) ?? new Map<string, Slot>()
    const hex = bytesToHex(keyBytes)
    const isOfParent = (flags & TOUCH_WITHOUT_TRIE) === 0 || slots.get(hex)?.isOfParent === true
    slots.set(hex, { key: keyBytes, isOfParent })
    this.#slots.set(account, slots)
  }

  /** Pointers in the order of the hashes at an offset of what they point at. */
  #sorted(pointers: number[], offset: number): Promise<number[]> {
    const { bytes } = this.#core.memory
    const at = (ptr: number): Uint8Array =>
      bytes.subarray(ptr + offset, ptr + offset + HASH_BYTES)
    return sortInTurns(pointers, (a, b) => compareBytes(at(a), at(b)), this.#pulse)
  }

  /** The hashed keys of an account's slots that were looked for in its trie, ascending. */
  async #placeSlotKeys(account: number): Promise<Keys> {
    const slots = [...(this.#slots.get(account)?.values() ?? [])]
    const keys = slots.filter(({ isOfParent }) => isOfParent).map(({ key }) => key)
    if (keys.length === 0) return { count: 0, ptr: 0 }
    const core = this.#core
    const hashes = core.allocateForBlock(keys.length * HASH_BYTES)
    await this.#pulse.steps(keys.length, (i) => {
      core.memory.write(core.exchange, keys[i]!)
      core.exports.keccak256(hashes + i * HASH_BYTES, core.exchange, HASH_BYTES)
    })
    const pointers = await this.#sorted(
      keys.map((_, i) => hashes + i * HASH_BYTES),
      0,
    )
    return { count: keys.length, ptr: this.#placePointers(pointers) }
  }

  #placePointers(pointers: readonly number[]): number {
    const ptr = this.#core.allocateForBlock(Math.max(pointers.length * 4, 8))
    this.#core.memory.u32.set(pointers, ptr >>> 2)
    return ptr
  }

  /** Codes that accounts had before the block and that were run or read for them, by hash. */
  async #readCodes(accounts: readonly number[]): Promise<Uint8Array[]> {
    const { memory } = this.#core
    const { u32 } = memory
    const block = u32[BLOCK >>> 2]!
    const codes = new Map<string, Uint8Array>()
    await this.#pulse.steps(accounts.length, (i) => {
      const account = accounts[i]!
      if (u32[(account + ACCOUNT_CODE_WATCHED) >>> 2] !== block) return
      const code = u32[(account + ACCOUNT_LIVE + VIEW_CODE) >>> 2]!
      if (code === 0) return
      const hash = bytesToHex(memory.copy(code + CODE_HASH, HASH_BYTES))
      const size = u32[(code + CODE_LENGTH) >>> 2]!
      codes.set(hash, memory.copy(u32[(code + CODE_BYTES) >>> 2]!, size))
    })
    return this.#valuesByKey(codes)
  }

  /** The values in the order of their keys. */
  async #valuesByKey(map: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array[]> {
    const entries = await sortInTurns([...map], ([a], [b]) => (a < b ? -1 : 1), this.#pulse)
    return entries.map(([, value]) => value)
  }

  /** Each once: a sibling may be on the way to something that was touched. */
  async #sortedByHash(nodes: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const core = this.#core
    const byHash = new Map<string, Uint8Array>()
    await this.#pulse.steps(nodes.length, (i) => {
      const node = nodes[i]!
      core.memory.write(core.exchange + HASH_BYTES, node)
      core.exports.keccak256(core.exchange, core.exchange + HASH_BYTES, node.length)
      byHash.set(bytesToHex(core.memory.bytes.slice(core.exchange, core.exchange + 32)), node)
    })
    return this.#valuesByKey(byHash)
  }

  async #readKeys(): Promise<Uint8Array[]> {
    const { memory } = this.#core
    const keys = new Map<string, Uint8Array>()
    const pulse = this.#pulse
    for (const account of this.#accounts) {
      const address = memory.readAddress(account + ACCOUNT_ADDRESS)
      keys.set(bytesToHex(address), address)
      if (keys.size % STEPS_A_LOOK === 0 && pulse.isDue()) await pulse.turn()
    }
    for (const slots of this.#slots.values()) {
      for (const [hex, { key }] of slots) keys.set(hex, key)
      if (pulse.isDue()) await pulse.turn()
    }
    const inOrder = ([a]: Entry, [b]: Entry): number => a.length - b.length || (a < b ? -1 : 1)
    return (await sortInTurns([...keys], inOrder, pulse)).map(([, key]) => key)
  }
}
