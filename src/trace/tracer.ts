/**
 * Follows the trace events of one instance of the core. What an instruction cost is known when the
 * next one is about to run, or when its frame has ended: until then it is pending.
 */

import { TRACE } from '../../assembly/abi/memory-map.js'
import { OP_SELFDESTRUCT, OP_SSTORE } from '../../assembly/abi/opcodes.js'
import {
  ACCOUNT_LIVE,
  CODE_BYTES,
  CODE_LENGTH,
  MESSAGE_GAS_USED,
  MESSAGE_ID,
  MESSAGE_RETURN_DATA,
  MESSAGE_RETURN_SIZE,
  MESSAGE_STATUS,
  MESSAGE_TX,
  TRACE_DEPTH,
  TRACE_END,
  TRACE_EVENT,
  TRACE_GAS,
  TRACE_GROWS,
  TRACE_KEPT,
  TRACE_MEMORY_SIZE,
  TRACE_MESSAGE,
  TRACE_NEEDS,
  TRACE_NOT_KEPT,
  TRACE_OPCODE,
  TRACE_PC,
  TRACE_REFUND,
  TRACE_RETURN_DATA,
  TRACE_RETURN_SIZE,
  TRACE_STACK,
  TRACE_STACK_WORDS,
  TRACE_STATIC_GAS,
  TRACE_STATUS,
  TX_AUTHORIZATION_REFUND,
  TX_CREATED,
  TX_GAS_USED,
  TX_INDEX,
  TX_INTRINSIC_GAS,
  TX_STATUS,
  VIEW_CODE,
} from '../../assembly/abi/records.js'
import {
  STATUS_REVERT,
  STATUS_SUCCESS,
  STATUS_UNDEFINED_INSTRUCTION,
} from '../../assembly/abi/status.js'
import { bytesToHex } from '../base/bytes.js'
import { jsonable } from '../base/result-data.js'
import type { Hex } from '../base/types.js'
import type { Core } from '../wasm/core.js'
import { haltReason, isFoundWhileExecuting } from './halt-reasons.js'
import { opcodeName } from './opcode-names.js'
import type { TraceListener } from './trace-event.js'

const WORD_BYTES = 32
const HASH_BYTES = 32
const NO_BYTES = '0x'
/** Instructions whose refund geth has counted by the time it prints them. */
const REFUNDING: ReadonlySet<number> = new Set([OP_SSTORE, OP_SELFDESTRUCT])
const NOT_KEPT = BigInt(TRACE_NOT_KEPT)

/** An instruction that has begun. */
interface PendingStep {
  readonly pc: number
  readonly op: number
  readonly gas: bigint
  readonly staticGas: bigint
  readonly memSize: number
  readonly stack: readonly bigint[]
  readonly needs: number
  readonly grows: number
  readonly depth: number
  readonly returnData: Hex
  readonly returnSize: number
  readonly refund: number
}

export class Tracer {
  readonly #core: Core
  readonly #listener: TraceListener
  #pending: PendingStep | undefined
  /** The transaction that runs under Ethereum semantics. */
  #transaction = 0
  /** The message whose steps are coming, under actor semantics. */
  #message = 0
  /** Why the outermost frame ended. */
  #error: string | undefined

  /** Switches tracing on in an instance that is bound. From its next `configure` on it tells. */
  constructor(core: Core, listener: TraceListener) {
    this.#core = core
    this.#listener = (event) => listener(jsonable(event))
    core.memory.u32[TRACE >>> 2] = 1
    core.onTrace = (event) => this.#onEvent(event)
  }

  /** Before a transaction under Ethereum semantics. What runs outside of one is not told. */
  beginTransaction(record: number): void {
    this.#begin()
    this.#transaction = record
  }

