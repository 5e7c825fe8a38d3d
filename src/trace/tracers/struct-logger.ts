/** The tracer that geth has without a name: every instruction. */

import { keysOf } from '../../base/known-keys.js'
import type { Hex } from '../../base/types.js'
import type { Tracer, TraceStep, TransactionEnd } from '../listener.js'
import { quantity, sorted, word } from './json.js'

/** What it can be told. */
export interface StructLoggerConfig {
  /** With the memory of each frame. */
  readonly enableMemory?: boolean
  readonly disableStack?: boolean
  /** Without the slots that a contract has read and written so far, at SLOAD and SSTORE. */
  readonly disableStorage?: boolean
  /** With what the last call has returned. */
  readonly enableReturnData?: boolean
  /** Bytes of JSON after which nothing more is logged; 0 = no limit. */
  readonly limit?: number
}

export const STRUCT_LOGGER_CONFIG = keysOf<StructLoggerConfig>()({
  enableMemory: true,
  disableStack: true,
  disableStorage: true,
  enableReturnData: true,
  limit: true,
})

const WORD_DIGITS = 64

export function structLogger(config: StructLoggerConfig): Tracer {
  const { enableMemory = false, limit = 0 } = config
  const structLogs: object[] = []
  const storages = new Map<Hex, Map<Hex, Hex>>()
  let size = 0
  let end: TransactionEnd | undefined
  return {
    listener: {
      hasMemory: enableMemory,
      onStep(step) {
        if (limit !== 0 && size > limit) return
        const log = logOf(step, config, storages)
        if (limit !== 0) size += JSON.stringify(log).length
        structLogs.push(log)
      },
      onTransactionEnd: (event) => void (end = event),
    },
    result: () => ({
      gas: Number(end?.gasUsed ?? 0n),
      failed: end?.status !== 'success',
      returnValue: end === undefined || end.status === 'failed' ? '0x' : end.output,
      structLogs,
    }),
  }
}

function logOf(
  step: TraceStep,
  { disableStack, disableStorage, enableMemory, enableReturnData }: StructLoggerConfig,
  storages: Map<Hex, Map<Hex, Hex>>,
): object {
  const { depth, error, gas, gasCost, memory = '0x', opName, pc, refund, returnData, stack } = step
  const storage = disableStorage ? undefined : storageAt(step, storages)
  return {
    pc,
    op: opName,
    gas: Number(gas),
    gasCost: Number(gasCost),
    depth,
    // What an instruction finds out while it executes is no error of its log
    ...(error === undefined || step.isExecuted ? {} : { error }),
    ...(disableStack ? {} : { stack: stack.map(quantity) }),
    ...(enableReturnData && returnData !== '0x' ? { returnData } : {}),
    ...(enableMemory && memory !== '0x' ? { memory: wordsOf(memory) } : {}),
    ...(storage === undefined ? {} : { storage }),
    ...(refund > 0 ? { refund } : {}),
  }
}

/** All slots of the contract that the transaction has named so far. */
function storageAt(
  { address, storage }: TraceStep,
  storages: Map<Hex, Map<Hex, Hex>>,
): Record<string, Hex> | undefined {
  if (storage === undefined) return undefined
  let slots = storages.get(address)
  if (slots === undefined) storages.set(address, (slots = new Map<Hex, Hex>()))
  slots.set(word(storage.slot), word(storage.value))
  return sorted(slots)
}

function wordsOf(memory: Hex): Hex[] {
  const words: Hex[] = []
  for (let at = 2; at < memory.length; at += WORD_DIGITS) {
    words.push(`0x${memory.slice(at, at + WORD_DIGITS)}`)
  }
  return words
}
