/**
 * A call: a message that no block has, executed on the state, looked at and undone. Under Ethereum
 * semantics it is one transaction without a block around it: no roots, no receipts. Between actors
 * it is a block of one transaction, with its rounds.
 */

import {
  ACCOUNT_ADDRESS,
  TX_CREATED,
  TX_GAS_FINAL,
  TX_GAS_USED,
  TX_LOGS,
  TX_LOG_COUNT,
  TX_STATUS,
} from '../../assembly/abi/records.js'
import { ADMITTED, STATUS_REVERT } from '../../assembly/abi/status.js'
import { bytesToHex, hexToBytes } from '../base/bytes.js'
import { InvalidTransactionError } from '../base/errors.js'
import { Pulse } from '../base/pulse.js'
import { jsonable } from '../base/result-data.js'
import type { CancelSignal, Hex, Log, Outcome, Receipt, Round } from '../base/types.js'
import { rulesOf } from '../forks/rules.js'
import { rejection } from '../intake/admission.js'
import type { Call } from '../intake/call-input.js'
import { beginBlock, type Environment } from '../intake/environment.js'
import { intrinsicGas, type IntrinsicGas } from '../intake/intrinsic-gas.js'
import { PreparedBlock } from '../intake/prepare-block.js'
import { authorityRecovery, loadSenderRecovery } from '../intake/sender.js'
import { writeTransactionsInTurns } from '../intake/transaction-records.js'
import type { Transaction } from '../intake/transaction.js'
import type { EngineConfig, EngineParts } from '../machine/engine-parts.js'
import { readLogs } from '../results/read-logs.js'
import { outcomeOf, statusBit } from '../results/outcomes.js'
import { readAccount } from '../state/read-state.js'
import type { Core } from '../wasm/core.js'
import { executeBlock } from '../execution/execute-block.js'
import { ACTOR } from '../execution/actor.js'
import { executeAlone } from '../execution/in-order.js'
import { priceAll } from '../execution/picked.js'
import { revertReason } from '../base/revert-reason.js'

const CANCELLED = 'the call was cancelled'

/** What a call has done, of which nothing is kept. */
export interface CallResult {
  /** 1 if it succeeded. */
  readonly status: 0 | 1
  readonly outcome: Outcome
  /**
   * What it returned, or reverted with; of a creation the code. Between actors the first 4,096
   * bytes.
   */
  readonly output: Hex
  /** Of a revert: the text of `Error(string)`, or what `Panic(uint256)` means. */
  readonly reason: string | undefined
  /** After refunds, as a receipt would have it. */
  readonly gasUsed: number
  /** What of the gas used came back. */
  readonly gasRefund: number
  readonly logs: readonly Log[]
  /** Of what it created. */
  readonly contractAddress: Hex | null
  /** Between actors what followed of it, round by round; else empty. */
  readonly rounds: readonly Round[]
}

/** Where and on what a call runs. */
export interface CallPlace {
  readonly environment: Environment
  /** Changes the state for it, within its block. Returns how to end before the block is undone. */
  readonly prepare: () => () => void
  readonly signal?: CancelSignal | undefined
}

/**
 * The caller undoes what is left if this throws.
 * @throws InvalidTransactionError for what no state would admit; CancelledError; as a block does
 */
export async function executeCall(
  parts: EngineParts,
  call: Call,
  place: CallPlace,
): Promise<CallResult> {
  const { semantics } = parts.config
  const authorities = await recoverAuthorities(parts, call)
  // As in other clients: what is free has no base fee that it could not pay
  const environment = call.isPriced ? place.environment : freeOf(place.environment)
  const own = { ...place, environment }
  return semantics === 'actor'
    ? callActor(parts, call, authorities, own)
    : callAlone(parts, call, authorities, own)
}

/** Nobody's block: what is written of it is a transaction. */
function blockOf(
  tx: Transaction,
  { from }: Call,
  authorities: PreparedBlock['authorities'],
  environment: Environment,
): PreparedBlock {
  return new PreparedBlock({
    environment,
    transactions: [tx],
    senders: [from],
    authorities,
    withdrawals: [],
    timing: { decode: 0, senders: 0 },
  })
}

async function callAlone(
  parts: EngineParts,
  call: Call,
  authorities: PreparedBlock['authorities'],
  { environment, prepare, signal }: CallPlace,
): Promise<CallResult> {
  const { config, core, reporter } = parts
  const pulse = new Pulse(signal, CANCELLED)
  beginBlock(core, environment, config)
  const end = prepare()
  try {
    const tx = withGas(core, call)
    const gas = checkGas(tx, config)
    const block = blockOf(tx, call, authorities, environment)
    const judged = { gas: [gas], refusals: new Map<number, never>() }
    const [record] = await writeTransactionsInTurns(core, block, judged, pulse, true)
    reporter?.beginBlock()
    reporter?.beginTransaction(record!)
    const verdict = await executeAlone(core, record!, pulse)
    if (verdict !== ADMITTED) throw rejection(core, block, config, record!, 0, verdict)
    reporter?.endTransaction()
    const result = readResult(core, record!)
    end()
    core.exports.discardBlock()
    core.memory.refresh()
    return result
  } catch (error) {
    end()
    throw error
  }
}

