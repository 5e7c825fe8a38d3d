/** `actor_*`: the rounds of a block, the messages of a transaction, and proofs of delivery. */

import { quantityToHex } from '../../base/bytes.js'
import { InvalidInputError } from '../../base/errors.js'
import type {
  BlockResult,
  GroupRun,
  IndexProof,
  Message,
  MessageTree,
  Round,
} from '../../base/types.js'
import type { BlockName, Chain, LedgerBlock } from '../../ledger/types.js'
import type { MethodTable } from '../dispatcher.js'
import { RESOURCE_NOT_FOUND, RpcError, invalidParams } from '../rpc-error.js'
import { Params } from './params.js'

const NAMES: readonly unknown[] = ['latest', 'earliest', 'pending', 'safe', 'finalized']
const HASH_DIGITS = 66

export const actorMethods: MethodTable = {
  actor_semantics: (_, { chain }) => chain.engine.semantics,
  /** The rounds of a block: how many messages and groups, and their gas. */
  actor_getRounds: (list, { chain }) => {
    return resultOf(list, chain)?.rounds.map(roundJson) ?? []
  },
  /** The messages of one round of a block, in order of delivery. */
  actor_getMessages: (list, { chain }) => {
    const at = new Params(list).count(1)
    return resultOf(list, chain)?.rounds[at]?.messages.map(messageJson) ?? []
  },
  /** The groups of one round: messages of one recipient, on one worker. */
  actor_getGroups: (list, { chain }) => {
    const at = new Params(list).count(1)
    return resultOf(list, chain)?.rounds[at]?.groups.map(groupJson) ?? []
  },
  /** A transaction with all messages that came of it. */
  actor_getMessageTree: (list, { chain }) => {
    const mined = chain.transaction(new Params(list).hash(0))
    const result = mined?.block.result
    if (mined === undefined || result === undefined) return null
    if (chain.engine.semantics !== 'actor') return null
    return treeJson(result.messageTree(mined.index))
  },
  /** That a message was delivered, and how it ended, against `virtualBlocksRoot` of the block. */
  actor_getMessageProof: (list, { chain }) => {
    const params = new Params(list)
    const [round, position] = [params.count(1), params.count(2)]
    const block = blockOf(list[0], chain)
    const proof = asParams(() => block.result?.proveMessage(round, position))
    if (proof === undefined) return null
    return {
      blockHash: block.hash,
      round: quantityToHex(proof.round),
      block: proofJson(proof.block),
      message: proofJson(proof.message),
    }
  },
  /** That a receipt is of its block, against `receiptsRoot`. */
  actor_getReceiptProof: (list, { chain }) => {
    const mined = chain.transaction(new Params(list).hash(0))
    const proof = mined?.block.result?.proveReceipt(mined.index)
    if (mined === undefined || proof === undefined) return null
    return { blockHash: mined.block.hash, ...proofJson(proof) }
  },
}

function resultOf(list: readonly unknown[], chain: Chain): BlockResult | undefined {
  return blockOf(list[0] ?? 'latest', chain).result
}

function blockOf(id: unknown, chain: Chain): LedgerBlock {
  const params = new Params([id])
  const isHash = typeof id === 'string' && id.length === HASH_DIGITS
  const block = NAMES.includes(id)
    ? chain.block(id as BlockName)
    : chain.block(isHash ? params.hash(0) : params.quantity(0))
  if (block !== undefined) return block
  throw new RpcError(RESOURCE_NOT_FOUND, 'block not found')
}

function asParams<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidInputError) throw invalidParams(error.message)
    throw error
  }
}

function roundJson(round: Round): object {
  return {
    round: quantityToHex(round.round),
    messageCount: quantityToHex(round.messageCount),
    groupCount: quantityToHex(round.groupCount),
    gasUsed: quantityToHex(round.gasUsed),
    largestGroupGas: quantityToHex(round.largestGroupGas),
  }
}

function groupJson(group: GroupRun): object {
  return {
    recipient: group.recipient,
    messages: quantityToHex(group.messages),
    gasUsed: quantityToHex(group.gasUsed),
    worker: quantityToHex(group.worker),
  }
}

function messageJson(message: Message): object {
  return {
    ...message,
    transactionIndex: quantityToHex(message.transactionIndex),
    round: quantityToHex(message.round),
    position: quantityToHex(message.position),
    value: quantityToHex(message.value),
    gas: quantityToHex(message.gas),
    status: quantityToHex(message.status),
    gasUsed: quantityToHex(message.gasUsed),
    logs: message.logs.map(({ address, data, topics }) => ({ address, topics, data })),
  }
}

/** A tree may be a thousand deep: without recursion. */
function treeJson(tree: MessageTree): object {
  const root = nodeOf(tree)
  const waiting = [{ tree, node: root }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const child of next.tree.children) {
      const node = nodeOf(child)
      next.node.children.push(node)
      waiting.push({ tree: child, node })
    }
  }
  return root
}

interface TreeNode {
  readonly message: object
  readonly anyFailed: boolean
  readonly children: TreeNode[]
}

function nodeOf({ anyFailed, message }: MessageTree): TreeNode {
  return { message: messageJson(message), anyFailed, children: [] }
}

function proofJson({ index, proof, value }: IndexProof): object {
  return { index: quantityToHex(index), value, proof }
}
