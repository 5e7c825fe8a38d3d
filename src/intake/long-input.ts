/** Transactions that take long to read, in turns. */

import { hexToBytes, hexToHash } from '../base/bytes.js'
import type { ErrorPlace } from '../base/errors.js'
import type { Pulse } from '../base/pulse.js'
import type { JsonObject } from '../base/json.js'
import type { TransactionObject } from './transaction-input.js'
import {
  LISTS,
  hasLongKeys,
  type KnownItems,
  type TransactionJsonOptions,
} from './transaction-json.js'
import { decodeInTurns, treeInTurns, type Later, type Transaction } from './transaction.js'

const HASH_HEX = /^0x[0-9a-fA-F]{64}$/

/**
 * @param decode at one go, with what was read before
 * @throws what `decode` throws; CancelledError
 */
export async function readLong(
  input: string | Uint8Array | TransactionObject,
  decode: (input: unknown, options: TransactionJsonOptions) => Transaction,
  place: ErrorPlace,
  options: TransactionJsonOptions,
  pulse: Pulse,
): Promise<Transaction> {
  const isHex = typeof input === 'string'
  const own = isHex ? hexToBytes(input, `transactions[${place.tx}]`) : input
  if (pulse.isDue()) await pulse.turn()
  const rest =
    own instanceof Uint8Array
      ? { tree: await treeInTurns(own, options, pulse) }
      : { known: await readItemsInTurns(own, pulse) }
  const finish = (later: Later[]): Transaction => decode(own, { ...options, ...rest, later })
  return decodeInTurns(finish, place, pulse)
}

/** Reads items of long lists in turns. What is wrong with one is told when all is read. */
async function readItemsInTurns(json: unknown, pulse: Pulse): Promise<KnownItems> {
  const known = { accessList: new Map(), authorizationList: new Map() }
  for (const name of ['accessList', 'authorizationList'] as const) {
    const list = (json as JsonObject)[name]
    if (!Array.isArray(list)) continue
    let isRight = true
    const read = (i: number, keys?: readonly Uint8Array[]): void => {
      try {
        known[name].set(list[i], LISTS[name](list[i], i, keys))
      } catch {
        isRight = false
      }
    }
    await pulse.steps(list.length, (i): Promise<void> | undefined => {
      if (!isRight) return undefined
      const entry: unknown = list[i]
      if (name === 'accessList' && hasLongKeys(entry)) {
        return readKeysInTurns(entry.storageKeys, pulse).then((storageKeys) => {
          if (storageKeys === undefined) isRight = false
          else read(i, storageKeys)
        })
      }
      read(i)
      return undefined
    })
  }
  return known
}

/** @returns undefined if one is none: it is told in its turn */
async function readKeysInTurns(
  keys: readonly unknown[],
  pulse: Pulse,
): Promise<Uint8Array[] | undefined> {
  const read: Uint8Array[] = []
  await pulse.steps(keys.length, (i) => {
    const key = keys[i]
    if (typeof key === 'string' && HASH_HEX.test(key)) read.push(hexToHash(key))
  })
  return read.length === keys.length ? read : undefined
}
