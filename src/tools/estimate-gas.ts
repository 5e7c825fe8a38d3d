/** The least gas with which a call succeeds. */

import { rulesOf } from '../forks/rules.js'
import { CALL_GAS, type Call } from '../intake/call-input.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { CallFailedError } from './call-failed-error.js'
import { executeCall, type CallPlace, type CallResult } from './call.js'

/**
 * What the call has used is tried first: less cannot do. Only where that is too little, because
 * calls leave a 64th of the gas to their callers, the rest is found by halving.
 * @throws CallFailedError; as a call
 */
export async function estimateGas(
  parts: EngineParts,
  call: Call,
  place: CallPlace,
): Promise<number> {
  const { fork, semantics } = parts.config
  const most = mostGas(call, place, rulesOf(fork).maxTransactionGas)
  const run = (gasLimit: number | bigint): Promise<CallResult> => {
    const tx = { ...call.tx, gasLimit: BigInt(gasLimit) }
    // One without a limit gets no more than its sender can pay for
    return executeCall(parts, { ...call, tx }, place)
  }
  const first = await executeCall(parts, { ...call, ...most }, place)
  if (first.status === 0) throw new CallFailedError(first)
  const failures = failuresOf(first)
  const isEnough = (result: CallResult): boolean =>
    result.status === 1 && failuresOf(result) === failures
  const used = first.gasUsed + first.gasRefund
  if (semantics === 'ethereum' && isEnough(await run(used))) return used
  let least = semantics === 'ethereum' ? used : used - 1
  let enough = Number(most.tx.gasLimit)
  while (least + 1 < enough) {
    const gas = Math.floor((least + enough) / 2)
    if (isEnough(await run(gas))) enough = gas
    else least = gas
  }
  return enough
}

/** The call's own limit, or the block's; in neither case more than a transaction may have. */
function mostGas(
  call: Call,
  { environment }: CallPlace,
  maxTransactionGas = CALL_GAS,
): Pick<Call, 'tx' | 'hasGas'> {
  const { gasLimit } = call.hasGas ? call.tx : environment
  const most = [gasLimit, maxTransactionGas, CALL_GAS].reduce((a, b) => (a < b ? a : b))
  return { tx: { ...call.tx, gasLimit: most }, hasGas: call.hasGas }
}

/** Messages that have failed between actors: the caller hears of none of them. */
function failuresOf({ rounds }: CallResult): number {
  let count = 0
  for (const { messages } of rounds) for (const { status } of messages) count += 1 - status
  return count
}
