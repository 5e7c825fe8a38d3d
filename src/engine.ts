/** The public face of an engine: a state, and blocks that change it. */

import { assembleEngine } from './machine/assemble-engine.js'
import { asArray } from './base/json.js'
import { ADDRESS_BYTES, bytesToHex, parseQuantity } from './base/bytes.js'
import {
  readExecuteOptions,
  readLoadOptions,
  readPrepareOptions,
  readProduceOptions,
} from './call-options.js'
import { forkAt } from './forks/chain-config.js'
import { OwnChain, factsOf, type BlockFacts } from './chain/own-chain.js'
import {
  checkOptions,
  resolveOptions,
  withSemantics,
  type EngineOptions,
} from './machine/engine-options.js'
import {
  EngineDisposedError,
  InvalidInputError,
  throwIfCancelled,
  words,
} from './base/errors.js'
import { isPrepared } from './intake/check-prepared.js'
import { executeBlock, type BlockToJudge, type ExecuteOptions } from './execution/execute-block.js'
import { Pulse, nextTask, orCancelled } from './base/pulse.js'
import type { Fork, ForkName } from './forks/forks.js'
import { loadGenesis } from './state/load-genesis.js'
import type { EngineParts } from './machine/engine-parts.js'
import { readBytes } from './intake/environment.js'
import { BrokenStateError, asOneBlock } from './machine/guard.js'
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
  const resolved = resolveOptions(known, concurrency, canShareMemory)
  return new Engine(await assembleEngine(resolved, platform))
}

/**
 * A state in memory, and the workers that execute blocks on it. Calls are carried out one after
 * the other in the order in which they were made, whether or not each is awaited.
 */
export class Engine {
  readonly #parts: EngineParts
  #last: Promise<unknown> = Promise.resolve()
  /** Begun and not ended. */
  #turns = 0
  /** What is to be done before the next turn. */
  readonly #leftovers: (() => Promise<void>)[] = []
  #isDisposed = false
  #broken: BrokenStateError | undefined
  #hasGenesis = false
  readonly #own = new OwnChain()

  /** @internal Use `createEngine`: what an engine is made of is in no declaration. */
  constructor(parts: EngineParts) {
    // Who calls it by hand has no parts
    if (typeof reading(['parts'], () => parts?.workers?.dispose) !== 'function') {
      throw new InvalidInputError('an engine is made by createEngine')
    }
    this.#parts = { ...parts, later: (work) => void this.#leftovers.push(work) }
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
    return this.#inTurn(async () => {
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
    const isIdle = this.#turns === 0 && !this.#isDisposed && this.#broken === undefined
    // The threads help if no block needs them now
    return isIdle
      ? this.#inTurn(() => this.#prepare(own, read, this.#parts.workers), read.signal)
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
    const { signal, onProgress, witness } = readExecuteOptions(options)
    const own = isPrepared(block) ? undefined : begin(block, 'block', signal)
    return this.#inTurn(async () => {
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
      const read = { signal, onProgress, witness }
      const run = (): Promise<BlockResult> => executeBlock(parts, child, read, { judge })
      const result = await asOneBlock(this.#parts, place, run, signal)
      this.#own.extend(parts, next, facts!)
      this.#hasGenesis = true
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
    return this.#inTurn(async () => {
      await own.isRead
      const headers = readHeaders(above, this.#parts.config.semantics === 'actor')
      const produced = await produceBlock(this.#parts, own.copy, headers, this.#own, read)
      this.#hasGenesis = true
      return produced
    }, read.signal)
  }

  /** An account as the last block left it. @param address 20 bytes, or hex of them */
  async getAccount(address: BytesLike): Promise<AccountState> {
    const bytes = readBytes(address, 'address', ADDRESS_BYTES)
    return this.#inTurn(async () => readAccount(this.#parts.core, bytes))
  }

  /** In wei. */
  async getBalance(address: BytesLike): Promise<bigint> {
    return (await this.getAccount(address)).balance
  }

  /** @returns 0 where there is no account */
  async getNonce(address: BytesLike): Promise<bigint> {
    return (await this.getAccount(address)).nonce
  }

  /** @returns `0x` where there is none */
  async getCode(address: BytesLike): Promise<Hex> {
    return (await this.getAccount(address)).code
  }

  /** The value of a storage slot as the last block left it, below 2^256. */
  async getStorage(address: BytesLike, slot: Quantity): Promise<bigint> {
    const bytes = readBytes(address, 'address', ADDRESS_BYTES)
    const key = parseQuantity(slot, 'slot')
    return this.#inTurn(async () => readStorage(this.#parts.core, bytes, key))
  }

  /**
   * Proof of an account and of some of its slots against `stateRoot()`, as eth_getProof gives it
   * (EIP-1186): what is there, or that nothing is.
   */
  async getProof(address: BytesLike, slots: readonly Quantity[] = []): Promise<AccountProof> {
    const bytes = readBytes(address, 'address', ADDRESS_BYTES)
    const keys = asArray(readOnce(slots, 'slots'), 'slots').map((slot, i) => {
      return parseQuantity(slot, `slots[${i}]`)
    })
    return this.#inTurn(async () => readProof(this.#parts.core, bytes, keys))
  }

  /** The root of the state trie after the last block, or of the empty trie. */
  async stateRoot(): Promise<Hex> {
    return this.#inTurn(async () => bytesToHex(readStateRoot(this.#parts.core)))
  }

  /** Ends the workers when the work in progress is done. Later calls throw EngineDisposedError. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return
    this.#isDisposed = true
    await this.#last.catch(() => undefined)
    await this.#parts.workers.dispose()
  }

  /** As `dispose`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }

  /** One piece of work at a time. @param signal heard also while others have their turn */
  #inTurn<T>(work: () => Promise<T>, signal?: CancelSignal): Promise<T> {
    if (this.#isDisposed) return Promise.reject(new EngineDisposedError())
    let isWaiting = true
    const turn = this.#last.then(async () => {
      if (this.#broken !== undefined) throw this.#broken
      throwIfCancelled(signal, CANCELLED)
      isWaiting = false
      try {
        return await work()
      } catch (error) {
        if (error instanceof BrokenStateError) this.#broken = error
        throw error
      }
    })
    this.#turns++
    const end = (): void => void this.#turns--
    this.#last = turn.then(end, end).then(() => this.#endLeftovers())
    return signal === undefined ? turn : orCancelled(turn, signal, () => isWaiting, CANCELLED)
  }

  async #endLeftovers(): Promise<void> {
    if (this.#leftovers.length === 0) return
    // Who has given up hears of it first
    await nextTask()
    try {
      for (const work of this.#leftovers.splice(0)) await work()
    } catch (error) {
      const replay = 'execute the same block on the same state'
      const details = { cause: error }
      this.#broken =
        error instanceof BrokenStateError
          ? error
          : new BrokenStateError('what was cancelled cannot be undone', replay, details)
    }
  }
}

const CANCELLED = 'the block was cancelled'

function begin<T>(input: T, field: string, signal: CancelSignal | undefined): Reading<T> {
  return readOnceInTurns(input, field, () => new Pulse(signal, CANCELLED))
}
