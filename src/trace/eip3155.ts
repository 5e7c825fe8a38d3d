/**
 * Lines of a trace as geth's `evm --json` prints them (EIP-3155), so that tools that compare the
 * traces of clients can read ours. Where ours differ:
 *
 *   - `returnData` is always there; geth leaves it out unless asked for it.
 *   - `gasCost` of an instruction that halts exceptionally is its static gas, and `refund` without
 *     it. Geth also counts what it had computed when it found out.
 *   - Stack and gas of an instruction may both not suffice: then geth blames the stack, we the gas.
 *   - Under actor semantics there is one line of output for each activation that ran code, with the
 *     message's id, and an emitting call costs what it sets aside.
 *
 * As in geth, an instruction that finds out while it executes that its frame must end (REVERT, a
 * bad jump, an undefined opcode, a write in a static frame) has two lines, the second with the
 * error.
 */

import { asInput } from '../base/errors.js'
import { asArray } from '../base/read-once.js'
import type { Hex } from '../base/types.js'
import type { FrameEnd, Listener, TraceStep, TransactionEnd } from './listener.js'

/**
 * A listener that writes a trace.
 * @param write given each line, without its end
 */
export function traceLines(write: (line: string) => void): Listener {
  let hasSteps = false
  return {
    onStep(step) {
      hasSteps = true
      if (step.isExecuted) {
        const { error: _, isExecuted: _executed, ...begun } = step
        write(traceLine(begun))
        write(traceLine({ ...step, returnData: '0x' }))
      } else {
        write(traceLine(step))
      }
    },
    onFrameEnd(end) {
      if (end.depth > 0 || end.message === null) return
      if (hasSteps) write(traceLine(end))
      hasSteps = false
    },
    onTransactionEnd(end) {
      // Under actor semantics activations have ended
      if (end.hasMessages) return
      write(traceLine(end))
    },
  }
}

/**
 * One line, without its end: of an instruction, of the end of a transaction, or under actor
 * semantics of an activation.
 */
export function traceLine(event: TraceStep | TransactionEnd | FrameEnd): string {
  return asInput('no event of a trace', () => {
    switch (event.kind) {
      case 'step':
        return stepLine(event)
      case 'transactionEnd':
        return endLine(event.output, event.executionGas, event.error)
      case 'frameEnd':
        return endLine(event.output, event.gasUsed, event.error, event.message?.id)
      default:
        throw new TypeError('no kind of event')
    }
  })
}

/** The line after a state test. */
export function stateRootLine(stateRoot: Hex): string {
  return asInput('no state root', () => {
    return `{"stateRoot": "${text(stateRoot)}"}`
  })
}

function stepLine(step: TraceStep): string {
  const { error } = step
  const [opName, returnData] = [text(step.opName), text(step.returnData)]
  const [depth, memSize, op] = [number(step.depth), number(step.memSize), number(step.op)]
  const [pc, refund] = [number(step.pc), number(step.refund)]
  const words = asArray(step.stack, 'stack') as bigint[]
  const stack = words.map((word) => `"${quantity(word)}"`).join(',')
  return (
    `{"pc":${pc},"op":${op},"gas":"${quantity(step.gas)}","gasCost":"${quantity(step.gasCost)}",` +
    `"memSize":${memSize},"stack":[${stack}],"depth":${depth},"returnData":"${returnData}",` +
    `"refund":${refund},"opName":"${opName}"${errorField(error)}}`
  )
}

function endLine(output: Hex, gasUsed: bigint, error?: string, message?: Hex): string {
  const id = message === undefined ? '' : `,"message":"${text(message)}"`
  const hex = text(output).slice('0x'.length)
  return `{"output":"${hex}","gasUsed":"${quantity(gasUsed)}"${errorField(error)}${id}}`
}

function errorField(error: string | undefined): string {
  return error === undefined ? '' : `,"error":${JSON.stringify(text(error))}`
}

/** Of other values, text may take for ever: of a list of lists of lists. */
function text(value: string): string {
  if (typeof value === 'string') return value
  throw new TypeError('no text')
}

function number<T extends bigint | number>(value: T): T {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  throw new TypeError('no number')
}

function quantity(value: bigint): string {
  return `0x${number(value).toString(16)}`
}
