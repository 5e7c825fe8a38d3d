// The state before the block: every contract in place, as if it had been deployed and set up
// earlier. Storage is written by hand from the slots that the artifacts name, so nothing has to
// run; a test deploys the same contracts and compares.
import { readFileSync } from 'node:fs'
import {
  arraySlot,
  create2Address,
  encodeTuple,
  keccak,
  mappingSlot,
  quantity,
  shortString,
  word,
} from './abi.mjs'

export const ETHER = 10n ** 18n
/** All tokens have 18 decimals. */
export const TOKEN_UNIT = 10n ** 18n

/** @type {[name: string, symbol: string][]} */
const TOKEN_NAMES = [
  ['Amber', 'AMB'], ['Birch', 'BIR'], ['Cedar', 'CED'], ['Delta', 'DEL'],
  ['Ember', 'EMB'], ['Fjord', 'FJO'], ['Grove', 'GRO'], ['Heath', 'HEA'],
  ['Islet', 'ISL'], ['Jetty', 'JET'], ['Knoll', 'KNO'], ['Larch', 'LAR'],
  ['Maple', 'MAP'], ['North', 'NOR'], ['Ocean', 'OCE'], ['Plain', 'PLA'],
]
const SPLITTER_COUNT = 4
const VAULTS_PER_SPLITTER = 5
const FACTORY_COUNT = 4
const JARS_PER_FACTORY = 25

const ACCOUNT_ETHER = 1_000n * ETHER
const ACCOUNT_TOKENS = 1_000_000n * TOKEN_UNIT
const POOL_RESERVE = 4_000_000n * TOKEN_UNIT
const AMPLIFICATION = 10n
const VAULT_CAPACITY = 1_000_000n * ETHER
/** The last vault of each splitter is soon full, so that its payments come back. */
const SMALL_VAULT_CAPACITY = ETHER
const JAR_SAVINGS = ETHER / 4n

// Addresses that tell what they are: the kind in front, the index at the end.
const TOKEN_KIND = '70ce'
const VENUE_KIND = 'e8c4'
const SPLITTER_KIND = '5911'
const VAULT_KIND = 'a017'
const FACTORY_KIND = 'fac7'

function addressOfKind(kind, index) {
  return `0x${kind}${index.toString(16).padStart(40 - kind.length, '0')}`
}

/** The artifact of a contract, as compile.mjs wrote it. */
export function readArtifact(name, folder = new URL('artifacts/', import.meta.url)) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
}

const TOKEN = readArtifact('Token')
const EXCHANGE = readArtifact('Exchange')
const SPLITTER = readArtifact('PaymentSplitter')
const VAULT = readArtifact('Vault')
const FACTORY = readArtifact('Factory')
const JAR = readArtifact('Jar')

/**
 * Who is there.
 *
 * @param {{address: string}[]} accounts the first is the operator, who owns tokens and venues
 * @returns the market: `operator`, `tokens` with `{address, name, symbol}`, `venues` with
 *   `{address, tokens: [address, address], amplification}` (venue i trades tokens i and i + 1, so
 *   a trade can go on at the next venue), `splitters` with `{address, payees, shares}`, `vaults`
 *   with `{address, capacity}`, `factories` with `{address}` and `jars` with
 *   `{address, factory, owner, id}`
 */
export function layOutMarket(accounts) {
  const operator = accounts[0].address
  const tokens = TOKEN_NAMES.map(([name, symbol], i) => ({
    address: addressOfKind(TOKEN_KIND, i),
    name,
    symbol,
  }))
  const venues = tokens.map(({ address }, i) => ({
    address: addressOfKind(VENUE_KIND, i),
    tokens: [address, tokens[(i + 1) % tokens.length].address],
    amplification: AMPLIFICATION,
  }))
  const vaults = Array.from({ length: SPLITTER_COUNT * VAULTS_PER_SPLITTER }, (_, i) => ({
    address: addressOfKind(VAULT_KIND, i),
    capacity: (i + 1) % VAULTS_PER_SPLITTER === 0 ? SMALL_VAULT_CAPACITY : VAULT_CAPACITY,
  }))
  const splitters = Array.from({ length: SPLITTER_COUNT }, (_, i) => ({
    address: addressOfKind(SPLITTER_KIND, i),
    payees: [
      ...vaults.slice(i * VAULTS_PER_SPLITTER, (i + 1) * VAULTS_PER_SPLITTER),
      // A payee without code is paid too: by a credit, which runs nothing.
      { address: operator },
    ].map(({ address }) => address),
    shares: [5n, 4n, 3n, 2n, 1n, 1n],
  }))
  const factories = Array.from({ length: FACTORY_COUNT }, (_, i) => ({
    address: addressOfKind(FACTORY_KIND, i),
  }))
  const jars = factories.flatMap(({ address: factory }, f) =>
    Array.from({ length: JARS_PER_FACTORY }, (_, i) => {
      const { address: owner } = accounts[(f * JARS_PER_FACTORY + i) % accounts.length]
      return { address: jarAddress(factory, owner, word(i)), factory, owner, id: BigInt(i + 1) }
    }),
  )
  return { operator, tokens, venues, splitters, vaults, factories, jars }
}

