/**
 * What remains of a block's messages once its memory is used again: the RLP of each, as
 * `virtualBlocksRoot` commits to it (PROTOCOL 7), and a few numbers beside it. It is one copy of
 * memory, and becomes objects only where somebody looks.
 */

import {
  LEAVES_OF_MESSAGES,
  MESSAGE_DATA_SIZE,
  MESSAGE_KIND,
  MESSAGE_LOG_COUNT,
  MESSAGE_RETURN_DATA,
  MESSAGE_RETURN_SIZE,
  MESSAGE_STATUS,
  MESSAGE_TX,
  MESSAGE_WORKER,
  TX_INDEX,
} from '../../assembly/abi/records.js'
import { STATUS_SUCCESS } from '../../assembly/abi/status.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import { bytesOfPiece, type LeafMaker, type LeafPiece } from './leaf-pieces.js'
import { rootOfLeaves } from './roots.js'

/** Prefixes and fields of fixed or bounded size; the data comes on top. */
const MAX_SIZE_WITHOUT_DATA = 192
/** Messages of a part, and bytes after which it gets no further one. */
const PART_MESSAGES = 1_024
const PART_BYTES = 2 ** 18
/** Two parts, so that all have something to do up to the end. */
const BYTES_A_WORKER = 2 ** 19
const LEAF_HASH_BYTES = 32
const POINTER_BYTES = 4

/** Consecutive messages of a round. */
export interface MessagePart {
  /** `rlp([id, parentId, from, to, value, gas, data, status, gasUsed])` of all, one by one. */
  readonly rlp: Uint8Array
  /** Where each ends. */
  readonly ends: Uint32Array
}

/** What `archiveRounds` needs of a round. */
export interface DeliveredRound {
  readonly round: number
  /** Where pointers to its messages lie in linear memory, in order of delivery, and how many. */
  readonly messagesPtr: number
  readonly messageCount: number
}

/** The messages of one round. */
export interface RoundArchive {
  readonly count: number
  /** In pieces: those of a million messages are 120 MB. */
  readonly parts: readonly MessagePart[]
  readonly transactions: Uint32Array
  /** MESSAGE_KIND_*. */
  readonly kinds: Uint32Array
  /** Who ran each; of use where it ran code. */
  readonly workers: Uint32Array
  /** STATUS_*. */
  readonly statuses: Uint32Array
  /** Where the logs of each begin among those of its transaction, and how many they are. */
  readonly firstLogs: Uint32Array
  readonly logCounts: Uint32Array
  /** Where the return data of each begins in `returnData`, and where the last one's ends. */
  readonly returnOffsets: Uint32Array
  readonly returnData: Uint8Array
  /** Root of the ordered trie of the encodings; none for round 0, which is no virtual block. */
  readonly root: Uint8Array | undefined
}

/** The RLP of each message of a round, in order of delivery. */
export function* encodingsOf({ parts }: RoundArchive): Generator<Uint8Array> {
  for (const { rlp, ends } of parts) {
    let start = 0
    for (const end of ends) {
      yield rlp.subarray(start, end)
      start = end
    }
  }
}

/** A part of a round that is to be written. */
interface PlannedPart {
  readonly piece: LeafPiece
  /** The most that it takes. */
  readonly bytes: number
  readonly written: MessagePart[]
}

/**
 * Writes the rounds of one block, so many parts at once as every worker has some to write: all
 * encodings of a block never lie beside its messages.
 * @param transactions how many the block has
 */
export async function archiveRounds(
  maker: LeafMaker,
  rounds: readonly DeliveredRound[],
  transactions: number,
): Promise<RoundArchive[]> {
  const { core, pulse } = maker
  const { memory } = core
  const logsBefore = new Uint32Array(transactions)
  const planned: PlannedPart[] = []
  const plans: { messages: Uint32Array; leaves: number; parts: MessagePart[] }[] = []
  for (const round of rounds) {
    if (pulse.isDue()) await pulse.turn()
    const first = round.messagesPtr >>> 2
    const messages = memory.u32.slice(first, first + round.messageCount)
    const plan = planRound(maker, round, messages)
    for (const part of plan.planned) planned.push(part)
    plans.push({ messages, ...plan })
  }
  await writeParts(maker, planned)
  const archives: RoundArchive[] = []
  for (const { leaves, messages, parts } of plans) {
    if (pulse.isDue()) await pulse.turn()
    archives.push({
      count: messages.length,
      parts,
      ...(await readFacts(maker, messages, logsBefore)),
      ...(await copyReturnData(maker, messages)),
      root: leaves === 0 ? undefined : rootOfLeaves(core, leaves, messages.length),
    })
  }
  return archives
}

function planRound(
  { core }: LeafMaker,
  { messagesPtr, round }: DeliveredRound,
  messages: Uint32Array,
): { planned: PlannedPart[]; parts: MessagePart[]; leaves: number } {
  const total = messages.length
  const leaves = round > 0 ? core.allocateForBlock(Math.max(total * LEAF_HASH_BYTES, 8)) : 0
  const parts: MessagePart[] = []
  const planned: PlannedPart[] = []
  for (let first = 0; first < total;) {
    const { count, bytes } = measurePart(core.memory, messages, first)
    const piece = {
      kind: LEAVES_OF_MESSAGES,
      items: messagesPtr + first * POINTER_BYTES,
      ...{ count, first, total },
      leaves: leaves === 0 ? 0 : leaves + first * LEAF_HASH_BYTES,
      ...{ out: 0, ends: 0, bloom: 0, roots: 0, gas: 0n },
    }
    planned.push({ piece, bytes, written: parts })
    first += count
  }
  return { planned, parts, leaves }
}

