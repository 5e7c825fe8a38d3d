/** What a block did, in plain data that the engine and the reference can both be put into. */
import type { BlockResult, Engine, Hex, Message, Receipt } from 'actor-evm'
import type { ReferenceMessage, ReferenceReceipt, ReferenceResult } from '../reference/types.js'

/** Texts and lists of texts only, so that a difference reads well. */
export interface BlockView {
  readonly roots: { stateRoot: string; receiptsRoot: string; virtualBlocksRoot: string }
  readonly gasUsed: string
  readonly receipts: readonly Record<string, unknown>[]
  /** Messages of each round in order of delivery. */
  readonly rounds: readonly (readonly Record<string, unknown>[])[]
  readonly accounts: Readonly<Record<string, AccountView>>
}

interface AccountView {
  readonly nonce: string
  readonly balance: string
  readonly code: Hex
  /** Slot → value, those that were asked for. */
  readonly storage: Readonly<Record<string, string>>
}

export function viewOfReference(result: ReferenceResult): BlockView {
  const { stateRoot, receiptsRoot, virtualBlocksRoot } = result
  return {
    roots: { stateRoot, receiptsRoot, virtualBlocksRoot },
    gasUsed: String(result.gasUsed),
    receipts: result.receipts.map(viewOfReceipt),
    rounds: result.rounds.map(({ messages }) => messages.map(viewOfMessage)),
    accounts: Object.fromEntries(
      Object.entries(result.accounts).map(([address, { nonce, balance, code, storage }]) => {
        const slots = Object.entries(storage).map(([slot, value]) => [slot, String(BigInt(value))])
        const texts = { nonce: String(nonce), balance: String(balance), code: code as Hex }
        return [address, { ...texts, storage: Object.fromEntries(slots) }]
      }),
    ),
  }
}

/** @param like names the accounts and slots to read */
export async function viewOfEngine(
  engine: Engine,
  result: BlockResult,
  like: BlockView,
): Promise<BlockView> {
  const { stateRoot, receiptsRoot, virtualBlocksRoot } = result
  const accounts: Record<string, AccountView> = {}
  for (const [address, { storage }] of Object.entries(like.accounts)) {
    const { nonce, balance, code } = await engine.getAccount(address as Hex)
    const slots: Record<string, string> = {}
    for (const slot of Object.keys(storage)) {
      slots[slot] = String(await engine.getStorage(address as Hex, slot))
    }
    accounts[address] = { nonce: String(nonce), balance: String(balance), code, storage: slots }
  }
  return {
    roots: { stateRoot, receiptsRoot, virtualBlocksRoot },
    gasUsed: String(result.gasUsed),
    receipts: result.receipts.map(viewOfReceipt),
    rounds: result.rounds.map(({ messages }) => messages.map(viewOfMessage)),
    accounts,
  }
}

function viewOfReceipt(receipt: Receipt | ReferenceReceipt): Record<string, unknown> {
  const { type, transactionHash, status, logsBloom, logs } = receipt
  return {
    ...{ type, transactionHash, status, logsBloom },
    // Where a creation failed the engine names no address, the reference the intended one
    contractAddress: status === 1 ? receipt.contractAddress : null,
    gasUsed: String(receipt.gasUsed),
    cumulativeGasUsed: String(receipt.cumulativeGasUsed),
    logs: logs.map(({ address, topics, data }) => ({ address, topics: [...topics], data })),
  }
}

function viewOfMessage(message: Message | ReferenceMessage): Record<string, unknown> {
  const { id, parent, round, position, from, to, data, status, returnData } = message
  return {
    ...{ id, parent, round, position, from, to, data, status, returnData },
    value: String(message.value),
    gas: String(message.gas),
    gasUsed: String(message.gasUsed),
  }
}
