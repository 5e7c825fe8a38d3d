/** The result of a block. What takes time to decode is decoded when it is first read. */

import { bytesToHex } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import { decodeMessages, growTrees, type LogsOf } from './decode-messages.js'
import { decodeReceipts } from './decode-receipts.js'
import { groupRuns } from './group-runs.js'
import { encodingsOf, type RoundArchive } from './message-archive.js'
import { proveIndex } from './ordered-proofs.js'
import type { BlockArchive } from './results.js'
import { jsonable, once, readable, withHidden } from '../base/result-data.js'
import type { RoundRecord } from './round-log.js'
import type {
  BlockResult,
  IndexProof,
  MessageProof,
  MessageTree,
  Round,
  StateWitness,
  Timing,
} from '../base/types.js'

export interface ResultParts {
  readonly number: bigint
  readonly stateRoot: Uint8Array
  readonly transactionsRoot: Uint8Array
  readonly archive: BlockArchive
  readonly rounds: readonly RoundRecord[]
  readonly timing: Timing
  readonly witness?: StateWitness | undefined
}

/** What a block has given. Nothing in it is read from linear memory, which the next block uses. */
export function blockResult(parts: ResultParts): BlockResult {
  const { archive, number, timing, witness } = parts
  const receipts = once(() => decodeReceipts(archive.receipts, archive.facts))
  const logsOf: LogsOf = (transactionIndex) => receipts()[transactionIndex]!.logs
  const rounds = once(() =>
    parts.rounds.map((record, i) => roundResult(record, archive.rounds[i]!, logsOf)),
  )
  const trees = once(() => growTrees(rounds().map(({ messages }) => messages)))
  const data = {
    number,
    stateRoot: bytesToHex(parts.stateRoot),
    transactionsRoot: bytesToHex(parts.transactionsRoot),
    receiptsRoot: bytesToHex(archive.receipts.root),
    virtualBlocksRoot: bytesToHex(archive.virtualBlocksRoot),
    logsBloom: bytesToHex(archive.receipts.logsBloom),
    gasUsed: Number(archive.gasUsed),
    get receipts() {
      return receipts()
    },
    get rounds() {
      return rounds()
    },
    timing,
    witness,
  }
  return withHidden(readable(jsonable(data)), {
    proveReceipt: (index: number) => proveReceipt(number, archive, index),
    proveMessage: (round: number, position: number) =>
      proveMessage(number, archive, round, position),
    messageTree: (index: number) => treeOf(number, trees(), index),
  })
}

function roundResult(record: RoundRecord, archive: RoundArchive, logsOf: LogsOf): Round {
  const { round } = record
  const messages = once(() => decodeMessages(archive, round, logsOf))
  const groups = once(() => groupRuns(messages(), archive))
  return readable({
    round,
    messageCount: record.messageCount,
    groupCount: record.groupCount,
    largestGroupGas: record.largestGroupGas,
    gasUsed: record.gasUsed,
    ms: record.ms,
    perWorker: record.perWorker,
    get messages() {
      return messages()
    },
    get groups() {
      return groups()
    },
  })
}

function proveReceipt(block: bigint, { receipts }: BlockArchive, index: number): IndexProof {
  const encodings = slices(receipts.rlp, receipts.offsets)
  expectIndex(block, 'transactionIndex', index, 0, encodings.length)
  return proveIndex(encodings, index)
}

function proveMessage(
  block: bigint,
  { rounds }: BlockArchive,
  round: number,
  position: number,
): MessageProof {
  expectIndex(block, 'round', round, 1, rounds.length)
  const roots = rounds.flatMap(({ root }) => (root === undefined ? [] : [root]))
  const messages = [...encodingsOf(rounds[round]!)]
  expectIndex(block, 'position', position, 0, messages.length)
  return { round, block: proveIndex(roots, round - 1), message: proveIndex(messages, position) }
}

function treeOf(block: bigint, trees: readonly MessageTree[], index: number): MessageTree {
  const tree = Number.isInteger(index) ? trees[index] : undefined
  if (tree !== undefined) return tree
  throw new InvalidInputError('no such message tree', {
    place: { block, field: 'transactionIndex' },
    expected: trees.length === 0 ? 'none' : `0 to ${trees.length - 1}`,
    got: index,
  })
}

/** The pieces of `bytes` between one offset and the next. */
function slices(bytes: Uint8Array, offsets: Uint32Array): Uint8Array[] {
  return Array.from(offsets.subarray(1), (end, i) => bytes.subarray(offsets[i], end))
}

function expectIndex(block: bigint, field: string, index: number, from: number, to: number): void {
  if (Number.isInteger(index) && index >= from && index < to) return
  throw new InvalidInputError('there is no such thing to prove', {
    place: { block, field },
    expected: to <= from ? 'none' : `${from} to ${to - 1}`,
    got: index,
  })
}
