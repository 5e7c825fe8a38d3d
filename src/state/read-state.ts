/** Reading accounts and storage between blocks. */

import {
  ACCOUNT_LIVE,
  CODE_BYTES,
  CODE_HASH,
  CODE_LENGTH,
  VIEW_BALANCE,
  VIEW_CODE,
  VIEW_EXISTS,
  VIEW_FLAGS,
  VIEW_NONCE,
} from '../../assembly/abi/records.js'
import { EMPTY_CODE_HASH } from '../base/hashes.js'
import { EMPTY_BYTES, bytesToHex } from '../base/bytes.js'
import { jsonable } from '../base/result-data.js'
import type { AccountState } from '../base/types.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

const KEY_AT = 32
const VALUE_AT = 64

export function readAccount(core: Core, address: Uint8Array): AccountState {
  const { memory } = core
  const account = core.findAccount(address)
  const view = account + ACCOUNT_LIVE
  const exists = account !== 0 && (memory.u32[(view + VIEW_FLAGS) >>> 2]! & VIEW_EXISTS) !== 0
  const code = account === 0 ? 0 : memory.u32[(view + VIEW_CODE) >>> 2]!
  return jsonable({
    address: bytesToHex(address),
    exists,
    balance: account === 0 ? 0n : memory.readWord(view + VIEW_BALANCE),
    nonce: account === 0 ? 0n : memory.u64[(view + VIEW_NONCE) >>> 3]!,
    codeHash: code === 0 ? EMPTY_CODE_HASH : bytesToHex(memory.copy(code + CODE_HASH, 32)),
    code: bytesToHex(readCode(memory, code)),
  })
}

export function readStorage(core: Core, address: Uint8Array, key: bigint): bigint {
  const account = core.findAccount(address)
  if (account === 0) return 0n
  const { exchange, exports, memory } = core
  memory.writeWord(exchange + KEY_AT, key)
  exports.getStorage(account, exchange + KEY_AT, exchange + VALUE_AT)
  return memory.readWord(exchange + VALUE_AT)
}

/** @param code its record, 0 for none */
export function readCode(memory: LinearMemory, code: number): Uint8Array {
  if (code === 0) return EMPTY_BYTES
  const { u32 } = memory
  return memory.copy(u32[(code + CODE_BYTES) >>> 2]!, u32[(code + CODE_LENGTH) >>> 2]!)
}
