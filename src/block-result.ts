/** The result of a block. Objects in it are made when they are first read. */

import { bytesToHex } from './bytes.js'
import { InvalidInputError } from './errors.js'
import { decodeMessages, growTrees, type LogsOf } from './receipts/decode-messages.js'
import { decodeReceipts } from './receipts/decode-receipts.js'
import { groupRuns } from './receipts/group-runs.js'
import { encodingsOf, type RoundArchive } from './receipts/message-archive.js'
import { proveIndex } from './receipts/ordered-proofs.js'
import type { BlockArchive } from './pipeline/results.js'
import type { RoundRecord } from './rounds/round-log.js'
import type {
  BlockResult,
  GroupRun,
  Hex,
  IndexProof,
  Message,
  MessageProof,
  MessageTree,
  Receipt,
  Round,
  StateWitness,
  Timing,
  WorkerStatistics,
} from './types.js'

export interface ResultParts {
  readonly number: bigint
  readonly stateRoot: Uint8Array
  readonly transactionsRoot: Uint8Array
  readonly archive: BlockArchive
  readonly rounds: readonly RoundRecord[]
  readonly timing: Timing
  readonly witness?: StateWitness | undefined
}

export class ExecutedBlock implements BlockResult {
  readonly number: bigint
  readonly stateRoot: Hex
  readonly transactionsRoot: Hex
  readonly receiptsRoot: Hex
  readonly virtualBlocksRoot: Hex
  readonly logsBloom: Hex
  readonly gasUsed: number
  readonly rounds: readonly Round[]
  readonly timing: Timing
  readonly witness: StateWitness | undefined
  readonly #archive: BlockArchive
  #receipts: readonly Receipt[] | undefined
  #trees: readonly MessageTree[] | undefined

  constructor(parts: ResultParts) {
    const { archive } = parts
    this.number = parts.number
    this.stateRoot = bytesToHex(parts.stateRoot)
    this.transactionsRoot = bytesToHex(parts.transactionsRoot)
    this.receiptsRoot = bytesToHex(archive.receipts.root)
    this.virtualBlocksRoot = bytesToHex(archive.virtualBlocksRoot)
    this.logsBloom = bytesToHex(archive.receipts.logsBloom)
    this.gasUsed = archive.gasUsed
    const logsOf: LogsOf = (transactionIndex) => this.receipts[transactionIndex]!.logs
    this.rounds = parts.rounds.map((record, i) => {
      return new ExecutedRound(record, archive.rounds[i]!, logsOf)
    })
    this.timing = parts.timing
    this.witness = parts.witness
    this.#archive = archive
  }

  get receipts(): readonly Receipt[] {
    this.#receipts ??= decodeReceipts(this.#archive.receipts, this.#archive.facts)
    return this.#receipts
  }

  proveReceipt(transactionIndex: number): IndexProof {
    const { offsets, rlp } = this.#archive.receipts
    const receipts = slices(rlp, offsets)
    expectIndex(this.number, 'transactionIndex', transactionIndex, 0, receipts.length)
    return proveIndex(receipts, transactionIndex)
  }

  proveMessage(round: number, position: number): MessageProof {
    const { rounds } = this.#archive
    expectIndex(this.number, 'round', round, 1, rounds.length)
    const roots = rounds.flatMap(({ root }) => (root === undefined ? [] : [root]))
    const messages = [...encodingsOf(rounds[round]!)]
    expectIndex(this.number, 'position', position, 0, messages.length)
    return { round, block: proveIndex(roots, round - 1), message: proveIndex(messages, position) }
  }

  messageTree(transactionIndex: number): MessageTree {
    this.#trees ??= growTrees(this.rounds.map(({ messages }) => messages))
    const tree = this.#trees[transactionIndex]
    if (tree !== undefined) return tree
    throw new InvalidInputError('no such message tree', {
      place: { block: this.number, field: 'transactionIndex' },
      expected: this.#trees.length === 0 ? 'none' : `0 to ${this.#trees.length - 1}`,
      got: transactionIndex,
    })
  }
}

class ExecutedRound implements Round {
  readonly round: number
  readonly messageCount: number
  readonly groupCount: number
  readonly largestGroupGas: number
  readonly gasUsed: number
  readonly ms: number
  readonly perWorker: readonly WorkerStatistics[]
  readonly #archive: RoundArchive
  readonly #logsOf: LogsOf
  #messages: readonly Message[] | undefined
  #groups: readonly GroupRun[] | undefined

  constructor(record: RoundRecord, archive: RoundArchive, logsOf: LogsOf) {
    this.round = record.round
    this.messageCount = record.messageCount
    this.groupCount = record.groupCount
    this.largestGroupGas = record.largestGroupGas
    this.gasUsed = record.gasUsed
    this.ms = record.ms
    this.perWorker = record.perWorker
    this.#archive = archive
    this.#logsOf = logsOf
  }

  get messages(): readonly Message[] {
    this.#messages ??= decodeMessages(this.#archive, this.round, this.#logsOf)
    return this.#messages
  }

  get groups(): readonly GroupRun[] {
    this.#groups ??= groupRuns(this.messages, this.#archive)
    return this.#groups
  }
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
