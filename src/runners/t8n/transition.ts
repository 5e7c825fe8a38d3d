/**
 * A state transition as geth's `evm t8n` makes it: transactions that are valid are executed on the
 * state, the others are rejected one by one; out comes what a block of the valid ones commits to.
 */

import { ZERO_HASH_READ } from '../../../assembly/abi/memory-map.js'
import { encodeWithdrawal } from '../../intake/block.js'
import { asObject } from '../../base/json.js'
import { BLOB_TYPE } from '../../intake/transaction.js'
import type { ChainConfig } from '../../forks/chain-config.js'
import { creditAccount } from '../../state/credit-account.js'
import { replaceState } from '../../state/load-state.js'
import { collectRequests } from '../../chain/requests.js'
import { ommerReward, nephewReward } from '../../chain/rewards.js'
import { GAS_PER_BLOB, blobBaseFee } from '../../forks/forks.js'
import { rulesOf } from '../../forks/rules.js'
import { readAlloc } from '../../state/genesis.js'
import { blobGasOf } from '../../intake/admission.js'
import { dumpState, type DumpedAccount } from '../../state/dump-state.js'
import type { EngineParts } from '../../machine/engine-parts.js'
import { asOneBlock } from '../../machine/guard.js'
import { executeBlock, type BlockRules, type BlockToJudge } from '../../execution/execute-block.js'
import { picking, type TransactionRefusal } from '../../execution/picked.js'
import type { BlockArchive } from '../../results/results.js'
import { readAccount } from '../../state/read-state.js'
import { PreparedBlock, prepareBlock } from '../../intake/prepare-block.js'
import { orderedRoot } from '../../results/roots.js'
import type { Alloc, Hex } from '../../base/types.js'
import { logsHash } from '../logs-hash.js'
import { readCandidates, type Candidate, type ReadCandidate } from './candidates.js'
import { readTransitionEnvironment, type TransitionEnvironment } from './environment.js'
import { NO_BLOB_FEE, rejectionText, type RejectionFacts } from './rejection-words.js'

/** BLOCKHASH was asked for a block whose hash the environment does not have. */
export class MissingBlockHash extends Error {
  constructor(number: number) {
    super(`getHash(${number}) invoked, blockhash for that block not provided`)
    this.name = 'MissingBlockHash'
  }
}

/** A transaction that is no part of the block. */
export interface Rejected {
  readonly index: number
  readonly error: string
}

export interface TransitionInput {
  readonly alloc: unknown
  readonly env: unknown
  /** A list of JSON objects, or 0x-hex of the RLP of a list. */
  readonly txs: unknown
}

export interface TransitionOptions {
  readonly config: ChainConfig
  /** Of the miner, in wei; undefined for none, which leaves the fee recipient untouched. */
  readonly reward: bigint | undefined
  /** Told before each transaction that may be executed: for traces. */
  readonly onTransaction?: ((hash: Uint8Array) => void) | undefined
}

export interface Transition {
  readonly environment: TransitionEnvironment
  /** The transactions that were executed, and the withdrawals. */
  readonly block: PreparedBlock
  readonly archive: BlockArchive
  readonly stateRoot: Uint8Array
  /** What receipts before Byzantium have in place of a status. */
  readonly stateRoots: readonly Uint8Array[]
  readonly transactionsRoot: Uint8Array
  readonly withdrawalsRoot: Uint8Array
  readonly logsHash: Hex
  readonly blobGasUsed: bigint
  /** With their type bytes; undefined before Prague. */
  readonly requests: readonly Uint8Array[] | undefined
  readonly rejected: readonly Rejected[]
  readonly state: readonly DumpedAccount[]
}

/**
 * @param parts an engine of one worker; what it holds is lost
 * @throws InvalidInputError for input that cannot be read; InvalidBlockError if a system contract
 *   that the fork needs is missing or fails; MissingBlockHash
 */
export async function runTransition(
  parts: EngineParts,
  input: TransitionInput,
  options: TransitionOptions,
): Promise<Transition> {
  const { config } = options
  asObject(input, 'input')
  const environment = readTransitionEnvironment(input.env, config)
  const { fork } = environment
  const accounts = readAlloc(asObject(input.alloc, 'alloc') as Alloc)
  const candidates = await readCandidates(input.txs, { chainId: config.chainId, fork })
  const run = new TransitionRun(parts, environment, options)
  const block = await run.prepare(candidates)
  await replaceState(parts, accounts)
  await run.execute(block)
  return { ...run.result(), state: dumpState(parts.core) }
}

/** One block of what may be executed; what is refused is told from its place among all. */
class TransitionRun {
  readonly #parts: EngineParts
  readonly #environment: TransitionEnvironment
  readonly #options: TransitionOptions
  /** Those that cannot be executed. */
  readonly #unread: Rejected[] = []
  /** The indexes of those that can be executed, and what each of them is. */
  readonly #indexes: number[] = []
  readonly #candidates: ReadCandidate[] = []
  /** Those that the block has no place for. */
  #refused: Rejected[] = []
  #blobs = 0
  #result: Omit<Transition, 'state'> | undefined

