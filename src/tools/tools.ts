/** What an engine can do beside executing blocks: calls, snapshots, changes by hand. */

import { HASH_BYTES, bigIntToBytes, bytesToHex, quantityToHex } from '../base/bytes.js'
import { Pulse } from '../base/pulse.js'
import type {
  AccountProof,
  AccountState,
  Alloc,
  AllocAccount,
  CancelSignal,
  Hex,
  LoadOptions,
} from '../base/types.js'
import { InvalidInputError } from '../base/errors.js'
import { forkAt } from '../forks/chain-config.js'
import { activePrecompiles } from '../forks/precompiles.js'
import { readCall, type Call } from '../intake/call-input.js'
import { readEnvironment, type Environment } from '../intake/environment.js'
import { PreparedBlock } from '../intake/prepare-block.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { whileTold } from '../execution/told.js'
import { asOneBlock } from '../machine/guard.js'
import { recordAt, writeBalance, writeSlot, writeStateBefore } from '../state/changes.js'
import { addressesOf, dumpAccount, type DumpedAccount } from '../state/dump-state.js'
import { readAccounts, writeGenesis, type GenesisAccount } from '../state/genesis.js'
import { readAccount } from '../state/read-state.js'
import { writeOverrides } from '../state/overrides.js'
import { proofInBlock } from '../state/read-proof.js'
import { computeStateRoot } from '../state/state-root.js'
import type { OwnChain } from '../chain/own-chain.js'
import type { Listener } from '../trace/listener.js'
import { findAccessList, type AccessListResult } from './access-list.js'
import { executeCall, type CallPlace, type CallResult } from './call.js'
import { readCallOptions, type ReadCallOptions } from './call-options.js'
import type { Tracer } from '../trace/listener.js'
import { estimateGas } from './estimate-gas.js'
import { StateHistory, type Moment, type Snapshot } from './history.js'
import { allocOf } from './state-formats.js'
import {
  accountThen,
  changeAccount,
  changeState,
  goBack,
  lookAt,
  storageThen,
} from './state-tools.js'
import type { ReadTraceBlockOptions } from './trace-options.js'
import type { TransactionTrace } from './trace.js'

/** The block that calls are in before there is any. */
const NO_BLOCK = {
  number: 0,
  timestamp: 0,
  gasLimit: 30_000_000,
  coinbase: new Uint8Array(20),
} as const

/** Belongs to one engine, in whose turns all of it is called. */
export class Tools {
  readonly history: StateHistory
  /** What calls are read with: whoever calls none does not load it. */
  readonly readers = { readCall, readCallOptions }
  readonly #parts: EngineParts
  readonly #chain: OwnChain

  constructor(parts: EngineParts, chain: OwnChain) {
    this.history = new StateHistory(parts.workers.count)
    this.#parts = parts
    this.#chain = chain
  }

  /** @param last the environment of the engine's last block */
  async call(
    call: Call,
    options: ReadCallOptions,
    last: Environment | undefined,
  ): Promise<CallResult> {
    const { listener, signal } = options
    const { parts, place } = this.#at(options, last)
    const run = (told: EngineParts): Promise<CallResult> => executeCall(told, call, place)
    return asOneBlock(
      parts,
      {},
      () => (listener === undefined ? run(parts) : whileTold(parts, listener, run)),
      signal,
    )
  }

  async createAccessList(
    call: Call,
    options: ReadCallOptions,
    last: Environment | undefined,
  ): Promise<AccessListResult> {
    const { parts, place } = this.#at(options, last)
    const precompiles = activePrecompiles(parts.config.fork)
    const run = (each: Call, listener: Listener): Promise<CallResult> =>
      whileTold(parts, listener, (told) => executeCall(told, each, place))
    const find = (): Promise<AccessListResult> => findAccessList(call, precompiles, run)
    return asOneBlock(parts, {}, find, options.signal)
  }

