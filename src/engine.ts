/** The public face of an engine: a state, and blocks that change it. */

import { assembleEngine } from './machine/assemble-engine.js'
import { asArray } from './base/json.js'
import {
  ADDRESS_BYTES,
  UINT64_LIMIT,
  bytesToHex,
  hexToBytes,
  parseQuantity,
  viewOf,
} from './base/bytes.js'
import {
  readExecuteOptions,
  readLoadOptions,
  readPrepareOptions,
  readProduceOptions,
} from './call-options.js'
import { forkAt } from './forks/chain-config.js'
import { OwnChain, factsOf, type BlockFacts } from './chain/own-chain.js'
import { checkTravel, readPrecompiles } from './machine/custom-options.js'
import {
  checkOptions,
  resolveOptions,
  withSemantics,
  type EngineOptions,
} from './machine/engine-options.js'
import { InvalidInputError, words } from './base/errors.js'
import { isPrepared } from './intake/check-prepared.js'
import { executeBlock, type BlockToJudge, type ExecuteOptions } from './execution/execute-block.js'
import { Pulse } from './base/pulse.js'
import type { Fork, ForkName } from './forks/forks.js'
import { loadGenesis } from './state/load-genesis.js'
import type { EngineParts } from './machine/engine-parts.js'
import type { Call, CallInput } from './intake/call-input.js'
import { readBytes, type Environment } from './intake/environment.js'
import { asOneBlock } from './machine/guard.js'
import { Turns } from './machine/turns.js'
import { readProof } from './state/read-proof.js'
import { readAccount, readStorage } from './state/read-state.js'
import { readStateRoot } from './state/state-root.js'
import {
  PreparedBlock,
  prepareBlock,
  type BlockInput,
  type PrepareOptions,
  type ThreadLender,
} from './intake/prepare-block.js'
import type {
  BlockEnvironment,
  AccountProof,
  AccountState,
  Alloc,
  AllocStream,
  BlockResult,
  BytesLike,
  CancelSignal,
  Hex,
  LoadOptions,
  Quantity,
  Semantics,
} from './base/types.js'
import {
  produceBlock,
  readHeaders,
  type ProduceOptions,
  type ProducedBlock,
} from './witness/produce-block.js'
import type { CallOptions, ReadCallOptions } from './tools/call-options.js'
import type { AccessListResult } from './tools/access-list.js'
import type { CallResult } from './tools/call.js'
import type { Snapshot } from './tools/history.js'
import type { StateInput } from './tools/state-formats.js'
import type { TraceBlockOptions, TraceCallOptions } from './tools/trace-options.js'
import type { TransactionTrace } from './tools/trace.js'
import { readAt, readSnapshot, type ReadOptions } from './tools/snapshot-options.js'
import type { Tools } from './tools/tools.js'
import { readOnce, readOnceInTurns, reading, type Reading } from './base/read-once.js'
import { loadPlatform } from './threads/platform/load.js'

/**
 * Makes an engine with an empty state.
 *
 * @example
 * const engine = await createEngine({ workers: 4, semantics: 'actor' })
 * await engine.loadGenesis({ '0x…': { balance: '0xde0b6b3a7640000' } })
 * const result = await engine.executeBlock({ env, transactions })
 * console.log(result.stateRoot, result.rounds.length)
 * await engine.dispose()
 *
 * @throws InvalidInputError for an option out of range; MemoryExhaustedError if the system does
 *   not give the memory; WorkerDiedError, WorkerTimeoutError if a thread does not start
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const platform = loadPlatform()
  const { concurrency, canShareMemory } = platform
  const known = withSemantics(checkOptions(readOnce(options, 'options')))
  const customs = readPrecompiles(known.precompiles)
  const cores = customs.some(({ functions }) => functions !== undefined) ? 1 : concurrency
  const resolved = resolveOptions(known, cores, canShareMemory)
  checkTravel(customs, resolved.workers)
  return new Engine(await assembleEngine(resolved, platform, customs))
}

/** What an engine has, for what stands on it. */
export interface EngineInside {
  readonly parts: EngineParts
  readonly own: OwnChain
  readonly tools: Tools
  /** The last block that is kept was of this environment. */
  readonly endBlock: (environment: Environment) => void
}

