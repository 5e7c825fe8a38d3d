/** Tells listeners what an instance of the core does, transaction by transaction. */

import { TRACE } from '../../assembly/abi/memory-map.js'
import {
  MESSAGE_GAS_USED,
  MESSAGE_TX,
  TRACES_ACCESS,
  TRACES_FRAMES,
  TRACES_LOGS,
  TRACES_STEPS,
  TRACE_DEPTH,
  TRACE_END,
  TRACE_EVENT,
  TRACE_FRAME,
  TRACE_LOG,
  TRACE_MESSAGE,
  TRACE_REFUND,
  TRACE_RETURN,
  TRACE_SELFDESTRUCT,
  TX_AUTHORIZATION_REFUND,
  TX_LOG_COUNT,
} from '../../assembly/abi/records.js'
import { jsonable, withHidden } from '../base/result-data.js'
import type { Core } from '../wasm/core.js'
import { readAccess } from './access-reader.js'
import { FrameReader } from './frame-reader.js'
import type { DeliveredMessage, Listener, StateReader } from './listener.js'
import { Reader } from './reader.js'
import { StepReader, type StepFacts } from './step-reader.js'
import {
  indexOf,
  outcomeOfMessage,
  outcomeOfTransaction,
  transactionEnd,
  transactionStart,
  type Made,
} from './transaction-events.js'

/** Who listens to a transaction, if anybody does. */
export type ListenerOf = (transactionIndex: number) => Listener | undefined

/** Whom the events are told that come now, and of what they are. */
interface Place {
  readonly listener: Listener | undefined
  readonly record: number
  readonly transactionIndex: number
  readonly message: DeliveredMessage | null
}

type Placed<T> = T & Pick<Place, 'transactionIndex' | 'message'>

const NOWHERE: Place = { listener: undefined, record: 0, transactionIndex: 0, message: null }

export class Reporter {
  readonly #core: Core
  readonly #listenerOf: ListenerOf
  readonly #hasMemory: boolean
  #reader!: Reader
  #frames!: FrameReader
  #steps!: StepReader
  #place = NOWHERE
  /** Pointer to the message whose events are coming, under actor semantics. */
  #message = 0
  /** Tells of the activation that has ended, once its gas is counted. */
  #endActivation: (() => void) | undefined
  /** Logs of the block before the transaction's. */
  #logs = 0
  /** Why an instruction has ended its frame, whose end comes next. */
  #halt: string | undefined
  /** Why the outermost frames of transactions have failed, by their indexes. */
  #errors: (string | undefined)[] = []

  /** In an instance that is bound. What it runs outside of transactions is not told. */
  constructor(core: Core, listenerOf: ListenerOf, hasMemory: boolean) {
    this.#core = core
    this.#listenerOf = listenerOf
    this.#hasMemory = hasMemory
    core.onTrace = (event) => this.#onEvent(event)
    this.beginBlock()
  }

  /** Nothing is left of the block before, nor of one that was undone in its middle. */
  beginBlock(): void {
    this.#core.hasTold = true
    this.#reader = new Reader(this.#core)
    this.#frames = new FrameReader(this.#reader)
    this.#steps = new StepReader(this.#reader, this.#hasMemory, (step) => this.#tellStep(step))
    this.#place = NOWHERE
    this.#message = this.#logs = 0
    this.#endActivation = this.#halt = undefined
    this.#errors = []
  }

  close(): void {
    this.#listenFor(0)
    this.#core.onTrace = undefined
  }

