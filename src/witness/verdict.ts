/** What a validator says of a block. */

import {
  ActorEvmError,
  InvalidBlockError,
  InvalidInputError,
  InvalidRlpError,
  InvalidTransactionError,
  InvalidWitnessError,
  MissingStateError,
  words,
  type ErrorJson,
} from '../base/errors.js'
import { jsonable } from '../base/result-data.js'
import type { BlockResult, Hex } from '../base/types.js'

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

/** The first value in which a block, or its witness, differs from what it must be. */
export interface Difference {
  /** Which value: a header field, a field of a transaction, a part of the witness. */
  readonly what: string
  /** What the execution, or the rule, says. */
  readonly expected: string
  /** What the block, or the witness, says. */
  readonly got: string
}

/**
 * What the caller trusts, and the verdict with it: the hash of the block, the header of its parent,
 * or nothing. Whoever makes a block can make all else fit: a state, a parent, a witness.
 */
export type RestsOn = 'hash' | 'parent' | 'nothing'

/** What is known of a block that fits its witness and does what its header says. */
export interface ConsistentBlock {
  /** Block, witness and results agree. Without an anchor that says nothing about any chain. */
  readonly consistent: true
  readonly restsOn: RestsOn
  readonly number: bigint
  readonly blockHash: Hex
  readonly stateRoot: Hex
  readonly witness: WitnessUse
  readonly result: BlockResult
}

/** The block with this hash, or a child of this parent, is valid if its ancestors are. */
export interface AcceptedBlock extends ConsistentBlock {
  readonly valid: true
  readonly restsOn: 'hash' | 'parent'
}

/** Neither `blockHash` nor `parentHeader` was given. */
export interface UnanchoredBlock extends ConsistentBlock {
  readonly valid: false
  readonly restsOn: 'nothing'
  readonly reason: 'no-anchor'
  readonly difference: Difference
  readonly error: ErrorJson
}

/** A block that breaks a rule, or whose witness does. */
export interface RefusedBlock {
  readonly valid: false
  readonly consistent: false
  /** What was given to rest on. */
  readonly restsOn: RestsOn
  /** Of `InvalidBlockReason`, `InvalidTransactionReason`, `MissingState` or
   * `InvalidWitnessReason`. */
  readonly reason: string
  readonly difference: Difference
  readonly error: ErrorJson
}

/** What a validator says of a block. */
export type Verdict = AcceptedBlock | UnanchoredBlock | RefusedBlock

/** Errors that say something about the block or its witness, not about this machine. */
const REFUSALS = [
  InvalidBlockError,
  InvalidTransactionError,
  InvalidRlpError,
  InvalidWitnessError,
  MissingStateError,
]

/** The verdict on a block that fits its witness. */
export function verdictOf(
  block: Omit<ConsistentBlock, 'restsOn'>,
  restsOn: RestsOn,
): AcceptedBlock | UnanchoredBlock {
  if (restsOn !== 'nothing') return jsonable({ valid: true, restsOn, ...block })
  const what = 'the block is consistent, but rests on nothing'
  const error = new InvalidWitnessError('no-anchor', what, {
    place: { block: block.number, field: 'blockHash' },
    expected: 'blockHash or parentHeader, from a source that you trust',
    got: words('neither'),
  })
  const told = { error: error.toJSON(), difference: differenceOf(error) }
  return jsonable({ valid: false, restsOn, reason: 'no-anchor', ...told, ...block })
}

/** The verdict that an error is; undefined if it is none. */
export function refusalOf(error: unknown, restsOn: RestsOn): RefusedBlock | undefined {
  if (!(error instanceof ActorEvmError)) return undefined
  if (!REFUSALS.some((type) => error instanceof type)) return undefined
  return {
    valid: false,
    consistent: false,
    restsOn,
    reason: error.reason ?? error.code,
    difference: differenceOf(error),
    error: error.toJSON(),
  }
}

function differenceOf({ expected, got, message, place }: ActorEvmError): Difference {
  return {
    what: place.field ?? place.account ?? 'block',
    expected: expected ?? 'what makes a valid block',
    got: got ?? message,
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
