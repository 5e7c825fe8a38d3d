/**
 * The rules that need no state, broken or not, for who executes transactions one after the other
 * and has to tell the rule that geth tells first. Engines ask `checkTransactionsInTurns` instead,
 * which refuses before anything is executed.
 */

import {
  REFUSAL_AFTER_FUNDS,
  REFUSAL_BEFORE_CODE,
  REFUSAL_BEFORE_FUNDS,
  REFUSAL_BEFORE_NONCE,
} from '../../assembly/abi/status.js'
import type { IntrinsicGas } from '../intake/intrinsic-gas.js'
import { checkTransaction, type TransactionRules } from '../intake/transaction-rules.js'
import type { Transaction } from '../intake/transaction.js'
import {
  ActorEvmError,
  type ErrorPlace,
  type InvalidBlockReason,
  type InvalidTransactionReason,
} from '../base/errors.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import {
  blobGasOf,
  blockRulesOf,
  type JudgedTransactions,
  type Refusal,
} from '../intake/admission.js'
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

export function judgeInOrder(block: PreparedBlock, config: EngineConfig): JudgedTransactions {
  const rules = blockRulesOf(block, config)
  const refusals = new Map<number, Refusal>()
  const gas = block.transactions.map((tx, i) => {
    const judged = judgeOne(tx, rules, { block: block.environment.number, tx: i })
    if ('intrinsic' in judged) {
      rules.block.blobGas -= blobGasOf(tx)
      return judged
    }
    refusals.set(i, judged)
    return NO_GAS
  })
  return { gas, refusals }
}

/** What a valid transaction costs at least, or why and when this one is refused. */
export function judgeOne(
  tx: Transaction,
  rules: TransactionRules,
  place: ErrorPlace,
): IntrinsicGas | Refusal {
  try {
    return checkTransaction(tx, rules, place)
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    return { error, moment: MOMENTS[error.reason as Reason] ?? REFUSAL_BEFORE_FUNDS }
  }
}
