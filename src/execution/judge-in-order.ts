/**
 * The rules that need no state, broken or not, for who executes transactions one after the other
 * and has to tell the rule that geth tells first. Engines ask `checkTransactions` instead, which
 * refuses before anything is executed.
 */

import {
  REFUSAL_AFTER_FUNDS,
  REFUSAL_BEFORE_CODE,
  REFUSAL_BEFORE_FUNDS,
  REFUSAL_BEFORE_NONCE,
} from '../../assembly/abi/status.js'
import type { IntrinsicGas } from '../intake/intrinsic-gas.js'
import { checkTransaction } from '../intake/transaction-rules.js'
import {
  ActorEvmError,
  type InvalidBlockReason,
  type InvalidTransactionReason,
} from '../base/errors.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import { blobGasOf, rulesOf, type JudgedTransactions, type Refusal } from '../intake/admission.js'
import type { EngineConfig } from '../machine/engine-parts.js'

type Reason = InvalidBlockReason | InvalidTransactionReason

/** What geth tells before it has looked at the sender's nonce, at its code, after its balance. */
const MOMENTS: Partial<Record<Reason, number>> = {
  'type-not-supported': REFUSAL_BEFORE_NONCE,
  'wrong-chain-id': REFUSAL_BEFORE_NONCE,
  'invalid-signature': REFUSAL_BEFORE_NONCE,
  'blob-gas-above-limit': REFUSAL_BEFORE_NONCE,
  'nonce-is-max': REFUSAL_BEFORE_CODE,
  'gas-limit-above-cap': REFUSAL_BEFORE_CODE,
  'intrinsic-gas-too-low': REFUSAL_AFTER_FUNDS,
  'gas-limit-below-floor': REFUSAL_AFTER_FUNDS,
}

const NO_GAS: IntrinsicGas = { intrinsic: 0n, floor: 0n }

/** @param blobGasBefore of the same block, used by transactions that are not among these */
export function judgeInOrder(
  block: PreparedBlock,
  config: EngineConfig,
  blobGasBefore = 0,
): JudgedTransactions {
  const rules = rulesOf(block, config)
  const refusals = new Map<number, Refusal>()
  rules.block.blobGas -= blobGasBefore
  const gas = block.transactions.map((tx, i) => {
    try {
      const place = { block: block.environment.number, tx: i }
      const gas = checkTransaction(tx, rules, place)
      rules.block.blobGas -= blobGasOf(tx)
      return gas
    } catch (error) {
      if (!(error instanceof ActorEvmError)) throw error
      const moment = MOMENTS[error.reason as Reason] ?? REFUSAL_BEFORE_FUNDS
      refusals.set(i, { error, moment })
      return NO_GAS
    }
  })
  return { gas, refusals }
}
