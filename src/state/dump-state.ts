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
  const { memory } = core
  const pointers = entriesOf(memory, memory.u32[ACCOUNT_INDEX >>> 2]!)
  return pointers
    .filter((ptr) => (memory.u32[(ptr + ACCOUNT_LIVE + VIEW_FLAGS) >>> 2]! & VIEW_EXISTS) !== 0)
    .map((ptr) => ({
      ...readAccount(core, memory.readAddress(ptr + ACCOUNT_ADDRESS)),
      storage: readSlots(memory, memory.u32[(ptr + ACCOUNT_STORAGE) >>> 2]!),
    }))
    .sort((a, b) => (a.address < b.address ? -1 : 1))
}

function readSlots(memory: LinearMemory, index: number): DumpedAccount['storage'] {
  if (index === 0) return []
  return entriesOf(memory, index)
    .map((slot) => [memory.readWord(slot + SLOT_KEY), memory.readWord(slot + SLOT_VALUE)] as const)
    .filter(([, value]) => value !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
