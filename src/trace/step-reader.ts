/**
 * Follows the instructions that run. What one cost is known when the next one is about to run, or
 * when its frame has ended: until then it is pending.
 */

import { OP_SELFDESTRUCT, OP_SLOAD, OP_SSTORE } from '../../assembly/abi/opcodes.js'
import {
  TRACE_DEPTH,
  TRACE_FROM,
  TRACE_GAS,
  TRACE_GROWS,
  TRACE_KEPT,
  TRACE_MEMORY,
  TRACE_MEMORY_SIZE,
  TRACE_NEEDS,
  TRACE_NOT_KEPT,
  TRACE_OPCODE,
  TRACE_PC,
  TRACE_RETURN_DATA,
  TRACE_RETURN_SIZE,
  TRACE_STACK,
  TRACE_STACK_WORDS,
  TRACE_STATIC_GAS,
  TRACE_STATUS,
} from '../../assembly/abi/records.js'
import {
  STATUS_REVERT,
  STATUS_SUCCESS,
  STATUS_UNDEFINED_INSTRUCTION,
} from '../../assembly/abi/status.js'
import type { Hex } from '../base/types.js'
import { haltReason, isFoundWhileExecuting } from './halt-reasons.js'
import type { TraceStep } from './listener.js'
import { opcodeName } from './opcode-names.js'
import type { Reader } from './reader.js'

const WORD_BYTES = 32
/** Instructions whose refund geth has counted by the time it prints them. */
const REFUNDING: ReadonlySet<number> = new Set([OP_SSTORE, OP_SELFDESTRUCT])
const NOT_KEPT = BigInt(TRACE_NOT_KEPT)

/** What a step says beside the transaction and message that it is of. */
export type StepFacts = Omit<TraceStep, 'kind' | 'transactionIndex' | 'message'>

/** An instruction that has begun. */
interface PendingStep extends Omit<StepFacts, 'opName' | 'gasCost' | 'error' | 'isExecuted'> {
  readonly staticGas: bigint
  readonly needs: number
  readonly grows: number
  readonly returnSize: number
}

export class StepReader {
  readonly #reader: Reader
  readonly #tell: (step: StepFacts) => void
  readonly #hasMemory: boolean
  #pending: PendingStep | undefined

  constructor(reader: Reader, hasMemory: boolean, tell: (step: StepFacts) => void) {
    this.#reader = reader
    this.#hasMemory = hasMemory
    this.#tell = tell
  }

  /** @param refund the counter now */
  onStep(event: number, refund: number): void {
    this.#countRefund(refund)
    const gas = this.#reader.u64(event + TRACE_GAS)
    const kept = BigInt.asIntN(64, this.#reader.u64(event + TRACE_KEPT))
    const isAfterCall = kept !== NOT_KEPT
    const previous = this.#pending
    if (previous !== undefined) this.#end(previous, previous.gas - (isAfterCall ? kept : gas))
    this.#pending = this.#read(event, gas, refund, isAfterCall ? undefined : previous)
  }

  /**
   * The instructions of a frame have ended.
   * @returns why, if one of them ended it: not code that could not be deposited
   */
  onEnd(event: number, refund: number): string | undefined {
    this.#countRefund(refund)
    const depth = this.#reader.u32(event + TRACE_DEPTH)
    const status = this.#reader.u32(event + TRACE_STATUS)
    const left = this.#reader.u64(event + TRACE_GAS)
    const last = this.#pending?.depth === depth ? this.#pending : undefined
    if (last === undefined) return undefined
    this.#pending = undefined
    if (status === STATUS_SUCCESS) {
      this.#end(last, last.gas - left)
      return undefined
    }
    const gasCost = status === STATUS_REVERT ? last.gas - left : last.staticGas
    const opName = opcodeName(last.op, status !== STATUS_UNDEFINED_INSTRUCTION)
    const error = haltReason(status, { ...last, opName })
    const isExecuted = isFoundWhileExecuting(status)
    this.#end(last, gasCost, { opName, error, ...(isExecuted ? { isExecuted } : {}) })
    return error
  }

  #countRefund(refund: number): void {
    const pending = this.#pending
    if (pending === undefined || !REFUNDING.has(pending.op)) return
    this.#pending = { ...pending, refund }
  }

  #end(step: PendingStep, gasCost: bigint, end?: Partial<StepFacts>): void {
    const { grows: _, needs: _needs, returnSize: _size, staticGas: _gas, ...facts } = step
    this.#tell({ ...facts, opName: opcodeName(step.op, true), gasCost, ...end })
  }

  /** @param previous step, if it was no call: then the return data may still be the same */
  #read(event: number, gas: bigint, refund: number, previous?: PendingStep): PendingStep {
    const reader = this.#reader
    const field = (offset: number): number => reader.u32(event + offset)
    const [depth, op] = [field(TRACE_DEPTH), field(TRACE_OPCODE)]
    const stack = reader.stack(field(TRACE_STACK), field(TRACE_STACK_WORDS))
    const [memSize, returnSize] = [field(TRACE_MEMORY_SIZE), field(TRACE_RETURN_SIZE)]
    const isSame = previous?.depth === depth && previous.returnSize === returnSize
    const storage = this.#storageOf(op, field(TRACE_FROM), stack)
    return {
      pc: field(TRACE_PC),
      op,
      gas,
      staticGas: BigInt(field(TRACE_STATIC_GAS)),
      memSize,
      stack,
      needs: field(TRACE_NEEDS) / WORD_BYTES,
      grows: field(TRACE_GROWS) / WORD_BYTES,
      depth,
      returnData: isSame ? previous.returnData : reader.hex(field(TRACE_RETURN_DATA), returnSize),
      returnSize,
      refund,
      address: reader.addressOf(field(TRACE_FROM)),
      ...(this.#hasMemory ? { memory: this.#memoryAt(field(TRACE_MEMORY), memSize) } : {}),
      ...(storage === undefined ? {} : { storage }),
    }
  }

  #memoryAt(ptr: number, size: number): Hex {
    return this.#reader.hex(ptr, size)
  }

  #storageOf(op: number, account: number, stack: readonly bigint[]): TraceStep['storage'] {
    const [slot, written] = [stack.at(-1), stack.at(-2)]
    if (slot === undefined) return undefined
    if (op === OP_SLOAD) return { slot, value: this.#reader.slotOf(account, slot) }
    return op === OP_SSTORE && written !== undefined ? { slot, value: written } : undefined
  }
}
