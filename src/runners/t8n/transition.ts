/**
 * A state transition as geth's `evm t8n` makes it: transactions that are valid are executed on the
 * state, the others are rejected one by one; out comes what a block of the valid ones commits to.
 */

import { ZERO_HASH_READ } from '../../../assembly/abi/memory-map.js'
import { REVISION_BYZANTIUM } from '../../../assembly/abi/revision.js'
import { ADMITTED, REFUSAL_BEFORE_NONCE } from '../../../assembly/abi/status.js'
import { encodeWithdrawal } from '../../intake/block.js'
import { asObject } from '../../base/json.js'
import { BLOB_TYPE } from '../../intake/transaction.js'
import type { ChainConfig } from '../../forks/chain-config.js'
import { creditAccount } from '../../state/credit-account.js'
import { replaceState } from '../../state/load-state.js'
import { collectRequests } from '../../chain/requests.js'
import { ommerReward, nephewReward } from '../../chain/rewards.js'
import { ActorEvmError } from '../../base/errors.js'
import { GAS_PER_BLOB, blobBaseFee } from '../../forks/forks.js'
import { readAlloc } from '../../state/genesis.js'
import { blobGasOf, rejection, type JudgedTransactions } from '../../intake/admission.js'
import { dumpState, type DumpedAccount } from '../../state/dump-state.js'
import type { EngineParts } from '../../machine/engine-parts.js'
import { beginBlock } from '../../intake/environment.js'
import { asOneBlock } from '../../machine/guard.js'
import { executeAlone } from '../../execution/in-order.js'
import { judgeInOrder } from '../../execution/judge-in-order.js'
import { leafMaker } from '../../execution/leaf-job.js'
import { archiveBlock, type BlockArchive } from '../../results/results.js'
import { readAccount } from '../../state/read-state.js'
import { payWithdrawals } from '../../execution/withdrawals.js'
import { readStateRoot } from '../../state/state-root.js'
import { callAtEnd, callAtStart } from '../../execution/system-calls.js'
import { writeTransactions } from '../../intake/transaction-records.js'
import { PreparedBlock, prepareBlock } from '../../intake/prepare-block.js'
import { Pulse } from '../../base/pulse.js'
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
  const { fork, number } = environment
  const accounts = readAlloc(asObject(input.alloc, 'alloc') as Alloc)
  const candidates = await readCandidates(input.txs, { chainId: config.chainId, fork })
  const withdrawals = environment.withdrawals ?? []
  const rules = { chainId: config.chainId, fork }
  const empty = await prepareBlock({ env: environment.block, transactions: [], withdrawals }, rules)
  await replaceState(parts, accounts)
  const here = { ...parts, config: { ...parts.config, fork, chainId: config.chainId } }
  return asOneBlock(here, { block: number }, async () => {
    const run = new TransitionRun(here, environment, empty, options)
    return run.finish(await run.execute(candidates))
  })
}

/** What of a block's limits has been used, and by whom. */
interface Executed {
  readonly block: PreparedBlock
  readonly records: Uint32Array
  readonly stateRoots: readonly Uint8Array[]
  readonly blobGasUsed: bigint
  readonly rejected: readonly Rejected[]
}

class TransitionRun {
  readonly #parts: EngineParts
  readonly #environment: TransitionEnvironment
  readonly #empty: PreparedBlock
  readonly #options: TransitionOptions
  readonly #pulse = new Pulse()
  #blobs = 0

  constructor(
    parts: EngineParts,
    environment: TransitionEnvironment,
    empty: PreparedBlock,
    options: TransitionOptions,
  ) {
    this.#parts = parts
    this.#environment = environment
    this.#empty = empty
    this.#options = options
  }

