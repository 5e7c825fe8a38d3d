/** `eth_call` and what is like it: nothing of it is kept. */

import { quantityToHex } from '../base/bytes.js'
import { InvalidTransactionError } from '../base/errors.js'
import type { BlockEnvironment, Hex } from '../base/types.js'
import type { CallInput } from '../intake/call-input.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import type { Chain, StateAt } from '../ledger/types.js'
import { CallFailedError } from '../tools/call-failed-error.js'
import type { CallOptions } from '../tools/call-options.js'
import type { CallResult } from '../tools/call.js'
import { NOBODY, callArgs, type CallArgs } from './call-args.js'
import type { MethodTable, RpcContext } from './dispatcher.js'
import { stateOf } from './lookup.js'
import {
  blockOverrides,
  stateOverrides,
  type AccountOverrides,
  type BlockOverrides,
} from './overrides.js'
import { blockRef, optional, readParams, type BlockRef } from './params.js'
import { failureWords, revertError } from './revert-error.js'
import { RpcError, serverError } from './rpc-error.js'
import { checkMessage, transactionOf } from './simulate/message.js'

/** As geth's nodes by default. */
const GAS_CAP = 50_000_000n

/** @throws RpcError for what contradicts itself */
export function callInputOf(chain: Chain, call: CallArgs, withGasCap = true): CallInput {
  const { data, gas, hasData: _, ...rest } = call
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = call
  if (gasPrice !== undefined && (maxFeePerGas ?? maxPriorityFeePerGas) !== undefined) {
    throw serverError('both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified')
  }
  if (call.chainId !== undefined && call.chainId !== chain.chainId) {
    const ids = `have=${call.chainId}, want=${chain.chainId}`
    throw serverError(`chainId does not match node's (${ids})`)
  }
  const given = Object.entries({ ...rest, chainId: undefined, data })
  const fields = Object.fromEntries(given.filter(([, value]) => value !== undefined))
  if (gas === undefined) return fields as CallInput
  const limit = withGasCap && gas > GAS_CAP ? GAS_CAP : gas
  return { ...fields, gas: limit } as CallInput
}

/** Block, state and what is other in them. */
export function callOptionsOf(
  { at }: StateAt,
  overrides: readonly AccountOverrides[] | undefined,
  block: BlockOverrides | undefined,
  signal?: CallOptions['signal'],
): CallOptions {
  return {
    ...(at === undefined ? {} : { at }),
    ...(overrides === undefined ? {} : { state: Object.fromEntries(overrides.map(overrideOf)) }),
    ...(block === undefined ? {} : { env: envOf(block) }),
    ...(signal === undefined ? {} : { signal }),
  }
}

type Override = NonNullable<CallOptions['state']>[string]

function overrideOf(it: AccountOverrides): [string, Override] {
  const { address, balance, code, movePrecompileTo, nonce, state, stateDiff } = it
  const slots = (list: AccountOverrides['state']): Record<string, Hex> => {
    return Object.fromEntries(list ?? [])
  }
  return [
    address,
    {
      ...(balance === undefined ? {} : { balance }),
      ...(nonce === undefined ? {} : { nonce }),
      ...(code === undefined ? {} : { code }),
      ...(state === undefined ? {} : { state: slots(state) }),
      ...(stateDiff === undefined ? {} : { stateDiff: slots(stateDiff) }),
      ...(movePrecompileTo === undefined ? {} : { movePrecompileToAddress: movePrecompileTo }),
    },
  ]
}

function envOf(block: BlockOverrides): Partial<BlockEnvironment> {
  const refuse = (name: string): never => {
    throw serverError(`block override "${name}" is not supported for this RPC method`)
  }
  if (block.beaconRoot !== undefined) refuse('beaconRoot')
  if (block.withdrawals !== undefined) refuse('withdrawals')
  const { baseFeePerGas, difficulty, feeRecipient, gasLimit, number, prevRandao, time } = block
  const env = { number, difficulty, timestamp: time, gasLimit, prevRandao, baseFeePerGas }
  const said = Object.entries({ ...env, coinbase: feeRecipient })
  return Object.fromEntries(said.filter(([, value]) => value !== undefined))
}

/** @throws RpcError if it did not succeed */
export function outputOf({ outcome, output }: Pick<CallResult, 'outcome' | 'output'>): Hex {
  if (outcome === 'success') return output
  if (outcome === 'revert') throw revertError(output)
  throw serverError(failureWords(outcome))
}

/** What geth says of a call that no state would take. */
export async function refusalOf(
  chain: Chain,
  { at, block }: StateAt,
  call: CallArgs,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof InvalidTransactionError)) return error
  const { header, rules: fork } = block as KeptBlock
  const sender = await chain.engine.getAccount(call.from ?? NOBODY, at === undefined ? {} : { at })
  const planned = { fork, blobBaseFee: undefined }
  try {
    const gas = call.gas ?? GAS_CAP
    const tx = transactionOf(call, chain.chainId, planned, gas, sender.nonce)
    const { baseFeePerGas = 0n, excessBlobGas = 0n } = header
    const rules = { block: planned, baseFeePerGas, excessBlobGas, validates: false }
    checkMessage(tx, call.from ?? NOBODY, sender, rules)
  } catch (told) {
    return told instanceof RpcError ? serverError(told.message) : told
  }
  return error
}

type CallParams = readonly [
  CallArgs,
  BlockRef | undefined,
  readonly AccountOverrides[] | undefined,
  BlockOverrides | undefined,
]

function readCallParams(params: readonly unknown[]): CallParams {
  const overrides = optional(stateOverrides)
  return readParams(params, [callArgs, optional(blockRef), overrides, optional(blockOverrides)])
}

async function call(params: readonly unknown[], context: RpcContext): Promise<Hex> {
  const { chain, signal } = context
  const [args, ref, overrides, block] = readCallParams(params)
  const state = stateOf(chain, ref)
  const input = callInputOf(chain, args)
  try {
    const options = callOptionsOf(state, overrides, block, signal)
    return outputOf(await chain.engine.call(input, options))
  } catch (error) {
    throw await refusalOf(chain, state, args, error)
  }
}

async function estimate(params: readonly unknown[], context: RpcContext): Promise<Hex> {
  const { chain, signal } = context
  const [args, ref, overrides, block] = readCallParams(params)
  const state = stateOf(chain, ref)
  // Less than any transaction needs is no limit, as in geth
  const gas = args.gas !== undefined && args.gas >= 21_000n ? args.gas : undefined
  const input = callInputOf(chain, { ...args, gas })
  try {
    const options = callOptionsOf(state, overrides, block, signal)
    return quantityToHex(await chain.engine.estimateGas(input, options))
  } catch (error) {
    if (error instanceof CallFailedError) throw failedEstimate(error.result, gas, state)
    throw await refusalOf(chain, state, args, error)
  }
}

function failedEstimate(
  result: CallResult,
  gas: bigint | undefined,
  { block: { header } }: StateAt,
): RpcError {
  if (result.outcome === 'revert') return revertError(result.output)
  if (result.outcome !== 'out-of-gas') return serverError(failureWords(result.outcome))
  const most = gas ?? (header.gasLimit < GAS_CAP ? header.gasLimit : GAS_CAP)
  return serverError(`gas required exceeds allowance (${most})`)
}

export const callMethods: MethodTable = {
  eth_call: call,
  eth_estimateGas: estimate,
}
