/**
 * What a block has changed of the state, as the state before it has it: enough to go back. Read
 * from the block log while the block is not yet kept. Its size is in proportion to what the block
 * has touched.
 */

import { WORKERS, WORKER_LOG_HEAD, WORKER_SIZE } from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_ADDRESS,
  ACCOUNT_LIVE,
  BLOCK_LOG_ACCOUNT,
  BLOCK_LOG_ACCOUNT_VIEW,
  BLOCK_LOG_KIND,
  BLOCK_LOG_NEXT,
  BLOCK_LOG_OLD,
  BLOCK_LOG_SLOT,
  BLOCK_LOG_SLOT_PTR,
  SLOT_KEY,
  SLOT_VALUE,
  VIEW_BALANCE,
  VIEW_CODE,
  VIEW_EXISTS,
  VIEW_FLAGS,
  VIEW_NONCE,
} from '../../assembly/abi/records.js'
import { hexToBytes } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import { entriesOf } from './indexes.js'
import { readCode } from './read-state.js'

/** An account as it was. */
export interface AccountBefore {
  readonly exists: boolean
  /** In wei. */
  readonly balance: bigint
  readonly nonce: bigint
  /** Undefined if the block has not changed it. */
  readonly code: Uint8Array | undefined
}

/** Each account and each slot once, by address and key. */
export interface StateBefore {
  readonly accounts: ReadonlyMap<Hex, AccountBefore>
  readonly storage: ReadonlyMap<Hex, ReadonlyMap<bigint, bigint>>
}

const BALANCE_AT = 32
const KEY_AT = 64
const VALUE_AT = 96

/**
 * The block log has an entry for the first write to a record in each of its stretches, newest
 * first; so the last one that is found of a record is the oldest.
 * @param workers how many have a log
 */
export function readStateBefore({ memory }: Core, workers: number): StateBefore {
  const { u32 } = memory
  const views = new Map<number, number>()
  const slots = new Map<number, SlotBefore>()
  const dropped: [account: number, index: number][] = []
  for (let id = 0; id < workers; id++) {
    let entry = u32[(WORKERS + id * WORKER_SIZE + WORKER_LOG_HEAD) >>> 2]!
    for (; entry !== 0; entry = u32[(entry + BLOCK_LOG_NEXT) >>> 2]!) {
      const account = u32[(entry + BLOCK_LOG_ACCOUNT) >>> 2]!
      const kind = u32[(entry + BLOCK_LOG_KIND) >>> 2]!
      const ptr = u32[(entry + BLOCK_LOG_SLOT_PTR) >>> 2]!
      if (kind === BLOCK_LOG_ACCOUNT_VIEW) views.set(account, entry + BLOCK_LOG_OLD)
      else if (kind === BLOCK_LOG_SLOT) slots.set(ptr, { account, at: entry + BLOCK_LOG_OLD })
      else if (ptr !== 0) dropped.push([account, ptr])
    }
  }
  // What was dropped as a whole, and not written to before
  for (const [account, index] of dropped) {
    for (const slot of entriesOf(memory, index)) {
      if (!slots.has(slot)) slots.set(slot, { account, at: slot + SLOT_VALUE })
    }
  }
  const accounts = new Map<Hex, AccountBefore>()
  for (const [account, view] of views) {
    accounts.set(addressOf(memory, account), readView(memory, account, view))
  }
  return { accounts, storage: readSlots(memory, slots) }
}

interface SlotBefore {
  readonly account: number
  /** Pointer to the value. */
  readonly at: number
}

function readView(memory: LinearMemory, account: number, view: number): AccountBefore {
  const { u32, u64 } = memory
  const code = u32[(view + VIEW_CODE) >>> 2]!
  const isSame = code === u32[(account + ACCOUNT_LIVE + VIEW_CODE) >>> 2]
  return {
    exists: (u32[(view + VIEW_FLAGS) >>> 2]! & VIEW_EXISTS) !== 0,
    balance: memory.readWord(view + VIEW_BALANCE),
    nonce: u64[(view + VIEW_NONCE) >>> 3]!,
    code: isSame ? undefined : readCode(memory, code),
  }
}

/** A key may have two records, one of storage that was dropped: what came since began with 0. */
function readSlots(
  memory: LinearMemory,
  slots: ReadonlyMap<number, SlotBefore>,
): Map<Hex, Map<bigint, bigint>> {
  const byAccount = new Map<number, Map<bigint, bigint>>()
  for (const [slot, { account, at }] of slots) {
    let own = byAccount.get(account)
    if (own === undefined) byAccount.set(account, (own = new Map<bigint, bigint>()))
    const key = memory.readWord(slot + SLOT_KEY)
    const value = memory.readWord(at)
    if (value !== 0n || !own.has(key)) own.set(key, value)
  }
  return new Map([...byAccount].map(([account, own]) => [addressOf(memory, account), own]))
}

function addressOf(memory: LinearMemory, account: number): Hex {
  return memory.readAddressHex(account + ACCOUNT_ADDRESS)
}

/**
 * What one block after the other has changed, as the state before all of them has it.
 * @param changes the first block's first
 */
export function joinChanges(changes: readonly StateBefore[]): StateBefore {
  if (changes.length === 1) return changes[0]!
  const accounts = new Map<Hex, AccountBefore>()
  const storage = new Map<Hex, Map<bigint, bigint>>()
  for (const change of changes) {
    for (const [address, before] of change.accounts) {
      const first = accounts.get(address)
      if (first === undefined) accounts.set(address, before)
      // A later block was the first to change the code
      else if (first.code === undefined) accounts.set(address, { ...first, code: before.code })
    }
    for (const [address, slots] of change.storage) {
      const own = storage.get(address) ?? new Map<bigint, bigint>()
      storage.set(address, own)
      for (const [key, value] of slots) if (!own.has(key)) own.set(key, value)
    }
  }
  return { accounts, storage }
}

/** Makes the state what it was, within a block that the caller has begun. */
export function writeStateBefore(core: Core, { accounts, storage }: StateBefore): void {
  const { exports } = core
  for (const [address, { balance, code, exists, nonce }] of accounts) {
    const account = recordAt(core, hexToBytes(address))
    if (!exists) {
      exports.removeAccount(account)
      continue
    }
    writeBalance(core, account, balance)
    exports.setAccountNonce(account, nonce)
    if (code !== undefined) exports.setAccountCode(account, core.place(code), code.length)
  }
  for (const [address, slots] of storage) {
    const account = recordAt(core, hexToBytes(address))
    for (const [key, value] of slots) writeSlot(core, account, key, value)
  }
}

/** Within a block: an account's record, made if there is none. */
export function recordAt(core: Core, address: Uint8Array): number {
  const account = core.exports.accountAt(core.exchangeAddress(address)) >>> 0
  core.memory.refresh()
  return account
}

/** Within a block. */
export function writeBalance(core: Core, account: number, balance: bigint): void {
  core.memory.writeWord(core.exchange + BALANCE_AT, balance)
  core.exports.setBalance(account, core.exchange + BALANCE_AT)
}

/** Within a block. */
export function writeSlot(core: Core, account: number, key: bigint, value: bigint): void {
  const { exchange, exports, memory } = core
  memory.writeWord(exchange + KEY_AT, key)
  memory.writeWord(exchange + VALUE_AT, value)
  exports.setStorage(account, exchange + KEY_AT, exchange + VALUE_AT)
  memory.refresh()
}
