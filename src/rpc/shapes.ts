/** Blocks, transactions, receipts and logs as JSON-RPC has them, byte for byte as geth writes. */

import { bytesToHex, quantityToHex } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import { blobBaseFee, GAS_PER_BLOB } from '../forks/forks.js'
import type { Withdrawal } from '../intake/block.js'
import { encodeHeader, headerHash, type Header } from '../intake/header.js'
import {
  ACCESS_LIST_TYPE,
  BLOB_TYPE,
  LEGACY_TYPE,
  SET_CODE_TYPE,
  type Transaction,
} from '../intake/transaction.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import type { LedgerBlock, LedgerLog } from '../ledger/types.js'

type Json = Readonly<Record<string, unknown>>

const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000'

export function headerJson(header: Header, hash: Hex): Json {
  return {
    number: quantityToHex(header.number),
    hash,
    parentHash: bytesToHex(header.parentHash),
    nonce: bytesToHex(header.nonce),
    mixHash: bytesToHex(header.mixHash),
    sha3Uncles: bytesToHex(header.unclesHash),
    logsBloom: bytesToHex(header.logsBloom),
    stateRoot: bytesToHex(header.stateRoot),
    miner: bytesToHex(header.coinbase),
    difficulty: quantityToHex(header.difficulty),
    extraData: bytesToHex(header.extraData),
    gasLimit: quantityToHex(header.gasLimit),
    gasUsed: quantityToHex(header.gasUsed),
    timestamp: quantityToHex(header.timestamp),
    transactionsRoot: bytesToHex(header.transactionsRoot),
    receiptsRoot: bytesToHex(header.receiptsRoot),
    ...quantityIf('baseFeePerGas', header.baseFeePerGas),
    ...bytesIf('withdrawalsRoot', header.withdrawalsRoot),
    ...quantityIf('blobGasUsed', header.blobGasUsed),
    ...quantityIf('excessBlobGas', header.excessBlobGas),
    ...bytesIf('parentBeaconBlockRoot', header.parentBeaconBlockRoot),
    ...bytesIf('requestsHash', header.requestsHash),
    ...bytesIf('virtualBlocksRoot', header.virtualBlocksRoot),
  }
}

function quantityIf(name: string, value: bigint | undefined): Json {
  return value === undefined ? {} : { [name]: quantityToHex(value) }
}

function bytesIf(name: string, value: Uint8Array | undefined): Json {
  return value === undefined ? {} : { [name]: bytesToHex(value) }
}

/** @param isFull transactions with all their fields instead of their hashes */
export function blockJson(block: LedgerBlock, isFull: boolean): Json {
  const { bytes, hash, header, transactions, uncles, withdrawals } = block
  return {
    ...headerJson(header, hash),
    size: quantityToHex(bytes.length),
    transactions: isFull
      ? transactions.map((_, i) => minedJson(block, i))
      : transactions.map((tx) => bytesToHex(tx.hash)),
    uncles: uncles.map((uncle) => bytesToHex(headerHash(uncle))),
    ...(withdrawals === undefined ? {} : { withdrawals: withdrawals.map(withdrawalJson) }),
  }
}

/** Of RLP, with empty lists for transactions and uncles. */
const EMPTY_BODY_BYTES = 2
const SHORT_LIST = 56

export function uncleJson(uncle: Header): Json {
  const content = encodeHeader(uncle).length + EMPTY_BODY_BYTES
  const size = content + prefixBytes(content)
  const hash = bytesToHex(headerHash(uncle))
  return { ...headerJson(uncle, hash), size: quantityToHex(size), uncles: [] }
}

function prefixBytes(content: number): number {
  if (content < SHORT_LIST) return 1
  return 1 + Math.ceil(content.toString(16).length / 2)
}

export function withdrawalJson({ address, amount, index, validatorIndex }: Withdrawal): Json {
  return {
    index: quantityToHex(index),
    validatorIndex: quantityToHex(validatorIndex),
    address: bytesToHex(address),
    amount: quantityToHex(amount),
  }
}

/** Where a transaction is; null for one that waits. */
export interface TransactionPlace {
  readonly blockHash: Hex | null
  readonly blockNumber: Hex | null
  readonly blockTimestamp: Hex | null
  readonly transactionIndex: Hex | null
}

const NOWHERE: TransactionPlace = {
  blockHash: null,
  blockNumber: null,
  blockTimestamp: null,
  transactionIndex: null,
}

export function minedJson(block: LedgerBlock, index: number): Json {
  const { hash, header, number } = block
  const place = {
    blockHash: hash,
    blockNumber: quantityToHex(number),
    blockTimestamp: quantityToHex(header.timestamp),
    transactionIndex: quantityToHex(index),
  }
  const tx = block.transactions[index]!
  const price = effectivePrice(tx, header.baseFeePerGas)
  return transactionJson(tx, block.senders[index]!, place, price)
}

/** One that waits, or that is not signed yet. */
export function waitingJson(tx: Transaction, sender: Hex): Json {
  return transactionJson(tx, sender, NOWHERE, tx.maxFeePerGas)
}

