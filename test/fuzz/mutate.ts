/**
 * Inputs that are almost right: a good one with something changed. Bytes that are RLP are also
 * changed item by item, so that what comes out has the lengths right and reaches what is behind
 * the decoder.
 */

import { decodeRlp, encodeRlp, type RlpItem } from '../../src/intake/rlp.js'
import type { Random } from '../reference/random.js'

/** Sizes around which formats have their limits. */
const SIZES = [0, 1, 2, 8, 9, 19, 20, 21, 31, 32, 33, 55, 56, 255, 256, 257, 4_096, 65_536]

/** Half of the largest block. */
const MAX_BYTES = 2 ** 22

export function mutateBytes(seed: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes = seed
  const times = 1 + random.below(3)
  for (let i = 0; i < times; i++) {
    bytes = random.percent(60) ? mutateRlp(bytes, random) : damageBytes(bytes, other, random)
  }
  // Time and memory go by size: what is repeated twice over would be measured, not what it is
  return bytes.length > MAX_BYTES ? bytes.slice(0, MAX_BYTES) : bytes
}

function mutateRlp(bytes: Uint8Array, random: Random): Uint8Array {
  try {
    return encodeRlp(mutateItem(decodeRlp(bytes), random))
  } catch {
    // No RLP, or nested too deep to be encoded
    return damageBytes(bytes, bytes, random)
  }
}

function mutateItem(item: RlpItem, random: Random): RlpItem {
  if (item instanceof Uint8Array) return mutateString(item, random)
  if (item.length > 0 && random.percent(85)) {
    const i = random.below(item.length)
    return item.map((child, j) => (i === j ? mutateItem(child, random) : child))
  }
  return mutateList(item, random)
}

function mutateString(item: Uint8Array, random: Random): RlpItem {
  switch (random.below(8)) {
    case 0:
      return new Uint8Array(0)
    case 1:
      return randomBytes(random.pick(SIZES), random)
    case 2:
      return new Uint8Array(random.pick(SIZES)).fill(random.percent(50) ? 0xff : 0)
    case 3:
      return Uint8Array.of(0, ...item.subarray(0, 64))
    case 4:
      return [item]
    case 5:
      // An encoding within a string, as transactions are in a body
      return mutateRlp(item, random)
    default:
      return damageBytes(item, item, random)
  }
}

function mutateList(list: readonly RlpItem[], random: Random): RlpItem {
  switch (random.below(6)) {
    case 0:
      return []
    case 1:
      return list.slice(0, random.below(list.length + 1))
    case 2:
      return [...list, randomBytes(random.pick([0, 1, 20, 32]), random)]
    case 3:
      return list.length === 0 ? [[]] : new Array<RlpItem>(random.pick([2, 16, 512])).fill(list[0]!)
    case 4:
      return new Uint8Array(0)
    default: {
      let nested: RlpItem = list
      for (let i = random.pick([1, 2, 300]); i > 0; i--) nested = [nested]
      return nested
    }
  }
}

function damageBytes(seed: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const bytes = seed.slice()
  const at = random.below(bytes.length + 1)
  switch (random.below(6)) {
    case 0:
      return bytes.slice(0, at)
    case 1:
      return withByte(bytes, at, random.below(256))
    case 2: {
      const joined = new Uint8Array(at + other.length - Math.min(at, other.length))
      joined.set(bytes.subarray(0, at))
      joined.set(other.subarray(Math.min(at, other.length)), at)
      return joined
    }
    case 3:
      return randomBytes(random.pick(SIZES), random)
    default:
      if (bytes.length > 0) {
        const i = at % bytes.length
        bytes[i] = bytes[i]! ^ (1 << random.below(8))
      }
      return bytes
  }
}

function withByte(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1)
  longer.set(bytes.subarray(0, at))
  longer[at] = byte
  longer.set(bytes.subarray(at), at + 1)
  return longer
}

