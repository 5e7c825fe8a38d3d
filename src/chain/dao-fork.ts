/** The irregular change of state that the DAO fork is (EIP-779). */

import type { Core } from '../wasm/core.js'
import { creditAccount } from '../state/credit-account.js'
import { DAO_REFUND_CONTRACT, daoAccounts } from './dao-accounts.js'

const BALANCE_AT = 32

/** Moves all that the accounts of the DAO have to the contract that pays it back. */
export function moveDaoBalances(core: Core): void {
  let total = 0n
  for (const address of daoAccounts()) total += takeBalance(core, address)
  creditAccount(core, DAO_REFUND_CONTRACT, total)
}

function takeBalance(core: Core, address: Uint8Array): bigint {
  const { exchange, exports, memory } = core
  exports.takeBalance(core.exchangeAddress(address), exchange + BALANCE_AT)
  memory.refresh()
  return memory.readWord(exchange + BALANCE_AT)
}
