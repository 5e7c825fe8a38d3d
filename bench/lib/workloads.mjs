// Blocks of about 1 Ggas, after the ones that pevm is measured with: every transaction has a sender
// of its own, and what they share is the contract.
import { encodeCall, mappingSlot, quantity, word } from '../../examples/market/abi.mjs'
import { readArtifact } from '../../examples/market/genesis.mjs'
import { addressOf, unsignedBlock } from './unsigned-block.mjs'

const ETHER = 10n ** 18n
const TOKENS = 10n ** 24n
const TRANSFER_GAS = 21_000
const TOKEN_TRANSFER_GAS = 60_000
const SWAP_GAS = 250_000
/** Of it 350,000 are for the notice of the deposit, which is a message of its own. */
const ACTOR_SWAP_GAS = 700_000
/** What a pool holds of either token, and what everybody sells: the price hardly moves. */
const RESERVE = 10n ** 27n
const SOLD = 10n ** 18n
const FIRST_CONTRACT = 10_000_000
const BENCH_ARTIFACTS = new URL('../artifacts/', import.meta.url)
const ACTOR_ARTIFACTS = new URL('../../examples/actor-contracts/artifacts/', import.meta.url)

const people = (count) => Array.from({ length: count }, (_, i) => addressOf(i + 1))
const rich = (addresses) =>
  Object.fromEntries(addresses.map((address) => [address, { balance: quantity(1_000n * ETHER) }]))

/** Ether from each account to the next. @param accounts fewer than transactions: in turns */
export function transfers(count, accounts = count) {
  const addresses = people(accounts)
  const calls = Array.from({ length: count }, (_, i) => ({
    from: addresses[i % accounts],
    to: addresses[(i + 1) % accounts],
    value: 1n,
    gas: TRANSFER_GAS,
  }))
  return { alloc: rich(addresses), ...unsignedBlock(calls, count * TRANSFER_GAS) }
}

/** OpenZeppelin's ERC-20: each holder pays the next one, on `tokens` tokens in turns. */
export function tokenTransfers(count, tokens) {
  const artifact = readArtifact('Token')
  const addresses = people(count)
  const contracts = Array.from({ length: tokens }, (_, i) => addressOf(FIRST_CONTRACT + i))
  const calls = addresses.map((from, i) => ({
    from,
    to: contracts[i % tokens],
    data: encodeCall('transfer(address,uint256)', [addresses[(i + tokens) % count], 5n]),
    gas: TOKEN_TRANSFER_GAS,
  }))
  const { _balances, _totalSupply } = artifact.storage
  const alloc = rich(addresses)
  for (const [i, token] of contracts.entries()) {
    const holders = addresses.filter((_, holder) => holder % tokens === i)
    const storage = Object.fromEntries(
      holders.map((holder) => [mappingSlot(_balances, holder), quantity(TOKENS)]),
    )
    storage[word(_totalSupply)] = quantity(TOKENS * BigInt(holders.length))
    alloc[token] = { nonce: '0x1', code: artifact.deployedBytecode, storage }
  }
  return { alloc, ...unsignedBlock(calls, count * TOKEN_TRANSFER_GAS) }
}

/** A pair of tokens, what trades them, and its sellers; no two clusters share anything. */
function clusterOf(index) {
  const [token0, token1, venue] = [0, 1, 2].map((i) => addressOf(FIRST_CONTRACT + 3 * index + i))
  return { tokens: [token0, token1], venue }
}

/** Sellers in turns over the clusters, every second one the other way round. */
const sellers = (count, clusters) =>
  people(count).map((address, i) => ({
    address,
    cluster: i % clusters,
    side: Math.floor(i / clusters) % 2,
  }))

/** OpenZeppelin's ERC-20 with what everybody has, as `ActorToken` lays it out. */
function swapToken(venue, holders) {
  const { deployedBytecode, storage: slots } = readArtifact('ActorToken', ACTOR_ARTIFACTS)
  const storage = { [mappingSlot(slots._balances, venue)]: quantity(RESERVE) }
  for (const holder of holders) {
    storage[mappingSlot(slots._balances, holder)] = quantity(TOKENS)
    const approvals = mappingSlot(slots._allowances, holder)
    storage[mappingSlot(approvals, venue)] = `0x${'ff'.repeat(32)}`
  }
  storage[word(slots._totalSupply)] = quantity(RESERVE + TOKENS * BigInt(holders.length))
  return { nonce: '0x1', code: deployedBytecode, storage }
}

function swapState(everyone, clusters, venueAccount) {
  const alloc = rich(everyone.map(({ address }) => address))
  for (let i = 0; i < clusters; i++) {
    const { tokens, venue } = clusterOf(i)
    const here = everyone.filter(({ cluster }) => cluster === i)
    for (const [side, token] of tokens.entries()) {
      const holders = here.filter((seller) => seller.side === side)
      alloc[token] = swapToken(venue, holders.map(({ address }) => address))
    }
    alloc[venue] = { nonce: '0x1', ...venueAccount(tokens) }
  }
  return alloc
}

/**
 * Swaps in pairs with the arithmetic of Uniswap v2 (bench/contracts), each one call that pulls the
 * tokens in, pays out and checks the product. Not for actors: it needs what its calls return.
 */
export function swaps(count, clusters) {
  const { deployedBytecode, storage: slots } = readArtifact('SwapPair', BENCH_ARTIFACTS)
  const everyone = sellers(count, clusters)
  const alloc = swapState(everyone, clusters, ([token0, token1]) => ({
    code: deployedBytecode,
    storage: {
      [word(slots.tokens)]: token0,
      [word(slots.tokens + 1)]: token1,
      [word(slots.reserve0)]: quantity((1n << 224n) | (RESERVE << 112n) | RESERVE),
      [word(slots.unlocked)]: '0x1',
    },
  }))
  const calls = everyone.map(({ address, cluster, side }) => ({
    from: address,
    to: clusterOf(cluster).venue,
    data: encodeCall('sell(uint256,uint256,uint256)', [BigInt(side), SOLD, 1n]),
    gas: SWAP_GAS,
  }))
  return { alloc, ...unsignedBlock(calls, count * SWAP_GAS) }
}

/** The same trades with the exchange of examples/actor-contracts: three messages each. */
export function actorSwaps(count, clusters) {
  const { deployedBytecode, storage: slots } = readArtifact('ActorExchange', ACTOR_ARTIFACTS)
  const everyone = sellers(count, clusters)
  // The code's immutable owner is 0: nobody's deposit is liquidity
  const alloc = swapState(everyone, clusters, ([token0, token1]) => ({
    code: deployedBytecode,
    storage: {
      [word(slots.tokens)]: token0,
      [word(slots.tokens + 1)]: token1,
      [word(slots.reserves)]: quantity(RESERVE),
      [word(slots.reserves + 1)]: quantity(RESERVE),
    },
  }))
  const calls = everyone.map(({ address, cluster, side }) => {
    const { tokens, venue } = clusterOf(cluster)
    const data = encodeCall('transferAndNotify(address,uint256,bytes)', [venue, SOLD, word(1n)])
    return { from: address, to: tokens[side], data, gas: ACTOR_SWAP_GAS }
  })
  return { alloc, ...unsignedBlock(calls, count * ACTOR_SWAP_GAS) }
}
