/** The whole state, account by account, between blocks. */

import { ACCOUNT_INDEX } from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_ADDRESS,
  ACCOUNT_LIVE,
  ACCOUNT_STORAGE,
  SLOT_KEY,
  SLOT_VALUE,
  VIEW_EXISTS,
  VIEW_FLAGS,
} from '../../assembly/abi/records.js'
import type { AccountState } from '../base/types.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import { entriesOf } from './indexes.js'
import { readAccount } from './read-state.js'

export interface DumpedAccount extends AccountState {
  /** Slots that are not zero, by key. */
  readonly storage: readonly (readonly [key: bigint, value: bigint])[]
}

/** All accounts that exist, by address. */
export function dumpState(core: Core): DumpedAccount[] {
  return addressesOf(core).map((address) => dumpAccount(core, address))
}

/** Of all accounts that exist, ascending. */
export function addressesOf({ memory }: Core): Uint8Array[] {
  return entriesOf(memory, memory.u32[ACCOUNT_INDEX >>> 2]!)
    .filter((ptr) => (memory.u32[(ptr + ACCOUNT_LIVE + VIEW_FLAGS) >>> 2]! & VIEW_EXISTS) !== 0)
    .map((ptr) => memory.readAddress(ptr + ACCOUNT_ADDRESS))
    .sort(compareBytes)
}

export function dumpAccount(core: Core, address: Uint8Array): DumpedAccount {
  const { memory } = core
  const account = core.findAccount(address)
  const index = account === 0 ? 0 : memory.u32[(account + ACCOUNT_STORAGE) >>> 2]!
  return { ...readAccount(core, address), storage: readSlots(memory, index) }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}

function readSlots(memory: LinearMemory, index: number): DumpedAccount['storage'] {
  if (index === 0) return []
  return entriesOf(memory, index)
    .map((slot) => [memory.readWord(slot + SLOT_KEY), memory.readWord(slot + SLOT_VALUE)] as const)
    .filter(([, value]) => value !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
