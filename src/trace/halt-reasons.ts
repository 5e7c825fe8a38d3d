/** Why frames end other than in success, in the words of geth. */

import {
  STATUS_BAD_JUMP,
  STATUS_CODE_STARTS_WITH_EF,
  STATUS_CODE_TOO_LARGE,
  STATUS_CREATE_COLLISION,
  STATUS_IN_FLIGHT,
  STATUS_INITCODE_TOO_LARGE,
  STATUS_INVALID_INSTRUCTION,
  STATUS_NONCE_OVERFLOW,
  STATUS_OUT_OF_GAS,
  STATUS_PRECOMPILE_FAILURE,
  STATUS_REFUSED,
  STATUS_RETURN_DATA_BOUNDS,
  STATUS_REVERT,
  STATUS_SENTRY,
  STATUS_STACK_OVERFLOW,
  STATUS_STACK_UNDERFLOW,
  STATUS_STATIC_VIOLATION,
  STATUS_TOO_DEEP,
  STATUS_UNDEFINED_INSTRUCTION,
  STATUS_UNPAID_CODE,
  STATUS_UNPAID_PRECOMPILE,
  STATUS_UNPAID_VALUE,
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
  [STATUS_NONCE_OVERFLOW, 'nonce uint64 overflow'],
  [STATUS_TOO_DEEP, 'max call depth exceeded'],
  [STATUS_UNPAID_VALUE, 'insufficient balance for transfer'],
  [STATUS_UNPAID_CODE, 'contract creation code storage out of gas'],
  [STATUS_UNPAID_PRECOMPILE, 'out of gas'],
  [STATUS_SENTRY, 'out of gas: not enough gas for reentrancy sentry'],
  // Of actor semantics alone
  [STATUS_IN_FLIGHT, 'a message to the account is in flight'],
  [STATUS_REFUSED, 'no round is left for a message'],
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

/** Words for those that only the instruction can tell, which is known where steps are told. */
const WITHOUT_INSTRUCTION: ReadonlyMap<number, string> = new Map([
  [STATUS_STACK_UNDERFLOW, 'stack underflow'],
  [STATUS_STACK_OVERFLOW, 'stack limit reached'],
  [STATUS_UNDEFINED_INSTRUCTION, 'invalid opcode'],
  [STATUS_INVALID_INSTRUCTION, 'invalid opcode: INVALID'],
])

/** Whether geth would say more than `haltReason` does without an instruction. */
export function isVague(status: number): boolean {
  return WITHOUT_INSTRUCTION.has(status) && status !== STATUS_INVALID_INSTRUCTION
}

const BAD_LENGTH = 'invalid input length'
/** By the numbers of precompiles: which lengths of input are right. */
const LENGTHS: Readonly<Record<number, (bytes: number) => boolean>> = {
  0x08: (bytes) => bytes % 192 === 0,
  0x09: (bytes) => bytes === 213,
  0x0a: (bytes) => bytes === 192,
  0x0b: (bytes) => bytes === 256,
  0x0c: (bytes) => bytes > 0 && bytes % 160 === 0,
  0x0d: (bytes) => bytes === 512,
  0x0e: (bytes) => bytes > 0 && bytes % 288 === 0,
  0x0f: (bytes) => bytes > 0 && bytes % 384 === 0,
  0x10: (bytes) => bytes === 64,
  0x11: (bytes) => bytes === 128,
}

/** Why a precompile that was paid for has failed, as far as its input's length tells. */
export function precompileFailure(precompile: number, inputBytes: number): string | undefined {
  const isRight = LENGTHS[precompile]?.(inputBytes) ?? true
  if (isRight) return precompile === 0x09 ? 'invalid final flag' : undefined
  return precompile === 0x08 ? 'bad elliptic curve pairing size' : BAD_LENGTH
}

/**
 * @param status STATUS_*, no success
 * @param instruction that ended the frame, if one did
 */
export function haltReason(status: number, instruction?: HaltedInstruction): string {
  const reason = REASONS.get(status)
  if (reason !== undefined) return reason
  if (instruction === undefined) return WITHOUT_INSTRUCTION.get(status) ?? `status ${status}`
  const { grows, needs, opName, stack } = instruction
  if (status === STATUS_STACK_UNDERFLOW) return `stack underflow (${stack.length} <=> ${needs})`
  if (status === STATUS_STACK_OVERFLOW) {
    return `stack limit reached ${stack.length} (${STACK_LIMIT - grows})`
  }
  return `invalid opcode: ${opName}`
}
