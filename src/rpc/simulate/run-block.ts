/** One block of a simulation, executed on the state that the one before has left. */

import {
  ENV_BASE_FEE,
  ENV_BLOB_BASE_FEE,
} from '../../../assembly/abi/memory-map.js'
import {
  ACCOUNT_ADDRESS,
  TX_CREATED,
  TX_GAS_FINAL,
  TX_GAS_USED,
  TX_INDEX,
  TX_STATUS,
} from '../../../assembly/abi/records.js'
import { ADMITTED } from '../../../assembly/abi/status.js'
import { bytesToHex, hexToBytes } from '../../base/bytes.js'
import { jsonable } from '../../base/result-data.js'
import type { Hex, Outcome } from '../../base/types.js'
import { baseFeeAfter, excessBlobGasAfter } from '../../chain/fees.js'
import { EMPTY_TRIE_ROOT, blobGasOf, completeHeader, draftHeader } from '../../chain/new-header.js'
import { blockRewards } from '../../chain/rewards.js'
import { resultFields } from '../../chain/result-rules.js'
import { executeBlock } from '../../execution/execute-block.js'
import { executeAlone } from '../../execution/in-order.js'
import type { Execution, StageContext, Strategy } from '../../execution/strategy.js'
import type { Fork } from '../../forks/forks.js'
import { rulesOf } from '../../forks/rules.js'
import { rejection } from '../../intake/admission.js'
import { encodeWithdrawal, type Withdrawal } from '../../intake/block.js'
import type { Environment } from '../../intake/environment.js'
import { headerHash, type Header } from '../../intake/header.js'
import { intrinsicGas } from '../../intake/intrinsic-gas.js'
import { PreparedBlock } from '../../intake/prepare-block.js'
import { authorityRecovery, loadSenderRecovery } from '../../intake/sender.js'
import { writeTransactionsInTurns } from '../../intake/transaction-records.js'
import type { Transaction } from '../../intake/transaction.js'
import type { EngineParts } from '../../machine/engine-parts.js'
import { asOneBlock } from '../../machine/guard.js'
import { outcomeOf } from '../../results/outcomes.js'
import { orderedRoot } from '../../results/roots.js'
import { readAccount } from '../../state/read-state.js'
import { creditAccount } from '../../state/credit-account.js'
import { computeStateRoot } from '../../state/state-root.js'
import { NOBODY, type CallArgs } from '../call-args.js'
import { RpcError, serverError } from '../rpc-error.js'
import { applyOverrides } from './apply-overrides.js'
import {
  checkMessage,
  hasFreeBlobs,
  isFree,
  transactionOf,
  type MessageRules,
} from './message.js'
import type { PlannedBlock } from './plan.js'
import { TransferLogs, type TransferLog } from './transfers.js'

const BLOCK_GAS_LIMIT_REACHED = -38015
/** Nobody says that the contracts of the protocol are there. */
const LENIENT = { mayBeMissing: true, mayFail: true, mayBeMalformed: true }

/** Gas that all calls of a simulation may use. */
export interface Budget {
  left: bigint
}

/** What a call has done. */
export interface CallDone {
  readonly outcome: Outcome
  /** Why it failed, where that is known better than the outcome. */
  readonly error?: string | undefined
  readonly output: Hex
  readonly gasUsed: bigint
  readonly maxUsedGas: bigint
  readonly logs: readonly TransferLog[]
  /** Whether it had less gas than it asked for. */
  readonly isCapped: boolean
}

export interface BlockDone {
  readonly header: Header
  readonly hash: Uint8Array
  readonly fork: Fork
  readonly transactions: readonly Transaction[]
  readonly withdrawals: readonly Withdrawal[]
  readonly senders: readonly Hex[]
  readonly calls: readonly CallDone[]
}

export interface SimulationRules {
  readonly validates: boolean
  readonly tracesTransfers: boolean
  readonly budget: Budget
}

export interface Parent {
  readonly header: Header
  readonly hash: Uint8Array
  readonly fork: Fork
}

/**
 * @param hashes of the parent and its ancestors, as linear memory has them
 * @throws RpcError for a call that no block could have; then nothing is left of the block
 */
export async function runSimulatedBlock(
  parts: EngineParts,
  block: PlannedBlock,
  parent: Parent,
  hashes: Uint8Array,
  rules: SimulationRules,
): Promise<BlockDone> {
  const { fork } = block
  const here = { ...parts, config: { ...parts.config, fork } }
  const environment = environmentOf(block, parent, hashes, rules.validates)
  const { core } = here
  let restore = (): void => undefined
  let header: Header | undefined
  const runner = new CallRunner(here, block, environment, rules)
  const blockRules = {
    strategy: runner.strategy,
    beforeTransactions: () => {
      restore = applyOverrides(core, block.state)
      if (block.blobBaseFee !== undefined) {
        core.memory.writeWord(ENV_BLOB_BASE_FEE, block.blobBaseFee)
      }
    },
    afterTransactions: () => {
      const draft = draftOf(here, block, environment, parent, [])
      for (const { address, amount } of blockRewards(draft, [], fork)) {
        creditAccount(core, address, amount)
      }
    },
    judge: (done: Parameters<typeof resultFields>[3]) => {
      restore()
      const draft = draftOf(here, block, environment, parent, runner.transactions)
      const fields = resultFields(here, draft, LENIENT, done)
      const { transactionsRoot } = done
      header = jsonable({ ...completeHeader(draft, fields), transactionsRoot })
    },
  }
  const prepared = preparedOf(environment, [], [], [], block)
  await asOneBlock(here, { block: block.number }, async () => {
    runner.begin()
    try {
      return await executeBlock(here, prepared, { listener: runner.listener() }, blockRules)
    } catch (error) {
      restore()
      throw error
    }
  })
  const { calls, senders, transactions } = runner
  const hash = headerHash(header!, parts.workers.keccak256)
  const { withdrawals } = block
  return { header: header!, hash, fork, transactions, withdrawals, senders, calls }
}

