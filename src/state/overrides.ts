/** A state that is changed for a look at it: what calls may assume of accounts (as in eth_call). */

import { ACCOUNT_PRECOMPILE } from '../../assembly/abi/records.js'
import { ADDRESS_BYTES, UINT64_LIMIT, hexToBytes, parseQuantity, viewOf } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import { asKnownObject, asObject } from '../base/json.js'
import { keysOf } from '../base/known-keys.js'
import type { BytesLike, Quantity } from '../base/types.js'
import { readBytes } from '../intake/environment.js'
import type { Core } from '../wasm/core.js'
import { recordAt, writeBalance, writeSlot } from './changes.js'

type Optional<T> = T | null | undefined

/** What is assumed of an account. What is left out is as it is. */
export interface AccountOverride {
  /** In wei. */
  readonly balance?: Optional<Quantity>
  readonly nonce?: Optional<Quantity>
  readonly code?: Optional<BytesLike>
  /** All of its storage: slot → value. Slots that are not there are 0. */
  readonly state?: Optional<Readonly<Record<string, Quantity>>>
  /** Some of its slots; the others stay. Not beside `state`. */
  readonly stateDiff?: Optional<Readonly<Record<string, Quantity>>>
  /** Of a precompile: where it is instead. */
  readonly movePrecompileToAddress?: Optional<BytesLike>
}

/** Address → what is assumed of it. */
export type StateOverrides = Readonly<Record<string, AccountOverride>>

const FIELDS = keysOf<AccountOverride>()({
  balance: true,
  nonce: true,
  code: true,
  state: true,
  stateDiff: true,
  movePrecompileToAddress: true,
})

/** An override that is read. */
export interface Override {
  readonly address: Uint8Array
  readonly balance: bigint | undefined
  readonly nonce: bigint | undefined
  readonly code: Uint8Array | undefined
  readonly slots: readonly (readonly [key: bigint, value: bigint])[]
  /** Whether the account has no other slots. */
  readonly isWholeStorage: boolean
  readonly precompileTo: Uint8Array | undefined
}

/** @throws InvalidInputError naming account and field */
export function readOverrides(overrides: StateOverrides | null | undefined): readonly Override[] {
  if (overrides == null) return []
  return Object.entries(asObject(overrides, 'state')).map(([name, value]) => {
    return readOverride(name, value)
  })
}

function readOverride(name: string, value: unknown): Override {
  const at = `state.${name}`
  const fields = asKnownObject(value, FIELDS, at)
  if (fields.state != null && fields.stateDiff != null) {
    const details = { place: { field: `${at}.stateDiff` }, expected: 'none beside "state"' }
    throw new InvalidInputError('invalid override', details)
  }
  const { balance, code, movePrecompileToAddress: target, nonce } = fields
  const slots = Object.entries(asObject(fields.state ?? fields.stateDiff ?? {}, `${at}.state`))
  return {
    address: readBytes(name, at, ADDRESS_BYTES),
    balance: balance == null ? undefined : parseQuantity(balance, `${at}.balance`),
    nonce: nonce == null ? undefined : parseQuantity(nonce, `${at}.nonce`, UINT64_LIMIT),
    code: code == null ? undefined : (viewOf(code)?.slice() ?? hexToBytes(code, `${at}.code`)),
    slots: slots.map(([key, slot]) => {
      return [parseQuantity(key, `${at}.state`), parseQuantity(slot, `${at}.state.${key}`)]
    }),
    isWholeStorage: fields.state != null,
    precompileTo:
      target == null
        ? undefined
        : readBytes(target, `${at}.movePrecompileToAddress`, ADDRESS_BYTES),
  }
}

/**
 * Within a block. An account that is assumed to have nothing stays one that does not exist.
 * @returns puts precompiles back, which are no part of the state: before the block is undone
 */
export function writeOverrides(core: Core, overrides: readonly Override[]): () => void {
  const { exports, memory } = core
  const moved = movePrecompiles(core, overrides)
  for (const { address, balance, code, isWholeStorage, nonce, slots } of overrides) {
    const account = recordAt(core, address)
    if (balance !== undefined) writeBalance(core, account, balance)
    if (nonce !== undefined) exports.setAccountNonce(account, nonce)
    if (code !== undefined) exports.setAccountCode(account, core.place(code), code.length)
    if (isWholeStorage) exports.clearStorage(account)
    for (const [key, value] of slots) writeSlot(core, account, key, value)
    memory.refresh()
  }
  return moved
}

/** Row of the precompile that calls of the account run. */
export function precompileAt({ memory }: Core, account: number): number {
  return memory.bytes[account + ACCOUNT_PRECOMPILE]! | (memory.bytes[account + SECOND_BYTE]! << 8)
}

/** Warm is who has one by its address. */
export function setPrecompile({ memory }: Core, account: number, row: number): void {
  memory.bytes[account + ACCOUNT_PRECOMPILE] = row & 0xff
  memory.bytes[account + SECOND_BYTE] = row >>> 8
}

const SECOND_BYTE = ACCOUNT_PRECOMPILE + 1

/** @throws InvalidInputError if there is none, or the place is another override's */
function movePrecompiles(core: Core, overrides: readonly Override[]): () => void {
  const numberAt = (account: number): number => precompileAt(core, account)
  const set = (account: number, number: number): void => setPrecompile(core, account, number)
  const before = new Map<number, number>()
  const moves: [to: number, number: number][] = []
  for (const { address, code, precompileTo } of overrides) {
    if (precompileTo === undefined && code === undefined) continue
    const from = recordAt(core, address)
    const number = numberAt(from)
    if (precompileTo === undefined) {
      // Its code runs instead
      if (number === 0) continue
      before.set(from, number)
      set(from, 0)
      continue
    }
    if (number === 0) {
      const details = { place: { field: 'movePrecompileToAddress' }, expected: 'a precompile' }
      throw new InvalidInputError('there is nothing to move', details)
    }
    const to = recordAt(core, precompileTo)
    if (!before.has(to)) before.set(to, numberAt(to))
    if (!before.has(from)) before.set(from, number)
    moves.push([to, number])
    set(from, 0)
  }
  for (const [to, number] of moves) set(to, number)
  return () => {
    for (const [account, number] of before) set(account, number)
  }
}