function randomBytes(length: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(length)
  // Numerical Recipes' generator: asking ours for each byte takes longer than what is tried
  let state = random.below(2 ** 31)
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

/** What stands where something else should. */
const ODDITIES: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => true,
  () => 0,
  () => -1,
  () => 0.5,
  () => Number.NaN,
  () => Infinity,
  () => 2 ** 53,
  () => 2n ** 63n,
  () => 2n ** 64n - 1n,
  () => 2n ** 256n,
  () => -1n,
  () => 2n ** 100_000n,
  () => '',
  () => '0x',
  () => '0x0',
  () => '0xg',
  () => '0x' + 'f'.repeat(63),
  () => '0x' + '00'.repeat(20),
  () => '0x' + '00'.repeat(32),
  () => '0x' + 'ff'.repeat(33),
  () => '0x' + 'ff'.repeat(2 ** 16),
  () => '9'.repeat(100),
  () => '9'.repeat(2 ** 20),
  () => 'name '.repeat(2 ** 12),
  () => [],
  () => [[]],
  () => new Array(1_000),
  () => ({}),
  () => Object.create(null) as object,
  () => new Map([[1, 2]]),
  () => new Set([1]),
  () => new Date(0),
  () => Symbol('name'),
  () => () => 1,
  () => new Uint8Array(32),
  () => new Uint8Array(2 ** 16),
  () => new Float64Array(4),
  () => new ArrayBuffer(8),
  () => deepList(10_000),
  () => JSON.parse('{"__proto__": {"number": 1}, "constructor": 1}') as unknown,
]

function deepList(depth: number): unknown {
  let list: unknown = []
  for (let i = 0; i < depth; i++) list = [list]
  return list
}

/** A copy with one to three things changed, most of them deep inside. */
export function mutateValue(seed: unknown, random: Random): unknown {
  let value = seed
  for (let i = random.below(3); i >= 0; i--) value = mutateOnce(value, value, random)
  return value
}

function mutateOnce(value: unknown, whole: unknown, random: Random): unknown {
  if (value instanceof Uint8Array) {
    return random.percent(80) ? mutateBytes(value, value, random) : oddity(random)
  }
  if (Array.isArray(value)) return mutateArray(value, whole, random)
  if (typeof value === 'object' && value !== null) return mutateObject(value, whole, random)
  if (typeof value === 'string' && random.percent(50)) return mutateText(value, random)
  if (typeof value === 'number' && random.percent(30)) return value + random.pick([-1, 1, 0.5])
  if (typeof value === 'bigint' && random.percent(30)) return value + random.pick([-1n, 1n])
  return oddity(random)
}

function oddity(random: Random): unknown {
  return random.pick(ODDITIES)()
}

function mutateArray(list: readonly unknown[], whole: unknown, random: Random): unknown {
  if (list.length > 0 && random.percent(80)) {
    const i = random.below(list.length)
    return list.map((item, j) => (i === j ? mutateOnce(item, whole, random) : item))
  }
  switch (random.below(5)) {
    case 0:
      return oddity(random)
    case 1:
      return [...list, oddity(random)]
    case 2:
      return list.slice(1)
    case 3:
      return [...list, ...list]
    default:
      // Some hundred kilobytes of what others would send as such
      return list.length === 0 ? [whole] : new Array<unknown>(500).fill(list[0])
  }
}

function mutateObject(object: object, whole: unknown, random: Random): unknown {
  const entries = Object.entries(object) as [string, unknown][]
  if (entries.length > 0 && random.percent(80)) {
    const i = random.below(entries.length)
    const [name, value] = entries[i]!
    return withEntry(entries, i, name, mutateOnce(value, whole, random))
  }
  if (entries.length === 0) return random.percent(50) ? oddity(random) : { name: oddity(random) }
  const i = random.below(entries.length)
  const [name, value] = entries[i]!
  switch (random.below(5)) {
    case 0:
      return oddity(random)
    case 1:
      return Object.fromEntries(entries.filter((_, j) => i !== j))
    case 2:
      return withEntry(entries, i, String(mutateText(name, random)), value)
    case 3:
      return { ...object, [String(mutateText(name, random))]: value }
    default:
      return withEntry(entries, i, name, whole)
  }
}

function withEntry(
  entries: readonly (readonly [string, unknown])[],
  at: number,
  name: string,
  value: unknown,
): object {
  return Object.fromEntries(entries.map((entry, i) => (i === at ? [name, value] : entry)))
}

export function mutateText(text: string, random: Random): string {
  const at = random.below(text.length + 1)
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + random.pick([...'0f"[]{}:,.-x\u0000é']) + text.slice(at)
    case 2:
      return text.slice(0, at) + text.slice(at + 1)
    case 3:
      return text.slice(0, at) + text.slice(at, at + 8).repeat(100) + text.slice(at)
    case 4:
      return random.percent(50) ? text.toUpperCase() : text.toLowerCase()
    case 5:
      return text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2)
    default:
      return text.slice(0, at) + random.below(16).toString(16) + text.slice(at + 1)
  }
}