function readResult(core: Core, record: number): CallResult {
  const { exports, memory } = core
  const { u32 } = memory
  const status = u32[(record + TX_STATUS) >>> 2]!
  const created = u32[(record + TX_CREATED) >>> 2]!
  const createdAt = created === 0 ? undefined : memory.readAddress(created + ACCOUNT_ADDRESS)
  const ptr = exports.resultPtr() >>> 0
  const output = memory.bytes.subarray(ptr, ptr + (exports.resultSize() >>> 0))
  const final = memory.readU64(record + TX_GAS_FINAL)
  const used = memory.readU64(record + TX_GAS_USED)
  return jsonable({
    status: statusBit(status),
    outcome: outcomeOf(status),
    output: createdAt === undefined ? bytesToHex(output) : readAccount(core, createdAt).code,
    reason: status === STATUS_REVERT ? revertReason(output) : undefined,
    gasUsed: final,
    // Less than the floor may be used (EIP-7623)
    gasRefund: Math.max(used - final, 0),
    logs: readLogs(
      memory,
      u32[(record + TX_LOGS) >>> 2]!,
      u32[(record + TX_LOG_COUNT) >>> 2]!,
    ),
    contractAddress: createdAt === undefined ? null : bytesToHex(createdAt),
    rounds: [],
  })
}

/** Message 0 is the call; what it emits follows in rounds. */
async function callActor(
  parts: EngineParts,
  call: Call,
  authorities: PreparedBlock['authorities'],
  { environment, prepare, signal }: CallPlace,
): Promise<CallResult> {
  const { gasLimit } = environment
  const most = call.hasGas || call.tx.gasLimit < gasLimit ? call.tx.gasLimit : gasLimit
  const tx = withGas(parts.core, { ...call, tx: { ...call.tx, gasLimit: most } })
  checkGas(tx, parts.config)
  // A round stops where the block has used its gas
  const room = most < gasLimit ? environment : { ...environment, gasLimit: most }
  const block = blockOf(tx, call, authorities, room)
  let end = (): void => undefined
  const rules = {
    isKept: false,
    isCall: true,
    strategy: { ...ACTOR, judge: priceAll },
    hasSystemCalls: false,
    beforeTransactions: () => void (end = prepare()),
  }
  try {
    const { receipts, rounds } = await executeBlock(parts, block, { signal }, rules)
    return actorResult(receipts[0]!, rounds)
  } finally {
    end()
  }
}

function actorResult(receipt: Receipt, rounds: readonly Round[]): CallResult {
  const { contractAddress, gasUsed, logs, outcome, status } = receipt
  const { returnData } = rounds[0]!.messages[0]!
  return jsonable({
    status,
    outcome,
    output: returnData,
    reason: outcome === 'revert' ? revertReason(hexToBytes(returnData)) : undefined,
    gasUsed,
    gasRefund: 0,
    logs,
    contractAddress,
    rounds,
  })
}

function freeOf(environment: Environment): Environment {
  return environment.baseFeePerGas === 0n ? environment : { ...environment, baseFeePerGas: 0n }
}

/** With as much gas as its sender can pay for, if the call does not say how much. */
function withGas(core: Core, { from, hasGas, isPriced, tx }: Call): Transaction {
  if (hasGas || !isPriced) return tx
  const { balance } = readAccount(core, from)
  const left = balance > tx.value ? balance - tx.value : 0n
  const most = left / (tx.maxFeePerGas === 0n ? 1n : tx.maxFeePerGas)
  return most < tx.gasLimit ? { ...tx, gasLimit: most } : tx
}

/** @throws InvalidTransactionError for less than it takes before its first instruction */
function checkGas(tx: Transaction, { fork }: EngineConfig): IntrinsicGas {
  const gas = intrinsicGas(tx, rulesOf(fork))
  const { floor, intrinsic } = gas
  const least = floor > intrinsic ? floor : intrinsic
  if (tx.gasLimit >= least) return gas
  const reason = tx.gasLimit < intrinsic ? 'intrinsic-gas-too-low' : 'gas-limit-below-floor'
  const details = { place: { field: 'gas' }, expected: `at least ${least}`, got: tx.gasLimit }
  throw new InvalidTransactionError(reason, 'call refused', details)
}

async function recoverAuthorities(
  { config }: EngineParts,
  { tx }: Call,
): Promise<PreparedBlock['authorities']> {
  if (tx.authorizationList.length === 0) return []
  const recovery = await loadSenderRecovery()
  const authorityAt = authorityRecovery(recovery, tx, config.chainId, config.fork)
  return [tx.authorizationList.map((_, i) => authorityAt(i))]
}