  async estimateGas(
    call: Call,
    options: ReadCallOptions,
    last: Environment | undefined,
  ): Promise<number> {
    if (options.listener !== undefined) {
      const details = { place: { field: 'listener' }, expected: 'none: it is many calls' }
      throw new InvalidInputError('an estimate cannot be listened to', details)
    }
    const { parts, place } = this.#at(options, last)
    return asOneBlock(parts, {}, () => estimateGas(parts, call, place), options.signal)
  }

  /** @param block whose environment is as it came in */
  async traceBlock(
    block: PreparedBlock,
    options: ReadTraceBlockOptions,
  ): Promise<TransactionTrace[]> {
    const { at, makeTracer, signal, transactions } = options
    const { config } = this.#parts
    const fork = forkAt(config.chain, block.environment)
    const parts = { ...this.#parts, config: { ...config, fork } }
    const environment = this.#childEnvironment(parts, block.environment, at)
    const child = new PreparedBlock({ ...block, environment })
    const rewind = at === undefined ? () => undefined : this.#rewind(at)
    const { traceBlock } = await import('./trace.js')
    return traceBlock(parts, { block: child, transactions, rewind, makeTracer, signal })
  }

  async traceCall(
    call: Call,
    options: ReadCallOptions,
    makeTracer: () => Tracer,
    last: Environment | undefined,
  ): Promise<unknown> {
    const { parts, place } = this.#at(options, last)
    const { traceCall } = await import('./trace.js')
    return traceCall(parts, call, place, makeTracer)
  }

  /** With the hashes of the blocks before it. */
  #childEnvironment(
    parts: EngineParts,
    environment: Environment,
    at: Snapshot | undefined,
  ): Environment {
    if (at === undefined) return this.#chain.next(parts, environment).environment
    const { knownHashes } = this.history.get(at).environment ?? {}
    return { ...environment, knownHashes: environment.knownHashes ?? knownHashes }
  }

