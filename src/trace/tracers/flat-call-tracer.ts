/** `flatCallTracer` of geth: the frames one after the other, as Parity's `trace_transaction`. */

import type { Hex } from '../../base/types.js'
import { keysOf } from '../../base/known-keys.js'
import type { Tracer, TransactionStart } from '../listener.js'
import { CallFrames, type CallFrame } from './call-frames.js'
import { quantity } from './json.js'

/** What it can be told. */
export interface FlatCallTracerConfig {
  /** Errors in the words of Parity. */
  readonly convertParityErrors?: boolean
  /** With calls and static calls of precompiles that contracts make. */
  readonly includePrecompiles?: boolean
}

export const FLAT_CALL_TRACER_CONFIG = keysOf<FlatCallTracerConfig>()({
  convertParityErrors: true,
  includePrecompiles: true,
})

const REVERTED = 'execution reverted'

const PARITY_ERRORS: Readonly<Record<string, string>> = {
  'contract creation code storage out of gas': 'Out of gas',
  'out of gas': 'Out of gas',
  'gas uint64 overflow': 'Out of gas',
  'max code size exceeded': 'Out of gas',
  'invalid jump destination': 'Bad jump destination',
  [REVERTED]: 'Reverted',
  'return data out of bounds': 'Out of bounds',
  'stack limit reached 1024 (1023)': 'Out of stack',
  'precompile failure': 'Built-in failed',
  'invalid input length': 'Built-in failed',
}

const PARITY_ERRORS_BY_START = [
  ['out of gas:', 'Out of gas'],
  ['invalid opcode:', 'Bad instruction'],
  ['stack underflow', 'Stack underflow'],
] as const

/** @param blockHash of the block that the transaction is in, if it is in one */
export function flatCallTracer(config: FlatCallTracerConfig, blockHash: Hex | undefined): Tracer {
  const frames = new CallFrames({})
  const { convertParityErrors = false, includePrecompiles = false } = config
  return {
    listener: frames.listener,
    isVague: () => frames.isVague,
    result() {
      const { root, start } = frames
      if (root === undefined || start === undefined) return []
      const flat: Record<string, unknown>[] = []
      const place = placeOf(start, blockHash)
      const add = (frame: CallFrame, address: readonly number[]): void => {
        const calls = frame.calls.filter((call) => includePrecompiles || !isBuiltIn(call))
        flat.push(flatJson(frame, calls.length, address, place, convertParityErrors))
        calls.forEach((call, i) => add(call, [...address, i]))
      }
      add(root, [])
      return flat
    },
  }
}

/** What is the same in all frames of a transaction. */
interface FramePlace {
  readonly blockHash: Hex | null
  readonly blockNumber: number
  readonly transactionHash: Hex | null
  readonly transactionPosition: number
}

const NO_HASH = /^0x0*$/

function placeOf(start: TransactionStart, blockHash: Hex | undefined): FramePlace {
  return {
    blockHash: blockHash ?? null,
    blockNumber: Number(start.block.number),
    transactionHash: NO_HASH.test(start.hash) ? null : start.hash,
    transactionPosition: start.transactionIndex,
  }
}

function isBuiltIn({ isPrecompile, type }: CallFrame): boolean {
  return isPrecompile && (type === 'CALL' || type === 'STATICCALL')
}

function flatJson(
  frame: CallFrame,
  subtraces: number,
  traceAddress: readonly number[],
  { blockHash, blockNumber, transactionHash, transactionPosition }: FramePlace,
  isParity: boolean,
): Record<string, unknown> {
  const { error } = frame
  const isHalted = error !== undefined && error !== REVERTED
  const { action, result, type } = actionOf(frame)
  return {
    action,
    blockHash,
    blockNumber,
    ...(error === undefined ? {} : { error: isParity ? parityError(error) : error }),
    ...(isHalted || result === undefined ? {} : { result }),
    subtraces,
    traceAddress,
    transactionHash,
    transactionPosition,
    type,
  }
}

function actionOf(frame: CallFrame): { action: object; result?: object; type: string } {
  const { from, input, output, to, type } = frame
  const value = quantity(frame.value ?? 0n)
  const [gas, gasUsed] = [quantity(frame.gas), quantity(frame.gasUsed)]
  switch (type) {
    case 'CREATE':
    case 'CREATE2': {
      const address = to === undefined ? {} : { address: to }
      const creationMethod = type.toLowerCase()
      return {
        action: { creationMethod, from, gas, init: input, value },
        result: { ...address, code: output, gasUsed },
        type: 'create',
      }
    }
    case 'SELFDESTRUCT':
      return { action: { address: from, balance: value, refundAddress: to }, type: 'suicide' }
    default:
      return {
        action: { callType: type.toLowerCase(), from, gas, input, to, value },
        result: { gasUsed, output },
        type: 'call',
      }
  }
}

function parityError(error: string): string {
  const known = PARITY_ERRORS[error]
  if (known !== undefined) return known
  return PARITY_ERRORS_BY_START.find(([start]) => error.startsWith(start))?.[1] ?? error
}
