/** Values as JSON-RPC has them. */

import type { Hex } from '../../base/types.js'

export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}

/** 32 bytes. */
export function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}

/** Maps are written in the order of their keys, as geth writes them. */
export function sorted<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}