/** What a unit of gas costs the sender. */
export function effectivePrice(
  { maxFeePerGas, maxPriorityFeePerGas, type }: Transaction,
  baseFee = 0n,
): bigint {
  if (type <= ACCESS_LIST_TYPE) return maxFeePerGas
  const price = maxPriorityFeePerGas + baseFee
  return price < maxFeePerGas ? price : maxFeePerGas
}

export function transactionJson(
  tx: Transaction,
  from: Hex,
  { blockHash, blockNumber, blockTimestamp, transactionIndex }: TransactionPlace,
  gasPrice: bigint,
): Json {
  const isTyped = tx.type !== LEGACY_TYPE
  const hasFees = tx.type > ACCESS_LIST_TYPE
  return {
    blockHash,
    blockNumber,
    blockTimestamp,
    from,
    gas: quantityToHex(tx.gasLimit),
    gasPrice: quantityToHex(gasPrice),
    ...quantityIf('maxFeePerGas', hasFees ? tx.maxFeePerGas : undefined),
    ...quantityIf('maxPriorityFeePerGas', hasFees ? tx.maxPriorityFeePerGas : undefined),
    ...quantityIf('maxFeePerBlobGas', tx.type === BLOB_TYPE ? tx.maxFeePerBlobGas : undefined),
    hash: bytesToHex(tx.hash),
    input: bytesToHex(tx.data),
    nonce: quantityToHex(tx.nonce),
    to: tx.to === null ? null : bytesToHex(tx.to),
    transactionIndex,
    value: quantityToHex(tx.value),
    type: quantityToHex(tx.type),
    ...(isTyped ? { accessList: accessListJson(tx) } : {}),
    ...quantityIf('chainId', tx.chainId ?? undefined),
    ...(tx.type === BLOB_TYPE
      ? { blobVersionedHashes: tx.blobVersionedHashes.map((it) => bytesToHex(it)) }
      : {}),
    ...(tx.type === SET_CODE_TYPE ? { authorizationList: authorizationsJson(tx) } : {}),
    v: quantityToHex(isTyped ? tx.yParity : tx.v),
    r: quantityToHex(tx.r),
    s: quantityToHex(tx.s),
    ...(isTyped ? { yParity: quantityToHex(tx.yParity) } : {}),
  }
}

function accessListJson({ accessList }: Transaction): readonly Json[] {
  return accessList.map(({ address, storageKeys }) => ({
    address: bytesToHex(address),
    storageKeys: storageKeys.map((key) => bytesToHex(key)),
  }))
}

function authorizationsJson({ authorizationList }: Transaction): readonly Json[] {
  return authorizationList.map(({ address, chainId, nonce, r, s, yParity }) => ({
    chainId: quantityToHex(chainId),
    address: bytesToHex(address),
    nonce: quantityToHex(nonce),
    yParity: quantityToHex(yParity),
    r: quantityToHex(r),
    s: quantityToHex(s),
  }))
}

export function receiptJson(block: LedgerBlock, index: number): Json {
  const receipt = block.receipts[index]!
  const tx = block.transactions[index]!
  const { contractAddress } = receipt
  const logs = (block as KeptBlock).logs.filter((log) => log.transactionIndex === index)
  const root = block.stateRoots[index]
  return {
    blockHash: block.hash,
    blockNumber: quantityToHex(block.number),
    transactionHash: receipt.transactionHash,
    transactionIndex: quantityToHex(index),
    from: receipt.from,
    to: receipt.to,
    gasUsed: quantityToHex(receipt.gasUsed),
    cumulativeGasUsed: quantityToHex(receipt.cumulativeGasUsed),
    contractAddress: contractAddress === ZERO_ADDRESS ? null : contractAddress,
    logs: logs.map(logJson),
    logsBloom: receipt.logsBloom,
    type: quantityToHex(receipt.type),
    effectiveGasPrice: quantityToHex(receipt.effectiveGasPrice),
    ...(root === undefined ? { status: quantityToHex(receipt.status) } : { root }),
    ...(tx.type === BLOB_TYPE ? blobFields(block, tx) : {}),
  }
}

function blobFields(block: LedgerBlock, { blobVersionedHashes }: Transaction): Json {
  const { rules, header } = block as KeptBlock
  const price = blobBaseFee(header.excessBlobGas ?? 0n, rules.blobs!)
  return {
    blobGasUsed: quantityToHex(blobVersionedHashes.length * GAS_PER_BLOB),
    blobGasPrice: quantityToHex(price),
  }
}

export function logJson(log: LedgerLog): Json {
  const { block, topics } = log
  return {
    address: log.address,
    topics,
    data: log.data,
    blockNumber: quantityToHex(block.number),
    transactionHash: log.transactionHash,
    transactionIndex: quantityToHex(log.transactionIndex),
    blockHash: block.hash,
    blockTimestamp: quantityToHex(block.header.timestamp),
    logIndex: quantityToHex(log.logIndex),
    removed: log.removed,
  }
}

export type { Json }
