/** Follows frames, and the logs in them. */

import {
  LOG_ACCOUNT,
  LOG_DATA_SIZE,
  LOG_TOPICS,
  LOG_TOPIC_COUNT,
  TRACE_DATA,
  TRACE_DATA_SIZE,
  TRACE_DEPTH,
  TRACE_FROM,
  TRACE_GAS,
  TRACE_LOG_INDEX,
  TRACE_LOG_RECORD,
  TRACE_PRECOMPILE,
  TRACE_STATUS,
  TRACE_TO,
  TRACE_TYPE,
  TRACE_TYPE_SELFDESTRUCT,
  TRACE_VALUE,
} from '../../assembly/abi/records.js'
import { STATUS_PRECOMPILE_FAILURE } from '../../assembly/abi/status.js'
import type { Hex } from '../base/types.js'
import { isVague, precompileFailure } from './halt-reasons.js'
import type { FrameEnd, FrameStart, FrameType, LogEvent } from './listener.js'
import type { Reader } from './reader.js'
import { endOf } from './transaction-events.js'

const HASH_BYTES = 32

/** By TRACE_TYPE_*. */
const TYPES: readonly FrameType[] = [
  'CALL',
  'CALLCODE',
  'DELEGATECALL',
  'STATICCALL',
  'CREATE',
  'CREATE2',
  'SELFDESTRUCT',
]

type Facts<T> = Omit<T, 'transactionIndex' | 'message' | 'state'>

/** A frame that has begun. */
interface OpenFrame {
  readonly gas: bigint
  /** Number of the precompile that it is, 0 = none, and bytes of its input. */
  readonly precompile: number
  readonly inputBytes: number
  /** Frames that it has begun. */
  children: number
}

export class FrameReader {
  readonly #reader: Reader
  /** From the outermost on. */
  #open: OpenFrame[] = []

  constructor(reader: Reader) {
    this.#reader = reader
  }

  onStart(event: number): Facts<FrameStart> {
    const reader = this.#reader
    const depth = this.#enter(event)
    const gas = reader.u64(event + TRACE_GAS)
    const precompile = reader.u32(event + TRACE_PRECOMPILE)
    const inputBytes = reader.u32(event + TRACE_DATA_SIZE)
    this.#open[depth] = { gas, precompile, inputBytes, children: 0 }
    const value = reader.u32(event + TRACE_VALUE)
    return {
      kind: 'frameStart',
      depth,
      type: TYPES[reader.u32(event + TRACE_TYPE)]!,
      from: reader.addressOf(reader.u32(event + TRACE_FROM)),
      to: reader.addressOf(reader.u32(event + TRACE_TO)),
      value: value === 0 ? null : reader.word(value),
      gas,
      input: this.#dataOf(event),
      isPrecompile: precompile !== 0,
    }
  }

  /** @param halted in better words than its status has */
  onEnd(event: number, halted: string | undefined): Facts<FrameEnd> {
    const reader = this.#reader
    const depth = reader.u32(event + TRACE_DEPTH)
    const status = reader.u32(event + TRACE_STATUS)
    const { gas: begun = 0n, inputBytes = 0, precompile = 0 } = this.#open[depth] ?? {}
    const isBuiltIn = status === STATUS_PRECOMPILE_FAILURE
    const error = isBuiltIn ? precompileFailure(precompile, inputBytes) : halted
    return {
      kind: 'frameEnd',
      depth,
      ...endOf(status, error),
      ...(error === undefined && isVague(status) ? { isVague: true as const } : {}),
      output: this.#dataOf(event),
      gasUsed: begun - reader.u64(event + TRACE_GAS),
    }
  }

  onSelfdestruct(event: number): [Facts<FrameStart>, Facts<FrameEnd>] {
    const reader = this.#reader
    const depth = this.#enter(event)
    const start = {
      kind: 'frameStart',
      depth,
      type: TYPES[TRACE_TYPE_SELFDESTRUCT]!,
      from: reader.addressOf(reader.u32(event + TRACE_FROM)),
      to: reader.addressOf(reader.u32(event + TRACE_TO)),
      value: reader.word(reader.u32(event + TRACE_VALUE)),
      gas: 0n,
      input: '0x',
      isPrecompile: false,
    } as const
    const end = { kind: 'frameEnd', depth, status: 'success', output: '0x', gasUsed: 0n } as const
    return [start, end]
  }

  /** @param before logs of the block before the transaction's */
  onLog(event: number, before: number): Facts<LogEvent> {
    const reader = this.#reader
    const record = reader.u32(event + TRACE_LOG_RECORD)
    const depth = reader.u32(event + TRACE_DEPTH)
    const count = reader.u32(record + LOG_TOPIC_COUNT)
    const topics = record + LOG_TOPICS
    const data = topics + count * HASH_BYTES
    return {
      kind: 'log',
      depth,
      address: reader.addressOf(reader.u32(record + LOG_ACCOUNT)),
      topics: Array.from({ length: count }, (_, i) => {
        return reader.hex(topics + i * HASH_BYTES, HASH_BYTES)
      }),
      data: reader.hex(data, reader.u32(record + LOG_DATA_SIZE)),
      position: this.#open[depth]?.children ?? 0,
      index: before + reader.u32(event + TRACE_LOG_INDEX),
    }
  }

  /** Another frame of the one above it. @returns its depth */
  #enter(event: number): number {
    const depth = this.#reader.u32(event + TRACE_DEPTH)
    const above = this.#open[depth - 1]
    if (above !== undefined) above.children++
    this.#open.length = depth
    return depth
  }

  #dataOf(event: number): Hex {
    const size = this.#reader.u32(event + TRACE_DATA_SIZE)
    return this.#reader.hex(this.#reader.u32(event + TRACE_DATA), size)
  }
}
