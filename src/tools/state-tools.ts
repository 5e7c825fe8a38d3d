/**
 * A state beside its blocks: going back, looking at what it was, changing it by hand. Each is a
 * block of its own without transactions.
 */

import {
  ACCOUNT_LIVE,
  ACCOUNT_STORAGE,
  SLOT_VALUE,
  VIEW_BALANCE,
  VIEW_CODE,
  VIEW_NONCE,
} from '../../assembly/abi/records.js'
import { bytesToHex } from '../base/bytes.js'
import { jsonable } from '../base/result-data.js'
import type { AccountState, Hex } from '../base/types.js'
import { rulesOf } from '../forks/rules.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { asOneBlock, keepBlock } from '../machine/guard.js'
import { recordAt, writeStateBefore } from '../state/changes.js'
import { entriesOf } from '../state/indexes.js'
import { readAccount, readStorage } from '../state/read-state.js'
import { computeStateRoot } from '../state/state-root.js'
import type { Snapshot, StateHistory } from './history.js'

/** Runs `work` on the state as it was, or as `prepare` makes it, and keeps nothing. */
export async function lookAt<T>(
  parts: EngineParts,
  prepare: () => void,
  work: () => T | Promise<T>,
): Promise<T> {
  const { core } = parts
  return asOneBlock(parts, {}, async () => {
    core.exports.beginBlock()
    core.memory.refresh()
    prepare()
    const seen = await work()
    core.exports.discardBlock()
    core.memory.refresh()
    return seen
  })
}

/** @returns the state root */
export async function goBack(
  parts: EngineParts,
  history: StateHistory,
  snapshot: Snapshot,
): Promise<Uint8Array> {
  const before = history.since(snapshot)
  const change = (): void => {
    if (before !== undefined) writeStateBefore(parts.core, before)
  }
  const { history: _, ...unnoted } = parts
  const root = await changeState(unnoted, change)
  history.wentBackTo(snapshot)
  return root
}

/** Keeps what `change` writes. @returns the state root */
export async function changeState(
  parts: EngineParts,
  change: () => void | Promise<void>,
): Promise<Uint8Array> {
  const { core } = parts
  return asOneBlock(parts, {}, async () => {
    core.exports.beginBlock()
    core.memory.refresh()
    await change()
    const root = await computeStateRoot(parts, {})
    keepBlock(parts)
    core.memory.refresh()
    return root
  })
}

/**
 * As `changeState`, of one account. What has become empty leaves the state (EIP-161), unless it has
 * storage, as in a genesis; between actors in any case.
 */
export function changeAccount(
  parts: EngineParts,
  address: Uint8Array,
  change: (account: number) => void,
): Promise<Uint8Array> {
  const { config, core } = parts
  return changeState(parts, () => {
    const account = recordAt(core, address)
    change(account)
    core.memory.refresh()
    if (!isEmpty(parts, account)) return
    if (config.semantics === 'ethereum' && hasStorage(parts, account)) {
      core.exports.keepAccount(account)
    } else if (!keepsEmpty(config)) {
      core.exports.removeAccount(account)
    }
  })
}

function keepsEmpty({ fork, semantics }: EngineParts['config']): boolean {
  return semantics === 'ethereum' && rulesOf(fork).keepsEmptyAccounts
}

function hasStorage({ core: { memory } }: EngineParts, account: number): boolean {
  const index = memory.u32[(account + ACCOUNT_STORAGE) >>> 2]!
  if (index === 0) return false
  return entriesOf(memory, index).some((slot) => memory.readWord(slot + SLOT_VALUE) !== 0n)
}

function isEmpty({ core }: EngineParts, account: number): boolean {
  const { memory } = core
  const view = account + ACCOUNT_LIVE
  return (
    memory.u32[(view + VIEW_CODE) >>> 2] === 0 &&
    memory.u64[(view + VIEW_NONCE) >>> 3] === 0n &&
    memory.readWord(view + VIEW_BALANCE) === 0n
  )
}

/** An account as it was at a snapshot, without going there. */
export function accountThen(
  { core, workers }: EngineParts,
  history: StateHistory,
  snapshot: Snapshot,
  address: Uint8Array,
): AccountState {
  const now = readAccount(core, address)
  const name = bytesToHex(address)
  const then = history.first(snapshot, ({ accounts }) => accounts.get(name))
  if (then === undefined) return now
  const code = history.first(snapshot, ({ accounts }) => accounts.get(name)?.code)
  const { balance, exists, nonce } = then
  return jsonable({
    address: now.address,
    exists,
    balance,
    nonce,
    codeHash: code === undefined ? now.codeHash : bytesToHex(workers.keccak256(code)),
    code: code === undefined ? now.code : bytesToHex(code),
  })
}

/** A slot as it was at a snapshot. */
export function storageThen(
  { core }: EngineParts,
  history: StateHistory,
  snapshot: Snapshot,
  address: Uint8Array,
  key: bigint,
): bigint {
  const name: Hex = bytesToHex(address)
  const then = history.first(snapshot, ({ storage }) => storage.get(name)?.get(key))
  return then ?? readStorage(core, address, key)
}
