/** The state between rounds: accounts by address. */
import { RLP } from '@ethereumjs/rlp'
import {
  EMPTY_BYTES, bigIntToBytes, bytesToBigInt, fromHex, keccak, minimalBytes, normalAddress,
  toBigInt, toHex, wordToHex,
  type Address, type Hex, type Numeric,
} from './bytes.js'
import { secureTrieRoot } from './trie.js'

export interface Account {
  nonce: bigint
  balance: bigint
  code: Uint8Array
  /** Slots that are not 0. */
  storage: Map<bigint, bigint>
}

export type World = Map<Address, Account>

/** One entry of geth's `alloc`. */
export interface AllocAccount {
  balance?: Numeric
  nonce?: Numeric
  code?: Hex
  storage?: Record<Hex, Hex>
}

export type Alloc = Record<Hex, AllocAccount>

export function emptyAccount(): Account {
  return { nonce: 0n, balance: 0n, code: EMPTY_BYTES, storage: new Map() }
}

export function copyAccount(account: Account): Account {
  return { ...account, storage: new Map(account.storage) }
}

/** "Empty" of EIP-161; storage does not count. */
export function isDead(account: Account | undefined): boolean {
  return account === undefined
    || (account.nonce === 0n && account.balance === 0n && account.code.length === 0)
}

/** The account of `world`, put there if need be. */
export function accountOf(world: World, address: Address): Account {
  let account = world.get(address)
  if (account === undefined) {
    account = emptyAccount()
    world.set(address, account)
  }
  return account
}

/** An addition to a balance. One of 0 touches nothing. */
export function addBalance(world: World, address: Address, amount: bigint): void {
  if (amount !== 0n) accountOf(world, address).balance += amount
}

export function worldFromAlloc(alloc: Alloc): World {
  const world: World = new Map()
  for (const [address, entry] of Object.entries(alloc)) {
    const account: Account = {
      nonce: toBigInt(entry.nonce ?? 0n),
      balance: toBigInt(entry.balance ?? 0n),
      code: fromHex(entry.code ?? '0x'),
      storage: new Map(),
    }
    for (const [key, value] of Object.entries(entry.storage ?? {})) {
      if (toBigInt(value) !== 0n) account.storage.set(toBigInt(key), toBigInt(value))
    }
    if (!isDead(account)) world.set(normalAddress(address), account)
  }
  return world
}

export function worldToAlloc(world: World): Record<Address, Required<AllocAccount>> {
  const alloc: Record<Address, Required<AllocAccount>> = {}
  for (const address of [...world.keys()].sort()) {
    const account = world.get(address) as Account
    if (isDead(account)) continue
    const storage: Record<Hex, Hex> = {}
    for (const key of [...account.storage.keys()].sort((a, b) => (a < b ? -1 : 1))) {
      storage[wordToHex(key)] = wordToHex(account.storage.get(key) as bigint)
    }
    const { nonce, balance } = account
    alloc[address] = { nonce, balance, code: toHex(account.code), storage }
  }
  return alloc
}

function storageRoot(account: Account): Uint8Array {
  return secureTrieRoot([...account.storage].map(([key, value]) => (
    [bigIntToBytes(key, 32), RLP.encode(minimalBytes(value))] as const
  )))
}

/** YP 4.1; empty accounts have no place in it (EIP-161, EIP-7523). */
export function stateRoot(world: World): Uint8Array {
  const living = [...world].filter(([, account]) => !isDead(account))
  return secureTrieRoot(living.map(([address, account]) => [
    fromHex(address),
    RLP.encode([
      minimalBytes(account.nonce), minimalBytes(account.balance),
      storageRoot(account), keccak(account.code),
    ]),
  ] as const))
}

const DELEGATION_PREFIX = 0xef0100n
const DELEGATION_SIZE_BYTES = 23

/** The address that `code` delegates to (EIP-7702), or undefined if it is ordinary code. */
export function delegateOf(code: Uint8Array): Address | undefined {
  if (code.length !== DELEGATION_SIZE_BYTES) return undefined
  if (bytesToBigInt(code.subarray(0, 3)) !== DELEGATION_PREFIX) return undefined
  return toHex(code.subarray(3))
}