  snapshot(environment: Environment | undefined): Snapshot {
    return this.history.take({ chain: this.#chain.mark(), environment })
  }

  /** @returns the state root, and what else the engine knew then */
  async revert(snapshot: Snapshot): Promise<{ readonly root: Uint8Array; readonly then: Moment }> {
    const then = this.history.get(snapshot)
    const root = await goBack(this.#parts, this.history, snapshot)
    this.#chain.restore(then.chain)
    return { root, then }
  }

  account(snapshot: Snapshot, address: Uint8Array): AccountState {
    return accountThen(this.#parts, this.history, snapshot, address)
  }

  storage(snapshot: Snapshot, address: Uint8Array, key: bigint): bigint {
    return storageThen(this.#parts, this.history, snapshot, address, key)
  }

  stateRoot(snapshot: Snapshot): Promise<Uint8Array> {
    return lookAt(this.#parts, this.#rewind(snapshot), () => computeStateRoot(this.#parts, {}))
  }

  proof(snapshot: Snapshot, address: Uint8Array, keys: readonly bigint[]): Promise<AccountProof> {
    return lookAt(this.#parts, this.#rewind(snapshot), async () => {
      await computeStateRoot(this.#parts, {})
      return proofInBlock(this.#parts.core, address, keys)
    })
  }

  writeBalance(account: number, balance: bigint): void {
    writeBalance(this.#parts.core, account, balance)
  }

  writeNonce(account: number, nonce: bigint): void {
    this.#parts.core.exports.setAccountNonce(account, nonce)
  }

  writeCode(account: number, code: Uint8Array): void {
    const { core } = this.#parts
    core.exports.setAccountCode(account, core.place(code), code.length)
  }

  writeSlot(account: number, key: bigint, value: bigint): void {
    writeSlot(this.#parts.core, account, key, value)
  }

  /** In geth's format of a genesis, by address. */
  async dump(signal: CancelSignal | undefined): Promise<Alloc> {
    const { core } = this.#parts
    const pulse = new Pulse(signal, 'the dump was cancelled')
    const accounts: [Hex, AllocAccount][] = []
    const addresses = addressesOf(core)
    await pulse.steps(addresses.length, (i) => {
      accounts.push([bytesToHex(addresses[i]!), allocAccount(dumpAccount(core, addresses[i]!))])
    })
    return Object.fromEntries(accounts)
  }

  /**
   * Each account of `state` becomes what it is there; the others stay. All of it or nothing.
   * @returns the state root
   */
  async load(state: unknown, { onProgress, signal }: LoadOptions): Promise<Uint8Array> {
    const { config, core } = this.#parts
    const pulse = new Pulse(signal, 'loading was cancelled')
    const accounts = [...((await readAccounts(allocOf(state), pulse)) as Iterable<GenesisAccount>)]
    const keepEmpty = config.semantics === 'ethereum'
    const root = await changeState(this.#parts, () =>
      pulse.steps(accounts.length, (i) => {
        const account = accounts[i]!
        core.exports.removeAccount(recordAt(core, account.address))
        writeGenesis(core, [account], keepEmpty)
      }),
    )
    onProgress?.(accounts.length)
    return root
  }

  /** Of all accounts, ascending. */
  addresses(): Uint8Array[] {
    return addressesOf(this.#parts.core)
  }

  /** Those of them that exist. */
  accounts(addresses: readonly Uint8Array[]): AccountState[] {
    const accounts = addresses.map((address) => readAccount(this.#parts.core, address))
    return accounts.filter(({ exists }) => exists)
  }

  slots(address: Uint8Array): DumpedAccount['storage'] {
    return dumpAccount(this.#parts.core, address).storage
  }

  /** @returns the state root */
  change(address: Uint8Array, write: (account: number) => void): Promise<Uint8Array> {
    return changeAccount(this.#parts, address, write)
  }

  #rewind(snapshot: Snapshot): () => void {
    const before = this.history.since(snapshot)
    return () => {
      if (before !== undefined) writeStateBefore(this.#parts.core, before)
    }
  }

  /** Environment, state and fork of a call. */
  #at(
    { at, env, overrides, signal }: ReadCallOptions,
    last: Environment | undefined,
  ): { readonly parts: EngineParts; readonly place: CallPlace } {
    const { config, core } = this.#parts
    const own = at === undefined ? last : this.history.get(at).environment
    const base = own ?? readEnvironment(NO_BLOCK)
    const environment = env === undefined ? base : overridden(base, env)
    const fork = forkAt(config.chain, environment)
    const rewind = at === undefined ? () => undefined : this.#rewind(at)
    const prepare = (): (() => void) => {
      rewind()
      return writeOverrides(core, overrides)
    }
    const parts = { ...this.#parts, config: { ...config, fork } }
    return { parts, place: { environment, prepare, signal } }
  }
}

/** @throws InvalidInputError naming the field */
function overridden(base: Environment, env: NonNullable<ReadCallOptions['env']>): Environment {
  const { blockHashes, knownHashes, parentBeaconBlockRoot, parentHash, ...rest } = base
  const read = readEnvironment({ ...rest, ...env })
  const isStated = env.blockHashes !== undefined || env.parentHash !== undefined
  return {
    ...read,
    parentHash: read.parentHash ?? parentHash,
    parentBeaconBlockRoot: read.parentBeaconBlockRoot ?? parentBeaconBlockRoot,
    blockHashes: isStated ? new Map([...blockHashes, ...read.blockHashes]) : blockHashes,
    knownHashes,
  }
}

/** Without what is zero. */
function allocAccount({ balance, code, nonce, storage }: DumpedAccount): AllocAccount {
  const slots = storage.map(([key, value]) => [word(key), word(value)] as const)
  return {
    balance: quantityToHex(balance),
    ...(nonce === 0n ? {} : { nonce: quantityToHex(nonce) }),
    ...(code === '0x' ? {} : { code }),
    ...(slots.length === 0 ? {} : { storage: Object.fromEntries(slots) }),
  }
}

function word(value: bigint): Hex {
  return bytesToHex(bigIntToBytes(value, HASH_BYTES))
}
