/** States in the formats of other programs, as an alloc: geth's dumps, anvil's saved states. */

import { asObject, type JsonObject } from '../base/json.js'
import type { Alloc, AllocAccount, Hex } from '../base/types.js'

/**
 * A state as `load` takes it: geth's `alloc`, or a file with `accounts` as geth's `dump` and
 * `debug_dumpBlock` write it, or anvil's `--dump-state`.
 */
export type StateInput = Alloc | { readonly accounts: Readonly<Record<string, object>> }

const BARE_HEX = /^(?:[0-9a-fA-F]{2})*$/

/** @throws InvalidInputError for what is no object; accounts are checked by whoever loads them */
export function allocOf(state: unknown): Alloc {
  const given = asObject(state, 'state')
  if (!('accounts' in given)) return given as Alloc
  const accounts = asObject(given.accounts, 'state.accounts')
  const entries = Object.entries(accounts).map(([address, value]) => {
    return [address, allocAccountOf(asObject(value, `state.accounts.${address}`))] as const
  })
  return Object.fromEntries(entries)
}

/** What both formats say beside it follows from it: roots, hashes, the address once more. */
function allocAccountOf({ balance, code, nonce, storage }: JsonObject): AllocAccount {
  return {
    ...(balance == null ? {} : { balance: balance as string }),
    ...(nonce == null ? {} : { nonce: nonce as string }),
    ...(code == null ? {} : { code: withPrefix(code) as Hex }),
    ...(storage == null ? {} : { storage: slotsOf(asObject(storage, 'storage')) }),
  }
}

/** Geth writes values as hex without `0x`. */
function slotsOf(storage: JsonObject): Record<string, string> {
  const slots = Object.entries(storage).map(([key, value]) => {
    return [withPrefix(key) as string, withPrefix(value) as string] as const
  })
  return Object.fromEntries(slots)
}

function withPrefix(value: unknown): unknown {
  return typeof value === 'string' && BARE_HEX.test(value) ? `0x${value}` : value
}
