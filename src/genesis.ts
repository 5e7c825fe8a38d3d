/** Loading a genesis: geth's `alloc` into the state. Checked as a whole before the first write. */

import { asObject } from './block/json.js'
import { EMPTY_BYTES, UINT64_LIMIT, hexToAddress, hexToBytes, parseQuantity } from './bytes.js'
import { InvalidInputError } from './errors.js'
import type { Alloc, AllocAccount, AllocStream } from './types.js'
import type { Core } from './wasm/core.js'

export interface GenesisAccount {
  readonly address: Uint8Array
  readonly balance: bigint
  readonly nonce: bigint
  readonly code: Uint8Array
  readonly storage: readonly (readonly [key: bigint, value: bigint])[]
}

/** Geth itself writes addresses of an alloc without `0x`. */
const BARE_HEX = /^[0-9a-fA-F]+$/

const ADDRESS_AT = 0
const BALANCE_AT = 32
const KEY_AT = 64
const VALUE_AT = 96

/** @throws InvalidInputError naming account and field */
export function readAlloc(alloc: Alloc): GenesisAccount[] {
  return Object.entries(asObject(alloc, 'alloc')).map(([name, value]) => {
    return readAllocAccount(name, value as AllocAccount)
  })
}

/** All of an alloc, checked as a whole; a stream one by one, when it is asked for the next. */
export function readAccounts(
  alloc: Alloc | AllocStream,
): Iterable<GenesisAccount> | AsyncIterable<GenesisAccount> {
  return isStream(alloc) ? readStream(alloc) : readAlloc(alloc)
}

function isStream(alloc: Alloc | AllocStream): alloc is AllocStream {
  if (typeof alloc !== 'object' || alloc === null) return false
  const { [Symbol.iterator]: next, [Symbol.asyncIterator]: nextLater } = alloc as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >
  return typeof next === 'function' || typeof nextLater === 'function'
}

async function* readStream(stream: AllocStream): AsyncGenerator<GenesisAccount> {
  for await (const entry of stream) {
    if (!isEntry(entry)) {
      throw new InvalidInputError('the genesis is no alloc', {
        place: { field: 'alloc' },
        expected: 'pairs of an address and an account',
        got: entry,
      })
    }
    const [address, account] = entry
    yield readAllocAccount(address, account)
  }
}

function isEntry(entry: unknown): entry is readonly [string, AllocAccount] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string'
}

/**
 * @param name its address
 * @throws InvalidInputError naming account and field
 */
export function readAllocAccount(name: string, value: AllocAccount): GenesisAccount {
  const at = (field: string): string => `alloc.${name}.${field}`
  const account = asObject(value, `alloc.${name}`)
  const storage = asObject(account.storage ?? {}, at('storage'))
  return {
    address: hexToAddress(BARE_HEX.test(name) ? `0x${name}` : name, `alloc.${name}`),
    balance: parseQuantity(account.balance ?? 0, at('balance')),
    nonce: parseQuantity(account.nonce ?? 0, at('nonce'), UINT64_LIMIT),
    code: account.code == null ? EMPTY_BYTES : hexToBytes(account.code, at('code')),
    storage: Object.entries(storage).map(
      ([key, slot]) =>
        [
          parseQuantity(BARE_HEX.test(key) ? `0x${key}` : key, at('storage')),
          parseQuantity(slot, at(`storage.${key}`)),
        ] as const,
    ),
  }
}

/**
 * Within a block of its own, which the caller commits or undoes.
 * @param keepEmpty whether empty accounts are part of the state: in Ethereum a genesis may hold
 *   them, and EIP-161 deletes them when they are touched; between actors there are none
 */
export function writeGenesis(
  core: Core,
  accounts: Iterable<GenesisAccount>,
  keepEmpty: boolean,
): void {
  for (const account of accounts) writeAccount(core, account, keepEmpty)
}

function writeAccount(core: Core, account: GenesisAccount, keepEmpty: boolean): void {
  const { exchange, exports, memory } = core
  const { address, balance, nonce, code, storage } = account
  memory.writeAddress(exchange + ADDRESS_AT, address)
  memory.writeWord(exchange + BALANCE_AT, balance)
  const record = exports.accountAt(exchange + ADDRESS_AT) >>> 0
  const codePtr = core.place(code)
  const keep = keepEmpty ? 1 : 0
  exports.setAccount(record, exchange + BALANCE_AT, nonce, codePtr, code.length, keep)
  for (const [key, value] of storage) {
    memory.writeWord(exchange + KEY_AT, key)
    memory.writeWord(exchange + VALUE_AT, value)
    exports.setStorage(record, exchange + KEY_AT, exchange + VALUE_AT)
  }
  memory.refresh()
}

/** Accounts and slots that are written between two commits: their logs take some megabytes. */
const PART_RECORDS = 2 ** 14
/** Code passes through memory of the block: so many bytes count as a record. */
const BYTES_A_RECORD = 256

/**
 * Writes a genesis of any size in parts, each a block of its own: memory for their logs is used
 * again, and the tries follow part by part. The last part is the caller's to commit; what came
 * before, `dropState` takes back.
 * @param onPart told of the accounts written so far
 * @throws what `accounts` throws
 */
export async function writeGenesisInParts(
  core: Core,
  accounts: Iterable<GenesisAccount> | AsyncIterable<GenesisAccount>,
  keepEmpty: boolean,
  onPart: (accounts: number) => void,
): Promise<void> {
  const { exports, memory } = core
  let written = 0
  let inPart = 0
  for await (const account of accounts) {
    if (inPart >= PART_RECORDS) {
      exports.commitBlock()
      exports.beginBlock()
      memory.refresh()
      inPart = 0
      onPart(written)
    }
    writeAccount(core, account, keepEmpty)
    written++
    inPart += 1 + account.storage.length + account.code.length / BYTES_A_RECORD
  }
  onPart(written)
}
