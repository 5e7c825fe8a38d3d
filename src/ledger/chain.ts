/** A chain in a box: types.ts says what each part promises. */

import type { Engine } from '../engine.js'
import { asBytes, bytesToHex, hexToBytes } from '../base/bytes.js'
import { InvalidInputError, words } from '../base/errors.js'
import type { BytesLike, Hex, Quantity } from '../base/types.js'
import type { ChainConfig } from '../forks/chain-config.js'
import { rulesOf } from '../forks/rules.js'
import { splitBlock } from '../intake/block.js'
import type { TransactionInput } from '../intake/prepare-block.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { Turns } from '../machine/turns.js'
import { readAccount } from '../state/read-state.js'
import { refuseBlock } from '../chain/refusal.js'
import { checkForPool, readTransaction, type Horizon, type ReadTransaction } from './admit.js'
import { ancestorsOf, hashesUpTo, preparedAgain } from './block-hashes.js'
import { BlockStore } from './block-store.js'
import { checkBlock } from './check-block.js'
import { Clock } from './clock.js'
import { Events } from './events.js'
import type { KeptBlock } from './kept-block.js'
import { Miner } from './miner.js'
import { planBlock, readDefaults, readNext, type BlockPlanDefaults } from './plan-block.js'
import type { Snapshot } from '../tools/history.js'
import { TransactionPool, type Entry } from './pool.js'
import type { ResolvedChainOptions } from './chain-options.js'
import { forkOfChild, makeBlock, runChecked, type MadeBlock } from './run-block.js'
import type {
  BlockDefaults,
  BlockId,
  BuildOrder,
  BuiltBlock,
  Chain,
  ChainEvents,
  ChainSnapshot,
  LedgerBlock,
  LedgerLog,
  LogQuery,
  MineOptions,
  MinedTransaction,
  Mining,
  NextBlock,
  StateAt,
} from './types.js'

/** What a snapshot of the chain remembers. */
interface Remembered {
  readonly head: KeptBlock
  readonly state: Snapshot
  readonly offset: bigint
  readonly pool: readonly Entry[]
}

const INTRINSIC_GAS = 21_000n

export class BoxedChain implements Chain {
  readonly engine: Engine
  readonly config: ChainConfig
  readonly pool: TransactionPool
  readonly genesis: KeptBlock
  readonly #store = new BlockStore()
  readonly #events = new Events()
  readonly #clock: Clock
  readonly #miner: Miner
  readonly #turns = new Turns()
  readonly #options: ResolvedChainOptions
  readonly #snapshots = new Map<ChainSnapshot, Remembered>()
  #lastSnapshot = 0
  #defaults: BlockPlanDefaults
  #next: NextBlock = {}
  /** The block whose state the engine has. */
  #current: KeptBlock

  constructor(
    engine: Engine,
    config: ChainConfig,
    genesis: KeptBlock,
    options: ResolvedChainOptions,
  ) {
    this.engine = engine
    this.config = config
    this.genesis = genesis
    this.#options = options
    this.#current = genesis
    this.#clock = new Clock(options.clock)
    this.#defaults = readDefaults({}, { coinbase: options.coinbase })
    this.pool = new TransactionPool(options.pool, options.order, (sender) =>
      engine.getNonce(sender),
    )
    this.#miner = new Miner(() => this.mine())
    this.#store.push(genesis)
  }

  get chainId(): bigint {
    return this.config.chainId
  }

  get head(): KeptBlock {
    return this.#store.head
  }

  get oldest(): bigint {
    return this.#store.oldest.number
  }

  get mining(): Mining {
    return this.#miner.mining
  }

  block(id: BlockId): KeptBlock | undefined {
    if (typeof id === 'bigint') return this.#store.byNumber(id)
    switch (id) {
      case 'latest':
      case 'pending':
      case 'safe':
      case 'finalized':
        return this.head
      case 'earliest':
        return this.#store.oldest
      default:
        return this.#store.byHash(id.toLowerCase() as Hex)
    }
  }