/** Through one piece of linear memory, again and again. */
async function writeParts(maker: LeafMaker, planned: readonly PlannedPart[]): Promise<void> {
  const { core, workers } = maker
  const most = workers * BYTES_A_WORKER
  let buffer = 0
  let bufferSize = 0
  for (let next = 0; next < planned.length;) {
    const start = next
    let size = 0
    do size += roomOf(planned[next++]!)
    while (next < planned.length && size + roomOf(planned[next]!) <= most)
    if (size > bufferSize) {
      buffer = core.allocateForBlock(size)
      bufferSize = size
    }
    await writeThrough(maker, buffer, planned.slice(start, next))
  }
}

function roomOf({ bytes, piece }: PlannedPart): number {
  return (bytes + piece.count * POINTER_BYTES + 7) & ~7
}

async function writeThrough(
  { core, make }: LeafMaker,
  buffer: number,
  planned: readonly PlannedPart[],
): Promise<void> {
  let ends = buffer
  const pieces = planned.map((part) => {
    const piece = { ...part.piece, ends, out: ends + part.piece.count * POINTER_BYTES }
    ends += roomOf(part)
    return piece
  })
  const records = await make(pieces)
  const { memory } = core
  pieces.forEach((piece, i) => {
    planned[i]!.written.push({
      rlp: memory.copy(piece.out, bytesOfPiece(core, records, i)),
      ends: memory.u32.slice(piece.ends >>> 2, (piece.ends >>> 2) + piece.count),
    })
  })
}

/** The messages from `first` on that are encoded at once, and the most that this takes. */
function measurePart(
  memory: LinearMemory,
  messages: Uint32Array,
  first: number,
): { count: number; bytes: number } {
  const { u32 } = memory
  const end = Math.min(messages.length, first + PART_MESSAGES)
  let bytes = 0
  let next = first
  while (next < end && bytes < PART_BYTES) {
    bytes += MAX_SIZE_WITHOUT_DATA + u32[(messages[next]! + MESSAGE_DATA_SIZE) >>> 2]!
    next++
  }
  return { count: next - first, bytes }
}

type MessageFacts = Pick<
  RoundArchive,
  'transactions' | 'kinds' | 'workers' | 'statuses' | 'firstLogs' | 'logCounts'
>

/** A receipt has the logs of successful messages by (round, position): so they are counted. */
async function readFacts(
  { core, pulse }: LeafMaker,
  messages: Uint32Array,
  logsBefore: Uint32Array,
): Promise<MessageFacts> {
  const { u32 } = core.memory
  const count = messages.length
  const transactions = new Uint32Array(count)
  const kinds = new Uint32Array(count)
  const workers = new Uint32Array(count)
  const statuses = new Uint32Array(count)
  const firstLogs = new Uint32Array(count)
  const logCounts = new Uint32Array(count)
  const read = (i: number): void => {
    const message = messages[i]!
    const transaction = u32[(u32[(message + MESSAGE_TX) >>> 2]! + TX_INDEX) >>> 2]!
    const status = u32[(message + MESSAGE_STATUS) >>> 2]!
    transactions[i] = transaction
    kinds[i] = u32[(message + MESSAGE_KIND) >>> 2]!
    workers[i] = u32[(message + MESSAGE_WORKER) >>> 2]!
    statuses[i] = status
    firstLogs[i] = logsBefore[transaction]!
    if (status !== STATUS_SUCCESS) return
    logCounts[i] = u32[(message + MESSAGE_LOG_COUNT) >>> 2]!
    logsBefore[transaction]! += logCounts[i]!
  }
  const reading = pulse.steps(count, read)
  if (reading !== undefined) await reading
  return { transactions, kinds, workers, statuses, firstLogs, logCounts }
}

async function copyReturnData(
  { core, pulse }: LeafMaker,
  messages: Uint32Array,
): Promise<Pick<RoundArchive, 'returnOffsets' | 'returnData'>> {
  const { u32, bytes } = core.memory
  const returnOffsets = new Uint32Array(messages.length + 1)
  for (let i = 0; i < messages.length; i++) {
    const size = u32[(messages[i]! + MESSAGE_RETURN_SIZE) >>> 2]!
    returnOffsets[i + 1] = returnOffsets[i]! + size
  }
  const returnData = new Uint8Array(returnOffsets[messages.length]!)
  const copy = (i: number): void => {
    const size = returnOffsets[i + 1]! - returnOffsets[i]!
    if (size === 0) return
    const ptr = u32[(messages[i]! + MESSAGE_RETURN_DATA) >>> 2]!
    returnData.set(bytes.subarray(ptr, ptr + size), returnOffsets[i])
  }
  const copying = pulse.steps(messages.length, copy)
  if (copying !== undefined) await copying
  return { returnOffsets, returnData }
}