  constructor(parts: EngineParts, environment: TransitionEnvironment, options: TransitionOptions) {
    const { chainId } = options.config
    const { fork } = environment
    this.#parts = { ...parts, config: { ...parts.config, fork, chainId } }
    this.#environment = environment
    this.#options = options
  }

  /** All transactions that can be read. */
  async prepare(candidates: readonly Candidate[]): Promise<PreparedBlock> {
    for (const [index, candidate] of candidates.entries()) {
      const error = 'rejection' in candidate ? candidate.rejection : this.#unfit(candidate)
      if (error !== undefined) this.#unread.push({ index, error })
      else if ('tx' in candidate) {
        this.#indexes.push(index)
        this.#candidates.push(candidate)
      }
    }
    const { block: env, withdrawals = [] } = this.#environment
    const { chainId, fork } = this.#parts.config
    const empty = await prepareBlock({ env, transactions: [], withdrawals }, { chainId, fork })
    return new PreparedBlock({
      ...empty,
      transactions: this.#candidates.map(({ tx }) => tx),
      senders: this.#candidates.map(({ sender }) => sender),
      authorities: this.#candidates.map(({ authorities }) => authorities),
    })
  }

  async execute(block: PreparedBlock): Promise<void> {
    const { core } = this.#parts
    const { number } = this.#environment
    const isDaoFork = number === this.#options.config.daoForkBlock
    const dao = isDaoFork ? await import('../../chain/dao-fork.js') : undefined
    const rules: BlockRules = {
      strategy: picking({
        onTransaction: (i) => this.#begin(i),
        onIncluded: (i) => this.#include(i),
        onRefused: (error, i) => this.#refuse(block, error, i),
      }),
      beforeTransactions: dao && (() => dao.moveDaoBalances(core)),
      afterTransactions: () => this.#payRewards(block.environment.coinbase),
      judge: (done) => this.#keep(done),
    }
    await asOneBlock(this.#parts, { block: number }, () => {
      // The block may run again
      this.#refused = []
      this.#blobs = 0
      return executeBlock(this.#parts, block, {}, rules)
    })
  }

  #unfit({ tx }: ReadCandidate): string | undefined {
    const hasFee = this.#environment.excessBlobGas !== undefined
    return tx.type === BLOB_TYPE && !hasFee ? NO_BLOB_FEE : undefined
  }

  /** Once it is executed. */
  result(): Omit<Transition, 'state'> {
    const rejected = [...this.#unread, ...this.#refused].sort((a, b) => a.index - b.index)
    return { ...this.#result!, rejected }
  }

  #begin(i: number): void {
    this.#parts.core.memory.writeU64(ZERO_HASH_READ, 0n)
    this.#options.onTransaction?.(this.#candidates[i]!.tx.hash)
  }

  #include(i: number): void {
    const missing = this.#parts.core.memory.readU64(ZERO_HASH_READ)
    if (missing > 0) throw new MissingBlockHash(missing - 1)
    this.#blobs += this.#candidates[i]!.tx.blobVersionedHashes.length
  }

  #refuse(block: PreparedBlock, error: TransactionRefusal, i: number): void {
    const facts = this.#factsOf(block, this.#candidates[i]!)
    this.#refused.push({ index: this.#indexes[i]!, error: rejectionText(error, facts) })
  }

  #factsOf(block: PreparedBlock, { sender, tx }: ReadCandidate): RejectionFacts {
    const { core, config } = this.#parts
    const { baseFeePerGas, excessBlobGas } = block.environment
    const { balance, code, nonce } = readAccount(core, sender)
    const { blobs } = config.fork
    return {
      tx,
      sender,
      account: { balance, nonce, codeSize: code.length / 2 - 1 },
      baseFeePerGas,
      blobBaseFee: blobs === undefined ? 0n : blobBaseFee(excessBlobGas, blobs),
      chainId: config.chainId,
      rules: rulesOf(config.fork),
      blobGas: this.#blobs * GAS_PER_BLOB + blobGasOf(tx),
      maxBlobGas: (blobs?.max ?? 0) * GAS_PER_BLOB,
    }
  }

  /** What is read of linear memory before the block is kept. */
  #keep({ archive, block, records, requests, stateRoot, stateRoots, ...done }: BlockToJudge): void {
    const { core } = this.#parts
    const { depositContract } = this.#options.config
    this.#result = {
      environment: this.#environment,
      block,
      archive,
      stateRoot,
      stateRoots,
      transactionsRoot: done.transactionsRoot,
      withdrawalsRoot: orderedRoot(core, block.withdrawals.map(encodeWithdrawal)),
      logsHash: logsHash(core, records),
      blobGasUsed: BigInt(this.#blobs * GAS_PER_BLOB),
      requests:
        requests.length === 0
          ? undefined
          : collectRequests(core, this.#environment, depositContract, records, requests),
      rejected: [],
    }
  }

  #payRewards(coinbase: Uint8Array): void {
    const { core } = this.#parts
    const { reward } = this.#options
    if (reward === undefined) return
    const { ommers } = this.#environment
    for (const { address, delta } of ommers) {
      creditAccount(core, address, ommerReward(reward, delta))
    }
    const amount = reward + nephewReward(reward) * BigInt(ommers.length)
    creditAccount(core, coinbase, amount)
  }
}