  /** Everything up to the last transaction. */
  async execute(candidates: readonly Candidate[]): Promise<Executed> {
    const { core, config } = this.#parts
    beginBlock(core, this.#empty.environment, config)
    if (this.#environment.number === this.#options.config.daoForkBlock) {
      const { moveDaoBalances } = await import('../../chain/dao-fork.js')
      moveDaoBalances(core)
    }
    await callAtStart(core, this.#empty.environment, config)
    const blocks: PreparedBlock[] = []
    const records: number[] = []
    const stateRoots: Uint8Array[] = []
    const rejected: Rejected[] = []
    for (const [index, candidate] of candidates.entries()) {
      const outcome = await this.#tryOne(candidate)
      if (typeof outcome === 'string') {
        rejected.push({ index, error: outcome })
        continue
      }
      blocks.push(outcome.block)
      records.push(outcome.record)
      if (config.fork.revision < REVISION_BYZANTIUM) stateRoots.push(readStateRoot(core))
    }
    return {
      block: new PreparedBlock({
        ...this.#empty,
        transactions: blocks.flatMap((block) => block.transactions),
        senders: blocks.flatMap((block) => block.senders),
        authorities: blocks.flatMap((block) => block.authorities),
      }),
      records: Uint32Array.from(records),
      stateRoots,
      blobGasUsed: BigInt(this.#blobs * GAS_PER_BLOB),
      rejected,
    }
  }

  /** The record of the transaction, or why it is rejected. */
  async #tryOne(
    candidate: Candidate,
  ): Promise<{ block: PreparedBlock; record: number } | string> {
    if ('rejection' in candidate) return candidate.rejection
    const { authorities, sender, tx } = candidate
    if (tx.type === BLOB_TYPE && this.#environment.excessBlobGas === undefined) return NO_BLOB_FEE
    const block = new PreparedBlock({
      ...this.#empty,
      transactions: [tx],
      senders: [sender],
      authorities: [authorities],
    })
    try {
      const judged = judgeInOrder(block, this.#parts.config, this.#blobs * GAS_PER_BLOB)
      const early = judged.refusals.get(0)
      if (early?.moment === REFUSAL_BEFORE_NONCE) throw early.error
      this.#options.onTransaction?.(tx.hash)
      const record = await this.#executeOne(block, judged)
      this.#blobs += tx.blobVersionedHashes.length
      return { block, record }
    } catch (error) {
      if (!(error instanceof ActorEvmError)) throw error
      return rejectionText(error, this.#factsOf(candidate))
    }
  }

  #factsOf({ sender, tx }: ReadCandidate): RejectionFacts {
    const { core, config } = this.#parts
    const { baseFeePerGas, excessBlobGas } = this.#empty.environment
    const { balance, code, nonce } = readAccount(core, sender)
    const { blobs } = config.fork
    return {
      tx,
      sender,
      account: { balance, nonce, codeSize: code.length / 2 - 1 },
      baseFeePerGas,
      blobBaseFee: blobs === undefined ? 0n : blobBaseFee(excessBlobGas, blobs),
      chainId: config.chainId,
      blobGas: this.#blobs * GAS_PER_BLOB + blobGasOf(tx),
      maxBlobGas: (blobs?.max ?? 0) * GAS_PER_BLOB,
    }
  }

  async #executeOne(block: PreparedBlock, judged: JudgedTransactions): Promise<number> {
    const { core, config, tracer } = this.#parts
    core.memory.writeU64(ZERO_HASH_READ, 0n)
    const [record] = writeTransactions(core, block, judged)
    tracer?.beginTransaction(record!)
    const verdict = await executeAlone(core, record!, this.#pulse)
    if (verdict !== ADMITTED) {
      throw rejection(core, block, config, record!, 0, verdict, judged.refusals)
    }
    tracer?.endTransaction()
    const missing = core.memory.readU64(ZERO_HASH_READ)
    if (missing > 0) throw new MissingBlockHash(missing - 1)
    return record!
  }

  /** Everything after the last transaction. */
  async finish(executed: Executed): Promise<Transition> {
    const { core, config } = this.#parts
    const { block, records, stateRoots } = executed
    this.#payRewards()
    await payWithdrawals(core, block.withdrawals)
    const calls = await callAtEnd(core, config)
    const { depositContract } = this.#options.config
    const requests =
      calls.length === 0
        ? undefined
        : collectRequests(core, this.#environment, depositContract, records, calls)
    const stateRoot = readStateRoot(core)
    const maker = leafMaker(this.#parts, { block: block.environment.number })
    const transition = {
      ...executed,
      environment: this.#environment,
      requests,
      stateRoot,
      archive: await archiveBlock(maker, block, records, [], stateRoots),
      transactionsRoot: orderedRoot(core, block.transactions.map(({ raw }) => raw)),
      withdrawalsRoot: orderedRoot(core, block.withdrawals.map(encodeWithdrawal)),
      logsHash: logsHash(core, records),
    }
    core.exports.commitBlock()
    return { ...transition, state: dumpState(core) }
  }

  #payRewards(): void {
    const { core } = this.#parts
    const { reward } = this.#options
    if (reward === undefined) return
    const { ommers } = this.#environment
    for (const { address, delta } of ommers) {
      creditAccount(core, address, ommerReward(reward, delta))
    }
    const amount = reward + nephewReward(reward) * BigInt(ommers.length)
    creditAccount(core, this.#empty.environment.coinbase, amount)
  }
}