  isCanonical(block: LedgerBlock): boolean {
    return this.#store.isCanonical(block as KeptBlock)
  }

  transaction(hash: Hex): MinedTransaction | undefined {
    const found = this.#store.transaction(hash.toLowerCase() as Hex)
    if (found === undefined) return undefined
    const { block, index } = found
    const [transaction, sender] = [block.transactions[index]!, block.senders[index]!]
    return { block, index, transaction, sender }
  }

  logs(query: LogQuery): LedgerLog[] {
    return this.#store.logs(query)
  }

  logsOf(block: LedgerBlock): readonly LedgerLog[] {
    return (block as KeptBlock).logs
  }

  stateAt(block: LedgerBlock): StateAt | undefined {
    if (block === this.#current) return { block, at: undefined }
    const { at } = block as KeptBlock
    return at === undefined ? undefined : { block, at }
  }

  /** What can be known of the next block now. */
  horizon(): Horizon {
    const { head } = this
    const timestamp = this.now()
    const gasLimit = this.#defaults.gasLimit ?? head.header.gasLimit
    const fork = forkOfChild(this.config, head, timestamp)
    return { number: head.number + 1n, timestamp, gasLimit, fork }
  }

  async send(input: TransactionInput): Promise<Hex> {
    return this.#turns.take(async () => {
      const entry = await this.engine.withParts(({ parts }) => this.#admit(parts, input))
      this.#events.tell('pendingTransaction', entry)
      if (this.mining === 'auto') await this.#mineUntilDry()
      return entry.hash
    })
  }

