// Blocks of many transactions without signing them: every transaction carries the same signature
// and its sender is given beside it, as if it had been recovered before. For this engine and for
// @ethereumjs/vm.
import { createBlock } from '@ethereumjs/block'
import { RLP } from '@ethereumjs/rlp'
import { createLegacyTx } from '@ethereumjs/tx'
import { createAddressFromString, hexToBytes } from '@ethereumjs/util'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { keccak, word } from '../../examples/market/abi.mjs'
import { CHAIN_ID, peerCommon } from './peer.mjs'

const GAS_PRICE = 10n
export const COINBASE = '0xc01ba5e000000000000000000000000000000000'
/** EIP-155: chainId × 2 + 35 + yParity. */
const V = BigInt(CHAIN_ID * 2 + 35)

/** An address like any other, by number. */
export const addressOf = (number) => `0x${keccak(word(BigInt(number))).slice(26)}`

/** @param gasLimit of the block */
export function environment(gasLimit) {
  return {
    number: 1,
    timestamp: 1_800_000_000,
    gasLimit,
    baseFeePerGas: 7,
    coinbase: COINBASE,
    prevRandao: `0x${'11'.repeat(32)}`,
    excessBlobGas: 0,
  }
}

/**
 * @param calls `{from, to, gas, value?, data?, nonce?}` each, addresses and data in hex; nonces
 *   count up from 0 unless given
 * @returns `{prepared(engine), peer()}`: the same block for either; for the peer
 *   `{transactions, block}`, made when asked for
 */
export function unsignedBlock(calls, gasLimit, fork = 'osaka') {
  const nonces = new Map()
  const numbered = calls.map(({ nonce, ...call }) => {
    const next = nonce ?? nonces.get(call.from) ?? 0
    nonces.set(call.from, next + 1)
    return { ...call, nonce: next }
  })
  const transactions = numbered.map(ownTransaction)
  const senders = numbered.map(({ from }) => hexToBytes(from))
  const env = environment(gasLimit)
  return {
    env,
    transactionCount: calls.length,
    /** @param repeats how often the engine has executed the block: nonces go on from there */
    async prepared(engine, repeats = 0) {
      const empty = await engine.prepareBlock({ env, transactions: [] })
      const again = (tx, i) => ({
        ...tx,
        nonce: tx.nonce + BigInt(repeats * nonces.get(numbered[i].from)),
      })
      const nextOnes = repeats === 0 ? transactions : transactions.map(again)
      return empty.changed({ transactions: nextOnes, senders })
    },
    peer() {
      const common = peerCommon(fork)
      const peers = numbered.map((call) => peerTransaction(call, common))
      return { transactions: peers, block: peerBlock(env, common) }
    },
  }
}

function ownTransaction({ nonce, to, gas, value = 0n, data = '0x' }) {
  const fields = {
    nonce: BigInt(nonce),
    gasPrice: GAS_PRICE,
    gasLimit: BigInt(gas),
    to: hexToBytes(to),
    value: BigInt(value),
    data: hexToBytes(data),
  }
  const signature = { v: V, r: 1n, s: 1n }
  const raw = RLP.encode([...Object.values(fields), ...Object.values(signature)])
  return {
    type: 0,
    chainId: BigInt(CHAIN_ID),
    maxFeePerGas: GAS_PRICE,
    maxPriorityFeePerGas: GAS_PRICE,
    accessList: [],
    maxFeePerBlobGas: 0n,
    blobVersionedHashes: [],
    authorizationList: [],
    yParity: 0,
    ...fields,
    ...signature,
    hash: keccak_256(raw),
    raw,
  }
}

function peerTransaction({ nonce, from, to, gas, value = 0n, data = '0x' }, common) {
  const fields = { nonce, to, value, data, gasLimit: gas, gasPrice: GAS_PRICE }
  const tx = createLegacyTx({ ...fields, v: V, r: 1n, s: 1n }, { common, freeze: false })
  const sender = createAddressFromString(from)
  tx.getSenderAddress = () => sender
  return tx
}

/** Without the transactions: it would make them again, and forget who sent them. */
function peerBlock(env, common) {
  const header = {
    number: env.number,
    timestamp: env.timestamp,
    gasLimit: env.gasLimit,
    baseFeePerGas: env.baseFeePerGas,
    coinbase: env.coinbase,
    mixHash: hexToBytes(env.prevRandao),
  }
  return createBlock({ header }, { common, skipConsensusFormatValidation: true })
}
