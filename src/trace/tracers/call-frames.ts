/**
 * The tree of a transaction's frames. Under actor semantics a message that an activation has sent
 * is a frame of it, in order of delivery.
 */

import type { Hex } from '../../base/types.js'
import type {
  DeliveredMessage,
  FrameEnd,
  FrameStart,
  FrameType,
  Listener,
  LogEvent,
  TransactionStart,
} from '../listener.js'

export interface CallFrame {
  readonly type: FrameType
  readonly from: Hex
  /** Undefined of a creation that has failed. */
  to: Hex | undefined
  readonly value: bigint | null
  gas: bigint
  gasUsed: bigint
  readonly input: Hex
  output: Hex
  error: string | undefined
  isReverted: boolean
  readonly isPrecompile: boolean
  readonly message: DeliveredMessage | null
  readonly calls: CallFrame[]
  logs: LogEvent[]
}

export interface FrameOptions {
  readonly onlyTopCall?: boolean
  readonly withLog?: boolean
}

export class CallFrames {
  readonly listener: Listener
  /** Of the transaction, once it has begun. */
  start: TransactionStart | undefined
  /** The outermost. */
  root: CallFrame | undefined
  isVague = false
  readonly #onlyTop: boolean
  /** Those that are open, the outermost first. */
  #open: CallFrame[] = []
  /** Outermost frames of activations, by the ids of their messages. */
  readonly #activations = new Map<Hex, CallFrame>()

  constructor({ onlyTopCall = false, withLog = false }: FrameOptions) {
    this.#onlyTop = onlyTopCall
    this.listener = {
      onTransactionStart: (event) => void (this.start = event),
      onFrameStart: (event) => this.#begin(event),
      onFrameEnd: (event) => this.#end(event),
      ...(withLog ? { onLog: (event: LogEvent) => this.#log(event) } : {}),
      onTransactionEnd: ({ gasUsed }) => {
        if (this.root === undefined) return
        this.root.gasUsed = gasUsed
        clearFailedLogs(this.root, false)
      },
    }
  }

  #begin(event: FrameStart): void {
    const { depth, from, gas, input, isPrecompile, message, to, type, value } = event
    if (this.#isHidden(event)) return
    const frame: CallFrame = {
      ...{ type, from, to, value, gas, input, isPrecompile, message },
      gasUsed: 0n,
      output: '0x',
      error: undefined,
      isReverted: false,
      calls: [],
      logs: [],
    }
    this.#open[depth] = frame
    this.#open.length = depth + 1
    if (depth > 0) return void this.#open[depth - 1]?.calls.push(frame)
    if (message !== null) this.#activations.set(message.id, frame)
    if (message === null || message.parent === null) {
      frame.gas = this.start?.gasLimit ?? gas
      this.root = frame
    } else {
      this.#activations.get(message.parent)?.calls.push(frame)
    }
  }

  #end(event: FrameEnd): void {
    if (this.#isHidden(event)) return
    const { depth, error, gasUsed, output, status } = event
    const frame = this.#open[depth]
    if (frame === undefined) return
    if (event.isVague) this.isVague = true
    frame.gasUsed = gasUsed
    if (status === 'success') {
      frame.output = output
      return
    }
    frame.error = error
    frame.isReverted = status === 'reverted'
    if (frame.type === 'CREATE' || frame.type === 'CREATE2') frame.to = undefined
    if (frame.isReverted) frame.output = output
  }

  #log(event: LogEvent): void {
    if (!this.#isHidden(event)) this.#open[event.depth]?.logs.push(event)
  }

  #isHidden({ depth, message }: FrameStart | FrameEnd | LogEvent): boolean {
    return this.#onlyTop && (depth > 0 || (message !== null && message.parent !== null))
  }
}

/** What fails, and what is below it, has no logs. */
function clearFailedLogs(frame: CallFrame, isBelowFailed: boolean): void {
  const isFailed = isBelowFailed || frame.error !== undefined
  if (isFailed) frame.logs = []
  // Between actors a message stands by itself
  for (const call of frame.calls) clearFailedLogs(call, isFailed && call.message === frame.message)
}
