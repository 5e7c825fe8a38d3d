/** Messages as objects, made from a round's archive when somebody looks. */

import { bytesToBigInt, bytesToHex } from '../base/bytes.js'
import { RlpFields, decodeRlp } from '../intake/rlp.js'
import { jsonable } from '../base/result-data.js'
import type { Log, Message, MessageTree } from '../base/types.js'
import { encodingsOf, type RoundArchive } from './message-archive.js'
import { deliveryOf, outcomeOf, statusBit } from './outcomes.js'

/** The logs of a transaction, as its receipt has them. */
export type LogsOf = (transactionIndex: number) => readonly Log[]

const NO_LOGS: readonly Log[] = []

export function decodeMessages(archive: RoundArchive, round: number, logsOf: LogsOf): Message[] {
  return Array.from(encodingsOf(archive), (encoding, i) => {
    return decodeMessage(archive, encoding, round, i, logsOf)
  })
}

function decodeMessage(
  archive: RoundArchive,
  encoding: Uint8Array,
  round: number,
  i: number,
  logsOf: LogsOf,
): Message {
  const { returnData, returnOffsets, statuses, transactions } = archive
  const [firstLog, logCount] = [archive.firstLogs[i]!, archive.logCounts[i]!]
  const fields = new RlpFields(encoding, decodeRlp(encoding), 'message')
  const next = (name: string): Uint8Array => fields.bytes(name)
  const id = bytesToHex(next('id'))
  const parent = next('parent')
  const from = bytesToHex(next('from'))
  const to = bytesToHex(next('to'))
  const value = bytesToBigInt(next('value'))
  const gas = Number(bytesToBigInt(next('gas')))
  const data = bytesToHex(next('data'))
  next('status')
  const gasUsed = Number(bytesToBigInt(next('gasUsed')))
  return jsonable({
    id,
    parent: parent.length === 0 ? null : bytesToHex(parent),
    transactionIndex: transactions[i]!,
    round,
    position: i,
    from,
    to,
    value,
    gas,
    data,
    delivery: deliveryOf(archive.kinds[i]!),
    status: statusBit(statuses[i]!),
    outcome: outcomeOf(statuses[i]!),
    gasUsed,
    returnData: bytesToHex(returnData.subarray(returnOffsets[i], returnOffsets[i + 1])),
    logs:
      logCount === 0 ? NO_LOGS : logsOf(transactions[i]!).slice(firstLog, firstLog + logCount),
  })
}

/** Hangs messages under their parents. @returns message 0 of each transaction, by its index */
export function growTrees(rounds: readonly (readonly Message[])[]): MessageTree[] {
  interface Node {
    readonly message: Message
    readonly children: Node[]
    anyFailed: boolean
  }
  const nodes = new Map<string, Node>()
  const roots: Node[] = []
  for (const message of rounds.flat()) {
    const node: Node = { message, children: [], anyFailed: message.status === 0 }
    nodes.set(message.id, node)
    if (message.parent === null) roots[message.transactionIndex] = node
    else nodes.get(message.parent)!.children.push(node)
  }
  // Children are delivered after their parents: backwards, each is complete when its turn comes
  for (const node of [...nodes.values()].reverse()) {
    const { parent } = node.message
    if (node.anyFailed && parent !== null) nodes.get(parent)!.anyFailed = true
  }
  return roots
}
