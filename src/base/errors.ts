/**
 * Every error that leaves the library. An EVM outcome (revert, out of gas) is data and never
 * one of these: they are either input that breaks a rule, or a fault of the machine that runs it.
 *
 * Messages read `what failed: "field" expected X, got Y (block 19, tx 3)`.
 */

import type { CancelSignal } from './types.js'

/** Where in the work something happened. All parts optional; `field` names the offending value. */
export interface ErrorPlace {
  readonly block?: number | bigint
  /** Index of the transaction in its block. */
  readonly tx?: number
  readonly round?: number
  readonly worker?: number
  /** `0x` address. */
  readonly account?: string
  readonly field?: string
}

class Words {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What was found, told in words of ours instead of shown: `19 bytes`. Not quoted. */
export function words(text: string): unknown {
  return new Words(text)
}

export interface ErrorDetails {
  readonly place?: ErrorPlace | undefined
  /** What a valid value looks like, as words: `at most 20 bytes`. */
  readonly expected?: string
  /** The value found; shortened when it is rendered. Text is quoted unless it is `words`. */
  readonly got?: unknown
  readonly cause?: unknown
}

/**
 * The plain-data form of an error, for JSON and for other threads: of an error itself
 * `structuredClone` and `postMessage` keep message and stack alone.
 */
export interface ErrorJson {
  readonly name: string
  readonly code: string
  readonly message: string
  readonly reason?: string
  readonly place?: Readonly<Record<string, string | number>>
}

/** What all errors of the engine extend. */
export class ActorEvmError extends Error {
  /** Stable and machine readable, UPPER_SNAKE. */
  readonly code: string
  readonly place: ErrorPlace
  /** Which rule was broken, for the classes that tell several apart. */
  declare readonly reason?: string
  /** What would have been right, and what was found, where that can be said in words. */
  declare readonly expected?: string
  declare readonly got?: string

  constructor(code: string, what: string, details: ErrorDetails = {}) {
    super(renderMessage(what, details), 'cause' in details ? { cause: details.cause } : undefined)
    this.name = 'ActorEvmError'
    this.code = code
    this.place = boundedPlace(details.place)
    if (details.expected !== undefined) this.expected = shorten(details.expected, MAX_EXPECTED)
    if ('got' in details) this.got = show(details.got, '')
  }

  /** What `structuredClone` would lose: code, reason and place. */
  toJSON(): ErrorJson {
    const place: Record<string, string | number> = {}
    for (const [key, value] of Object.entries(this.place)) {
      if (value !== undefined) place[key] = typeof value === 'number' ? value : showPlace(value)
    }
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(Object.keys(place).length === 0 ? {} : { place }),
    }
  }
}

/** A value handed in (hex, quantity, file) does not have the promised form. */
export class InvalidInputError extends ActorEvmError {
  constructor(what: string, details?: ErrorDetails) {
    super('INVALID_INPUT', what, details)
    this.name = 'InvalidInputError'
  }
}

/** Why bytes are no RLP. */
export type InvalidRlpReason =
  | 'truncated'
  | 'trailing-bytes'
  | 'non-canonical'
  | 'leading-zero'
  | 'too-large'
  | 'too-deep'
  | 'unexpected-list'
  | 'unexpected-bytes'
  | 'wrong-length'
  | 'wrong-field-count'

/** Bytes that are not the one canonical RLP encoding of what they should hold. */
export class InvalidRlpError extends ActorEvmError {
  declare readonly reason: InvalidRlpReason
  /** Byte offset of the offending item in the bytes that were decoded. */
  readonly offset: number

  constructor(reason: InvalidRlpReason, offset: number, what: string, details?: ErrorDetails) {
    super('INVALID_RLP', `${what} at byte ${offset}`, details)
    this.name = 'InvalidRlpError'
    this.reason = reason
    this.offset = offset
  }
}

/** The rules that make a transaction invalid, so that it cannot be part of any block. */
export const INVALID_TRANSACTION_REASONS = [
  // Form
  'malformed-rlp',
  'malformed-field',
  'field-out-of-range',
  'hash-mismatch',
  'type-not-supported',
  'blobs-attached', // EIP-4844: the network wrapper carries blobs, a block must not
  // Signature
  'invalid-signature',
  'wrong-chain-id',
  'sender-not-eoa', // EIP-3607
  // Nonce
  'nonce-too-low',
  'nonce-too-high',
  'nonce-is-max', // EIP-2681
  // Gas and fees
  'insufficient-funds',
  'intrinsic-gas-too-low',
  'gas-limit-below-floor', // EIP-7623
  'gas-limit-above-block',
  'gas-limit-above-cap', // EIP-7825
  'gas-cost-overflow',
  'fee-cap-below-base-fee',
  'tip-above-fee-cap',
  'initcode-too-large', // EIP-3860
  // EIP-4844
  'blob-list-empty',
  'blob-count-above-limit',
  'blob-version-unknown',
  'blob-creates-contract',
  'blob-fee-cap-below-base-fee',
  'blob-gas-above-block',
  // EIP-7702
  'authorization-list-empty',
  'set-code-creates-contract',
] as const

