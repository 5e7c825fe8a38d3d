/**
 * A chain of Ethereum blocks: each is checked against its parent, executed on its parent's state
 * and compared with its header before it is kept. Several branches may grow side by side; the state
 * is that of one block at a time, and goes back by executing a branch again from the genesis, which
 * serves tests and short chains.
 */

import { BLOCK_HASH_WINDOW } from '../../assembly/abi/rules.js'
import {
  decodeBody,
  decodeUncles,
  splitBlock,
  type Block,
  type SplitBlock,
} from '../intake/block.js'
import { headerHash, type Header } from '../intake/header.js'
import { bytesToHex } from '../base/bytes.js'
import { InvalidBlockError, InvalidTransactionError } from '../base/errors.js'
import type { Fork } from '../forks/forks.js'
import type { GenesisAccount } from '../state/genesis.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { leafMaker } from '../execution/leaf-job.js'
import { IN_ORDER_OF_GETH } from '../execution/in-order.js'
import { prepareBlock, type PreparedBlock } from '../intake/prepare-block.js'
import type { BlockResult, Hex } from '../base/types.js'
import {
  checkBlobCount,
  checkBlockSize,
  checkBody,
  checkTransactionCount,
  expectHash,
} from './body-rules.js'
import { forkAt, type ChainConfig } from '../forks/chain-config.js'
import { checkHeader, checkNumber } from './header-rules.js'
import { replaceState } from '../state/load-state.js'
import { refuseBlock } from './refusal.js'
import { environmentOf, runChainBlock } from './run-chain-block.js'
import { ancestorsOf, pathFrom, type StoredBlock } from './stored-block.js'
import { UNCLE_GENERATIONS, checkUncles } from './uncle-rules.js'
import { rulesOf } from '../forks/rules.js'

/** Names the rule that geth names first, also where it takes the state to know. */
const JUDGED = { isJudged: true, strategy: IN_ORDER_OF_GETH }
const HEADERS = { virtualBlocks: false }

/** What a chain begins with. */
export interface Genesis {
  readonly header: Header
  readonly accounts: readonly GenesisAccount[]
}

export interface ChainOptions {
  /** Checks the proof of work of a header, before Paris; throws to refuse it. */
  readonly checkSeal?: (header: Header) => void
  /** Whether imported blocks come with their witnesses. */
  readonly recordsWitnesses?: boolean
}

export interface ImportOptions {
  readonly hasBodyRootsLast?: boolean
}

/** A block that was imported. */
export interface ImportedBlock {
  readonly hash: Hex
  /** Whether it is now the head of the chain. */
  readonly isHead: boolean
  readonly result: BlockResult
}

export class Chain {
  readonly #parts: EngineParts
  readonly #config: ChainConfig
  readonly #options: ChainOptions
  readonly #accounts: readonly GenesisAccount[]
  readonly #genesis: StoredBlock
  readonly #blocks = new Map<Hex, StoredBlock>()
  #head: StoredBlock
  /** The block whose state the engine has. */
  #current: StoredBlock