  async #admit(parts: EngineParts, input: TransactionInput): Promise<Entry> {
    const horizon = this.horizon()
    const read = await readTransaction(parts, input, horizon)
    const account = readAccount(parts.core, read.senderBytes)
    checkForPool(parts, read, account, horizon, this.pool)
    return this.pool.add(read, account.nonce)
  }

  /** A block holds as many as it has gas for. */
  async #mineUntilDry(): Promise<void> {
    for (;;) {
      const { block } = await this.#mineOne()
      const isDry = this.pool.deal(this.#nextBaseFee()).next().done === true
      if (isDry || block.transactions.length === 0) return
    }
  }

  #nextBaseFee(): bigint {
    const plan = this.#plan({})
    return plan.baseFee
  }

  async mine(options: MineOptions = {}): Promise<LedgerBlock[]> {
    const { count = 1, interval } = options
    return this.#turns.take(async () => {
      const blocks: LedgerBlock[] = []
      for (let i = 0; i < count; i++) {
        const isSpaced = i > 0 && interval !== undefined
        const timestamp = isSpaced ? this.head.header.timestamp + BigInt(interval) : undefined
        const next = i === 0 ? (options.next ?? {}) : timestamp === undefined ? {} : { timestamp }
        blocks.push((await this.#mineOne(next)).block)
      }
      return blocks
    })
  }

  #plan(next: NextBlock): ReturnType<typeof planBlock> {
    const { config, head } = this
    const once = readNext({ ...this.#next, ...next })
    return planBlock(config, head, this.#defaults, once, this.#clock, this.#store.hashes)
  }

  async #mineOne(next: NextBlock = {}): Promise<MadeBlock> {
    const parent = this.head
    const { baseFee, plan } = this.#plan(next)
    const entries = this.#choose(plan.gasLimit, baseFee)
    const made = await this.engine.withParts(async (inside) => {
      const done = await makeBlock(inside, parent, plan, entries)
      this.#keep(done.block)
      this.pool.settle((sender) => readAccount(inside.parts.core, sender).nonce)
      return done
    })
    this.#next = {}
    for (const { entry, error } of made.refused) {
      if (isHopeless(error)) this.pool.remove(bytesToHex(entry.transaction.hash))
    }
    await this.#settleStates(made.block)
    this.#announce(made.block)
    return made
  }

  async build({ isKept = false, next = {}, transactions }: BuildOrder): Promise<BuiltBlock> {
    return this.#turns.take(async () => {
      const { baseFee, plan } = this.#plan(next)
      let requests: readonly Uint8Array[] = []
      const made = await this.engine.withParts(async (inside) => {
        const given = transactions && (await readAll(inside.parts, transactions, this.horizon()))
        const entries = given ?? this.#choose(plan.gasLimit, baseFee)
        const onRequests = (all: readonly Uint8Array[]): void => void (requests = all)
        const options = { isKept, onRequests }
        // What is asked for must be in it: tried before it is kept
        const look = { ...options, isKept: false }
        const done = await makeBlock(inside, this.head, plan, entries, look)
        const [refused] = done.refused
        if (given !== undefined && refused !== undefined) throw refused.error
        if (!isKept) return done
        const kept = await makeBlock(inside, this.head, plan, entries, options)
        this.#keep(kept.block)
        this.pool.settle((sender) => readAccount(inside.parts.core, sender).nonce)
        return kept
      })
      if (isKept) {
        this.#next = {}
        await this.#settleStates(made.block)
        this.#announce(made.block)
      }
      return { block: made.block, requests }
    })
  }

  /** As many as could fit if none did more than exist. */
  #choose(gasLimit: bigint, baseFee: bigint): Entry[] {
    const most = Number(gasLimit / INTRINSIC_GAS) + 1
    const entries: Entry[] = []
    if (this.pool.size === 0) return entries
    for (const entry of this.pool.deal(baseFee)) {
      if (entries.push(entry) >= most) break
    }
    return entries
  }

  /** At once with the state, so that nobody sees one without the other. */
  #keep(block: KeptBlock): void {
    const { parent } = block
    // Of blocks before, the state is in their snapshots
    this.#current = block
    if (parent === this.head) this.#store.push(block)
  }

  async #settleStates(block: KeptBlock): Promise<void> {
    const { blocks, states } = this.#options.history
    block.at = await this.engine.snapshot()
    const useless = this.#store.trim(blocks)
    const isBounded = states !== Infinity
    const old = isBounded ? this.#store.byNumber(block.number - BigInt(states)) : undefined
    if (old?.at !== undefined) {
      useless.push(old.at)
      old.at = undefined
    }
    const kept = new Set([...this.#snapshots.values()].map(({ state }) => state))
    for (const state of useless) if (!kept.has(state)) await this.engine.release(state)
  }

  #announce(block: KeptBlock): void {
    this.#events.tell('block', block)
    if (this.#events.has('logs') && block.logs.length > 0) this.#events.tell('logs', block.logs)
  }

  setMining(mining: Mining): void {
    this.#miner.set(mining)
  }

  setDefaults(defaults: BlockDefaults): void {
    this.#defaults = readDefaults(defaults, this.#defaults)
    if ('interval' in defaults) {
      const { interval } = defaults
      this.#clock.interval = interval === undefined ? undefined : BigInt(interval)
    }
  }

  setNext(next: NextBlock): void {
    readNext(next)
    this.#next = { ...this.#next, ...next }
  }

  now(): bigint {
    return this.#clock.next(this.head.header.timestamp)
  }

  increaseTime(seconds: Quantity): bigint {
    return this.#clock.increase(seconds)
  }

  setTime(timestamp: Quantity): void {
    this.#clock.set(timestamp)
  }

  async snapshot(): Promise<ChainSnapshot> {
    return this.#turns.take(async () => {
      const state = await this.engine.snapshot()
      const pool = [...this.pool.pending().values(), ...this.pool.queued().values()].flat()
      const snapshot = ++this.#lastSnapshot
      const { offset } = this.#clock
      this.#snapshots.set(snapshot, { head: this.head, state, offset, pool })
      return snapshot
    })
  }

  async revert(snapshot: ChainSnapshot): Promise<boolean> {
    return this.#turns.take(async () => {
      const remembered = this.#snapshots.get(snapshot)
      if (remembered === undefined) return false
      const { head, offset, pool, state } = remembered
      for (const id of [...this.#snapshots.keys()]) {
        if (id >= snapshot) this.#snapshots.delete(id)
      }
      await this.#revertTo(state)
      this.#truncate(head)
      await this.#follow(head)
      head.at ??= await this.engine.snapshot()
      this.#clock.restore(offset)
      this.#next = {}
      this.pool.clear()
      await this.#takeBack(pool)
      return true
    })
  }

  /** What was taken later is gone: states of blocks, and snapshots. */
  async #revertTo(state: Snapshot): Promise<void> {
    await this.engine.revert(state)
    this.#store.forgetStatesAfter(state)
    for (const [id, { state: other }] of this.#snapshots) {
      if (other > state) this.#snapshots.delete(id)
    }
  }

  /** The engine's own blocks end with this one. */
  #follow(head: KeptBlock): Promise<void> {
    this.#current = head
    return this.engine.withParts(async ({ endBlock, own }) => {
      const ancestors = ancestorsOf(head).map(({ header }) => header)
      own.follow(ancestors, head.header, head.hashBytes)
      const prepared = preparedAgain(head)
      if (prepared !== undefined) endBlock(prepared.environment)
    })
  }

  /** @returns the blocks that are no longer of the chain, the latest first */
  #truncate(head: KeptBlock): KeptBlock[] {
    const removed: KeptBlock[] = []
    while (this.head !== head) {
      const block = this.#store.pop()
      block.at = undefined
      removed.push(block)
    }
    if (removed.length === 0) return removed
    this.#events.tell('reorg', removed, head)
    if (this.#events.has('logs')) {
      const logs = removed.flatMap((block) => block.logs.map((log) => ({ ...log, removed: true })))
      if (logs.length > 0) this.#events.tell('logs', logs)
    }
    return removed
  }

  async #takeBack(entries: readonly ReadTransaction[]): Promise<void> {
    await this.engine.withParts(async ({ parts }) => {
      for (const { authorities, sender, senderBytes, transaction } of entries) {
        const { nonce } = readAccount(parts.core, senderBytes)
        if (transaction.nonce < nonce || this.pool.has(bytesToHex(transaction.hash))) continue
        this.pool.add({ authorities, sender, senderBytes, transaction }, nonce)
      }
    })
  }

  async rollBack(
    blocks: number,
    { dropsTransactions = false }: { readonly dropsTransactions?: boolean } = {},
  ): Promise<void> {
    await this.#turns.take(async () => {
      const head = this.#store.byNumber(this.head.number - BigInt(blocks))
      if (head?.at === undefined) {
        const details = { place: { field: 'blocks' }, expected: 'as many as are kept', got: blocks }
        throw new InvalidInputError('the chain cannot go back so far', details)
      }
      await this.#moveTo(head)
      const removed = this.#truncate(head)
      for (const [id, { head: other }] of this.#snapshots) {
        if (other.number > head.number) this.#snapshots.delete(id)
      }
      if (dropsTransactions) return
      await this.#takeBack(removed.reverse().flatMap(entriesOf))
    })
  }

  /** Brings the engine to the state of a block, executing again what is not kept of it. */
  async #moveTo(target: KeptBlock): Promise<void> {
    const path: KeptBlock[] = []
    let from: KeptBlock | undefined = target
    while (from !== undefined && from !== this.#current && from.at === undefined) {
      path.push(from)
      from = from.parent
    }
    if (from === undefined) {
      const details = { place: { block: target.number }, got: words('an older one') }
      throw new InvalidInputError('the state before the block is no longer kept', details)
    }
    if (from !== this.#current) await this.#revertTo(from.at!)
    await this.#follow(from)
    for (const block of path.reverse()) {
      const { bytes, header, rules, uncles } = block
      const prepared = preparedAgain(block)!
      const checked = { bytes, fork: rules, header, prepared, uncles }
      await this.engine.withParts((inside) => runChecked(inside, block.parent!, checked))
      this.#current = block
      block.at = await this.engine.snapshot()
    }
  }

  async importBlock(input: BytesLike): Promise<LedgerBlock> {
    const bytes = typeof input === 'string' ? hexToBytes(input, 'block') : asBytes(input, 'block')
    return this.#turns.take(() => this.#import(bytes))
  }

  async #import(bytes: Uint8Array): Promise<KeptBlock> {
    const virtualBlocks = this.engine.semantics === 'actor'
    const split = splitBlock(bytes, {}, { virtualBlocks })
    const { header } = split
    const parentHash = bytesToHex(header.parentHash)
    const parent = this.#store.byHash(parentHash)
    if (parent === undefined) {
      throw refuseBlock(header, 'unknown-parent', 'parentHash', 'a block of the chain', parentHash)
    }
    const before = this.head
    const hashes = parent === before ? this.#store.hashes : hashesUpTo(parent)
    const checked = await this.engine.withParts(({ parts }) => {
      return checkBlock(parts, bytes, split, parent, hashes)
    })
    if (parent !== this.#current) await this.#moveTo(parent)
    let block: KeptBlock
    try {
      block = await this.engine.withParts(async (inside) => {
        const kept = await runChecked(inside, parent, checked)
        this.#keep(kept)
        this.pool.settle((sender) => readAccount(inside.parts.core, sender).nonce)
        return kept
      })
    } catch (error) {
      if (this.#current !== before) await this.#moveTo(before)
      throw error
    }
    await this.#settleStates(block)
    if (parent === before) {
      this.#announce(block)
      return block
    }
    await this.#branch(block, before)
    return block
  }

  /** A block that does not follow the head: it becomes the head, or stands beside. */
  async #branch(block: KeptBlock, before: KeptBlock): Promise<void> {
    this.#store.addOther(block)
    const isHead =
      rulesOf(block.rules).isProofOfStake || block.totalDifficulty > before.totalDifficulty
    if (!isHead) {
      await this.#moveTo(before)
      return
    }
    const path: KeptBlock[] = []
    let from = block
    while (!this.#store.isCanonical(from)) {
      path.push(from)
      from = from.parent!
    }
    const removed = this.#truncate(from)
    for (const each of path.reverse()) this.#store.push(each)
    for (const each of path) this.#announce(each)
    await this.#takeBack(removed.reverse().flatMap(entriesOf))
  }

  async touched(): Promise<void> {
    await this.#turns.take(async () => {
      const { head } = this
      if (head.at !== undefined) {
        const kept = [...this.#snapshots.values()].some(({ state }) => state === head.at)
        if (!kept) await this.engine.release(head.at)
      }
      head.at = await this.engine.snapshot()
      await this.engine.withParts(async ({ parts: { core } }) => {
        this.pool.settle((sender) => readAccount(core, sender).nonce)
      })
    })
  }

  on<Name extends keyof ChainEvents>(event: Name, listener: ChainEvents[Name]): () => void {
    return this.#events.on(event, listener)
  }

  async dispose(): Promise<void> {
    this.#miner.stop()
    this.#events.clear()
    await this.#turns.end()
    if (this.#options.ownsEngine) await this.engine.dispose()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }
}

async function readAll(
  parts: EngineParts,
  transactions: readonly TransactionInput[],
  horizon: Horizon,
): Promise<ReadTransaction[]> {
  const read: ReadTransaction[] = []
  for (const each of transactions) read.push(await readTransaction(parts, each, horizon))
  return read
}

/** It will not become valid by waiting for a block with more room, or a lower base fee. */
function isHopeless(error: Error): boolean {
  const { reason } = error as { reason?: string }
  return !WAITING.includes(reason ?? '')
}

const WAITING = [
  'gas-limit-above-block',
  'blob-gas-above-limit',
  'fee-cap-below-base-fee',
  'blob-fee-cap-below-base-fee',
  'nonce-too-high',
  'insufficient-funds',
]

function entriesOf(block: KeptBlock): ReadTransaction[] {
  const { prepared } = block
  return block.transactions.map((transaction, i) => ({
    transaction,
    sender: block.senders[i]!,
    senderBytes: prepared!.senders[i]!,
    authorities: prepared!.authorities[i] ?? [],
  }))
}
