/**
 * The blocks that an engine has executed one after the other: their hashes, for BLOCKHASH, and
 * their headers, for who produces the next one. Those of the last 256 are kept. A header is made,
 * and hashed, when the next block begins: 20 µs.
 */

import { BLOCK_HASH_WINDOW } from '../../assembly/abi/rules.js'
import { encodeWithdrawal } from '../intake/block.js'
import { headerHash, type Header } from '../intake/header.js'
import { HASH_BYTES, bytesEqual } from '../base/bytes.js'
import type { BlockToJudge } from '../execution/execute-block.js'
import type { EngineParts } from '../machine/engine-parts.js'
import type { Environment } from '../intake/environment.js'
import { readStateRoot } from '../state/state-root.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import { orderedRoot } from '../results/roots.js'
import { firstParent } from './first-parent.js'
import {
  EMPTY_TRIE_ROOT,
  ZERO_HASH,
  blobGasOf,
  completeHeader,
  draftHeader,
} from './new-header.js'
import { resultFields } from './result-rules.js'

const HASHES_KEPT = BigInt(BLOCK_HASH_WINDOW)
/** Who executes a block does not say that it is valid. */
const LENIENT = { mayBeMissing: true, mayFail: true, mayBeMalformed: true }

/** A block that is about to be executed. */
export interface NextBlock {
  readonly environment: Environment
  /** Whether it follows the engine's last block. */
  readonly isChild: boolean
  /** The header of the genesis, if it follows that. */
  readonly genesis: Header | undefined
  /** Of the state before it. */
  readonly stateRoot: Uint8Array
}

/** What the header of a block is made of. */
interface Executed {
  readonly parts: EngineParts
  readonly block: NextBlock
  readonly facts: BlockFacts
}

/** An own chain as it was at some time. */
export interface ChainMark {
  readonly headers: readonly Header[]
  readonly hashes: Uint8Array
  readonly lastHash: Uint8Array
  readonly pending: Executed | undefined
  readonly isFresh: boolean
}

export class OwnChain {
  /** Consecutive, the engine's last block at the end; at most 256. */
  readonly #headers: Header[] = []
  /** As linear memory has them: block n at n mod 256. */
  readonly #hashes = new Uint8Array(BLOCK_HASH_WINDOW * HASH_BYTES)
  /** Of the last header. */
  #lastHash: Uint8Array = ZERO_HASH
  /** A block whose header nobody has asked for yet. */
  #pending: Executed | undefined
  #isFresh = true

  /** The headers up to the engine's last block, each the parent of the next. */
  headers(): readonly Header[] {
    this.#settle()
    return this.#headers
  }