  private constructor(
    parts: EngineParts,
    config: ChainConfig,
    { header, accounts }: Genesis,
    options: ChainOptions,
  ) {
    this.#parts = parts
    this.#config = config
    this.#options = options
    this.#accounts = accounts
    this.#genesis = {
      hash: bytesToHex(headerHash(header)),
      header,
      fork: forkAt(config, { ...header, parentTotalDifficulty: 0n }),
      uncles: [],
      totalDifficulty: header.difficulty,
      parent: undefined,
      prepared: undefined,
    }
    this.#head = this.#genesis
    this.#current = this.#genesis
    this.#blocks.set(this.#genesis.hash, this.#genesis)
  }

  /**
   * Begins a chain in an engine of one worker; what the engine holds is lost.
   * @throws InvalidBlockError if the accounts do not have the genesis' state root
   */
  static async begin(
    parts: EngineParts,
    config: ChainConfig,
    genesis: Genesis,
    options: ChainOptions = {},
  ): Promise<Chain> {
    const chain = new Chain(parts, config, genesis, options)
    const root = await replaceState(parts, genesis.accounts)
    expectHash(genesis.header, 'state-root-mismatch', 'stateRoot', root)
    return chain
  }

  /** The block with the most difficulty behind it; from Paris on the last one that was imported. */
  get head(): { readonly hash: Hex; readonly header: Header } {
    return this.#head
  }

  /** Brings the engine to the state of the head. */
  async settle(): Promise<void> {
    await this.#moveTo(this.#head)
  }

  /**
   * Checks, executes and keeps a block whose parent is in the chain. Calls must not overlap.
   * @param bytes its RLP, which must not change afterwards
   * @param options.hasBodyRootsLast compares the roots of the body after the execution, so that an
   *   invalid transaction is told before a wrong root
   * @throws InvalidBlockError with the rule that is broken; the state is that of some block of the
   *   chain, as if the refused one had never come
   */
  async importBlock(bytes: Uint8Array, options: ImportOptions = {}): Promise<ImportedBlock> {
    try {
      return await this.#import(bytes, options)
    } catch (error) {
      if (!(error instanceof InvalidTransactionError)) throw error
      const what = `block refused: ${error.message}`
      const details = { place: error.place, cause: error }
      throw new InvalidBlockError('invalid-transaction', what, details)
    }
  }

  async #import(
    bytes: Uint8Array,
    { hasBodyRootsLast = false }: ImportOptions,
  ): Promise<ImportedBlock> {
    const parts = splitBlock(bytes, {}, HEADERS)
    const parent = this.#parentOf(parts.header)
    const fork = this.#check(bytes, parts, parent)
    const maker = leafMaker(this.#parts, { block: parts.header.number })
    const refusal = await checkBody(maker, parts, hasBodyRootsLast)
    checkTransactionCount(parts)
    const { header } = parts
    const { keccak256 } = this.#parts.workers
    const block = decodeBody(parts, {}, { ...HEADERS, maxGas: header.gasLimit, keccak256 })
    const { transactions, uncles } = block
    checkBlobCount(header, transactions, fork)
    const hash = bytesToHex(headerHash(header))
    const prepared = await this.#prepare(block, fork, parent)
    await this.#moveTo(parent)
    const content = { header, uncles, fork, prepared }
    const { recordsWitnesses: recordsWitness } = this.#options
    const how = { ...JUDGED, recordsWitness, refusal }
    const result = await runChainBlock(this.#parts, this.#config, content, how)
    const totalDifficulty = parent.totalDifficulty + header.difficulty
    const stored = { ...content, hash, totalDifficulty, parent }
    this.#blocks.set(hash, stored)
    this.#current = stored
    const isHead =
      rulesOf(fork).isProofOfStake || totalDifficulty > this.#head.totalDifficulty
    if (isHead) this.#head = stored
    return { hash, isHead, result }
  }

  #parentOf(header: Header): StoredBlock {
    const parentHash = bytesToHex(header.parentHash)
    const parent = this.#blocks.get(parentHash)
    if (parent !== undefined) return parent
    throw refuseBlock(header, 'unknown-parent', 'parentHash', 'a block of the chain', parentHash)
  }

  /** All rules of headers, and the size of the block. */
  #check(bytes: Uint8Array, parts: SplitBlock, parent: StoredBlock): Fork {
    const { header } = parts
    // Geth looks the parent up by number and hash
    checkNumber(header, parent.header)
    const fork = this.#checkHeader(header, parent)
    checkBlockSize(bytes, header, fork)
    const uncles = decodeUncles(parts, {}, HEADERS)
    const ancestors = ancestorsOf(parent, UNCLE_GENERATIONS)
    checkUncles(header, uncles, fork, ancestors, (uncle, uncleParent) => {
      this.#checkHeader(uncle, uncleParent as StoredBlock)
    })
    return fork
  }

  #checkHeader(header: Header, parent: StoredBlock): Fork {
    const fork = this.#forkOf(header, parent)
    checkHeader(header, fork, parent, this.#config)
    if (!rulesOf(fork).isProofOfStake) this.#options.checkSeal?.(header)
    return fork
  }

  #forkOf(header: Header, parent: StoredBlock): Fork {
    const { number, timestamp } = header
    const parentTotalDifficulty = parent.totalDifficulty
    return forkAt(this.#config, { number, timestamp, parentTotalDifficulty })
  }

  async #prepare(block: Block, fork: Fork, parent: StoredBlock): Promise<PreparedBlock> {
    const { header, transactions, withdrawals = [] } = block
    const hashes: Record<string, Hex> = {}
    for (const ancestor of ancestorsOf(parent, BLOCK_HASH_WINDOW)) {
      hashes[`${ancestor.header.number}`] = ancestor.hash
    }
    const rules = { chainId: this.#config.chainId, fork, isJudgedLater: true }
    const env = environmentOf(header, hashes)
    return prepareBlock({ env, transactions, withdrawals }, rules)
  }

  /** Executes what lies between, from the genesis if the engine's block is on another branch. */
  async #moveTo(target: StoredBlock): Promise<void> {
    let path = pathFrom(this.#current, target)
    if (path === undefined) {
      await replaceState(this.#parts, this.#accounts)
      this.#current = this.#genesis
      path = pathFrom(this.#genesis, target)!
    }
    for (const block of path) {
      const content = { ...block, prepared: block.prepared! }
      await runChainBlock(this.#parts, this.#config, content, JUDGED)
      this.#current = block
    }
  }
}
