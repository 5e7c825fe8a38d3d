/** A call of a simulation as a transaction, and the rules of a block that it breaks. */

import { hexToBytes } from '../../base/bytes.js'
import type { Hex } from '../../base/types.js'
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
import type { CallArgs } from '../call-args.js'
import { checksumAddress } from '../checksum.js'
import { INTERNAL_ERROR, INVALID_PARAMS, RpcError, serverError } from '../rpc-error.js'
import type { PlannedBlock } from './plan.js'

const NONCE_TOO_LOW = -38010
const NONCE_TOO_HIGH = -38011
const FEE_CAP_TOO_LOW = -38012
const INTRINSIC_GAS_TOO_LOW = -38013
const INSUFFICIENT_FUNDS = -38014
const INITCODE_TOO_LARGE = -38025

/** EIP-4844. */
const KZG_VERSION = 0x01
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
  { fork }: Pick<PlannedBlock, 'fork'>,
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
  readonly block: Pick<PlannedBlock, 'blobBaseFee' | 'fork'>
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

/** A rule that a transaction breaks: geth's code of eth_simulateV1, and its words. */
class Broken extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** @throws RpcError with the code of the rule that is broken */
export function checkMessage(
  tx: Transaction,
  from: Hex,
  sender: SenderState,
  rules: MessageRules,
): void {
  const broken = brokenRule(tx, from, sender, rules)
  if (broken === undefined) return
  throw new RpcError(broken.code, `err: ${broken.message} (supplied gas ${tx.gasLimit})`)
}

/** The first rule of a block that a transaction breaks, in geth's order. */
export function brokenRule(
  tx: Transaction,
  from: Hex,
  sender: SenderState,
  rules: MessageRules,
): { readonly code: number; readonly message: string } | undefined {
  try {
    checkAll(tx, checksumAddress(from), sender, rules)
    return undefined
  } catch (error) {
    if (error instanceof Broken) return error
    throw error
  }
}

function refuse(code: number, message: string): never {
  throw new Broken(code, message)
}

function checkAll(tx: Transaction, who: string, sender: SenderState, rules: MessageRules): void {
  if (rules.validates) checkNonce(tx, sender.nonce, who)
  checkFees(tx, rules, who)
  checkBlobs(tx, rules, who)
  const { hasRequests, maxInitcodeBytes } = rulesOf(rules.block.fork)
  if (tx.type === SET_CODE_TYPE && tx.authorizationList.length === 0) {
    refuse(INTERNAL_ERROR, `EIP-7702 transaction with empty auth list (sender ${who})`)
  }
  if (tx.to === null && tx.data.length > maxInitcodeBytes) {
    const size = `code size ${tx.data.length} limit ${maxInitcodeBytes}`
    refuse(INITCODE_TOO_LARGE, `max initcode size exceeded: ${size}`)
  }
  checkFunds(tx, sender.balance, who)
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

function checkNonce(tx: Transaction, nonce: bigint, who: string): void {
  const both = `address ${who}, tx: ${tx.nonce} state: ${nonce}`
  if (nonce < tx.nonce) refuse(NONCE_TOO_HIGH, `nonce too high: ${both}`)
  if (nonce > tx.nonce) refuse(NONCE_TOO_LOW, `nonce too low: ${both}`)
  if (nonce === UINT64_MAX) {
    refuse(INTERNAL_ERROR, `nonce has max value: address ${who}, nonce: ${nonce}`)
  }
}

function checkFees(tx: Transaction, rules: MessageRules, who: string): void {
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

function checkBlobs(tx: Transaction, rules: MessageRules, who: string): void {
  if (tx.type !== BLOB_TYPE) return
  const hashes = tx.blobVersionedHashes
  const { fork } = rules.block
  if (tx.to === null) refuse(INTERNAL_ERROR, 'blob transaction of type create')
  if (hashes.length === 0) refuse(INTERNAL_ERROR, 'blob transaction missing blob hashes')
  if (hashes.length > rulesOf(fork).maxBlobsPerTransaction) {
    refuse(INTERNAL_ERROR, 'blob transaction has too many blobs')
  }
  const wrong = hashes.findIndex(([version]) => version !== KZG_VERSION)
  if (wrong >= 0) refuse(INTERNAL_ERROR, `blob ${wrong} has invalid hash version`)
  if (fork.blobs === undefined || hasFreeBlobs(tx, rules)) return
  const fee = rules.block.blobBaseFee ?? blobBaseFee(rules.excessBlobGas, fork.blobs)
  if (tx.maxFeePerBlobGas >= fee) return
  const both = `blobGasFeeCap: ${tx.maxFeePerBlobGas}, blobBaseFee: ${fee}`
  const what = 'max fee per blob gas less than block blob gas fee'
  refuse(INTERNAL_ERROR, `${what}: address ${who} ${both}`)
}

function checkFunds(tx: Transaction, have: bigint, who: string): void {
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
