/**
 * Loading a genesis: geth's `alloc` into the state. Checked as a whole before the first write.
 *
 * One rule for its text: `0x…` is hex. Without it, 40 digits as an address and 64 as the key of a
 * slot are hex, too, as geth writes them, and any other key is refused: `240` could be either.
 * Values are 0x-hex or decimal; 64 bare digits are refused as a slot's value: they could be either.
 */

import { ACCOUNT_LIVE, VIEW_EXISTS, VIEW_FLAGS } from '../../assembly/abi/records.js'
import { asKnownObject, asObject } from '../base/json.js'
import {
  EMPTY_BYTES,
  UINT64_LIMIT,
  bytesToHex,
  hexToAddress,
  hexToBytes,
  parseQuantity,
} from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import { keysOf } from '../base/known-keys.js'
import type { Pulse } from '../base/pulse.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { updateTries } from './state-root.js'
import { reading } from '../base/read-once.js'
import type { Alloc, AllocAccount, AllocStream } from '../base/types.js'
import type { Core } from '../wasm/core.js'

export interface GenesisAccount {
  readonly address: Uint8Array
  readonly balance: bigint
  readonly nonce: bigint
  readonly code: Uint8Array
  readonly storage: readonly (readonly [key: bigint, value: bigint])[]
}

const BARE_ADDRESS = /^[0-9a-fA-F]{40}$/
const BARE_WORD = /^[0-9a-fA-F]{64}$/
/** A longer number is nobody's slot, and would make a long message. */
const SHORT_DECIMAL = /^[0-9]{1,20}$/

const ACCOUNT: readonly string[] = [
  ...keysOf<AllocAccount>()({ balance: true, nonce: true, code: true, storage: true }),
  // What geth and Besu write beside them for people; not read
  ...['secretKey', 'privateKey', 'comment'],
]

const BALANCE_AT = 32
const KEY_AT = 64
const VALUE_AT = 96

/** @throws InvalidInputError naming account and field */
export function readAlloc(alloc: Alloc): GenesisAccount[] {
  const addresses = new Set<string>()
  const entries = reading(['alloc'], () => Object.entries(asObject(alloc, 'alloc')))
  return entries.map(([name, value]) => {
    const account = readAllocAccount(name, value as AllocAccount)
    addOnce(addresses, name, account)
    return account
  })
}

function addOnce(addresses: Set<string>, name: string, account: GenesisAccount): void {
  const address = bytesToHex(account.address)
  if (addresses.has(address)) throw isThereTwice(`alloc.${name}`, 'account')
  addresses.add(address)
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
  const addresses = new Set<string>()
  const path = ['alloc']
  const given = reading(path, () => asObject(alloc, 'alloc'))
  // Without entries: a pair each of millions takes four times as long as the names
  for (const name of reading(path, () => Object.keys(given))) {
    const reader = new AccountReader(name, reading(path, () => given[name]) as AllocAccount)
    addOnce(addresses, name, reader.account)
    const turns = pulse.steps(reader.slots, reader.readSlot)
    if (turns !== undefined) await turns
    accounts.push(reader.account)
    if (pulse.isDue()) await pulse.turn()
  }
  return accounts
}

function isStream(alloc: Alloc | AllocStream): alloc is AllocStream {
  if (typeof alloc !== 'object' || alloc === null) return false
  return reading(['alloc'], () => {
    if (alloc instanceof Uint8Array) return false
    const { [Symbol.iterator]: next, [Symbol.asyncIterator]: nextLater } = alloc as Partial<
      Iterable<unknown> & AsyncIterable<unknown>
    >
    return typeof next === 'function' || typeof nextLater === 'function'
  })
}