function environmentOf(
  block: PlannedBlock,
  parent: Parent,
  hashes: Uint8Array,
  validates: boolean,
): Environment {
  const { fork } = block
  const { hasBaseFee, hasBlobs } = rulesOf(fork)
  const follows = validates ? baseFeeAfter(parent.header, parent.fork) : 0n
  const hadBlobs = rulesOf(parent.fork).hasBlobs
  return {
    number: block.number,
    timestamp: block.timestamp,
    gasLimit: block.gasLimit,
    coinbase: block.coinbase,
    prevRandao: block.prevRandao,
    difficulty: block.difficulty,
    parentHash: parent.hash,
    parentBeaconBlockRoot: hasBlobs ? block.parentBeaconBlockRoot : undefined,
    baseFeePerGas: hasBaseFee ? (block.baseFeePerGas ?? follows) : 0n,
    excessBlobGas: hasBlobs && hadBlobs ? excessBlobGasAfter(parent.header, fork) : 0n,
    blockHashes: new Map(),
    knownHashes: hashes,
  }
}

function draftOf(
  { config, core }: EngineParts,
  block: PlannedBlock,
  environment: Environment,
  parent: Parent,
  transactions: readonly Transaction[],
): Header {
  const { withdrawals } = block
  const draft = draftHeader(config, environment, {
    parentHash: parent.hash,
    transactionsRoot: EMPTY_TRIE_ROOT,
    withdrawalsRoot:
      withdrawals.length === 0
        ? EMPTY_TRIE_ROOT
        : orderedRoot(core, withdrawals.map(encodeWithdrawal)),
    blobGasUsed: blobGasOf(transactions),
  })
  return { ...draft, difficulty: block.difficulty }
}

function preparedOf(
  environment: Environment,
  transactions: readonly Transaction[],
  senders: readonly Uint8Array[],
  authorities: PreparedBlock['authorities'],
  { withdrawals }: Pick<PlannedBlock, 'withdrawals'>,
): PreparedBlock {
  const timing = { decode: 0, senders: 0 }
  return new PreparedBlock({ environment, transactions, senders, authorities, withdrawals, timing })
}

/** Makes a transaction of each call in its turn: what it is may follow from those before. */
class CallRunner {
  transactions: Transaction[] = []
  senders: Hex[] = []
  calls: CallDone[] = []
  readonly strategy: Strategy
  readonly #parts: EngineParts
  readonly #block: PlannedBlock
  readonly #environment: Environment
  readonly #rules: SimulationRules
  readonly #budgetBefore: bigint
  #gasUsed = 0n
  #told = new TransferLogs(false)

  constructor(
    parts: EngineParts,
    block: PlannedBlock,
    environment: Environment,
    rules: SimulationRules,
  ) {
    this.#parts = parts
    this.#block = block
    this.#environment = environment
    this.#rules = rules
    this.#budgetBefore = rules.budget.left
    this.strategy = {
      judge: () => ({ gas: [], refusals: new Map() }),
      execute: ({ reporter }, written, context) => {
        return this.#execute(written.hasRoots, context, reporter)
      },
    }
  }

  /** Also again, if the block is. */
  begin(): void {
    this.transactions = []
    this.senders = []
    this.calls = []
    this.#gasUsed = 0n
    this.#rules.budget.left = this.#budgetBefore
  }

