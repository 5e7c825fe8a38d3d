/** `eth_simulateV1`: blocks of calls on a state, of which nothing is kept. */

import { bytesToHex, quantityToHex } from '../../base/bytes.js'
import { encodeBlock } from '../../intake/block.js'
import type { KeptBlock } from '../../ledger/kept-block.js'
import { hashesUpTo } from '../../ledger/block-hashes.js'
import type { Chain, StateAt } from '../../ledger/types.js'
import type { MethodTable } from '../dispatcher.js'
import { stateOf } from '../lookup.js'
import { blockRef, optional, readParams } from '../params.js'
import { failureWords, revertMessage } from '../revert-error.js'
import { REVERTED, VM_ERROR } from '../rpc-error.js'
import {
  effectivePrice,
  headerJson,
  transactionJson,
  withdrawalJson,
  type Json,
} from '../shapes.js'
import { andBack } from './and-back.js'
import { simulationInput, type SimulationInput } from './input.js'
import { checkSize, planBlocks } from './plan.js'
import { runSimulatedBlock, type BlockDone, type CallDone, type Parent } from './run-block.js'
import type { TransferLog } from './transfers.js'

/** As geth's nodes by default. */
const GAS_CAP = 50_000_000n
const WINDOW = 256n
const HASH_BYTES = 32

export const simulateMethods: MethodTable = {
  eth_simulateV1: async (params, { chain }) => {
    const [input, ref] = readParams(params, [simulationInput, optional(blockRef)])
    checkSize(input)
    const state = stateOf(chain, ref)
    const blocks = await simulate(chain, state, input)
    return blocks.map((block) => blockDoneJson(block, input.isFull))
  },
}

async function simulate(
  chain: Chain,
  { at, block }: StateAt,
  input: SimulationInput,
): Promise<BlockDone[]> {
  const base = block as KeptBlock
  const { header, totalDifficulty } = base
  const planned = planBlocks(input.blocks, { ...header, totalDifficulty }, chain.config)
  const { tracesTransfers, validates } = input
  const rules = { tracesTransfers, validates, budget: { left: GAS_CAP } }
  const hashes = hashesUpTo(base)
  return chain.engine.withParts(({ parts, tools }) => {
    return andBack(parts, tools, at, async () => {
      const done: BlockDone[] = []
      let parent: Parent = { header, hash: base.hashBytes, fork: base.rules }
      for (const each of planned) {
        parent = await runSimulatedBlock(parts, each, parent, hashes, rules)
        done.push(parent as BlockDone)
        writeHash(hashes, parent)
      }
      return done
    })
  })
}

function writeHash(hashes: Uint8Array, { hash, header }: Parent): void {
  const at = Number(header.number % WINDOW) * HASH_BYTES
  for (let i = 0; i < HASH_BYTES; i++) hashes[at + i] = hash[HASH_BYTES - 1 - i]!
}

function blockDoneJson(block: BlockDone, isFull: boolean): Json {
  const { calls, header, transactions } = block
  const hash = bytesToHex(block.hash)
  const body = { header, transactions, uncles: [] }
  const hasWithdrawals = header.withdrawalsRoot !== undefined
  const withdrawals = block.withdrawals
  const bytes = encodeBlock(hasWithdrawals ? { ...body, withdrawals } : body)
  return {
    ...headerJson(header, hash),
    size: quantityToHex(bytes.length),
    transactions: transactions.map((tx, i) => (isFull ? fullJson(block, i) : bytesToHex(tx.hash))),
    uncles: [],
    ...(hasWithdrawals ? { withdrawals: withdrawals.map(withdrawalJson) } : {}),
    calls: calls.map((call) => callJson(block, call)),
  }
}

function fullJson({ hash, header, senders, transactions }: BlockDone, i: number): Json {
  const place = {
    blockHash: bytesToHex(hash),
    blockNumber: quantityToHex(header.number),
    blockTimestamp: quantityToHex(header.timestamp),
    transactionIndex: quantityToHex(i),
  }
  const tx = transactions[i]!
  return transactionJson(tx, senders[i]!, place, effectivePrice(tx, header.baseFeePerGas))
}

function callJson(block: BlockDone, call: CallDone): Json {
  const { gasUsed, logs, maxUsedGas, outcome, output } = call
  const isSuccess = outcome === 'success'
  return {
    returnData: isSuccess ? output : '0x',
    logs: logs.map((log) => logDoneJson(block, log)),
    gasUsed: quantityToHex(gasUsed),
    maxUsedGas: quantityToHex(maxUsedGas),
    status: isSuccess ? '0x1' : '0x0',
    ...(isSuccess ? {} : { error: errorJson(call) }),
  }
}

const CAPPED = " (gas limit was capped by the RPC server's global gas cap)"

function errorJson({ error, isCapped, outcome, output }: CallDone): Json {
  if (outcome !== 'revert') {
    const message = error ?? failureWords(outcome)
    return { message: isCapped ? `${message}${CAPPED}` : message, code: VM_ERROR }
  }
  const told = { message: revertMessage(output), code: REVERTED }
  // Go leaves out what is empty; `0x` is not
  return { ...told, data: output }
}

function logDoneJson({ hash, header, transactions }: BlockDone, log: TransferLog): Json {
  const { transactionIndex } = log
  return {
    address: log.address,
    topics: log.topics,
    data: log.data,
    blockNumber: quantityToHex(header.number),
    transactionHash: bytesToHex(transactions[transactionIndex]!.hash),
    transactionIndex: quantityToHex(transactionIndex),
    blockHash: bytesToHex(hash),
    blockTimestamp: quantityToHex(header.timestamp),
    logIndex: quantityToHex(log.logIndex),
    removed: false,
  }
}