async function* readStream(stream: AllocStream, pulse: Pulse): AsyncGenerator<GenesisAccount> {
  for await (const entry of heeding(stream, pulse)) {
    const own: unknown = reading(['alloc'], () => pairOf(entry))
    if (!isEntry(own)) {
      throw new InvalidInputError('the genesis is no alloc', {
        place: { field: 'alloc' },
        expected: 'pairs of an address and an account',
        got: own,
      })
    }
    const [address, account] = own
    const reader = new AccountReader(address, account)
    const turns = pulse.steps(reader.slots, reader.readSlot)
    if (turns !== undefined) await turns
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

/** As it is now: what is not a pair stays what it is. */
function pairOf(entry: unknown): unknown {
  return Array.isArray(entry) && entry.length === 2 ? [entry[0], entry[1]] : entry
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
    const path = [`alloc.${name}`]
    const account = reading(path, () => ({ ...asKnownObject(value, ACCOUNT, path[0]!) }))
    const storage: [bigint, bigint][] = []
    this.account = {
      address: hexToAddress(BARE_ADDRESS.test(name) ? `0x${name}` : name, `alloc.${name}`),
      balance: parseQuantity(account.balance ?? 0, at('balance')),
      nonce: parseQuantity(account.nonce ?? 0, at('nonce'), UINT64_LIMIT),
      code: account.code == null ? EMPTY_BYTES : hexToBytes(account.code, at('code')),
      storage,
    }
    const slots = reading(path, () => asObject(account.storage ?? {}, at('storage')))
    const names = reading(path, () => Object.keys(slots))
    const keys = new LargeSet()
    this.slots = names.length
    this.readSlot = (i) => {
      const slot = names[i]!
      const field = `${at('storage')}.${slot}`
      const key = readKey(slot, field)
      if (!keys.add(key)) throw isThereTwice(field, 'slot')
      storage.push([key, readValue(reading(path, () => slots[slot]), field)])
    }
  }
}

/** A set that grows in parts: to grow at once takes 43 ms for 500,000 keys. */
class LargeSet {
  readonly #parts: Set<bigint>[] = []

  /** @returns whether the key is new */
  add(key: bigint): boolean {
    const part = (this.#parts[Number(key & 0xffn)] ??= new Set())
    const before = part.size
    return part.add(key).size > before
  }
}

function readKey(name: string, field: string): bigint {
  if (name.startsWith('0x')) return parseQuantity(name, field)
  if (BARE_WORD.test(name)) return BigInt(`0x${name}`)
  throw invalid(field, `a slot as 0x-hex or as 64 hex digits${hintFor(name)}`, name)
}

/** What to write for a number of few digits. */
function hintFor(name: string): string {
  if (!SHORT_DECIMAL.test(name)) return ''
  const hex = `0x${BigInt(name).toString(16)}`
  const hint = `: "${hex}" for the number ${name}`
  return hex === `0x${name}` ? hint : `${hint}, "0x${name}" for these hex digits`
}

function readValue(value: unknown, field: string): bigint {
  if (typeof value !== 'string' || !BARE_WORD.test(value)) return parseQuantity(value, field)
  throw invalid(field, '0x in front of 64 digits, which could be hex or decimal', value)
}

function isThereTwice(field: string, what: string): InvalidInputError {
  const details = { place: { field }, expected: `each ${what} once` }
  return new InvalidInputError(`the genesis has one ${what} twice`, details)
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid value', { place: { field }, expected, got })
}

/**
 * Within a block of its own, which the caller commits or undoes.
 * @param keepEmpty whether empty accounts are part of the state, with their storage: in Ethereum a
 *   genesis may hold them, and EIP-161 deletes them when they are touched; between actors there are
 *   none (PROTOCOL 10.10)
 */
export function writeGenesis(
  core: Core,
  accounts: Iterable<GenesisAccount>,
  keepEmpty: boolean,
): void {
  for (const account of accounts) {
    const record = writeAccount(core, account, keepEmpty)
    if (record !== undefined) account.storage.forEach((slot) => writeSlot(core, record, slot))
    core.memory.refresh()
  }
}

/** @returns its record; none if it is no part of the state */
function writeAccount(
  core: Core,
  account: GenesisAccount,
  keepEmpty: boolean,
): number | undefined {
  const { exchange, exports, memory } = core
  const { address, balance, nonce, code } = account
  if (!keepEmpty && balance === 0n && nonce === 0n && code.length === 0) return undefined
  memory.writeWord(exchange + BALANCE_AT, balance)
  const record = exports.accountAt(core.exchangeAddress(address)) >>> 0
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

function isInState(core: Core, address: Uint8Array): boolean {
  const record = core.findAccount(address)
  if (record === 0) return false
  return (core.memory.u32[(record + ACCOUNT_LIVE + VIEW_FLAGS) >>> 2]! & VIEW_EXISTS) !== 0
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
 * @throws what `accounts` throws; InvalidInputError for an account that is there twice;
 *   CancelledError
 */
export async function writeGenesisInParts(
  { core, config }: Pick<EngineParts, 'core' | 'config'>,
  accounts: Iterable<GenesisAccount> | AsyncIterable<GenesisAccount>,
  onPart: (accounts: number) => void,
  pulse: Pulse,
): Promise<void> {
  const { exports, memory } = core
  const keepEmpty = config.semantics === 'ethereum'
  /** What the state does not show afterwards: between actors, accounts that are empty. */
  const unseen = new Set<string>()
  let written = 0
  let inPart = 0
  for await (const account of accounts) {
    if (pulse.isDue()) await pulse.turn()
    const address = bytesToHex(account.address)
    if (isInState(core, account.address) || unseen.has(address)) {
      throw isThereTwice(`alloc.${address}`, 'account')
    }
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
    if (record !== undefined) {
      exports.reserveSlots(record, storage.length)
      const writing = pulse.steps(storage.length, (i) => writeSlot(core, record, storage[i]!))
      if (writing !== undefined) await writing
    }
    memory.refresh()
    if (!isInState(core, account.address)) unseen.add(address)
    written++
    inPart += 1 + account.storage.length + account.code.length / BYTES_A_RECORD
  }
  onPart(written)
}
