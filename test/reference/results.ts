/** Receipts and roots (protocol, 7). */
import { RLP } from '@ethereumjs/rlp'
import type { Log } from './activation.js'
import type { Root } from './admission.js'
import { concatBytes, fromHex, keccak, minimalBytes, toHex, type Hex } from './bytes.js'
import type { Delivery, Message } from './rounds.js'
import { orderedTrieRoot } from './trie.js'
import type { ReferenceMessage, ReferenceReceipt } from './types.js'

/** The gas of a whole tree. */
export interface TreeGas {
  /** Before refunds. */
  used: bigint
  /** After refunds and floor: what the sender pays. */
  final: bigint
}

export function deliveryOf(message: Message): Delivery {
  if (message.delivery === undefined) throw new Error(`${message.id} was not delivered`)
  return message.delivery
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

/** What a transaction counts towards the block's limit so far. */
export function gasSoFar(root: Root, tree: Message[]): bigint {
  const used = tree.reduce((sum, message) => sum + deliveryOf(message).gasUsed, root.intrinsicGas)
  return max(used, root.floorGas)
}

/** EIP-3529 and EIP-7623 over a whole tree. */
export function settleGas(root: Root, tree: Message[]): TreeGas {
  const left = tree.reduce((sum, message) => sum + deliveryOf(message).gasLeft, 0n)
  const used = tree.reduce((sum, message) => sum + deliveryOf(message).gasUsed, root.intrinsicGas)
  if (used + left !== root.gasLimit) throw new Error(`${root.hash}: ${used} + ${left} gas`)
  const counter = tree.reduce((sum, message) => sum + deliveryOf(message).refund, root.refund)
  const refund = counter < used / 5n ? counter : used / 5n
  return { used, final: max(used - refund, root.floorGas) }
}

/** YP 4.4.1: three of 2,048 bits per address and topic. */
function logsBloom(logs: Log[]): Uint8Array {
  const bloom = new Uint8Array(256)
  for (const { address, topics } of logs) {
    for (const item of [address, ...topics]) {
      const hash = keccak(fromHex(item))
      for (const at of [0, 2, 4]) {
        const bit = ((hash[at] as number) << 8 | (hash[at + 1] as number)) & 2047
        const index = 255 - (bit >> 3)
        bloom[index] = (bloom[index] as number) | 1 << (bit & 7)
      }
    }
  }
  return bloom
}

/** `tree` in order of round and position. */
export function receiptOf(
  root: Root, tree: Message[], gasUsed: bigint, cumulativeGasUsed: bigint,
): ReferenceReceipt {
  const logs = tree.flatMap((message) => deliveryOf(message).logs)
  return {
    type: root.type,
    transactionHash: root.hash,
    status: deliveryOf(tree[0] as Message).status,
    gasUsed,
    cumulativeGasUsed,
    logsBloom: toHex(logsBloom(logs)),
    logs,
    contractAddress: root.isCreation ? root.recipient : null,
    anyFailed: tree.some((message) => deliveryOf(message).status === 0),
  }
}

/** EIP-2718: typed receipts begin with their type. */
function encodeReceipt(receipt: ReferenceReceipt): Uint8Array {
  const body = RLP.encode([
    receipt.status,
    minimalBytes(receipt.cumulativeGasUsed),
    fromHex(receipt.logsBloom),
    receipt.logs.map(({ address, topics, data }) => (
      [fromHex(address), topics.map(fromHex), fromHex(data)]
    )),
  ])
  return receipt.type === 0 ? body : concatBytes(Uint8Array.of(receipt.type), body)
}

export function receiptsRoot(receipts: ReferenceReceipt[]): Hex {
  return toHex(orderedTrieRoot(receipts.map(encodeReceipt)))
}

function encodeMessage(message: Message): Uint8Array {
  const { status, gasUsed } = deliveryOf(message)
  return RLP.encode([
    fromHex(message.id),
    fromHex((message.parent as Message).id),
    fromHex(message.from),
    fromHex(message.to),
    minimalBytes(message.value),
    minimalBytes(message.gas),
    message.data,
    status,
    minimalBytes(gasUsed),
  ])
}

/** `virtualBlocks` are those of round 1 and later, none empty. */
export function virtualBlocksRoot(virtualBlocks: Message[][]): Hex {
  return toHex(orderedTrieRoot(
    virtualBlocks.map((messages) => orderedTrieRoot(messages.map(encodeMessage))),
  ))
}

export function publicMessage(message: Message): ReferenceMessage {
  const { status, gasUsed, returnData } = deliveryOf(message)
  return {
    id: message.id,
    parent: message.parent?.id ?? null,
    round: message.round,
    position: message.position,
    from: message.from,
    to: message.to,
    value: message.value,
    gas: message.gas,
    data: toHex(message.data),
    status,
    gasUsed,
    returnData: toHex(returnData),
  }
}
