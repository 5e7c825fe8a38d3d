// Blocks of many transactions without signing them: every transaction carries the same signature
// and its sender is given beside it, as if it had been recovered before. For this engine and for
// @ethereumjs/vm.
import { createBlock } from '@ethereumjs/block'
import { createLegacyTx } from '@ethereumjs/tx'
import { createAddressFromString, hexToBytes } from '@ethereumjs/util'
import { PreparedBlock } from 'actor-evm'
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
 * @returns `{prepared(engine), peer: {transactions, block}}`: the same block for either
 */
export function unsignedBlock(calls, gasLimit, fork = 'osaka') {
  const common = peerCommon(fork)
  const nonces = new Map()
  const transactions = calls.map(({ from, to, gas, value = 0n, data = '0x', ...rest }) => {
    const nonce = rest.nonce ?? nonces.get(from) ?? 0
    nonces.set(from, nonce + 1)
    const fields = { nonce, to, value, data, gasLimit: gas, gasPrice: GAS_PRICE }
    const tx = createLegacyTx({ ...fields, v: V, r: 1n, s: 1n }, { common, freeze: false })
    const sender = createAddressFromString(from)
    tx.getSenderAddress = () => sender
    return tx
  })
  const env = environment(gasLimit)
  return {
    env,
    transactionCount: calls.length,
    /** @param repeats how often the engine has executed the block: nonces go on from there */
    async prepared(engine, repeats = 0) {
      const empty = await engine.prepareBlock({ env, transactions: [] })
      const skipped = (tx) => BigInt(repeats * nonces.get(tx.getSenderAddress().toString()))
      return new PreparedBlock({
        ...empty,
        transactions: transactions.map((tx) => {
          const own = ownTransaction(tx)
          return { ...own, nonce: own.nonce + skipped(tx) }
        }),
        senders: transactions.map((tx) => tx.getSenderAddress().bytes),
      })
    },
    peer: { transactions, block: peerBlock(env, common) },
  }
}

function ownTransaction(tx) {
  const { nonce, gasPrice, gasLimit, value, data, v, r, s } = tx
  return {
    type: 0,
    chainId: BigInt(CHAIN_ID),
    nonce,
    gasPrice,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: gasPrice,
    gasLimit,
    to: tx.to.bytes,
    value,
    data,
    accessList: [],
    maxFeePerBlobGas: 0n,
    blobVersionedHashes: [],
    authorizationList: [],
    v,
    yParity: 0,
    r,
    s,
    hash: tx.hash(),
    raw: tx.serialize(),
  }
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