  /** Before a transaction under Ethereum semantics. */
  beginTransaction(record: number): void {
    this.#core.memory.refresh()
    const transactionIndex = indexOf(this.#reader, record)
    const listener = this.#listenerOf(transactionIndex)
    this.#place = { listener, record, transactionIndex, message: null }
    this.#halt = undefined
    this.#listenFor(bitsOf(listener))
    listener?.onTransactionStart?.(transactionStart(this.#reader, record))
  }

  /** After it, if it was valid. */
  endTransaction(): void {
    this.#core.memory.refresh()
    const { listener, record } = this.#place
    this.#place = NOWHERE
    this.#logs += this.#reader.u32(record + TX_LOG_COUNT)
    if (listener?.onTransactionEnd === undefined) return
    this.#tellEnd(listener, record, outcomeOfTransaction(this.#core, this.#reader, record))
  }

  /** Before the admission of transactions under actor semantics. */
  beginMessages(records: Uint32Array): void {
    this.#core.memory.refresh()
    let bits = 0
    for (const record of records) {
      const listener = this.#listenerOf(indexOf(this.#reader, record))
      bits |= bitsOf(listener)
      listener?.onTransactionStart?.(transactionStart(this.#reader, record))
    }
    this.#listenFor(bits)
  }

  /** After their settlement. */
  endMessages(records: Uint32Array): void {
    this.#listenFor(0)
    this.#core.memory.refresh()
    this.#follow(0)
    for (const record of records) {
      const listener = this.#listenerOf(indexOf(this.#reader, record))
      if (listener?.onTransactionEnd === undefined) continue
      this.#tellEnd(listener, record, outcomeOfMessage(this.#reader, record))
    }
  }

  #tellEnd(listener: Listener, record: number, made: Made): void {
    const error = this.#errors[indexOf(this.#reader, record)]
    listener.onTransactionEnd?.(transactionEnd(this.#reader, record, { ...made, error }))
  }

  #listenFor(bits: number): void {
    this.#core.memory.u32[TRACE >>> 2] = bits
  }

  #onEvent(event: number): void {
    this.#core.memory.refresh()
    const reader = this.#reader
    this.#follow(reader.u32(event + TRACE_MESSAGE))
    const { listener, record } = this.#place
    // System calls are neither of a transaction nor of a message
    if (record === 0) return
    switch (reader.u32(event + TRACE_EVENT)) {
      case TRACE_FRAME: {
        const start = this.#frames.onStart(event)
        listener?.onFrameStart?.(this.#withState(start))
        break
      }
      case TRACE_RETURN:
        this.#onReturn(event)
        break
      case TRACE_SELFDESTRUCT: {
        const [start, end] = this.#frames.onSelfdestruct(event)
        listener?.onFrameStart?.(this.#withState(start))
        listener?.onFrameEnd?.(this.#placed(end))
        break
      }
      case TRACE_LOG:
        listener?.onLog?.(this.#placed(this.#frames.onLog(event, this.#logs)))
        break
      case TRACE_END:
        this.#halt = this.#steps.onEnd(event, this.#refundAt(event)) ?? this.#halt
        break
      default:
        this.#onStep(event)
    }
  }

  /** Activations come one after the other, each with its message. */
  #follow(message: number): void {
    if (message === this.#message) return
    this.#message = message
    this.#endActivation?.()
    this.#endActivation = undefined
    this.#place = NOWHERE
    if (message === 0) return
    const record = this.#reader.u32(message + MESSAGE_TX)
    const transactionIndex = indexOf(this.#reader, record)
    const listener = this.#listenerOf(transactionIndex)
    const delivered = this.#reader.message(message)
    this.#place = { listener, record, transactionIndex, message: delivered }
    this.#halt = undefined
  }

  #onReturn(event: number): void {
    const { listener, message, transactionIndex } = this.#place
    const end = this.#placed(this.#frames.onEnd(event, this.#halt))
    this.#halt = undefined
    const isOutermost = this.#reader.u32(event + TRACE_DEPTH) === 0
    const isOwn = message === null || message.parent === null
    if (isOutermost && isOwn) this.#errors[transactionIndex] = end.error
    if (!isOutermost || message === null) return listener?.onFrameEnd?.(end)
    const record = this.#message
    this.#endActivation = () => {
      // Without what its messages got
      const gasUsed = this.#reader.u64(record + MESSAGE_GAS_USED)
      listener?.onFrameEnd?.(jsonable({ ...end, gasUsed }))
    }
  }

  #onStep(event: number): void {
    const { listener } = this.#place
    if (listener?.onAccess !== undefined) {
      const access = readAccess(this.#reader, event)
      if (access !== undefined) listener.onAccess(this.#withState(access))
    }
    if (listener?.onStep !== undefined) this.#steps.onStep(event, this.#refundAt(event))
  }

  #tellStep(step: StepFacts): void {
    this.#place.listener?.onStep?.(this.#placed({ kind: 'step' as const, ...step }))
  }

  /** With what authorizations are refunded (EIP-7702), which the core counts apart. */
  #refundAt(event: number): number {
    const { memory } = this.#core
    const counter = memory.readI64(event + TRACE_REFUND)
    const { message, record } = this.#place
    return message === null ? counter + memory.readI64(record + TX_AUTHORIZATION_REFUND) : counter
  }

  #withState<T extends object>(facts: T): Placed<T> & { readonly state: StateReader } {
    return withHidden(this.#placed(facts), { state: this.#reader })
  }

  #placed<T extends object>(facts: T): Placed<T> {
    const { message, transactionIndex } = this.#place
    return jsonable({ ...facts, transactionIndex, message })
  }
}

/** TRACES_* that a listener needs. */
function bitsOf(listener: Listener | undefined): number {
  if (listener === undefined) return 0
  const { onAccess, onFrameEnd, onFrameStart, onLog, onStep, onTransactionEnd } = listener
  // The end of a transaction says why its outermost frame has failed
  const ends = [onFrameStart, onFrameEnd, onLog, onTransactionEnd]
  const isFramed = ends.some((method) => method !== undefined)
  return (
    (isFramed ? TRACES_FRAMES : 0) |
    (onLog === undefined ? 0 : TRACES_LOGS) |
    (onAccess === undefined ? 0 : TRACES_ACCESS) |
    (onStep === undefined ? 0 : TRACES_STEPS)
  )
}
