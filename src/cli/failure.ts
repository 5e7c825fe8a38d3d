/** Why a message failed, in words: its outcome and what Solidity says in its return data. */

import type { BlockResult, Message } from '../index.js'
import { byteCount } from './text.js'

const MAX_SEARCHED = 100_000
const WORD_DIGITS = 64
const SELECTOR_DIGITS = 8
/** First 4 bytes of keccak256 of `Error(string)` and of `Panic(uint256)`. */
const ERROR_SELECTOR = '08c379a0'
const PANIC_SELECTOR = '4e487b71'

/** https://docs.soliditylang.org/en/latest/control-structures.html, "Panic via assert" */
const PANICS: Readonly<Record<number, string>> = {
  0x00: 'raised by the compiler',
  0x01: 'assertion failed',
  0x11: 'arithmetic overflow or underflow',
  0x12: 'division or modulo by zero',
  0x21: 'no such enum value',
  0x22: 'storage byte array wrongly encoded',
  0x31: 'pop of an empty array',
  0x32: 'index out of bounds',
  0x41: 'memory exhausted',
  0x51: 'call of an uninitialised internal function',
}

/**
 * What a revert without a word may come of under actor semantics, if one of the messages has one:
 * Solidity reverts so where a call that should return a value has returned nothing.
 */
export function hintFor(messages: Iterable<Failable>): string | undefined {
  for (const { outcome, returnData, status } of messages) {
    if (status === 0 && outcome === 'revert' && returnData === '0x') return MISSING_ANSWER
  }
  return undefined
}

/** The same for a block, unless it has so many messages that looking at them would take long. */
export function hintForBlock({ rounds }: BlockResult): string | undefined {
  const total = rounds.reduce((sum, { messageCount }) => sum + messageCount, 0)
  return total > MAX_SEARCHED ? undefined : hintFor(rounds.flatMap(({ messages }) => messages))
}

type Failable = Pick<Message, 'status' | 'outcome' | 'returnData'>

const MISSING_ANSWER = [
  'hint: a revert without a reason, under actor semantics: if the code expects the return value of',
  '  a call to another contract, there is none. See docs/PROTOCOL.md, section 9, or use semantics',
  '  "ethereum", where calls are synchronous.',
].join('\n')

/** @returns for example `revert: Error("too late")`; undefined for a message that succeeded */
export function failureOf({
  status,
  outcome,
  returnData,
}: Pick<Message, 'status' | 'outcome' | 'returnData'>): string | undefined {
  if (status === 1) return undefined
  const reason = outcome === 'revert' ? describeRevert(returnData.slice(2)) : undefined
  return reason === undefined ? outcome : `${outcome}: ${reason}`
}

/** @param digits the return data in hex, without 0x */
function describeRevert(digits: string): string | undefined {
  if (digits === '') return undefined
  const size = digits.length / 2
  const selector = digits.slice(0, SELECTOR_DIGITS)
  const body = digits.slice(SELECTOR_DIGITS)
  if (digits.length < SELECTOR_DIGITS) return byteCount(size)
  if (selector === PANIC_SELECTOR && body.length === WORD_DIGITS) return describePanic(body)
  const text = selector === ERROR_SELECTOR ? decodeString(body) : undefined
  if (text !== undefined) return `Error(${JSON.stringify(text)})`
  return body === ''
    ? `custom error 0x${selector}`
    : `custom error 0x${selector} + ${byteCount(size - 4)}`
}

function describePanic(word: string): string {
  const code = BigInt(`0x${word}`)
  const meaning = code < 0x100n ? PANICS[Number(code)] : undefined
  const hex = code.toString(16).padStart(2, '0')
  return `Panic(0x${hex})${meaning === undefined ? '' : `, ${meaning}`}`
}

/** `abi.encode` of one string. Contracts may return anything: undefined if it is not one. */
function decodeString(body: string): string | undefined {
  const offset = readLength(body, 0)
  const length = offset === undefined ? undefined : readLength(body, 2 * offset)
  if (offset === undefined || length === undefined) return undefined
  const start = 2 * offset + WORD_DIGITS
  const digits = body.slice(start, start + 2 * length)
  if (digits.length < 2 * length) return undefined
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (byte) => parseInt(byte, 16))
  return new TextDecoder().decode(bytes)
}

/** A word that counts bytes of `body`, at a digit of it. */
function readLength(body: string, at: number): number | undefined {
  const word = body.slice(at, at + WORD_DIGITS)
  if (word.length < WORD_DIGITS) return undefined
  const value = BigInt(`0x${word}`)
  return value <= BigInt(body.length / 2) ? Number(value) : undefined
}
