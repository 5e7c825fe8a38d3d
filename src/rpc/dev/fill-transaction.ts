/** What a wallet leaves out of a transaction: nonce, gas, prices. */

import { bytesToHex, hexToBytes, parseQuantity, quantityToHex } from '../../base/bytes.js'
import { InvalidInputError } from '../../base/errors.js'
import type { Hex } from '../../base/types.js'
import type { RpcContext } from '../dispatcher.js'
import { invalidParams } from '../rpc-error.js'

type Fields = Readonly<Record<string, unknown>>

/** Keys of `eth_sendTransaction`, and whether they go into the transaction as they are. */
const CARRIED = [
  ...['to', 'value', 'nonce', 'accessList', 'authorizationList', 'blobVersionedHashes', 'type'],
  ...['maxFeePerBlobGas', 'gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas'],
] as const
/** What is offered above the base fee when nobody says: room for six blocks that are full. */
const BASE_FEE_FACTOR = 2n
const LEGACY_TYPES = new Set([0n, 1n])

/** A transaction with all that it needs but a signature. */
export type FilledTransaction = Readonly<Record<string, unknown>> & {
  readonly nonce: Hex
  readonly gas: Hex
}

/** From whom a transaction is: the first account where it does not say. @throws RpcError */
export function senderOf(fields: Fields, first: Hex | undefined): Hex {
  const { from = first } = fields
  if (from == null) throw invalidParams('from: expected an address')
  return asParams('from', () => bytesToHex(hexToBytes(from, 'from', 20)))
}

/**
 * @throws RpcError if the call reverts that gas is estimated for, or a field cannot be read
 */
export async function fillTransaction(
  fields: Fields,
  from: Hex,
  context: RpcContext,
): Promise<FilledTransaction> {
  const { chain, request } = context
  const input = inputOf(fields)
  checkChain(fields['chainId'], chain.chainId)
  const filled: Record<string, unknown> = { chainId: quantityToHex(chain.chainId) }
  for (const key of CARRIED) if (fields[key] != null) filled[key] = fields[key]
  if (input !== undefined) filled['input'] = input
  await fillPrices(filled, context)
  filled['nonce'] ??= quantityToHex(await chain.pool.nextNonce(from))
  const gas = fields['gas'] ?? fields['gasLimit']
  if (gas != null) return { ...filled, gas } as FilledTransaction
  // Nobody can estimate with a nonce of the future, and gas does not depend on it
  const { chainId: _, nonce: __, ...call } = filled
  const estimate = await request('eth_estimateGas', [{ ...call, from }, 'pending'])
  return { ...filled, gas: estimate } as FilledTransaction
}

async function fillPrices(
  filled: Record<string, unknown>,
  { chain, request }: RpcContext,
): Promise<void> {
  if (filled['gasPrice'] != null) return
  const baseFee = chain.head.header.baseFeePerGas
  const { type } = filled
  const isLegacy = type != null && LEGACY_TYPES.has(asParams('type', () => parseQuantity(type)))
  if (baseFee === undefined || isLegacy) {
    filled['gasPrice'] = await request('eth_gasPrice')
    return
  }
  const { maxFeePerGas } = filled
  filled['maxPriorityFeePerGas'] ??= await tipBelow(maxFeePerGas, request)
  if (maxFeePerGas != null) return
  const tip = asParams('maxPriorityFeePerGas', () => parseQuantity(filled['maxPriorityFeePerGas']))
  filled['maxFeePerGas'] = quantityToHex(BASE_FEE_FACTOR * baseFee + tip)
}

/** A tip is at most the whole fee. */
async function tipBelow(maxFee: unknown, request: RpcContext['request']): Promise<unknown> {
  const tip = await request('eth_maxPriorityFeePerGas')
  if (maxFee == null) return tip
  const most = asParams('maxFeePerGas', () => parseQuantity(maxFee))
  return parseQuantity(tip) < most ? tip : quantityToHex(most)
}

function inputOf({ data, input }: Fields): unknown {
  const isBoth = typeof data === 'string' && typeof input === 'string'
  if (isBoth && data.toLowerCase() !== input.toLowerCase()) {
    throw invalidParams('"data" and "input" are two names of one field; they are not equal')
  }
  return input ?? data ?? undefined
}

function checkChain(chainId: unknown, own: bigint): void {
  if (chainId == null) return
  const asked = asParams('chainId', () => parseQuantity(chainId))
  if (asked !== own) throw invalidParams(`chainId: expected ${own}, got ${asked}`)
}

function asParams<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidInputError) throw invalidParams(`${field}: ${error.message}`)
    throw error
  }
}
