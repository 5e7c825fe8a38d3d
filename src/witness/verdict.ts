/** What a validator says of a block. */

import {
  ActorEvmError,
  InvalidBlockError,
  InvalidInputError,
  InvalidRlpError,
  InvalidTransactionError,
  InvalidWitnessError,
  MissingStateError,
  type ErrorJson,
} from '../errors.js'
import type { BlockResult, Hex } from '../types.js'

/** What part of a witness a block has needed. */
export interface WitnessUse {
  readonly nodes: number
  readonly unusedNodes: number
  readonly codes: number
  readonly unusedCodes: number
  readonly headers: number
  /** Headers that are no ancestors of the block. */
  readonly unusedHeaders: number
  /** Of all nodes, codes and headers. */
  readonly bytes: number
}

export interface Difference {
  /** Which value: a header field, a field of a transaction, a part of the witness. */
  readonly what: string
  /** What the execution, or the rule, says. */
  readonly expected: string
  /** What the block, or the witness, says. */
  readonly got: string
}

export interface AcceptedBlock {
  readonly valid: true
  readonly number: bigint
  readonly blockHash: Hex
  readonly stateRoot: Hex
  readonly witness: WitnessUse
  readonly result: BlockResult
}

export interface RefusedBlock {
  readonly valid: false
  /** Of `InvalidBlockReason`, `InvalidTransactionReason`, `MissingState` or
   * `InvalidWitnessReason`. */
  readonly reason: string
  readonly difference: Difference
  readonly error: ErrorJson
}

export type Verdict = AcceptedBlock | RefusedBlock

/** Errors that say something about the block or its witness, not about this machine. */
const REFUSALS = [
  InvalidBlockError,
  InvalidTransactionError,
  InvalidRlpError,
  InvalidWitnessError,
  MissingStateError,
]

/** The verdict that an error is; undefined if it is none. */
export function refusalOf(error: unknown): RefusedBlock | undefined {
  if (!(error instanceof ActorEvmError)) return undefined
  if (!REFUSALS.some((type) => error instanceof type)) return undefined
  return {
    valid: false,
    reason: error.reason ?? error.code,
    difference: {
      what: error.place.field ?? error.place.account ?? 'block',
      expected: error.expected ?? 'what makes a valid block',
      got: error.got ?? error.message,
    },
    error: error.toJSON(),
  }
}

/** Bad bytes of a block or a witness are a refusal, too. */
export function asRefusal<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof InvalidInputError)) throw cause
    throw new InvalidWitnessError('malformed-field', `${field} cannot be read: ${cause.message}`, {
      place: { field },
      cause,
    })
  }
}
