#!/usr/bin/env node
// Four blocks: a token pair, an exchange and an auction are created, supplied, used, and closed.
// Run it to have the scenario as a file:
//
//   node examples/actor-contracts/scenario.mjs > scenario.json
//   npx actor-evm trace scenario.json --block 3 --tx 0
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { concat, createAddress, encodeCall, encodeTuple, keccak, word } from '../market/abi.mjs'
import { makeAccounts } from '../market/accounts.mjs'
import { ETHER, TOKEN_UNIT, readArtifact } from '../market/genesis.mjs'

const ARTIFACTS = new URL('artifacts/', import.meta.url)
const SEED = 4
const START = 1_800_000_000
/** Between the third block and the fourth. */
const AUCTION_END = START + 40
const BLOCK_SECONDS = 12
const GAS_PRICE = 2
const GAS_LIMIT = 3_000_000
const SUPPLY = 1_000_000n * TOKEN_UNIT
const LIQUIDITY = 10_000n * TOKEN_UNIT
const WALLET = 1_000n * TOKEN_UNIT

const accounts = makeAccounts(SEED, 3)
/** @returns {import('../market/accounts.mjs').Account} */
const person = (index) => accounts[index]
export const maker = person(0)
export const alice = person(1)
export const bob = person(2)

/** What the maker's transactions create. */
export const tokenA = createAddress(maker.address, 0)
export const tokenB = createAddress(maker.address, 1)
export const exchange = createAddress(maker.address, 2)
export const auction = createAddress(maker.address, 3)

/** As compile.mjs wrote it. */
export const artifactOf = (name) => readArtifact(name, ARTIFACTS)

/** The exchange reads the data as the least that the seller takes. */
const sale = (amount, least) =>
  encodeCall('transferAndNotify(address,uint256,bytes)', [exchange, amount, word(least)])

const transfer = (to, amount) => encodeCall('transfer(address,uint256)', [to, amount])

/** A string as the constructor of ERC20 takes it. */
const text = (value) => `0x${[...value].map((c) => c.charCodeAt(0).toString(16)).join('')}`

function creations() {
  const token = (name, symbol) => {
    const types = ['bytes', 'bytes', 'uint256']
    const args = encodeTuple(types, [text(name), text(symbol), SUPPLY])
    return concat(artifactOf('ActorToken').bytecode, args)
  }
  return [
    token('Amber', 'AMB'),
    token('Birch', 'BIR'),
    concat(artifactOf('ActorExchange').bytecode, word(tokenA), word(tokenB)),
    concat(artifactOf('ActorAuction').bytecode, word(AUCTION_END)),
  ].map((data) => ({ from: maker, data }))
}

function supplies() {
  const liquidity = encodeCall('transferAndNotify(address,uint256,bytes)', [
    exchange, LIQUIDITY, '0x',
  ])
  return [
    { from: maker, to: tokenA, data: liquidity },
    { from: maker, to: tokenB, data: liquidity },
    { from: maker, to: tokenA, data: transfer(alice.address, WALLET) },
    { from: maker, to: tokenB, data: transfer(bob.address, WALLET) },
  ]
}

function uses() {
  const amount = 100n * TOKEN_UNIT
  const bid = (from, value) => ({ from, to: auction, value, data: encodeCall('bid()') })
  return [
    { from: alice, to: tokenA, data: sale(amount, 99n * TOKEN_UNIT) },
    // More than it is worth: the sale fails, the tokens come back
    { from: bob, to: tokenB, data: sale(amount, 200n * TOKEN_UNIT) },
    bid(alice, ETHER),
    bid(bob, 2n * ETHER),
    // Too late: the ether comes back
    bid(alice, ETHER),
  ]
}

/** The example as `actor-evm run` takes it. */
export function buildScenario() {
  const nonces = new Map()
  const signable = ({ from, ...fields }) => {
    const nonce = nonces.get(from.address) ?? 0
    nonces.set(from.address, nonce + 1)
    const price = { gasLimit: GAS_LIMIT, gasPrice: GAS_PRICE }
    const value = (fields.value ?? 0n).toString()
    return { ...fields, nonce, ...price, value, secretKey: from.secretKey }
  }
  const close = { from: bob, to: auction, data: encodeCall('close()') }
  const blocks = [creations(), supplies(), uses(), [close]].map((calls, i) => ({
    env: {
      number: i + 1,
      timestamp: START + (i + 1) * BLOCK_SECONDS,
      gasLimit: 30_000_000,
      baseFeePerGas: 1,
      coinbase: '0xc01ba5e000000000000000000000000000000000',
      prevRandao: keccak(word(i)),
    },
    transactions: calls.map(signable),
  }))
  const people = [maker, alice, bob].map(({ address }) => address)
  const balance = (100n * ETHER).toString()
  return {
    chainId: 1337,
    fork: 'osaka',
    alloc: Object.fromEntries(people.map((address) => [address, { balance }])),
    blocks,
  }
}

const isMain = process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
if (isMain) process.stdout.write(`${JSON.stringify(buildScenario())}\n`)
