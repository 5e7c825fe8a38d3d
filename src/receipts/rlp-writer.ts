/**
 * Writes RLP straight from records to linear memory: a block has tens of thousands of messages and
 * logs, and none of them becomes an object on the way to its root. Sizes first, then bytes.
 */

import { ADDRESS_BYTES } from '../bytes.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

const SHORT_STRING = 0x80
const SHORT_LIST = 0xc0
const MAX_SHORT = 55
const WORD_BYTES = 32

export const ADDRESS_RLP_BYTES = 1 + ADDRESS_BYTES
export const HASH_RLP_BYTES = 1 + 32

/** Size of the prefix of a list or of a long string. */
export function prefixSize(payloadSize: number): number {
  if (payloadSize <= MAX_SHORT) return 1
  return 1 + lengthOfLength(payloadSize)
}

/** Size of a byte string in memory, with its prefix. */
export function stringSize(memory: LinearMemory, ptr: number, size: number): number {
  if (size === 1 && memory.bytes[ptr]! < SHORT_STRING) return 1
  return prefixSize(size) + size
}

/** Size of a small number, with its prefix. */
export function numberSize(value: number): number {
  return value < SHORT_STRING ? 1 : 1 + numberBytes(value)
}

export class RlpWriter {
  readonly #memory: LinearMemory
  /** Where the next byte goes. */
  at: number

  constructor(memory: LinearMemory, at: number) {
    this.#memory = memory
    this.at = at
  }

  list(payloadSize: number): void {
    this.#prefix(SHORT_LIST, payloadSize)
  }

  string(ptr: number, size: number): void {
    const { bytes } = this.#memory
    if (size !== 1 || bytes[ptr]! >= SHORT_STRING) this.#prefix(SHORT_STRING, size)
    bytes.copyWithin(this.at, ptr, ptr + size)
    this.at += size
  }

  /** The prefix of a string that the caller writes. */
  stringPrefix(size: number): void {
    this.#prefix(SHORT_STRING, size)
  }

  byte(value: number): void {
    this.#memory.bytes[this.at++] = value
  }

  /** 3 limbs. */
  address(ptr: number): void {
    const { bytes } = this.#memory
    bytes[this.at++] = SHORT_STRING + ADDRESS_BYTES
    for (let i = ADDRESS_BYTES - 1; i >= 0; i--) bytes[this.at++] = bytes[ptr + i]!
  }

  /** 32 bytes, big-endian already. */
  hash(ptr: number): void {
    const { bytes } = this.#memory
    bytes[this.at++] = SHORT_STRING + WORD_BYTES
    for (let i = 0; i < WORD_BYTES; i++) bytes[this.at++] = bytes[ptr + i]!
  }

  number(value: number): void {
    if (value !== 0 && value < SHORT_STRING) return this.byte(value)
    const size = numberBytes(value)
    this.byte(SHORT_STRING + size)
    for (let place = 256 ** (size - 1); place >= 1; place /= 256) {
      this.byte(Math.floor(value / place) % 256)
    }
  }

  #prefix(base: number, size: number): void {
    if (size <= MAX_SHORT) return this.byte(base + size)
    const length = lengthOfLength(size)
    this.byte(base + MAX_SHORT + length)
    for (let shift = length - 1; shift >= 0; shift--) this.byte((size >>> (8 * shift)) & 0xff)
  }
}

function numberBytes(value: number): number {
  let size = 0
  for (let rest = value; rest >= 1; rest = Math.floor(rest / 256)) size++
  return size
}

function lengthOfLength(size: number): number {
  return numberBytes(size)
}