/** Which rule a transaction breaks. */
export type InvalidTransactionReason = (typeof INVALID_TRANSACTION_REASONS)[number]

/** A transaction that no block may hold. */
export class InvalidTransactionError extends ActorEvmError {
  declare readonly reason: InvalidTransactionReason

  constructor(reason: InvalidTransactionReason, what: string, details?: ErrorDetails) {
    super('INVALID_TRANSACTION', what, details)
    this.name = 'InvalidTransactionError'
    this.reason = reason
  }
}

/** The rules that make a block invalid. */
export const INVALID_BLOCK_REASONS = [
  // Form
  'malformed-rlp',
  'malformed-field',
  'field-out-of-range',
  'header-field-count',
  'header-field-missing',
  'header-field-not-in-fork',
  'block-too-large', // EIP-7934
  'uncle-headers-missing',
  // Header against its parent
  'unknown-parent',
  'number-not-next',
  'timestamp-not-after-parent',
  'extra-data-too-long',
  'dao-extra-data-missing', // EIP-779
  'dao-extra-data-refused',
  'gas-limit-out-of-bounds',
  'gas-above-limit',
  'difficulty-mismatch',
  'proof-of-work-invalid',
  'proof-of-work-field-not-zero', // EIP-3675: difficulty, nonce
  'base-fee-mismatch',
  'excess-blob-gas-mismatch',
  'blob-gas-above-limit',
  // Body against header
  'hash-mismatch',
  'transactions-root-mismatch',
  'withdrawals-missing',
  'withdrawals-not-in-fork',
  'withdrawals-root-mismatch',
  'uncles-hash-mismatch',
  'invalid-uncles',
  'uncle-parent-not-ancestor',
  'blob-gas-used-mismatch',
  'invalid-transaction',
  // Result against header
  'gas-used-mismatch',
  'state-root-mismatch',
  'receipts-root-mismatch',
  'logs-bloom-mismatch',
  'requests-hash-mismatch',
  'virtual-blocks-root-mismatch',
  'system-contract-missing',
  'system-call-failed',
  'invalid-deposit-log', // EIP-6110
] as const

/** Which rule a block breaks. */
export type InvalidBlockReason = (typeof INVALID_BLOCK_REASONS)[number]

/** A block that is against the rules. */
export class InvalidBlockError extends ActorEvmError {
  declare readonly reason: InvalidBlockReason

  constructor(reason: InvalidBlockReason, what: string, details?: ErrorDetails) {
    super('INVALID_BLOCK', what, details)
    this.name = 'InvalidBlockError'
    this.reason = reason
  }
}

/** A scenario, genesis or test file that cannot be loaded. */
export class InvalidScenarioError extends ActorEvmError {
  constructor(what: string, details?: ErrorDetails) {
    super('INVALID_SCENARIO', what, details)
    this.name = 'InvalidScenarioError'
  }
}

/** A worker ended by itself or was killed; the block in progress is undone. */
export class WorkerDiedError extends ActorEvmError {
  constructor(what: string, details?: ErrorDetails) {
    super('WORKER_DIED', what, details)
    this.name = 'WorkerDiedError'
  }
}

/** A worker did not answer within its bound. */
export class WorkerTimeoutError extends ActorEvmError {
  readonly timeoutMs: number

  constructor(what: string, timeoutMs: number, details?: ErrorDetails) {
    super('WORKER_TIMEOUT', `${what} (waited ${timeoutMs} ms)`, details)
    this.name = 'WorkerTimeoutError'
    this.timeoutMs = timeoutMs
  }
}

/** The state, a worker's arena or a mailbox does not fit the memory the engine was given. */
export class MemoryExhaustedError extends ActorEvmError {
  constructor(what: string, details?: ErrorDetails) {
    super('MEMORY_EXHAUSTED', what, details)
    this.name = 'MemoryExhaustedError'
  }
}

/** A fault of ours: an invariant does not hold. The state is as before the block. */
export class EngineFaultError extends ActorEvmError {
  /** What to run, or to attach to a report, to see the fault again. */
  readonly replay: string

  constructor(what: string, replay: string, details?: ErrorDetails) {
    super('ENGINE_FAULT', `${what}; this is a bug of the engine, to replay it: ${replay}`, details)
    this.name = 'EngineFaultError'
    this.replay = replay
  }
}

/** What a witness may lack. */
export type MissingState = 'account' | 'slot' | 'code' | 'sibling' | 'header'

/** A block needs a part of the state before it that its witness does not show. */
export class MissingStateError extends ActorEvmError {
  declare readonly reason: MissingState

  constructor(reason: MissingState, what: string, details?: ErrorDetails) {
    super('MISSING_STATE', what, details)
    this.name = 'MissingStateError'
    this.reason = reason
  }
}

