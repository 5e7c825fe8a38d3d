/** A call of a simulation as a transaction, and the rules of a block that it breaks. */

import { hexToBytes } from '../../base/bytes.js'
import { GAS_PER_BLOB, blobBaseFee } from '../../forks/forks.js'
import { rulesOf } from '../../forks/rules.js'
import { intrinsicGas } from '../../intake/intrinsic-gas.js'
import { keccak256 } from '../../intake/keccak.js'
import {
  BLOB_TYPE,
  FEE_MARKET_TYPE,
  LEGACY_TYPE,
  SET_CODE_TYPE,
  encodeTransaction,
  type Transaction,
  type TransactionType,
} from '../../intake/transaction.js'
import { NOBODY, type CallArgs } from '../call-args.js'
import { checksumAddress } from '../checksum.js'
import { INTERNAL_ERROR, INVALID_PARAMS, RpcError, serverError } from '../rpc-error.js'
import type { PlannedBlock } from './plan.js'

const NONCE_TOO_LOW = -38010
const NONCE_TOO_HIGH = -38011
const FEE_CAP_TOO_LOW = -38012
const INTRINSIC_GAS_TOO_LOW = -38013
const INSUFFICIENT_FUNDS = -38014
const INITCODE_TOO_LARGE = -38025

const UINT64_MAX = (1n << 64n) - 1n
const UINT256_LIMIT = 1n << 256n

/** What the sender's account has. */
export interface SenderState {
  readonly balance: bigint
  readonly nonce: bigint
}

/** @throws RpcError for what contradicts itself */
export function transactionOf(
  call: CallArgs,
  chainId: bigint,
  { fork }: PlannedBlock,
  gasLimit: bigint,
  nonce: bigint,
): Transaction {
  const { authorizationList, blobVersionedHashes, gasPrice, maxFeePerGas, to } = call
  const { maxPriorityFeePerGas } = call
  if (gasPrice !== undefined && (maxFeePerGas ?? maxPriorityFeePerGas) !== undefined) {
    throw serverError('both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified')
  }
  if (call.chainId !== undefined && call.chainId !== chainId) {
    const ids = `have=${call.chainId}, want=${chainId}`
    throw serverError(`chainId does not match node's (${ids})`)
  }
  const type = typeOf(call, rulesOf(fork).hasBaseFee)
  const fields = {
    type,
    chainId: type === LEGACY_TYPE ? null : chainId,
    nonce: call.nonce ?? nonce,
    gasPrice: gasPrice ?? maxFeePerGas ?? 0n,
    maxFeePerGas: gasPrice ?? maxFeePerGas ?? 0n,
    maxPriorityFeePerGas: gasPrice ?? maxPriorityFeePerGas ?? 0n,
    gasLimit,
    to: to === undefined ? null : hexToBytes(to),
    value: call.value ?? 0n,
    data: hexToBytes(call.data),
    accessList: (call.accessList ?? []).map(({ address, storageKeys }) => ({
      address: hexToBytes(address),
      storageKeys: storageKeys.map((key) => hexToBytes(key)),
    })),
    maxFeePerBlobGas: call.maxFeePerBlobGas ?? 0n,
    blobVersionedHashes: (blobVersionedHashes ?? []).map((it) => hexToBytes(it)),
    authorizationList: (authorizationList ?? []).map((it) => ({
      ...it,
      address: hexToBytes(it.address),
      yParity: Number(it.yParity),
    })),
    ...{ v: 0n, yParity: 0, r: 0n, s: 0n },
  }
  const raw = encodeTransaction(fields)
  return { ...fields, raw, hash: keccak256(raw) }
}

function typeOf(call: CallArgs, hasBaseFee: boolean): TransactionType {
  if (call.gasPrice !== undefined || !hasBaseFee) return LEGACY_TYPE
  if (call.authorizationList !== undefined) return SET_CODE_TYPE
  return call.blobVersionedHashes === undefined ? FEE_MARKET_TYPE : BLOB_TYPE
}

export interface MessageRules {
  readonly block: PlannedBlock
  readonly baseFeePerGas: bigint
  readonly excessBlobGas: bigint
  /** Whether nonces and fees must be such as a block would take. */
  readonly validates: boolean
}

/** Whether the call pays nothing for gas, and need not. */
export function isFree(tx: Transaction, { validates }: MessageRules): boolean {
  return !validates && tx.maxFeePerGas === 0n && tx.maxPriorityFeePerGas === 0n
}

export function hasFreeBlobs(tx: Transaction, { validates }: MessageRules): boolean {
  return !validates && tx.maxFeePerBlobGas === 0n
}

/**
 * In geth's order.
 * @throws RpcError with the code of the rule that is broken
 */