  /** Of what the block does; also again, if the block runs again. */
  listener(): TransferLogs {
    return (this.#told = new TransferLogs(this.#rules.tracesTransfers))
  }

  async #execute(
    hasRoots: boolean,
    { pulse }: StageContext,
    reporter: EngineParts['reporter'],
  ): Promise<Execution> {
    const records: number[] = []
    const stateRoots: Uint8Array[] = []
    const authorities: PreparedBlock['authorities'][number][] = []
    for (const call of this.#block.calls) {
      const { own, record } = await this.#run(call, pulse, reporter)
      records.push(record)
      authorities.push(own)
      const place = { block: this.#block.number }
      if (hasRoots) stateRoots.push(await computeStateRoot(this.#parts, place, pulse))
    }
    const senders = this.senders.map((it) => hexToBytes(it))
    const { transactions } = this
    const block = preparedOf(this.#environment, transactions, senders, authorities, this.#block)
    return { rounds: [], stateRoots, made: { block, records: Uint32Array.from(records) } }
  }

  async #run(
    call: CallArgs,
    pulse: StageContext['pulse'],
    reporter: EngineParts['reporter'],
  ): Promise<{ record: number; own: PreparedBlock['authorities'][number] }> {
    const { core } = this.#parts
    const from = call.from ?? NOBODY
    const sender = readAccount(core, hexToBytes(from))
    const { gas, isCapped } = this.#gasOf(call)
    const tx = transactionOf(call, this.#parts.config.chainId, this.#block, gas, sender.nonce)
    const { baseFeePerGas, excessBlobGas } = this.#environment
    const { validates } = this.#rules
    const rules = { block: this.#block, baseFeePerGas, excessBlobGas, validates }
    checkMessage(tx, from, sender, rules)
    const own = await this.#authorities(tx)
    const index = this.transactions.length
    this.transactions.push(tx)
    this.senders.push(from)
    const record = await this.#write(tx, from, own, index, pulse)
    reporter?.beginTransaction(record)
    await this.#executeOne(record, tx, from, rules, pulse)
    reporter?.endTransaction()
    this.#finish(record, isCapped)
    return { record, own }
  }

  /** All that the block has left, unless the call says how much; within the budget of all. */
  #gasOf(call: CallArgs): { readonly gas: bigint; readonly isCapped: boolean } {
    const remaining = this.#block.gasLimit - this.#gasUsed
    const asked = call.gas ?? remaining
    if (remaining < asked) {
      const both = `remaining: ${remaining}, required: ${asked}`
      throw new RpcError(BLOCK_GAS_LIMIT_REACHED, `block gas limit reached: ${both}`)
    }
    const { left } = this.#rules.budget
    return { gas: asked < left ? asked : left, isCapped: left < asked }
  }

  async #authorities(tx: Transaction): Promise<PreparedBlock['authorities'][number]> {
    if (tx.authorizationList.length === 0) return []
    const { chainId, fork } = this.#parts.config
    const authorityAt = authorityRecovery(await loadSenderRecovery(), tx, chainId, fork)
    return tx.authorizationList.map((_, i) => authorityAt(i))
  }

  async #write(
    tx: Transaction,
    from: Hex,
    own: PreparedBlock['authorities'][number],
    index: number,
    pulse: StageContext['pulse'],
  ): Promise<number> {
    const { config, core } = this.#parts
    const alone = preparedOf(this.#environment, [tx], [hexToBytes(from)], [own], this.#block)
    const judged = { gas: [intrinsicGas(tx, rulesOf(config.fork))], refusals: new Map() }
    const [record] = await writeTransactionsInTurns(core, alone, judged, pulse, true)
    core.memory.u32[(record! + TX_INDEX) >>> 2] = index
    return record!
  }

  async #executeOne(
    record: number,
    tx: Transaction,
    from: Hex,
    rules: MessageRules,
    pulse: StageContext['pulse'],
  ): Promise<void> {
    const { config, core } = this.#parts
    const { memory } = core
    // Who pays nothing need not pay the base fee
    const fees = [memory.readWord(ENV_BASE_FEE), memory.readWord(ENV_BLOB_BASE_FEE)] as const
    if (isFree(tx, rules)) memory.writeWord(ENV_BASE_FEE, 0n)
    if (hasFreeBlobs(tx, rules)) memory.writeWord(ENV_BLOB_BASE_FEE, 0n)
    const verdict = await executeAlone(core, record, pulse)
    memory.writeWord(ENV_BASE_FEE, fees[0])
    memory.writeWord(ENV_BLOB_BASE_FEE, fees[1])
    if (verdict === ADMITTED) return
    const alone = preparedOf(this.#environment, [tx], [hexToBytes(from)], [], this.#block)
    throw rejection(core, alone, config, record, 0, verdict)
  }

  #finish(record: number, isCapped: boolean): void {
    const { core } = this.#parts
    const { memory } = core
    const { u32 } = memory
    const outcome = outcomeOf(u32[(record + TX_STATUS) >>> 2]!)
    const final = BigInt(memory.readU64(record + TX_GAS_FINAL))
    const used = BigInt(memory.readU64(record + TX_GAS_USED))
    this.#gasUsed += final
    const { budget } = this.#rules
    if (final > budget.left) {
      const both = `need ${final}, remaining ${budget.left}`
      throw serverError(`RPC gas cap exhausted: ${both}`)
    }
    budget.left -= final
    const created = u32[(record + TX_CREATED) >>> 2]!
    const createdAt = created === 0 ? undefined : memory.readAddress(created + ACCOUNT_ADDRESS)
    const ptr = core.exports.resultPtr() >>> 0
    const result = bytesToHex(memory.bytes.subarray(ptr, ptr + (core.exports.resultSize() >>> 0)))
    const isCode = createdAt !== undefined && outcome === 'success'
    this.calls.push({
      outcome,
      output: isCode ? readAccount(core, createdAt).code : result,
      gasUsed: final,
      maxUsedGas: used > final ? used : final,
      error: this.#told.error,
      logs: this.#told.logs,
      isCapped,
    })
  }
}