/** Where `Factory.open(salt)` puts a jar of `owner`. */
export function jarAddress(factory, owner, salt) {
  const ownSalt = keccak(encodeTuple(['address', 'bytes32'], [owner, salt]))
  return create2Address(factory, ownSalt, JAR.bytecode)
}

/**
 * An account of a genesis allocation in geth's format.
 *
 * @typedef {{nonce?: string, balance: string, code?: string, storage?: Record<string, string>}
 * } AllocAccount
 */

/** The market and its people as a genesis allocation. */
export function makeAlloc(accounts, market) {
  /** @type {Record<string, AllocAccount>} */
  const alloc = {}
  for (const { address } of accounts) alloc[address] = { balance: quantity(ACCOUNT_ETHER) }
  const holders = accounts.map(({ address }) => [address, ACCOUNT_TOKENS])
  for (const token of market.tokens) {
    const pools = market.venues
      .filter((venue) => venue.tokens.includes(token.address))
      .map(({ address }) => [address, POOL_RESERVE])
    const storage = tokenStorage(token, market.operator, [...holders, ...pools])
    alloc[token.address] = contract(TOKEN, storage)
  }
  for (const venue of market.venues) {
    alloc[venue.address] = contract(EXCHANGE, venueStorage(venue, market.operator))
  }
  for (const splitter of market.splitters) {
    alloc[splitter.address] = contract(SPLITTER, splitterStorage(splitter))
  }
  for (const vault of market.vaults) {
    alloc[vault.address] = contract(VAULT, [[word(VAULT.storage.capacity), word(vault.capacity)]])
  }
  for (const { address } of market.factories) {
    const jars = market.jars.filter(({ factory }) => factory === address)
    // Each creation raised the nonce (EIP-161 starts it at 1).
    alloc[address] = contract(FACTORY, factoryStorage(jars), { nonce: 1 + jars.length })
  }
  for (const jar of market.jars) {
    alloc[jar.address] = contract(JAR, jarStorage(jar), { balance: JAR_SAVINGS })
  }
  return alloc
}

/** An account with code; storage as `[slot, value]` pairs. */
function contract(artifact, storage, { nonce = 1, balance = 0n } = {}) {
  return {
    nonce: quantity(nonce),
    balance: quantity(balance),
    code: artifact.deployedBytecode,
    // A slot that holds zero does not exist.
    storage: Object.fromEntries(storage.filter(([, value]) => BigInt(value) !== 0n)),
  }
}

function tokenStorage({ name, symbol }, owner, balances) {
  const { _balances, _totalSupply, _name, _symbol, _owner } = TOKEN.storage
  const supply = balances.reduce((sum, [, amount]) => sum + amount, 0n)
  return [
    ...balances.map(([holder, amount]) => [mappingSlot(_balances, holder), word(amount)]),
    [word(_totalSupply), word(supply)],
    [word(_name), shortString(name)],
    [word(_symbol), shortString(symbol)],
    [word(_owner), word(owner)],
  ]
}

function venueStorage({ tokens, amplification }, operator) {
  const { owner, tokens: tokensSlot, reserves, amplification: amplificationSlot } = EXCHANGE.storage
  return [
    [word(owner), word(operator)],
    // Arrays of fixed length lie in place.
    [word(tokensSlot), word(tokens[0])],
    [word(tokensSlot + 1), word(tokens[1])],
    [word(reserves), word(POOL_RESERVE)],
    [word(reserves + 1), word(POOL_RESERVE)],
    [word(amplificationSlot), word(amplification)],
  ]
}

function splitterStorage({ payees, shares }) {
  const slots = SPLITTER.storage
  return [
    [word(slots.payees), word(payees.length)],
    ...payees.map((payee, i) => [arraySlot(slots.payees, i), word(payee)]),
    [word(slots.shares), word(shares.length)],
    ...shares.map((share, i) => [arraySlot(slots.shares, i), word(share)]),
    [word(slots.totalShares), word(shares.reduce((sum, share) => sum + share, 0n))],
  ]
}

function factoryStorage(jars) {
  const { ownerOf, opened } = FACTORY.storage
  return [
    ...jars.map(({ address, owner }) => [mappingSlot(ownerOf, address), word(owner)]),
    [word(opened), word(jars.length)],
  ]
}

function jarStorage({ factory, owner, id }) {
  const slots = JAR.storage
  return [
    [word(slots.factory), word(factory)],
    [word(slots.owner), word(owner)],
    [word(slots.id), word(id)],
  ]
}

/** The slots a transfer of a token touches, for an access list. */
export function balanceSlots(holders) {
  return holders.map((holder) => mappingSlot(TOKEN.storage._balances, holder))
}
