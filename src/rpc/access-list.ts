/** `eth_createAccessList`. */

import { quantityToHex } from '../base/bytes.js'
import type { Chain, StateAt } from '../ledger/types.js'
import type { AccessListResult } from '../tools/access-list.js'
import { callArgs, type CallArgs } from './call-args.js'
import type { MethodTable } from './dispatcher.js'
import { callInputOf, callOptionsOf, refusalOf } from './eth-calls.js'
import { suggestedTip } from './eth-fees.js'
import { stateOf } from './lookup.js'
import { stateOverrides } from './overrides.js'
import { blockRef, optional, readParams } from './params.js'
import { failureWords } from './revert-error.js'
import type { Json } from './shapes.js'

/** With the fees that a wallet would fill in. */
function priced(chain: Chain, call: CallArgs, { block }: StateAt): CallArgs {
  const { baseFeePerGas } = block.header
  if (call.gasPrice !== undefined || baseFeePerGas === undefined) return call
  const tip = call.maxPriorityFeePerGas ?? suggestedTip(chain)
  const maxFeePerGas = call.maxFeePerGas ?? tip + 2n * baseFeePerGas
  return { ...call, maxPriorityFeePerGas: tip, maxFeePerGas }
}

function resultJson({ accessList, result: { gasUsed, outcome } }: AccessListResult): Json {
  const error = outcome === 'success' ? {} : { error: failureWords(outcome) }
  return { accessList, ...error, gasUsed: quantityToHex(gasUsed) }
}

export const accessListMethods: MethodTable = {
  eth_createAccessList: async (params, { chain, signal }) => {
    const types = [callArgs, optional(blockRef), optional(stateOverrides)] as const
    const [given, ref, overrides] = readParams(params, types)
    const state = stateOf(chain, ref)
    const call = priced(chain, given, state)
    try {
      const options = callOptionsOf(state, overrides, undefined, signal)
      const { engine } = chain
      return resultJson(await engine.createAccessList(callInputOf(chain, call), options))
    } catch (error) {
      throw await refusalOf(chain, state, call, error)
    }
  },
}
