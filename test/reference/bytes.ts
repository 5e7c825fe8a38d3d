/** Conversions between hex strings, byte strings (big-endian) and BigInts. */
import { keccak_256 } from '@noble/hashes/sha3.js'

/** Lower-case hex with `0x`. Addresses have 40 digits and serve as map keys. */
export type Hex = string
export type Address = Hex
/** What a scenario may use for a number: a BigInt, a safe integer, decimal or `0x` text. */
export type Numeric = bigint | number | string

export const EMPTY_BYTES = new Uint8Array(0)
export const MASK_256 = (1n << 256n) - 1n
export const MAX_U64 = (1n << 64n) - 1n

export function toHex(bytes: Uint8Array): Hex {
  let text = '0x'
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** Accepts hex with or without `0x`; throws RangeError on anything else. */
export function fromHex(text: Hex): Uint8Array {
  const digits = text.startsWith('0x') ? text.slice(2) : text
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) {
    throw new RangeError(`expected hex of whole bytes, got "${text.slice(0, 80)}"`)
  }
  const bytes = new Uint8Array(digits.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

export function toBigInt(value: Numeric): bigint {
  return value === '0x' ? 0n : BigInt(value)
}

/** Big-endian bytes as an unsigned integer; the empty string is 0. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(toHex(bytes))
}

/** `value` as exactly `size` big-endian bytes; throws RangeError if it needs more. */
export function bigIntToBytes(value: bigint, size: number): Uint8Array {
  return fromHex(value.toString(16).padStart(size * 2, '0'))
}

/** `value` as RLP wants it: big-endian, no leading zero, empty for 0. */
export function minimalBytes(value: bigint): Uint8Array {
  if (value === 0n) return EMPTY_BYTES
  const digits = value.toString(16)
  return fromHex(digits.length % 2 === 0 ? digits : `0${digits}`)
}

export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** `size` bytes of `source` from `offset`, zero-filled past its end. */
export function sliceZeroFilled(source: Uint8Array, offset: bigint, size: number): Uint8Array {
  const slice = new Uint8Array(size)
  if (offset < BigInt(source.length)) {
    slice.set(source.subarray(Number(offset), Number(offset) + size))
  }
  return slice
}

export function keccak(bytes: Uint8Array): Uint8Array {
  return keccak_256(bytes)
}

export function wordToAddress(word: bigint): Address {
  return `0x${(word & ((1n << 160n) - 1n)).toString(16).padStart(40, '0')}`
}

export function normalAddress(text: Hex): Address {
  const bytes = fromHex(text)
  if (bytes.length !== 20) throw new RangeError(`expected an address, got "${text}"`)
  return toHex(bytes)
}

export function wordToHex(word: bigint): Hex {
  return `0x${word.toString(16).padStart(64, '0')}`
}