  /** After it, if it was valid. */
  endTransaction(): void {
    const record = this.#transaction
    this.#transaction = 0
    const { exports, memory } = this.#core
    memory.refresh()
    const { u32, u64 } = memory
    const used = u64[(record + TX_GAS_USED) >>> 3]! - u64[(record + TX_INTRINSIC_GAS) >>> 3]!
    const created = u32[(record + TX_CREATED) >>> 2]!
    const status = u32[(record + TX_STATUS) >>> 2]!
    const output =
      created === 0
        ? this.#hex(exports.resultPtr() >>> 0, exports.resultSize() >>> 0)
        : this.#codeOf(created)
    this.#listener({
      kind: 'end',
      transactionIndex: u32[(record + TX_INDEX) >>> 2]!,
      message: null,
      output,
      gasUsed: used,
      ...this.#errorOf(status),
    })
  }

  /** Before the first round under actor semantics. */
  beginMessages(): void {
    this.#begin()
  }

  /** After the last one. */
  endMessages(): void {
    const message = this.#message
    if (message === 0) return
    this.#message = 0
    const { memory } = this.#core
    memory.refresh()
    const { u32, u64 } = memory
    const returnData = u32[(message + MESSAGE_RETURN_DATA) >>> 2]!
    this.#listener({
      kind: 'end',
      transactionIndex: u32[(u32[(message + MESSAGE_TX) >>> 2]! + TX_INDEX) >>> 2]!,
      message: this.#hex(message + MESSAGE_ID, HASH_BYTES),
      output: this.#hex(returnData, u32[(message + MESSAGE_RETURN_SIZE) >>> 2]!),
      gasUsed: u64[(message + MESSAGE_GAS_USED) >>> 3]!,
      ...this.#errorOf(u32[(message + MESSAGE_STATUS) >>> 2]!),
    })
    this.#error = undefined
  }

  /** Nothing is left of a block that was undone in its middle. */
  #begin(): void {
    this.#pending = this.#error = undefined
    this.#transaction = this.#message = 0
  }

  #onEvent(event: number): void {
    const { memory } = this.#core
    memory.refresh()
    const message = memory.u32[(event + TRACE_MESSAGE) >>> 2]!
    // System calls are neither of a transaction nor of a message
    if (message === 0 && this.#transaction === 0) return
    const gas = memory.u64[(event + TRACE_GAS) >>> 3]!
    const pending = this.#pending
    if (pending !== undefined && REFUNDING.has(pending.op)) {
      this.#pending = { ...pending, refund: this.#refundAt(event) }
    }
    if (memory.u32[(event + TRACE_EVENT) >>> 2] === TRACE_END) return this.#onEnd(event, gas)
    if (message !== this.#message) {
      this.endMessages()
      this.#message = message
    }
    this.#onStep(event, gas)
  }

  #onStep(event: number, gas: bigint): void {
    const { memory } = this.#core
    const kept = BigInt.asIntN(64, memory.u64[(event + TRACE_KEPT) >>> 3]!)
    const isAfterCall = kept !== NOT_KEPT
    const previous = this.#pending
    if (previous !== undefined) this.#tell(previous, previous.gas - (isAfterCall ? kept : gas))
    this.#pending = this.#read(event, gas, isAfterCall ? undefined : previous)
  }

  /** The instruction that ended the frame, if one did: not code that could not be deposited. */
  #onEnd(event: number, left: bigint): void {
    const { u32 } = this.#core.memory
    const depth = u32[(event + TRACE_DEPTH) >>> 2]!
    const status = u32[(event + TRACE_STATUS) >>> 2]!
    const last = this.#pending?.depth === depth ? this.#pending : undefined
    if (last === undefined) {
      if (depth === 1 && status !== STATUS_SUCCESS) this.#error = haltReason(status)
      return
    }
    this.#pending = undefined
    if (status === STATUS_SUCCESS) return this.#tell(last, last.gas - left)
    const cost = status === STATUS_REVERT ? last.gas - left : last.staticGas
    const opName = opcodeName(last.op, status !== STATUS_UNDEFINED_INSTRUCTION)
    const error = haltReason(status, { ...last, opName })
    if (isFoundWhileExecuting(status)) {
      this.#tell(last, cost, opName)
      this.#tell({ ...last, returnData: NO_BYTES }, cost, opName, error)
    } else {
      this.#tell(last, cost, opName, error)
    }
    if (depth === 1) this.#error = error
  }

  #tell(step: PendingStep, gasCost: bigint, name?: string, error?: string): void {
    const { depth, gas, memSize, op, pc, refund, returnData, stack } = step
    const opName = name ?? opcodeName(op, true)
    const state = { memSize, stack, depth, returnData, refund }
    const failure = error === undefined ? {} : { error }
    this.#listener({ kind: 'step', pc, op, opName, gas, gasCost, ...state, ...failure })
  }

  /** @param previous step, if it was no call: then the return data may still be the same */
  #read(event: number, gas: bigint, previous: PendingStep | undefined): PendingStep {
    const { memory } = this.#core
    const field = (offset: number): number => memory.u32[(event + offset) >>> 2]!
    const depth = field(TRACE_DEPTH)
    const returnSize = field(TRACE_RETURN_SIZE)
    const isSame = previous?.depth === depth && previous.returnSize === returnSize
    return {
      pc: field(TRACE_PC),
      op: field(TRACE_OPCODE),
      gas,
      staticGas: BigInt(field(TRACE_STATIC_GAS)),
      memSize: field(TRACE_MEMORY_SIZE),
      stack: this.#readStack(field(TRACE_STACK), field(TRACE_STACK_WORDS)),
      needs: field(TRACE_NEEDS) / WORD_BYTES,
      grows: field(TRACE_GROWS) / WORD_BYTES,
      depth,
      returnData: isSame ? previous.returnData : this.#hex(field(TRACE_RETURN_DATA), returnSize),
      returnSize,
      refund: this.#refundAt(event),
    }
  }

  /** With what authorizations are refunded (EIP-7702), which the core counts apart. */
  #refundAt(event: number): number {
    const { memory } = this.#core
    const counter = memory.readI64(event + TRACE_REFUND)
    if (this.#transaction === 0) return counter
    return counter + memory.readI64(this.#transaction + TX_AUTHORIZATION_REFUND)
  }

  /** @param top pointer to the word on top */
  #readStack(top: number, words: number): bigint[] {
    const { memory } = this.#core
    return Array.from({ length: words }, (_, i) => {
      return memory.readWord(top + (words - 1 - i) * WORD_BYTES)
    })
  }

  #errorOf(status: number): { error?: string } {
    return status === STATUS_SUCCESS ? {} : { error: this.#error ?? haltReason(status) }
  }

  #codeOf(account: number): Hex {
    const { u32 } = this.#core.memory
    const code = u32[(account + ACCOUNT_LIVE + VIEW_CODE) >>> 2]!
    if (code === 0) return NO_BYTES
    return this.#hex(u32[(code + CODE_BYTES) >>> 2]!, u32[(code + CODE_LENGTH) >>> 2]!)
  }

  #hex(ptr: number, size: number): Hex {
    return bytesToHex(this.#core.memory.bytes.subarray(ptr, ptr + size))
  }
}
