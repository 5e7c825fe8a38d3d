/**
 * Results as the command line prints them: gas, counts and times are numbers, amounts of wei are
 * 0x-quantities as in JSON-RPC.
 */

import type { ActorEvmError, BlockResult, Message, Receipt, Round } from '../index.js'

export function blockJson(result: BlockResult): Record<string, unknown> {
  return {
    number: Number(result.number),
    stateRoot: result.stateRoot,
    transactionsRoot: result.transactionsRoot,
    receiptsRoot: result.receiptsRoot,
    virtualBlocksRoot: result.virtualBlocksRoot,
    logsBloom: result.logsBloom,
    gasUsed: result.gasUsed,
    rounds: result.rounds.map(roundJson),
    receipts: result.receipts.map(receiptJson),
    timing: result.timing,
  }
}

export function errorJson(error: ActorEvmError): Record<string, unknown> {
  return { error: error.toJSON() }
}

function roundJson(round: Round): Record<string, unknown> {
  return {
    round: round.round,
    groups: round.groupCount,
    largestGroupGas: round.largestGroupGas,
    gasUsed: round.gasUsed,
    ms: round.ms,
    perWorker: round.perWorker,
    messages: round.messages.map(messageJson),
  }
}

export function messageJson(message: Message): Record<string, unknown> {
  return { ...message, value: quantity(message.value) }
}

export function receiptJson(receipt: Receipt): Record<string, unknown> {
  return { ...receipt, effectiveGasPrice: quantity(receipt.effectiveGasPrice) }
}

function quantity(value: bigint): string {
  return `0x${value.toString(16)}`
}