  /**
   * What is known of the chain before a block: its hashes where `env` does not state them. A block
   * follows the engine's last one if its number is the next, and its parent hash, if stated, that
   * one's. The first block follows the genesis if its number is 1.
   */
  next({ config, core }: EngineParts, env: Environment): NextBlock {
    this.#settle()
    const stateRoot = readStateRoot(core)
    const isChild = this.#isChild(env)
    if (isChild) {
      const environment = { ...env, knownHashes: this.#hashes }
      return { environment, isChild, genesis: undefined, stateRoot }
    }
    const { number, parentHash, timestamp } = env
    const isFirst = this.#isFresh && number === 1n && timestamp > 0n && parentHash === undefined
    if (!isFirst) return { environment: env, isChild, genesis: undefined, stateRoot }
    const genesis = firstParent(config, env, stateRoot)
    const blockHashes = new Map([[0n, headerHash(genesis)], ...env.blockHashes])
    return { environment: { ...env, blockHashes }, isChild, genesis, stateRoot }
  }

  #isChild({ number, parentHash }: Environment): boolean {
    const last = this.#headers.at(-1)
    if (last === undefined || last.number + 1n !== number) return false
    return parentHash === undefined || bytesEqual(parentHash, this.#lastHash)
  }

  /** The block was executed and is kept. @param facts of it, taken before */
  extend(parts: EngineParts, block: NextBlock, facts: BlockFacts): void {
    if (!block.isChild) this.#clear()
    const { blockHashes, number } = block.environment
    for (const [each, hash] of blockHashes) {
      if (each < number && each + HASHES_KEPT >= number) writeHash(this.#hashes, each, hash)
    }
    this.#isFresh = false
    this.#pending = { parts, block, facts }
  }

  /** The engine's last block is this one, whose ancestors follow one another. */
  follow(ancestors: readonly Header[], header: Header, hash: Uint8Array): void {
    if (ancestors !== this.#headers) {
      this.#clear()
      ancestors.forEach((each, i) => {
        this.#add(each, (ancestors[i + 1] ?? header).parentHash)
      })
    }
    this.#add(header, hash)
    this.#isFresh = false
  }

  /** What to `restore` when the engine goes back to where it is now. */
  mark(): ChainMark {
    return {
      headers: [...this.#headers],
      hashes: this.#hashes.slice(),
      lastHash: this.#lastHash,
      pending: this.#pending,
      isFresh: this.#isFresh,
    }
  }

  restore(mark: ChainMark): void {
    this.#headers.splice(0, this.#headers.length, ...mark.headers)
    this.#hashes.set(mark.hashes)
    this.#lastHash = mark.lastHash
    this.#pending = mark.pending
    this.#isFresh = mark.isFresh
  }

  #clear(): void {
    this.#headers.length = 0
    this.#hashes.fill(0)
    this.#pending = undefined
  }

  #add(header: Header, hash: Uint8Array): void {
    this.#headers.push(header)
    if (this.#headers.length > BLOCK_HASH_WINDOW) this.#headers.shift()
    writeHash(this.#hashes, header.number, hash)
    this.#lastHash = hash
  }

  #settle(): void {
    if (this.#pending === undefined) return
    const { block, facts, parts } = this.#pending
    this.#pending = undefined
    const { config, workers } = parts
    const { environment: env, genesis, stateRoot } = block
    if (this.#headers.length === 0 && env.parentHash === undefined) {
      // As it would be if the block had been produced
      const hasParent = env.number > 0n && env.timestamp > 0n
      const parent = genesis ?? (hasParent ? firstParent(config, env, stateRoot) : undefined)
      if (parent !== undefined) this.#add(parent, headerHash(parent, workers.keccak256))
    }
    const parentHash = env.parentHash ?? (this.#headers.length > 0 ? this.#lastHash : ZERO_HASH)
    const draft = draftHeader(config, env, { ...facts, parentHash })
    const header = completeHeader(draft, facts.results)
    this.#add(header, headerHash(header, workers.keccak256))
  }
}

/** What a block's header says that is not in its environment; linear memory does not keep it. */
export interface BlockFacts {
  readonly blobGasUsed: bigint
  readonly transactionsRoot: Uint8Array
  readonly withdrawalsRoot: Uint8Array
  readonly results: ReturnType<typeof resultFields>
}

/** Before the block is kept. */
export function factsOf(
  parts: EngineParts,
  { environment, transactions, withdrawals }: PreparedBlock,
  result: BlockToJudge,
): BlockFacts {
  return {
    blobGasUsed: blobGasOf(transactions),
    transactionsRoot: result.transactionsRoot,
    withdrawalsRoot:
      withdrawals.length === 0
        ? EMPTY_TRIE_ROOT
        : orderedRoot(parts.core, withdrawals.map(encodeWithdrawal)),
    results: resultFields(parts, environment, LENIENT, result),
  }
}

/** As linear memory has words: the last byte first. */
function writeHash(hashes: Uint8Array, number: bigint, hash: Uint8Array): void {
  const at = Number(number % HASHES_KEPT) * HASH_BYTES
  for (let i = 0; i < HASH_BYTES; i++) hashes[at + i] = hash[HASH_BYTES - 1 - i]!
}
