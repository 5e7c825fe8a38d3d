/** Loading a genesis: geth's `alloc` into the state. Checked as a whole before the first write. */

import { asObject } from './block/json.js'
import { EMPTY_BYTES, UINT64_LIMIT, hexToAddress, hexToBytes, parseQuantity } from './bytes.js'
import { InvalidInputError } from './errors.js'
import type { Pulse } from './pulse.js'
import type { EngineParts } from './pipeline/engine-parts.js'
import { updateTries } from './pipeline/state-root.js'
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

/**
 * All of an alloc, checked as a whole; a stream one by one, when it is asked for the next.
 * @throws InvalidInputError naming account and field; CancelledError
 */
export async function readAccounts(
  alloc: Alloc | AllocStream,
  pulse: Pulse,
): Promise<Iterable<GenesisAccount> | AsyncIterable<GenesisAccount>> {
  if (isStream(alloc)) return readStream(alloc, pulse)
  const accounts: GenesisAccount[] = []
  const given = asObject(alloc, 'alloc')
  // Without entries: a pair each of millions takes four times as long as the names
  for (const name of Object.keys(given)) {
    const reader = new AccountReader(name, given[name] as AllocAccount)
    const reading = pulse.steps(reader.slots, reader.readSlot)
    if (reading !== undefined) await reading
    accounts.push(reader.account)
    if (pulse.isDue()) await pulse.turn()
  }
  return accounts
}

function isStream(alloc: Alloc | AllocStream): alloc is AllocStream {
  if (typeof alloc !== 'object' || alloc === null) return false
  const { [Symbol.iterator]: next, [Symbol.asyncIterator]: nextLater } = alloc as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >
  return typeof next === 'function' || typeof nextLater === 'function'
}

async function* readStream(stream: AllocStream, pulse: Pulse): AsyncGenerator<GenesisAccount> {
  for await (const entry of heeding(stream, pulse)) {
    if (!isEntry(entry)) {
      throw new InvalidInputError('the genesis is no alloc', {
        place: { field: 'alloc' },
        expected: 'pairs of an address and an account',
        got: entry,
      })
    }
    const [address, account] = entry
    const reader = new AccountReader(address, account)
    const reading = pulse.steps(reader.slots, reader.readSlot)
    if (reading !== undefined) await reading
    yield reader.account
  }
}

/** The same stream, which may take its time, until the signal is heard. */
async function* heeding(stream: AllocStream, pulse: Pulse): AsyncGenerator<unknown> {
  const { signal } = pulse
  if (signal === undefined || Symbol.iterator in stream) return yield* stream
  const items = stream[Symbol.asyncIterator]()
  let stop = (): void => undefined
  const aborted = new Promise<undefined>((resolve) => (stop = () => resolve(undefined)))
  signal.addEventListener('abort', stop)
  try {
    for (;;) {
      const item = await Promise.race([items.next(), aborted])
      if (item === undefined) await pulse.turn()
      else if (item.done === true) return
      else yield item.value
    }
  } finally {
    signal.removeEventListener('abort', stop)
    // It may be stuck: nobody waits for its end
    items.return?.().catch(() => undefined)
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
  const reader = new AccountReader(name, value)
  for (let i = 0; i < reader.slots; i++) reader.readSlot(i)
  return reader.account
}

/** Reads an account, then its slots one by one: there may be millions. */
class AccountReader {
  readonly account: GenesisAccount
  /** How many it has. */
  readonly slots: number
  readonly readSlot: (index: number) => void

  constructor(name: string, value: AllocAccount) {
    const at = (field: string): string => `alloc.${name}.${field}`
    const account = asObject(value, `alloc.${name}`)
    const storage: [bigint, bigint][] = []
    this.account = {
      address: hexToAddress(BARE_HEX.test(name) ? `0x${name}` : name, `alloc.${name}`),
      balance: parseQuantity(account.balance ?? 0, at('balance')),
      nonce: parseQuantity(account.nonce ?? 0, at('nonce'), UINT64_LIMIT),
      code: account.code == null ? EMPTY_BYTES : hexToBytes(account.code, at('code')),
      storage,
    }
    const slots = asObject(account.storage ?? {}, at('storage'))
    const keys = Object.keys(slots)
    this.slots = keys.length
    this.readSlot = (i) => {
      const key = keys[i]!
      storage.push([
        parseQuantity(BARE_HEX.test(key) ? `0x${key}` : key, at('storage')),
        parseQuantity(slots[key], at(`storage.${key}`)),
      ])
    }
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
  for (const account of accounts) {
    const record = writeAccount(core, account, keepEmpty)
    account.storage.forEach((slot) => writeSlot(core, record, slot))
    core.memory.refresh()
  }
}

/** @returns its record */
function writeAccount(core: Core, account: GenesisAccount, keepEmpty: boolean): number {
  const { exchange, exports, memory } = core
  const { address, balance, nonce, code } = account
  memory.writeAddress(exchange + ADDRESS_AT, address)
  memory.writeWord(exchange + BALANCE_AT, balance)
  const record = exports.accountAt(exchange + ADDRESS_AT) >>> 0
  const codePtr = core.place(code)
  const keep = keepEmpty ? 1 : 0
  exports.setAccount(record, exchange + BALANCE_AT, nonce, codePtr, code.length, keep)
  return record
}

function writeSlot(
  { exchange, exports, memory }: Core,
  record: number,
  [key, value]: GenesisAccount['storage'][number],
): void {
  memory.writeWord(exchange + KEY_AT, key)
  memory.writeWord(exchange + VALUE_AT, value)
  exports.setStorage(record, exchange + KEY_AT, exchange + VALUE_AT)
}

/** Accounts and slots that are written between two commits: their logs take some megabytes. */
const PART_RECORDS = 2 ** 14

/**
 * Writes a genesis of any size in parts, each a block of its own: memory for their logs is used
 * again, and the tries follow part by part. The last part is the caller's to commit; what came
 * before, `dropState` takes back.
 * @param onPart told of the accounts written so far
 * @throws what `accounts` throws, CancelledError
 */
export async function writeGenesisInParts(
  { core, config }: Pick<EngineParts, 'core' | 'config'>,
  accounts: Iterable<GenesisAccount> | AsyncIterable<GenesisAccount>,
  onPart: (accounts: number) => void,
  pulse: Pulse,
): Promise<void> {
  const { exports, memory } = core
  const keepEmpty = config.semantics === 'ethereum'
  let written = 0
  let inPart = 0
  for await (const account of accounts) {
    if (pulse.isDue()) await pulse.turn()
    if (inPart >= PART_RECORDS) {
      await updateTries(core, pulse)
      exports.commitBlock()
      exports.beginBlock()
      memory.refresh()
      inPart = 0
      onPart(written)
    }
    const { storage } = account
    const record = writeAccount(core, account, keepEmpty)
    const writing = pulse.steps(storage.length, (i) => writeSlot(core, record, storage[i]!))
    if (writing !== undefined) await writing
    memory.refresh()
    written++
    inPart += 1 + account.storage.length
  }
  onPart(written)
}
