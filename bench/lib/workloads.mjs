// Blocks of about 1 Ggas, after the ones that pevm is measured with: every transaction has a sender
// of its own, and what they share is the contract.
import { encodeCall, mappingSlot, quantity, word } from '../../examples/market/abi.mjs'
import { readArtifact } from '../../examples/market/genesis.mjs'
import { addressOf, unsignedBlock } from './unsigned-block.mjs'

const ETHER = 10n ** 18n
const TOKENS = 10n ** 24n
const TRANSFER_GAS = 21_000
const TOKEN_TRANSFER_GAS = 60_000
const FIRST_CONTRACT = 10_000_000

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
