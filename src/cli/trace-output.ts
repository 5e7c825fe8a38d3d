/** The messages of one transaction as an indented tree, and as JSON. */

import type { BlockResult, Hex, Log, Message, MessageTree } from '../index.js'
import { failureOf, hintFor } from './failure.js'
import { amount, byteCount, count, shortAddress } from './text.js'
import { messageJson, receiptJson } from './result-json.js'

/** Digits of a hash that are shown: enough to tell the messages of a tree apart. */
const SHORT_DIGITS = 8
/** Of a message id the low 4 bytes are the sender's count (PROTOCOL 3). */
const INDEX_DIGITS = 8
/** Of a topic that holds an address, or a number below 2^160. */
const EMPTY_START = `0x${'0'.repeat(24)}`
const SELECTOR_END = 2 + 8
/** Of `round:position`. */
const PLACE_WIDTH = 14

/** @param tree of the transaction with this index */
export function describeTrace(
  result: BlockResult,
  transactionIndex: number,
  tree: MessageTree,
): string {
  const receipt = result.receipts[transactionIndex]!
  const rows = rowsOf(tree)
  const isCreation = receipt.to === null
  const failed = rows.filter(({ message }) => message.status === 0).length
  const hint = hintFor(rows.map(({ message }) => message))
  const rounds = new Set(rows.map(({ message }) => message.round)).size
  const counts = [
    `${count(rows.length)} ${rows.length === 1 ? 'message' : 'messages'}`,
    `${count(rounds)} ${rounds === 1 ? 'round' : 'rounds'}`,
    `${count(failed)} failed`,
    `${count(receipt.gasUsed)} gas`,
  ]
  return [
    `transaction ${transactionIndex} of block ${result.number}: ${receipt.transactionHash}`,
    `${failureOf(tree.message) ?? 'success'}; ${counts.join(', ')}`,
    '',
    `${'round:position'.padStart(PLACE_WIDTH)}  message`,
    ...rows.flatMap((row) => describeRow(row, isCreation && row.depth === 0)),
    ...(hint === undefined ? [] : ['', hint]),
  ].join('\n')
}

interface Row {
  readonly message: Message
  readonly depth: number
  /** What is drawn before the message. */
  readonly branch: string
  /** What is drawn before the lines that tell more of it. */
  readonly margin: string
}

/** From top to bottom: each message after its parent, before its parent's next message. */
function rowsOf(tree: MessageTree): Row[] {
  const rows: Row[] = []
  const add = ({ message, children }: MessageTree, depth: number, branch: string, stem: string) => {
    rows.push({ message, depth, branch, margin: `${stem}${children.length > 0 ? '│ ' : '  '}` })
    children.forEach((child, i) => {
      const isLast = i === children.length - 1
      const [twig, space] = isLast ? ['└─ ', '   '] : ['├─ ', '│  ']
      add(child, depth + 1, stem + twig, stem + space)
    })
  }
  add(tree, 0, '', '')
  return rows
}

function describeRow({ message, branch, margin }: Row, isCreation: boolean): string[] {
  const place = `${message.round}:${message.position}`.padStart(PLACE_WIDTH)
  const further = [describeGas(message), ...describeEnd(message), ...message.logs.map(describeLog)]
  return [
    `${place}  ${branch}${describeMessage(message, isCreation)}`,
    ...further.map((line) => `${' '.repeat(PLACE_WIDTH)}  ${margin}${line}`),
  ]
}

function describeMessage(message: Message, isCreation: boolean): string {
  const { from, to, value, data, delivery } = message
  const parts = [
    `${shortAddress(from)} → ${shortAddress(to)}`,
    ...(value === 0n ? [] : [amount(value)]),
    isCreation ? `created by ${byteCount((data.length - 2) / 2)}` : describeData(data),
    ...(delivery === 'code' ? [] : [delivery]),
  ]
  return `${shortId(message)}  ${parts.join(', ')}`
}

function describeGas({ gas, gasUsed }: Message): string {
  return `gas ${count(gas)}, used ${count(gasUsed)}`
}

function describeEnd(message: Message): string[] {
  const failure = failureOf(message)
  if (failure === undefined) return []
  const { value, from } = message
  const lines = [`✗ ${failure}`]
  if (value > 0n) lines.push(`${amount(value)} back to ${shortAddress(from)}, as a credit`)
  return lines
}

function describeLog({ address, topics, data }: Log): string {
  const names = topics.map(shortTopic).join(' ')
  const size = byteCount((data.length - 2) / 2)
  return `log of ${shortAddress(address)}: ${names === '' ? '' : `${names}, `}${size}`
}

/** A selector and what follows it; data that is too short to have one is shown whole. */
function describeData(data: Hex): string {
  if (data === '0x') return 'no data'
  const size = (data.length - 2) / 2
  if (data.length <= SELECTOR_END) return data
  return `${data.slice(0, SELECTOR_END)} + ${byteCount(size - 4)}`
}

/** The start of the hash, and the sender's count unless it is a transaction. */
function shortId({ id, parent }: Message): string {
  const start = id.slice(2, 2 + SHORT_DIGITS)
  return parent === null ? start : `${start}:${parseInt(id.slice(-INDEX_DIGITS), 16)}`
}

/** A hash by its start; an address or a number without the zeros before it. */
function shortTopic(topic: Hex): string {
  if (!topic.startsWith(EMPTY_START)) return `${topic.slice(0, 2 + SHORT_DIGITS)}…`
  const address = topic.slice(EMPTY_START.length)
  const digits = address.replace(/^0+(?=.)/, '')
  return digits.length > SHORT_DIGITS ? shortAddress(`0x${address}`) : `0x${digits}`
}

/** Messages in the order of the text; parents are named by their ids. */
export function traceJson(
  result: BlockResult,
  transactionIndex: number,
  tree: MessageTree,
): Record<string, unknown> {
  return {
    block: Number(result.number),
    transactionIndex,
    anyFailed: tree.anyFailed,
    receipt: receiptJson(result.receipts[transactionIndex]!),
    messages: rowsOf(tree).map(({ message, depth }) => ({
      depth,
      ...messageJson(message),
      selector: message.data.length >= SELECTOR_END ? message.data.slice(0, SELECTOR_END) : null,
      dataSize: (message.data.length - 2) / 2,
      failure: failureOf(message) ?? null,
    })),
  }
}
