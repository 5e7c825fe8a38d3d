/**
 * Precompiles that an embedder adds, in each thread: functions of JavaScript, which the core calls
 * in the middle of a transaction, and what they may ask of it (assembly/evm/custom.ts).
 */

import {
  CUSTOM_CALLER,
  CUSTOM_FORBIDDEN,
  CUSTOM_GAS,
  CUSTOM_OUTPUT,
  CUSTOM_OUT_OF_GAS,
  CUSTOM_PRECOMPILES,
  CUSTOM_REVERTED,
  CUSTOM_SENT,
  CUSTOM_STATIC,
  CUSTOM_VALUE,
} from '../../assembly/abi/custom-precompile.js'
import { ADDRESS_BYTES, EMPTY_BYTES, UINT256_LIMIT } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import type { Hex } from '../base/types.js'
import { PRECOMPILE_FAILED, type Core } from '../wasm/core.js'
import type { PrecompileLibraries } from './libraries.js'
import { importModule } from './platform/import-module.js'

/**
 * A precompile of an embedder's. Both functions are synchronous, and deterministic: the same on
 * every machine and in every thread, without a clock, randomness or anything kept between calls.
 * What either throws makes the call fail, which takes all its gas.
 */
export interface CustomPrecompile {
  /** The price of a call with this input, taken before it runs; 0 or more. */
  gas(input: Uint8Array): bigint
  /** The output, or what the call reverts with: then its changes are undone, its gas left stays. */
  run(input: Uint8Array, context: PrecompileContext): Uint8Array | { readonly revert: Uint8Array }
}

/** A message that a native actor sends. */
export interface NativeMessage {
  /** 20 bytes. */
  readonly to: Uint8Array
  readonly data?: Uint8Array
  /** In wei; default 0. */
  readonly value?: bigint
  /** As the gas operand of CALL; default: all, shared with the other messages of the call. */
  readonly gas?: bigint
}

/** What a precompile may know and do while it runs, and not after. */
export interface PrecompileContext {
  /** Who calls. */
  readonly caller: Hex
  /** In wei. */
  readonly value: bigint
  /** It may change nothing: below STATICCALL, and in DELEGATECALL and CALLCODE. */
  readonly isStatic: boolean
  /** Gas that is left, the price having been taken. */
  readonly gasLeft: bigint
  /** Takes more gas. @throws RangeError if there is less; then the call fails */
  useGas(gas: bigint): void
  /** Word of its own account's storage. @throws RangeError for no word */
  load(slot: bigint): bigint
  /** Is undone with the call. @throws TypeError where it may change nothing */
  store(slot: bigint, value: bigint): void
  /**
   * Under actor semantics, of an actor that runs a message: sends one, as CALL does.
   * @returns false where CALL pushes 0, without the balance or in the last round
   * @throws TypeError where it may not, RangeError without the gas for it
   */
  send(message: NativeMessage): boolean
}

/** A precompile as threads are told of it. */
export interface CustomEntry {
  readonly field: string
  readonly address: Uint8Array
  /** REVISION_* from which on it is there. */
  readonly revision: number
  readonly isActor: boolean
  /** URL of a module, and which of its exports it is. */
  readonly module: string | undefined
  readonly exportName: string
  /** In place of a module, where there is one thread. */
  readonly functions: CustomPrecompile | undefined
}

/** Adds them to an instance that is bound, before it knows an account. */
export async function addCustomPrecompiles(
  core: Core,
  libraries: PrecompileLibraries,
  entries: readonly CustomEntry[],
): Promise<void> {
  const functions = await Promise.all(entries.map(functionsOf))
  for (const { address, revision, isActor } of entries) {
    core.exports.addPrecompile(core.exchangeAddress(address), revision, isActor ? 1 : 0)
  }
  libraries.custom = (id, inPtr, inSize, call) => {
    core.memory.refresh()
    const input = core.memory.copy(inPtr >>> 0, inSize >>> 0)
    return new Call(core, call >>> 0).run(functions[id - CUSTOM_PRECOMPILES]!, input)
  }
}

/** @throws InvalidInputError that says which module and why */
async function functionsOf(entry: CustomEntry): Promise<CustomPrecompile> {
  const { exportName, field, functions, module } = entry
  if (functions !== undefined || module === undefined) return functions!
  let loaded: Record<string, unknown>
  try {
    loaded = await importModule(module)
  } catch (cause) {
    const details = { place: { field: `${field}.module` }, got: module, cause }
    throw new InvalidInputError(`a module cannot be loaded (${(cause as Error).message})`, details)
  }
  const found = loaded[exportName] as Partial<CustomPrecompile> | null | undefined
  if (typeof found?.gas === 'function' && typeof found.run === 'function') {
    return found as CustomPrecompile
  }
  throw new InvalidInputError('a module has no precompile', {
    place: { field: `${field}.export` },
    expected: `an export "${exportName}" with functions gas and run`,
    got: Object.keys(loaded).join(', '),
  })
}

