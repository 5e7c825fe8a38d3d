/** What comes out of a transition, in the JSON of geth's `evm t8n`. */

import { LEGACY_TYPE } from '../../intake/transaction.js'
import { encodeRlp, joinRlpList } from '../../intake/rlp.js'
import { bytesToHex } from '../../base/bytes.js'
import { requestsHash } from '../../chain/requests.js'
import { sha256 } from '../../crypto/sha256.js'
import { GAS_PER_BLOB, blobBaseFee } from '../../forks/forks.js'
import { decodeReceipts } from '../../results/decode-receipts.js'
import type { Hex, Log, Receipt } from '../../base/types.js'
import type { Transition } from './transition.js'

/** The block has no hash yet; geth's receipts and logs say that it is this. */
const BLOCK_HASH = `0x1337${'0'.repeat(60)}`
const NO_CONTRACT = `0x${'0'.repeat(40)}`
const WORD_DIGITS = 64

type Json = Record<string, unknown>

/** Addresses to accounts; what is zero is left out, but for the balance. */
export function allocJson({ state }: Transition): Json {
  const accounts = state.map(({ address, balance, code, nonce, storage }) => {
    const slots = storage.map(([key, value]) => [word(key), word(value)])
    const account = {
      ...(code === '0x' ? {} : { code }),
      ...(slots.length === 0 ? {} : { storage: Object.fromEntries(slots) as Json }),
      balance: quantity(balance),
      ...(nonce === 0n ? {} : { nonce: quantity(nonce) }),
    }
    return [address, account] as const
  })
  return Object.fromEntries(accounts)
}

/** The RLP of the list of the transactions that were executed. */
export function bodyHex({ block }: Transition): Hex {
  const items = block.transactions.map(({ raw, type }) =>
    type === LEGACY_TYPE ? raw : encodeRlp(raw),
  )
  return bytesToHex(joinRlpList(items))
}

export function resultJson(transition: Transition): Json {
  const { archive, environment, logsHash, rejected, requests, stateRoot } = transition
  const { baseFeePerGas, difficulty, excessBlobGas, withdrawals } = environment
  const { blobGasUsed, transactionsRoot, withdrawalsRoot } = transition
  return {
    stateRoot: bytesToHex(stateRoot),
    txRoot: bytesToHex(transactionsRoot),
    receiptsRoot: bytesToHex(archive.receipts.root),
    logsHash,
    logsBloom: bytesToHex(archive.receipts.logsBloom),
    receipts: receiptsJson(transition),
    ...(rejected.length === 0 ? {} : { rejected }),
    currentDifficulty: difficulty === undefined ? null : quantity(difficulty),
    gasUsed: quantity(archive.gasUsed),
    ...(baseFeePerGas === undefined ? {} : { currentBaseFee: quantity(baseFeePerGas) }),
    ...(withdrawals === undefined ? {} : { withdrawalsRoot: bytesToHex(withdrawalsRoot) }),
    ...(excessBlobGas === undefined
      ? {}
      : { currentExcessBlobGas: quantity(excessBlobGas), blobGasUsed: quantity(blobGasUsed) }),
    ...(requests === undefined ? {} : { requestsHash: bytesToHex(requestsHash(requests, sha256)) }),
    requests: requests?.map(bytesToHex) ?? null,
  }
}

function receiptsJson(transition: Transition): Json[] {
  const { archive, environment, stateRoots } = transition
  let logIndex = 0
  return decodeReceipts(archive.receipts, archive.facts).map((receipt, i) => {
    const logs = receipt.logs.map((log) => logJson(transition, receipt, log, logIndex++))
    return {
      ...(receipt.type === 0 ? {} : { type: quantity(receipt.type) }),
      root: stateRoots[i] === undefined ? '0x' : bytesToHex(stateRoots[i]),
      status: stateRoots[i] === undefined ? quantity(receipt.status) : '0x0',
      cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
      logsBloom: receipt.logsBloom,
      logs,
      transactionHash: receipt.transactionHash,
      contractAddress: receipt.contractAddress ?? NO_CONTRACT,
      gasUsed: quantity(receipt.gasUsed),
      effectiveGasPrice: null,
      ...blobFields(transition, i),
      blockHash: BLOCK_HASH,
      blockNumber: quantity(environment.number),
      transactionIndex: quantity(i),
    }
  })
}

function blobFields({ block, environment }: Transition, i: number): Json {
  const { length } = block.transactions[i]!.blobVersionedHashes
  const { excessBlobGas, fork } = environment
  if (length === 0 || excessBlobGas === undefined) return {}
  return {
    blobGasUsed: quantity(length * GAS_PER_BLOB),
    blobGasPrice: quantity(blobBaseFee(excessBlobGas, fork.blobs!)),
  }
}

function logJson(transition: Transition, receipt: Receipt, log: Log, logIndex: number): Json {
  const { block, number } = transition.environment
  return {
    address: log.address,
    topics: log.topics,
    data: log.data,
    blockNumber: quantity(number),
    transactionHash: receipt.transactionHash,
    transactionIndex: quantity(receipt.transactionIndex),
    blockHash: BLOCK_HASH,
    blockTimestamp: quantity(block.timestamp as bigint),
    logIndex: quantity(logIndex),
    removed: false,
  }
}

function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(WORD_DIGITS, '0')}`
}
