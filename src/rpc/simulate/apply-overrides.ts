/** State overrides as geth applies them: also to precompiles, which any override takes away. */

import { hexToBytes } from '../../base/bytes.js'
import type { Hex } from '../../base/types.js'
import { recordAt, writeBalance, writeSlot } from '../../state/changes.js'
import { precompileAt, setPrecompile } from '../../state/overrides.js'
import type { Core } from '../../wasm/core.js'
import { checksumAddress } from '../checksum.js'
import type { AccountOverrides } from '../overrides.js'
import { serverError } from '../rpc-error.js'

/**
 * Within a block.
 * @param overrides in order of addresses
 * @returns puts precompiles back: before the block is kept or undone
 * @throws RpcError; then precompiles are back
 */
export function applyOverrides(
  core: Core,
  overrides: readonly AccountOverrides[],
): () => void {
  const precompiles = new Precompiles(core)
  const restore = (): void => precompiles.restore()
  try {
    const moved = new Set<Hex>()
    for (const override of overrides) {
      applyOne(core, override, overrides, precompiles, moved)
      core.memory.refresh()
    }
  } catch (error) {
    restore()
    throw error
  }
  return restore
}

/** Which precompile an address has is in its record, and no part of the state. */
class Precompiles {
  readonly #core: Core
  readonly #before = new Map<number, number>()

  constructor(core: Core) {
    this.#core = core
  }

  at(account: number): number {
    return precompileAt(this.#core, account)
  }

  set(account: number, number: number): void {
    if (!this.#before.has(account)) this.#before.set(account, this.at(account))
    setPrecompile(this.#core, account, number)
  }

  restore(): void {
    for (const [account, number] of this.#before) setPrecompile(this.#core, account, number)
    this.#before.clear()
  }
}

function applyOne(
  core: Core,
  override: AccountOverrides,
  all: readonly AccountOverrides[],
  precompiles: Precompiles,
  moved: Set<Hex>,
): void {
  const { address, balance, code, movePrecompileTo: target, nonce, state, stateDiff } = override
  const name = checksumAddress(address)
  if (moved.has(address)) {
    throw serverError(`account ${name} has already been overridden by a precompile`)
  }
  const { exports } = core
  const account = recordAt(core, hexToBytes(address))
  const precompile = precompiles.at(account)
  if (target !== undefined) {
    if (precompile === 0) throw serverError(`account ${name} is not a precompile`)
    if (all.some((it) => it.address === target)) {
      throw serverError(`account ${checksumAddress(target)} is already overridden`)
    }
    precompiles.set(recordAt(core, hexToBytes(target)), precompile)
    moved.add(target)
  }
  if (precompile !== 0) precompiles.set(account, 0)
  if (nonce !== undefined) exports.setAccountNonce(account, nonce)
  if (code !== undefined) {
    const bytes = hexToBytes(code)
    exports.setAccountCode(account, core.place(bytes), bytes.length)
  }
  if (balance !== undefined) writeBalance(core, account, balance)
  if (state !== undefined && stateDiff !== undefined) {
    throw serverError(`account ${name} has both 'state' and 'stateDiff'`)
  }
  if (state !== undefined) exports.clearStorage(account)
  for (const [key, value] of state ?? stateDiff ?? []) {
    writeSlot(core, account, BigInt(key), BigInt(value))
  }
}