const KEY_AT = 32
const VALUE_AT = 64
const GAS_AT = 96

class Call implements PrecompileContext {
  readonly #core: Core
  readonly #call: number
  #isOver = false
  /** What the core trapped with: it outranks whatever the function makes of it. */
  #trap: { readonly error: unknown } | undefined

  constructor(core: Core, call: number) {
    this.#core = core
    this.#call = call
  }

  /** @returns size of the output, or what is below 0 (abi/custom-precompile.ts) */
  run(precompile: CustomPrecompile, input: Uint8Array): number {
    let answer = PRECOMPILE_FAILED
    try {
      this.useGas(precompile.gas(input))
      const output = precompile.run(input, this)
      answer = output instanceof Uint8Array
        ? this.#place(output)
        : CUSTOM_REVERTED - this.#place(bytesIn(output.revert))
    } catch {
      // A failure, unless the core has trapped
    }
    this.#isOver = true
    if (this.#trap !== undefined) throw this.#trap.error
    return answer
  }

  get caller(): Hex {
    return this.#memory.readAddressHex(this.#word(CUSTOM_CALLER))
  }

  get value(): bigint {
    const at = this.#word(CUSTOM_VALUE)
    return at === 0 ? 0n : this.#memory.readWord(at)
  }

  get isStatic(): boolean {
    return this.#word(CUSTOM_STATIC) !== 0
  }

  get gasLeft(): bigint {
    return this.#memory.u64[this.#at(CUSTOM_GAS) >>> 3]!
  }

  useGas(gas: bigint): void {
    const left = this.gasLeft
    if (typeof gas !== 'bigint' || gas < 0n || gas > left) throw new RangeError('out of gas')
    this.#memory.writeU64(this.#at(CUSTOM_GAS), left - gas)
  }

  load(slot: bigint): bigint {
    const [key, out] = [this.#put(KEY_AT, slot), this.#exchange(VALUE_AT)]
    this.#ask(({ customLoad }) => customLoad(key, out))
    return this.#memory.readWord(out)
  }

  store(slot: bigint, value: bigint): void {
    const [key, from] = [this.#put(KEY_AT, slot), this.#put(VALUE_AT, value)]
    if (this.#ask(({ customStore }) => customStore(key, from)) === 0) throw forbidden()
  }

  send({ to, data = EMPTY_BYTES, value = 0n, gas = UINT256_LIMIT - 1n }: NativeMessage): boolean {
    if (bytesIn(to).length !== ADDRESS_BYTES) throw new RangeError('an address has 20 bytes')
    const size = bytesIn(data).length
    const ptr = this.#ask(() => this.#core.place(data))
    const [wei, cap] = [this.#put(VALUE_AT, value), this.#put(GAS_AT, gas)]
    const address = this.#core.exchangeAddress(to)
    const sent = this.#ask(({ customSend }) => customSend(address, wei, ptr, size, cap))
    if (sent === CUSTOM_FORBIDDEN) throw forbidden()
    if (sent === CUSTOM_OUT_OF_GAS) throw new RangeError('out of gas')
    return sent === CUSTOM_SENT
  }

  #place(output: Uint8Array): number {
    const ptr = this.#ask(({ returnPlace }) => returnPlace(output.length)) >>> 0
    this.#memory.write(ptr, output)
    this.#memory.u32[this.#at(CUSTOM_OUTPUT) >>> 2] = ptr
    return output.length
  }

  get #memory(): Core['memory'] {
    if (this.#isOver) throw new TypeError('the call of this context is over')
    return this.#core.memory
  }

  #at(field: number): number {
    return this.#call + field
  }

  #word(field: number): number {
    return this.#memory.u32[this.#at(field) >>> 2]!
  }

  #exchange(offset: number): number {
    return this.#core.exchange + offset
  }

  #put(offset: number, word: bigint): number {
    if (typeof word !== 'bigint' || word < 0n || word >= UINT256_LIMIT) {
      throw new RangeError('a word is a bigint below 2^256')
    }
    this.#memory.writeWord(this.#exchange(offset), word)
    return this.#exchange(offset)
  }

  #ask<T>(question: (exports: Core['exports']) => T): T {
    const memory = this.#memory
    if (this.#trap !== undefined) throw this.#trap.error
    try {
      return question(this.#core.exports)
    } catch (error) {
      this.#trap = { error }
      throw error
    } finally {
      memory.refresh()
    }
  }
}

function forbidden(): TypeError {
  return new TypeError('it may change nothing here')
}

function bytesIn(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError('not bytes')
}
