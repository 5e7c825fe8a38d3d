/** Loading a genesis: geth's `alloc` into the state. Checked as a whole before the first write. */

import { asObject } from './block/json.js'
import { EMPTY_BYTES, UINT64_LIMIT, hexToAddress, hexToBytes, parseQuantity } from './bytes.js'
import type { Alloc } from './types.js'
import type { Core } from './wasm/core.js'

export interface GenesisAccount {
  readonly address: Uint8Array
  readonly balance: bigint
  readonly nonce: bigint
  readonly code: Uint8Array
  readonly storage: readonly (readonly [key: bigint, value: bigint])[]
}

/** Geth itself writes addresses of an alloc without `0x`. */
const BARE_HEX = /^[0-9a-fA-F]+$/

const ADDRESS_AT = 0
const BALANCE_AT = 32
const KEY_AT = 64
const VALUE_AT = 96

/** @throws InvalidInputError naming account and field */
export function readAlloc(alloc: Alloc): GenesisAccount[] {
  return Object.entries(asObject(alloc, 'alloc')).map(([name, value]) => {
    const at = (field: string): string => `alloc.${name}.${field}`
    const account = asObject(value, `alloc.${name}`)
    const storage = asObject(account.storage ?? {}, at('storage'))
    return {
      address: hexToAddress(BARE_HEX.test(name) ? `0x${name}` : name, `alloc.${name}`),
      balance: parseQuantity(account.balance ?? 0, at('balance')),
      nonce: parseQuantity(account.nonce ?? 0, at('nonce'), UINT64_LIMIT),
      code: account.code == null ? EMPTY_BYTES : hexToBytes(account.code, at('code')),
      storage: Object.entries(storage).map(
        ([key, slot]) =>
          [
            parseQuantity(BARE_HEX.test(key) ? `0x${key}` : key, at('storage')),
            parseQuantity(slot, at(`storage.${key}`)),
          ] as const,
      ),
    }
  })
}

/**
 * Within a block of its own, which the caller commits or undoes.
 * @param keepEmpty whether empty accounts are part of the state: in Ethereum a genesis may hold
 *   them, and EIP-161 deletes them when they are touched; between actors there are none
 */
export function writeGenesis(
  core: Core,
  accounts: readonly GenesisAccount[],
  keepEmpty: boolean,
): void {
  const { exchange, exports, memory } = core
  for (const { address, balance, nonce, code, storage } of accounts) {
    memory.writeAddress(exchange + ADDRESS_AT, address)
    memory.writeWord(exchange + BALANCE_AT, balance)
    const account = exports.accountAt(exchange + ADDRESS_AT) >>> 0
    const codePtr = core.place(code)
    const keep = keepEmpty ? 1 : 0
    exports.setAccount(account, exchange + BALANCE_AT, nonce, codePtr, code.length, keep)
    for (const [key, value] of storage) {
      memory.writeWord(exchange + KEY_AT, key)
      memory.writeWord(exchange + VALUE_AT, value)
      exports.setStorage(account, exchange + KEY_AT, exchange + VALUE_AT)
    }
    memory.refresh()
  }
}
