/** The blocks that are kept: by hash all, by number those of the chain. */

import { BLOCK_HASH_WINDOW } from '../../assembly/abi/rules.js'
import { HASH_BYTES } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import type { Snapshot } from '../tools/history.js'
import { LogIndex, matches } from './log-index.js'
import type { KeptBlock } from './kept-block.js'
import type { LedgerLog, LogQuery } from './types.js'

const HASHES_KEPT = BigInt(BLOCK_HASH_WINDOW)

export class BlockStore {
  readonly #byHash = new Map<Hex, KeptBlock>()
  /** Consecutive; the first one is `#oldest`. */
  readonly #canonical: KeptBlock[] = []
  /** Blocks and places of transactions of the chain. */
  readonly #transactions = new Map<Hex, { readonly block: KeptBlock; readonly index: number }>()
  readonly #logs = new LogIndex()
  /** Those of other branches, by number. */
  readonly #others = new Set<KeptBlock>()
  /** As linear memory has them: block n at n mod 256, last byte first. */
  readonly hashes = new Uint8Array(BLOCK_HASH_WINDOW * HASH_BYTES)

  get head(): KeptBlock {
    return this.#canonical.at(-1)!
  }

  get oldest(): KeptBlock {
    return this.#canonical[0]!
  }

  byHash(hash: Hex): KeptBlock | undefined {
    return this.#byHash.get(hash)
  }

  byNumber(number: bigint): KeptBlock | undefined {
    if (this.#canonical.length === 0) return undefined
    const at = number - this.oldest.number
    return at < 0n ? undefined : this.#canonical[Number(at)]
  }

  isCanonical(block: KeptBlock): boolean {
    return this.byNumber(block.number) === block
  }

  transaction(hash: Hex): { readonly block: KeptBlock; readonly index: number } | undefined {
    return this.#transactions.get(hash)
  }

  /** The new head, a child of the present one. */
  push(block: KeptBlock): void {
    this.#byHash.set(block.hash, block)
    this.#others.delete(block)
    this.#canonical.push(block)
    block.transactionHashes.forEach((hash, index) => this.#transactions.set(hash, { block, index }))
    this.#logs.add(block)
    this.#writeHash(block)
  }

  /** Kept, but not of the chain. */
  addOther(block: KeptBlock): void {
    this.#byHash.set(block.hash, block)
    this.#others.add(block)
  }

  /** The head is no longer of the chain; still known by its hash. */
  pop(): KeptBlock {
    const block = this.#canonical.pop()!
    for (const hash of block.transactionHashes) this.#transactions.delete(hash)
    this.#logs.removeNewest(block)
    this.#others.add(block)
    const before = block.number - HASHES_KEPT
    const older = before < 0n ? undefined : this.byNumber(before)
    if (older === undefined) this.#clearHash(block.number)
    else this.#writeHash(older)
    return block
  }

  /** Forgets what is older than `count` blocks. @returns the states that are of no more use */
  trim(count: number): Snapshot[] {
    const states: Snapshot[] = []
    while (this.#canonical.length > count) {
      const block = this.#canonical.shift()!
      this.#forget(block, states)
      for (const hash of block.transactionHashes) this.#transactions.delete(hash)
      this.#logs.removeOldest(block)
      this.oldest.parent = undefined
    }
    for (const block of this.#others) {
      if (block.number >= this.oldest.number) continue
      this.#others.delete(block)
      this.#forget(block, states)
      block.parent = undefined
    }
    return states
  }

  #forget(block: KeptBlock, states: Snapshot[]): void {
    this.#byHash.delete(block.hash)
    if (block.at !== undefined) states.push(block.at)
    block.at = undefined
  }

  /** The engine went back to a state: it has none that was taken later. */
  forgetStatesAfter(state: Snapshot): void {
    for (const block of this.#byHash.values()) {
      if (block.at !== undefined && block.at > state) block.at = undefined
    }
  }

  logs(query: LogQuery): LedgerLog[] {
    return this.#logs.candidates(query).flatMap((number) => {
      return this.byNumber(number)?.logs.filter((log) => matches(log, query)) ?? []
    })
  }

  #writeHash({ hashBytes, number }: KeptBlock): void {
    const at = Number(number % HASHES_KEPT) * HASH_BYTES
    for (let i = 0; i < HASH_BYTES; i++) this.hashes[at + i] = hashBytes[HASH_BYTES - 1 - i]!
  }

  #clearHash(number: bigint): void {
    const at = Number(number % HASHES_KEPT) * HASH_BYTES
    this.hashes.fill(0, at, at + HASH_BYTES)
  }
}
