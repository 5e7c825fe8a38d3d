/** `testing_*` of the execution-apis: blocks of what is given. */

import { bytesToHex, quantityToHex } from '../base/bytes.js'
import { InvalidTransactionError } from '../base/errors.js'
import type { Hex } from '../base/types.js'
import { decodeTransaction } from '../intake/transaction.js'
import { recoverSender } from '../ledger/admit.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import type { BuiltBlock, Chain, LedgerBlock, NextBlock } from '../ledger/types.js'
import type { MethodTable } from './dispatcher.js'
import { blockOverrides, type WithdrawalOverride } from './overrides.js'
import {
  address,
  bytes,
  field,
  hash,
  list,
  object,
  optional,
  rawBytes,
  readParams,
  uint64,
  type Reader,
} from './params.js'
import { serverError } from './rpc-error.js'
import { effectivePrice, withdrawalJson, type Json } from './shapes.js'
import { brokenRule } from './simulate/message.js'

/** Where geth's miner moves gas limits to. */
const GAS_CEILING = 60_000_000n
const GAS_LIMIT_DIVISOR = 1_024n

interface PayloadAttributes {
  readonly timestamp: bigint
  readonly prevRandao: Hex
  readonly suggestedFeeRecipient: Hex
  readonly withdrawals: readonly WithdrawalOverride[]
  readonly parentBeaconBlockRoot: Hex | undefined
  readonly targetGasLimit: bigint | undefined
}

const attributes: Reader<PayloadAttributes> = (value) => {
  const type = 'PayloadAttributes'
  const fields = object('engine.PayloadAttributes')(value)
  const needed = <T>(name: string, read: Reader<T>): T => {
    const found = field(fields, name, read, type)
    if (found !== undefined) return found
    throw serverError(`missing required field '${name}' for PayloadAttributes`)
  }
  const { withdrawals } = fields
  return {
    timestamp: needed('timestamp', uint64),
    prevRandao: needed('prevRandao', hash),
    suggestedFeeRecipient: needed('suggestedFeeRecipient', address),
    withdrawals: blockOverrides({ withdrawals }).withdrawals ?? [],
    parentBeaconBlockRoot: field(fields, 'parentBeaconBlockRoot', hash, type),
    targetGasLimit: field(fields, 'targetGasLimit', uint64, type),
  }
}

/** As far towards `target` as one block may go. */
function gasLimitTowards(parent: bigint, target: bigint): bigint {
  const most = parent / GAS_LIMIT_DIVISOR - 1n
  if (parent < target) return parent + most < target ? parent + most : target
  return parent - most > target ? parent - most : target
}

async function build(
  chain: Chain,
  given: PayloadAttributes,
  transactions: readonly Uint8Array[] | undefined,
  extraData: Hex | undefined,
  isKept: boolean,
): Promise<BuiltBlock> {
  const { parentBeaconBlockRoot, suggestedFeeRecipient: coinbase, targetGasLimit } = given
  const { prevRandao, timestamp, withdrawals } = given
  const { header } = chain.head
  if (timestamp <= header.timestamp) {
    const both = `parent ${header.timestamp} given ${timestamp}`
    throw serverError(`invalid timestamp, ${both}`)
  }
  const next: NextBlock = {
    ...{ timestamp, coinbase, prevRandao, withdrawals, extraData: extraData ?? '0x' },
    ...(parentBeaconBlockRoot === undefined ? {} : { parentBeaconBlockRoot }),
    gasLimit: gasLimitTowards(header.gasLimit, targetGasLimit ?? GAS_CEILING),
  }
  try {
    return await chain.build({ next, isKept, ...(transactions && { transactions }) })
  } catch (error) {
    throw await refusalOf(chain, transactions ?? [], error)
  }
}

/** In geth's words. */
async function refusalOf(
  chain: Chain,
  transactions: readonly Uint8Array[],
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof InvalidTransactionError)) return error
  const raw = transactions[error.place.tx ?? 0]
  if (raw === undefined) return error
  const tx = decodeTransaction(raw)
  const from = bytesToHex(await recoverSender(tx))
  const sender = await chain.engine.getAccount(from)
  const { header, rules: fork } = chain.head as KeptBlock
  const { baseFeePerGas = 0n, excessBlobGas = 0n } = header
  const block = { fork, blobBaseFee: undefined }
  const rules = { block, baseFeePerGas, excessBlobGas, validates: true }
  const broken = brokenRule(tx, from, sender, rules)
  return broken === undefined ? error : serverError(broken.message)
}

function envelopeJson({ block, requests }: BuiltBlock): Json {
  return {
    executionPayload: payloadJson(block),
    blockValue: quantityToHex(valueOf(block)),
    blobsBundle: { commitments: [], proofs: [], blobs: [] },
    executionRequests: requests.map((it) => bytesToHex(it)),
    shouldOverrideBuilder: false,
  }
}

function payloadJson({ hash: blockHash, header, transactions, withdrawals }: LedgerBlock): Json {
  const { blobGasUsed, excessBlobGas } = header
  return {
    parentHash: bytesToHex(header.parentHash),
    feeRecipient: bytesToHex(header.coinbase),
    stateRoot: bytesToHex(header.stateRoot),
    receiptsRoot: bytesToHex(header.receiptsRoot),
    logsBloom: bytesToHex(header.logsBloom),
    prevRandao: bytesToHex(header.mixHash),
    blockNumber: quantityToHex(header.number),
    gasLimit: quantityToHex(header.gasLimit),
    gasUsed: quantityToHex(header.gasUsed),
    timestamp: quantityToHex(header.timestamp),
    extraData: bytesToHex(header.extraData),
    baseFeePerGas: quantityToHex(header.baseFeePerGas ?? 0n),
    blockHash,
    transactions: transactions.map(({ raw }) => bytesToHex(raw)),
    withdrawals: withdrawals?.map(withdrawalJson) ?? null,
    ...(blobGasUsed === undefined ? {} : { blobGasUsed: quantityToHex(blobGasUsed) }),
    ...(excessBlobGas === undefined ? {} : { excessBlobGas: quantityToHex(excessBlobGas) }),
  }
}

/** What its maker gets of it, in wei. */
function valueOf({ header, receipts, transactions }: LedgerBlock): bigint {
  const { baseFeePerGas = 0n } = header
  return transactions.reduce((sum, tx, i) => {
    const tip = effectivePrice(tx, baseFeePerGas) - baseFeePerGas
    return sum + tip * BigInt(receipts[i]!.gasUsed)
  }, 0n)
}

const transactionList = optional(list(rawBytes, '[]hexutil.Bytes'))

export const testingMethods: MethodTable = {
  testing_buildBlockV1: async (params, { chain }) => {
    const types = [hash, attributes, transactionList, optional(bytes)] as const
    const [parent, given, transactions, extraData] = readParams(params, types)
    if (parent !== chain.head.hash) throw serverError('parentHash is not current head')
    return envelopeJson(await build(chain, given, transactions, extraData, false))
  },
  testing_commitBlockV1: async (params, { chain }) => {
    const types = [attributes, transactionList, optional(bytes)] as const
    const [given, transactions, extraData] = readParams(params, types)
    return (await build(chain, given, transactions, extraData, true)).block.hash
  },
}