/**
 * A state in memory, and the workers that execute blocks on it. Calls are carried out one after
 * the other in the order in which they were made, whether or not each is awaited.
 */
export class Engine {
  readonly #parts: EngineParts
  readonly #turns = new Turns()
  #hasGenesis = false
  readonly #own = new OwnChain()
  /** Of the last block. */
  #environment: Environment | undefined
  #loadedTools: Tools | undefined

  /** @internal Use `createEngine`: what an engine is made of is in no declaration. */
  constructor(parts: EngineParts) {
    // Who calls it by hand has no parts
    if (typeof reading(['parts'], () => parts?.workers?.dispose) !== 'function') {
      throw new InvalidInputError('an engine is made by createEngine')
    }
    this.#parts = {
      ...parts,
      later: (work) => this.#turns.later(work),
      history: { note: (core) => this.#loadedTools?.history.note(core) },
    }
  }

  /** Workers, the calling thread among them. */
  get workers(): number {
    return this.#parts.workers.count
  }

  get fork(): ForkName {
    return this.#parts.config.fork.name
  }

  get semantics(): Semantics {
    return this.#parts.config.semantics
  }

  get chainId(): bigint {
    return this.#parts.config.chainId
  }

  /**
   * Loads the accounts that the chain begins with. Once, before the first block.
   *
   * @example
   * await engine.loadGenesis(accountsOf(file), { onProgress: (count) => console.log(count) })
   * async function* accountsOf(file) {
   *   for await (const line of file) yield JSON.parse(line) // ['0x…', { balance, storage }]
   * }
   *
   * @param alloc as in geth's genesis: address → {balance?, nonce?, code?, storage?}; or a stream
   *   of such pairs, of which only one at a time is in the memory of JavaScript
   * @returns the state root
   * @throws InvalidInputError naming account and field, MemoryExhaustedError, CancelledError, or
   *   what the stream throws; the state is empty
   */
  async loadGenesis(alloc: Alloc | AllocStream, options: LoadOptions = {}): Promise<Hex> {
    const read = readLoadOptions(options)
    return this.#turns.take(async () => {
      if (this.#hasGenesis) {
        const details = { expected: 'an engine without a state', got: words('one that has one') }
        throw new InvalidInputError('genesis cannot be loaded', details)
      }
      const root = await loadGenesis(this.#parts, alloc, read)
      this.#hasGenesis = true
      return bytesToHex(root)
    }, read.signal)
  }

  /**
   * Decodes a block and recovers its senders, which takes longer than many blocks' execution. Does
   * not touch the state; the result may be executed by any engine of the same chain and fork.
   * @throws InvalidInputError, InvalidTransactionError with the place; CancelledError
   */
  async prepareBlock(block: BlockInput, options: PrepareOptions = {}): Promise<PreparedBlock> {
    const read = readPrepareOptions(options)
    const own = begin(block, 'block', read.signal)
    const { isIdle } = this.#turns
    // The threads help if no block needs them now
    return isIdle
      ? this.#turns.take(() => this.#prepare(own, read, this.#parts.workers), read.signal)
      : this.#prepare(own, read)
  }

  /** @param lender only in turn: no round may run meanwhile */
  async #prepare(
    own: Reading<BlockInput>,
    options: PrepareOptions,
    lender?: ThreadLender,
  ): Promise<PreparedBlock> {
    await own.isRead
    const block = own.copy
    const { chainId } = this.#parts.config
    const fork = this.#forkOf((block as Partial<BlockInput> | null | undefined)?.env)
    const rules = { chainId, fork, isFromOutside: true }
    return prepareBlock(block, rules, options, lender)
  }

  #forkOf(env: Pick<BlockEnvironment, 'number' | 'timestamp'> | undefined): Fork {
    const { chain, fork } = this.#parts.config
    // What is wrong with a block is told when it is read
    if (env?.number == null || env.timestamp == null) return fork
    return forkAt(chain, {
      number: parseQuantity(env.number, 'env.number'),
      timestamp: parseQuantity(env.timestamp, 'env.timestamp'),
    })
  }

  /**
   * Executes a block on the state and keeps what it did.
   *
   * @example
   * const result = await engine.executeBlock(
   *   {
   *     env: { number: 1, timestamp: 1_800_000_000, gasLimit: 30_000_000, coinbase: '0x…' },
   *     transactions: ['0x02f8…', { nonce: 0, gasLimit: 21_000, …, secretKey: '0x…' }],
   *   },
   *   { signal: AbortSignal.timeout(5_000) },
   * )
   *
   * @throws InvalidTransactionError, InvalidBlockError: the block breaks a rule; InvalidInputError:
   *   it cannot be read; CancelledError; WorkerDiedError, WorkerTimeoutError, MemoryExhaustedError,
   *   EngineFaultError. Whichever it is, the state is as before and the engine goes on.
   */
  async executeBlock(
    block: BlockInput | PreparedBlock,
    options: ExecuteOptions = {},
  ): Promise<BlockResult> {
    const { signal, onProgress, witness, listener } = readExecuteOptions(options)
    const own = isPrepared(block) ? undefined : begin(block, 'block', signal)
    return this.#turns.take(async () => {
      const prepared =
        own === undefined
          ? (block as PreparedBlock)
          : await this.#prepare(own, { signal, onProgress }, this.#parts.workers)
      const place = { block: prepared.environment.number }
      const config = { ...this.#parts.config, fork: this.#forkOf(prepared.environment) }
      const parts = { ...this.#parts, config }
      const next = this.#own.next(parts, prepared.environment)
      const { environment } = next
      const child = new PreparedBlock({ ...prepared, environment })
      let facts: BlockFacts | undefined
      const judge = (done: BlockToJudge): void => void (facts = factsOf(parts, child, done))
      const read = { signal, onProgress, witness, listener }
      const rules = { judge, keepsOutputs: true }
      const run = (): Promise<BlockResult> => executeBlock(parts, child, read, rules)
      const result = await asOneBlock(this.#parts, place, run, signal)
      this.#own.extend(parts, next, facts!)
      this.#endBlock(environment)
      return result
    }, signal)
  }

  /**
   * Executes a block, and makes what others need to validate it without a state: its header and its
   * witness. It is a block of a chain: as `executeBlock` does it, but before Paris its miner is
   * rewarded (under Ethereum semantics), and base fee, excess blob gas and difficulty follow from
   * its parent where `env` leaves them out. What it makes, a validator with the same options
   * accepts; what would be refused, is not made.
   * @param ancestors headers (RLP), the parent's last. None: the blocks that this engine has
   *   executed, if the block may follow them; else it begins a chain with the state as it is
   * @throws InvalidInputError if the ancestors are no chain that ends with the engine's state;
   *   InvalidBlockError if the block breaks one of the rules; else as `executeBlock`
   */
  async produceBlock(
    input: BlockInput,
    ancestors: readonly BytesLike[] = [],
    options: ProduceOptions = {},
  ): Promise<ProducedBlock> {
    const read = readProduceOptions(options)
    const [own, above] = [begin(input, 'block', read.signal), readOnce(ancestors, 'ancestors')]
    return this.#turns.take(async () => {
      await own.isRead
      const headers = readHeaders(above, this.#parts.config.semantics === 'actor')
      const made = await produceBlock(this.#parts, own.copy, headers, this.#own, read)
      this.#endBlock(made.environment)
      return made.produced
    }, read.signal)
  }

  /** An account as the last block left it. @param address 20 bytes, or hex of them */
  async getAccount(address: BytesLike, options: ReadOptions = {}): Promise<AccountState> {
    const bytes = readBytes(address, 'address', ADDRESS_BYTES)
    const at = readAt(options)
    return this.#turns.take(async () => {
      if (at === undefined) return readAccount(this.#parts.core, bytes)
      return (await this.#tools()).account(at, bytes)
    })
  }

  /** In wei. */
  async getBalance(address: BytesLike, options?: ReadOptions): Promise<bigint> {
    return (await this.getAccount(address, options)).balance
  }

  /** @returns 0 where there is no account */
  async getNonce(address: BytesLike, options?: ReadOptions): Promise<bigint> {
    return (await this.getAccount(address, options)).nonce
  }

  /** @returns `0x` where there is none */
  async getCode(address: BytesLike, options?: ReadOptions): Promise<Hex> {
    return (await this.getAccount(address, options)).code
  }

  /** The value of a storage slot as the last block left it, below 2^256. */
  async getStorage(
    address: BytesLike,
    slot: Quantity,
    options: ReadOptions = {},
  ): Promise<bigint> {
    const bytes = readBytes(address, 'address', ADDRESS_BYTES)
    const key = parseQuantity(slot, 'slot')
    const at = readAt(options)
    return this.#turns.take(async () => {
      if (at === undefined) return readStorage(this.#parts.core, bytes, key)
      return (await this.#tools()).storage(at, bytes, key)
    })
  }

  /**
   * Proof of an account and of some of its slots against `stateRoot()`, as eth_getProof gives it
   * (EIP-1186): what is there, or that nothing is.
   */
  async getProof(
    address: BytesLike,
    slots: readonly Quantity[] = [],
    options: ReadOptions = {},
  ): Promise<AccountProof> {
    const bytes = readBytes(address, 'address', ADDRESS_BYTES)
    const keys = asArray(readOnce(slots, 'slots'), 'slots').map((slot, i) => {
      return parseQuantity(slot, `slots[${i}]`)
    })
    const at = readAt(options)
    return this.#turns.take(async () => {
      if (at === undefined) return readProof(this.#parts.core, bytes, keys)
      return (await this.#tools()).proof(at, bytes, keys)
    })
  }

  /** The root of the state trie after the last block, or of the empty trie. */
  async stateRoot(options: ReadOptions = {}): Promise<Hex> {
    const at = readAt(options)
    return this.#turns.take(async () => {
      if (at === undefined) return bytesToHex(readStateRoot(this.#parts.core))
      return bytesToHex(await (await this.#tools()).stateRoot(at))
    })
  }

  /**
   * Calls a contract, or runs init code, on the state as the last block left it and in that block's
   * environment. Nothing of it is kept. Between actors it is message 0, and what follows of it.
   *
   * @example
   * const { output, status, reason } = await engine.call({ from, to, data })
   *
   * @throws InvalidInputError, InvalidTransactionError for what cannot be called, or not be paid by
   *   the sender; CancelledError; as `executeBlock`. What the code does is in the result
   */
  async call(call: CallInput, options: CallOptions = {}): Promise<CallResult> {
    return this.#call(call, options, (tools, read, rest) => {
      return tools.call(read, rest, this.#environment)
    })
  }

  /**
   * The least gas limit with which a call succeeds: exactly.
   * @throws CallFailedError with the result if none is enough; else as `call`
   */
  async estimateGas(call: CallInput, options: CallOptions = {}): Promise<number> {
    return this.#call(call, options, (tools, read, rest) => {
      return tools.estimateGas(read, rest, this.#environment)
    })
  }

  /**
   * The access list (EIP-2930) of what a call looks at and has to pay for, and what the call does
   * with it; from Berlin on.
   * @throws as `call`
   */
  async createAccessList(call: CallInput, options: CallOptions = {}): Promise<AccessListResult> {
    return this.#call(call, options, (tools, read, rest) => {
      return tools.createAccessList(read, rest, this.#environment)
    })
  }

  /**
   * Executes a block on the state, keeps nothing of it, and traces its transactions as geth does:
   * `debug_traceBlock`, and with one index `debug_traceTransaction`.
   *
   * @example
   * const [{ result }] = await engine.traceBlock(block, {
   *   tracer: 'callTracer',
   *   tracerConfig: { withLog: true },
   *   transactions: [3],
   *   at: parent,
   * })
   *
   * @returns of each transaction that was traced, in their order
   * @throws as `executeBlock`
   */
  async traceBlock(
    block: BlockInput | PreparedBlock,
    options: TraceBlockOptions = {},
  ): Promise<TransactionTrace[]> {
    const { signal } = { ...readOnce(options, 'options') }
    const own = isPrepared(block) ? undefined : begin(block, 'block', signal)
    const { readTraceBlockOptions } = await import('./tools/trace-options.js')
    const read = readTraceBlockOptions(options)
    return this.#turns.take(async () => {
      const prepared =
        own === undefined
          ? (block as PreparedBlock)
          : await this.#prepare(own, { signal }, this.#parts.workers)
      return (await this.#tools()).traceBlock(prepared, read)
    }, signal)
  }

  /**
   * A call, traced as geth does: `debug_traceCall`.
   * @returns what the tracer says, as JSON-RPC has it
   * @throws as `call`
   */
  async traceCall(call: CallInput, options: TraceCallOptions = {}): Promise<unknown> {
    const { readTraceCallOptions } = await import('./tools/trace-options.js')
    const { makeTracer, ...rest } = readTraceCallOptions(options)
    const tools = await this.#tools()
    const read = tools.readers.readCall(readOnce(call, 'call'))
    const run = (): Promise<unknown> => tools.traceCall(read, rest, makeTracer, this.#environment)
    return this.#turns.take(run, rest.signal)
  }

  /**
   * The state as it is now, to go back to or to look at. Takes nothing at once; until it is
   * released, each block leaves what it has changed.
   */
  async snapshot(): Promise<Snapshot> {
    return this.#turns.take(async () => {
      this.#hasGenesis = true
      return (await this.#tools()).snapshot(this.#environment)
    })
  }

  /**
   * Makes the state what it was, as often as one likes; snapshots that were taken later are gone.
   * It takes time in proportion to what was changed since.
   * @returns the state root
   * @throws InvalidInputError for a snapshot that is not there any more
   */
  async revert(snapshot: Snapshot): Promise<Hex> {
    const to = readSnapshot(snapshot, true)
    return this.#turns.take(async () => {
      const { root, then } = await (await this.#tools()).revert(to)
      this.#environment = then.environment
      return bytesToHex(root)
    })
  }

  /** Forgets a snapshot: what only it needs is given back. @throws InvalidInputError */
  async release(snapshot: Snapshot): Promise<void> {
    const which = readSnapshot(snapshot, true)
    return this.#turns.take(async () => (await this.#tools()).history.release(which))
  }

  /**
   * The whole state as `loadGenesis` and `load` take it: geth's `alloc`, by address, as JSON has
   * it.
   * @throws CancelledError
   */
  async dump(options: PrepareOptions = {}): Promise<Alloc> {
    const { signal } = readPrepareOptions(options)
    return this.#turns.take(async () => (await this.#tools()).dump(signal), signal)
  }

  /**
   * Makes each account of a state what it is there: geth's `alloc`, geth's dumps, anvil's saved
   * states. Other accounts stay. All of it, or nothing if this throws.
   * @returns the state root
   * @throws InvalidInputError naming account and field, CancelledError, MemoryExhaustedError
   */
  async load(state: StateInput, options: LoadOptions = {}): Promise<Hex> {
    const read = readLoadOptions(options)
    return this.#turns.take(async () => {
      const root = await (await this.#tools()).load(state, read)
      this.#hasGenesis = true
      return bytesToHex(root)
    }, read.signal)
  }

  /**
   * All accounts by address. Those that are made meanwhile are left out; each is as it is when it
   * comes.
   * @example for await (const { address, balance } of engine.accounts()) console.log(address)
   */
  async *accounts(): AsyncGenerator<AccountState, void, undefined> {
    const tools = await this.#tools()
    const addresses = await this.#turns.take(async () => tools.addresses())
    for (let i = 0; i < addresses.length; i += PAGE) {
      yield* await this.#turns.take(async () => tools.accounts(addresses.slice(i, i + PAGE)))
    }
  }

  /** The slots of an account that are not 0, by key. */
  async getStorageOf(
    address: BytesLike,
  ): Promise<readonly (readonly [slot: bigint, value: bigint])[]> {
    const bytes = readBytes(address, 'address', ADDRESS_BYTES)
    return this.#turns.take(async () => (await this.#tools()).slots(bytes))
  }

  /** In wei. The account is made if there is none. @returns the state root */
  async setBalance(address: BytesLike, balance: Quantity): Promise<Hex> {
    const wei = parseQuantity(balance, 'balance')
    return this.#change(address, (tools, account) => tools.writeBalance(account, wei))
  }

  /** @returns the state root */
  async setNonce(address: BytesLike, nonce: Quantity): Promise<Hex> {
    const value = parseQuantity(nonce, 'nonce', UINT64_LIMIT)
    return this.#change(address, (tools, account) => tools.writeNonce(account, value))
  }

  /** Its storage stays. @returns the state root */
  async setCode(address: BytesLike, code: BytesLike): Promise<Hex> {
    const bytes = viewOf(code)?.slice() ?? hexToBytes(code, 'code')
    return this.#change(address, (tools, account) => tools.writeCode(account, bytes))
  }

  /** @returns the state root */
  async setStorage(address: BytesLike, slot: Quantity, value: Quantity): Promise<Hex> {
    const [key, word] = [parseQuantity(slot, 'slot'), parseQuantity(value, 'value')]
    return this.#change(address, (tools, account) => tools.writeSlot(account, key, word))
  }

  /** @internal For what stands on an engine (src/ledger, src/rpc): work in its turn. */
  async withParts<T>(
    work: (inside: EngineInside) => Promise<T>,
    signal?: CancelSignal,
  ): Promise<T> {
    return this.#turns.take(async () => {
      const endBlock = (environment: Environment): void => this.#endBlock(environment)
      const tools = await this.#tools()
      return work({ parts: this.#parts, own: this.#own, tools, endBlock })
    }, signal)
  }

  /** Ends the workers when the work in progress is done. Later calls throw EngineDisposedError. */
  async dispose(): Promise<void> {
    if (await this.#turns.end()) await this.#parts.workers.dispose()
  }

  /** As `dispose`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }

  /** @param environment of the block that was kept */
  #endBlock(environment: Environment): void {
    const { knownHashes } = environment
    // The chain goes on in the same bytes
    this.#environment = { ...environment, knownHashes: knownHashes?.slice() }
    this.#hasGenesis = true
  }

  async #call<T>(
    call: CallInput,
    options: CallOptions,
    run: (tools: Tools, call: Call, options: ReadCallOptions) => Promise<T>,
  ): Promise<T> {
    const tools = await this.#tools()
    const { readCall, readCallOptions } = tools.readers
    const [read, rest] = [readCall(readOnce(call, 'call')), readCallOptions(options)]
    return this.#turns.take(() => run(tools, read, rest), rest.signal)
  }

  async #change(
    address: BytesLike,
    write: (tools: Tools, account: number) => void,
  ): Promise<Hex> {
    const bytes = readBytes(address, 'address', ADDRESS_BYTES)
    return this.#turns.take(async () => {
      const tools = await this.#tools()
      const root = await tools.change(bytes, (account) => write(tools, account))
      this.#hasGenesis = true
      return bytesToHex(root)
    })
  }

  /** On demand: who only executes blocks does not load them. */
  async #tools(): Promise<Tools> {
    if (this.#loadedTools !== undefined) return this.#loadedTools
    const { Tools } = await import('./tools/tools.js')
    return (this.#loadedTools ??= new Tools(this.#parts, this.#own))
  }
}

/** Accounts that are read at once. */
const PAGE = 256
const CANCELLED = 'the block was cancelled'

function begin<T>(input: T, field: string, signal: CancelSignal | undefined): Reading<T> {
  return readOnceInTurns(input, field, () => new Pulse(signal, CANCELLED))
}