/** What is wrong with a witness. */
export type InvalidWitnessReason =
  | 'truncated'
  | 'trailing-bytes'
  | 'unknown-version'
  | 'malformed-field'
  | 'malformed-node'
  | 'malformed-header'
  | 'too-large'
  | 'not-minimal'
  | 'no-anchor' // nothing that is trusted says which block it is
  | 'invalid-proof'

/** A witness or a proof that cannot be read, or is not what it should be. */
export class InvalidWitnessError extends ActorEvmError {
  declare readonly reason: InvalidWitnessReason

  constructor(reason: InvalidWitnessReason, what: string, details?: ErrorDetails) {
    super('INVALID_WITNESS', what, details)
    this.name = 'InvalidWitnessError'
    this.reason = reason
  }
}

/** The engine was used after `dispose()`. */
export class EngineDisposedError extends ActorEvmError {
  constructor(what = 'the engine is disposed', details?: ErrorDetails) {
    super('ENGINE_DISPOSED', what, details)
    this.name = 'EngineDisposedError'
  }
}

/** Long work was stopped through its `AbortSignal`; the signal's reason is the cause. */
export class CancelledError extends ActorEvmError {
  constructor(what: string, details?: ErrorDetails) {
    super('CANCELLED', what, details)
    this.name = 'CancelledError'
  }
}

/**
 * Does what needs values of certain shapes: what goes wrong for their sake is an error of ours.
 * For work that is done with what it was given alone.
 * @param what what is wrong, in words
 * @throws InvalidInputError
 */
export function asInput<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof ActorEvmError) throw cause
    throw new InvalidInputError(what, { cause })
  }
}

/** Throws `CancelledError` when the signal is aborted; free when there is none. */
export function throwIfCancelled(signal: CancelSignal | undefined, what: string): void {
  if (signal?.aborted) throw new CancelledError(what, { cause: signal.reason })
}

const PLACE_ORDER = ['block', 'tx', 'round', 'worker', 'account'] as const

/** Hostile input must not become a megabyte of message. */
const MAX_SHOWN_CHARACTERS = 80
/** Of what was expected: a logs bloom in hex is 514 characters. */
const MAX_EXPECTED = 600
/** Of the path of a field: an alloc's slot takes some 130. */
const MAX_FIELD = 200

function renderMessage(what: string, details: ErrorDetails): string {
  const { place = {}, expected } = details
  const facts: string[] = []
  if (expected !== undefined) facts.push(`expected ${shorten(expected, MAX_EXPECTED)}`)
  if ('got' in details) facts.push(`got ${show(details.got)}`)
  const field = place.field === undefined ? '' : `"${shorten(place.field)}" `
  const where = PLACE_ORDER.filter((key) => place[key] !== undefined)
    .map((key) => `${key} ${showPlace(place[key])}`)
    .join(', ')
  const tail = where === '' ? '' : ` (${where})`
  const message = `${what}${facts.length === 0 ? '' : `: ${field}${facts.join(', ')}`}${tail}`
  return message.replace(CONTROLS, escaped)
}

/** What moves a terminal's cursor, or does worse: text of others ends up in messages. */
const CONTROLS = /\p{Cc}/gu

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function showPlace(value: string | number | bigint | undefined): string {
  return show(value, '')
}

function show(value: unknown, quote = '"'): string {
  if (typeof value === 'string') return `${quote}${shorten(value)}${quote}`
  if (typeof value === 'bigint') return shorten(showBigInt(value))
  if (typeof value === 'object' && value !== null) return showObject(value)
  if (typeof value === 'function') return 'a function'
  return shorten(String(value))
}

/** A proxy, or an object that only looks like another, may throw whatever it is asked. */
function showObject(value: object): string {
  try {
    return value instanceof Words ? shorten(value.text) : kindOf(value)
  } catch {
    return 'an object'
  }
}

/** Maps and sets are taken for objects of their entries by those who write them. */
function kindOf(value: object): string {
  if (value instanceof Uint8Array) return countOf(value.length, 'byte')
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value instanceof Map) return 'a Map'
  if (value instanceof Set) return 'a Set'
  return ArrayBuffer.isView(value) ? 'a typed array' : 'an object'
}

/** `1 byte`, `2 bytes`. */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

/** Decimal conversion of a huge integer is quadratic, hexadecimal is linear. */
function showBigInt(value: bigint): string {
  return value >= 1n << 256n ? `0x${value.toString(16)}` : value.toString()
}

/** Names of fields come from outside, too: keys of objects. */
function boundedPlace(place: ErrorPlace = {}): ErrorPlace {
  const { account, field } = place
  const isLong = (text: string | undefined): boolean => (text?.length ?? 0) > MAX_FIELD
  if (!isLong(account) && !isLong(field)) return place
  return {
    ...place,
    ...(account === undefined ? {} : { account: shorten(account, MAX_FIELD) }),
    ...(field === undefined ? {} : { field: shorten(field, MAX_FIELD) }),
  }
}

function shorten(text: string, most = MAX_SHOWN_CHARACTERS): string {
  if (text.length <= most) return text
  return `${text.slice(0, most)}… (${text.length} characters)`
}
