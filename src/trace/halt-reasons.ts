/** Why frames end other than in success, in the words of geth. */

import {
  STATUS_BAD_JUMP,
  STATUS_CODE_STARTS_WITH_EF,
  STATUS_CODE_TOO_LARGE,
  STATUS_CREATE_COLLISION,
  STATUS_INITCODE_TOO_LARGE,
  STATUS_INVALID_INSTRUCTION,
  STATUS_OUT_OF_GAS,
  STATUS_PRECOMPILE_FAILURE,
  STATUS_RETURN_DATA_BOUNDS,
  STATUS_REVERT,
  STATUS_STACK_OVERFLOW,
  STATUS_STACK_UNDERFLOW,
  STATUS_STATIC_VIOLATION,
  STATUS_UNDEFINED_INSTRUCTION,
} from '../../assembly/abi/status.js'

const STACK_LIMIT = 1024

/** What a reason may speak of. */
export interface HaltedInstruction {
  readonly opName: string
  readonly stack: readonly bigint[]
  /** Words that it needs on the stack, and words that it adds. */
  readonly needs: number
  readonly grows: number
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [STATUS_REVERT, 'execution reverted'],
  [STATUS_OUT_OF_GAS, 'out of gas'],
  [STATUS_BAD_JUMP, 'invalid jump destination'],
  [STATUS_STATIC_VIOLATION, 'write protection'],
  [STATUS_RETURN_DATA_BOUNDS, 'return data out of bounds'],
  [STATUS_PRECOMPILE_FAILURE, 'precompile failure'],
  [STATUS_CREATE_COLLISION, 'contract address collision'],
  [STATUS_CODE_TOO_LARGE, 'max code size exceeded'],
  [STATUS_CODE_STARTS_WITH_EF, 'invalid code: must not begin with 0xef'],
  [STATUS_INITCODE_TOO_LARGE, 'out of gas: max initcode size exceeded'],
])

/** What an instruction finds out while it executes, after geth has printed it. */
const FOUND_WHILE_EXECUTING: ReadonlySet<number> = new Set([
  STATUS_REVERT,
  STATUS_BAD_JUMP,
  STATUS_UNDEFINED_INSTRUCTION,
  STATUS_INVALID_INSTRUCTION,
  STATUS_STATIC_VIOLATION,
  STATUS_RETURN_DATA_BOUNDS,
])

export function isFoundWhileExecuting(status: number): boolean {
  return FOUND_WHILE_EXECUTING.has(status)
}

/**
 * @param status STATUS_*, no success
 * @param instruction that ended the frame, if one did
 */
export function haltReason(status: number, instruction?: HaltedInstruction): string {
  const reason = REASONS.get(status)
  if (reason !== undefined) return reason
  if (instruction === undefined) return `status ${status}`
  const { grows, needs, opName, stack } = instruction
  if (status === STATUS_STACK_UNDERFLOW) return `stack underflow (${stack.length} <=> ${needs})`
  if (status === STATUS_STACK_OVERFLOW) {
    return `stack limit reached ${stack.length} (${STACK_LIMIT - grows})`
  }
  return `invalid opcode: ${opName}`
}