export function checkMessage(
  tx: Transaction,
  call: CallArgs,
  sender: SenderState,
  rules: MessageRules,
): void {
  const who = checksumAddress(call.from ?? NOBODY)
  const refuse = (code: number, message: string): never => {
    throw new RpcError(code, `err: ${message} (supplied gas ${tx.gasLimit})`)
  }
  if (rules.validates) checkNonce(tx, sender.nonce, who, refuse)
  checkFees(tx, rules, who, refuse)
  checkBlobs(tx, call, rules, who, refuse)
  const { hasRequests, maxInitcodeBytes } = rulesOf(rules.block.fork)
  if (call.authorizationList?.length === 0) {
    refuse(INTERNAL_ERROR, `EIP-7702 transaction with empty auth list (sender ${who})`)
  }
  if (tx.to === null && tx.data.length > maxInitcodeBytes) {
    const size = `code size ${tx.data.length} limit ${maxInitcodeBytes}`
    refuse(INITCODE_TOO_LARGE, `max initcode size exceeded: ${size}`)
  }
  checkFunds(tx, sender.balance, who, refuse)
  const { floor, intrinsic } = intrinsicGas(tx, rulesOf(rules.block.fork))
  if (tx.gasLimit < intrinsic) {
    const need = `have ${tx.gasLimit}, want ${intrinsic}`
    refuse(INTRINSIC_GAS_TOO_LOW, `intrinsic gas too low: ${need}`)
  }
  if (hasRequests && tx.gasLimit < floor) {
    const need = `have ${tx.gasLimit}, want ${floor}`
    refuse(INTERNAL_ERROR, `insufficient gas for floor data gas cost: ${need}`)
  }
}

type Refuse = (code: number, message: string) => never

function checkNonce(tx: Transaction, nonce: bigint, who: string, refuse: Refuse): void {
  const both = `address ${who}, tx: ${tx.nonce} state: ${nonce}`
  if (nonce < tx.nonce) refuse(NONCE_TOO_HIGH, `nonce too high: ${both}`)
  if (nonce > tx.nonce) refuse(NONCE_TOO_LOW, `nonce too low: ${both}`)
  if (nonce === UINT64_MAX) {
    refuse(INTERNAL_ERROR, `nonce has max value: address ${who}, nonce: ${nonce}`)
  }
}

function checkFees(tx: Transaction, rules: MessageRules, who: string, refuse: Refuse): void {
  if (!rulesOf(rules.block.fork).hasBaseFee || isFree(tx, rules)) return
  const { maxFeePerGas, maxPriorityFeePerGas } = tx
  if (maxFeePerGas < maxPriorityFeePerGas) {
    const both = `maxPriorityFeePerGas: ${maxPriorityFeePerGas}, maxFeePerGas: ${maxFeePerGas}`
    const what = 'max priority fee per gas higher than max fee per gas'
    refuse(INVALID_PARAMS, `${what}: address ${who}, ${both}`)
  }
  if (maxFeePerGas < rules.baseFeePerGas) {
    const both = `maxFeePerGas: ${maxFeePerGas}, baseFee: ${rules.baseFeePerGas}`
    const what = 'max fee per gas less than block base fee'
    refuse(FEE_CAP_TOO_LOW, `${what}: address ${who}, ${both}`)
  }
}

function checkBlobs(
  tx: Transaction,
  call: CallArgs,
  rules: MessageRules,
  who: string,
  refuse: Refuse,
): void {
  const hashes = call.blobVersionedHashes
  if (hashes === undefined) return
  const { fork } = rules.block
  if (tx.to === null) refuse(INTERNAL_ERROR, 'blob transaction of type create')
  if (hashes.length === 0) refuse(INTERNAL_ERROR, 'blob transaction missing blob hashes')
  if (hashes.length > rulesOf(fork).maxBlobsPerTransaction) {
    refuse(INTERNAL_ERROR, 'blob transaction has too many blobs')
  }
  const wrong = hashes.findIndex((it) => !it.startsWith('0x01'))
  if (wrong >= 0) refuse(INTERNAL_ERROR, `blob ${wrong} has invalid hash version`)
  if (fork.blobs === undefined || hasFreeBlobs(tx, rules)) return
  const fee = rules.block.blobBaseFee ?? blobBaseFee(rules.excessBlobGas, fork.blobs)
  if (tx.maxFeePerBlobGas >= fee) return
  const both = `blobGasFeeCap: ${tx.maxFeePerBlobGas}, blobBaseFee: ${fee}`
  const what = 'max fee per blob gas less than block blob gas fee'
  refuse(INTERNAL_ERROR, `${what}: address ${who} ${both}`)
}

function checkFunds(tx: Transaction, have: bigint, who: string, refuse: Refuse): void {
  const what = 'insufficient funds for gas * price + value'
  const blobGas = BigInt(tx.blobVersionedHashes.length * GAS_PER_BLOB)
  const want = tx.gasLimit * tx.maxFeePerGas + tx.value + blobGas * tx.maxFeePerBlobGas
  if (want >= UINT256_LIMIT) {
    refuse(INSUFFICIENT_FUNDS, `${what}: address ${who} required balance exceeds 256 bits`)
  }
  if (have < want) {
    refuse(INSUFFICIENT_FUNDS, `${what}: address ${who} have ${have} want ${want}`)
  }
}

