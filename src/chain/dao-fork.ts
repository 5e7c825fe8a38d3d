/** The irregular change of state that the DAO fork is (EIP-779). */

import {
  ACCOUNT_LIVE,
  CODE_BYTES,
  CODE_LENGTH,
  VIEW_BALANCE,
  VIEW_CODE,
  VIEW_NONCE,
} from '../../assembly/abi/records.js'
import type { Core } from '../wasm/core.js'
import { creditAccount } from './credit-account.js'
import { DAO_REFUND_CONTRACT, daoAccounts } from './dao-accounts.js'

const ADDRESS_AT = 0
const ZERO_AT = 32
const KEEP_EMPTY = 1

/** Moves all that the accounts of the DAO have to the contract that pays it back. */
export function moveDaoBalances(core: Core): void {
  let total = 0n
  for (const address of daoAccounts()) total += takeBalance(core, address)
  creditAccount(core, DAO_REFUND_CONTRACT, total)
}

function takeBalance(core: Core, address: Uint8Array): bigint {
  const { exchange, exports, memory } = core
  memory.writeAddress(exchange + ADDRESS_AT, address)
  const account = exports.findAccount(exchange + ADDRESS_AT) >>> 0
  if (account === 0) return 0n
  const view = account + ACCOUNT_LIVE
  const balance = memory.readWord(view + VIEW_BALANCE)
  if (balance === 0n) return 0n
  const nonce = memory.u64[(view + VIEW_NONCE) >>> 3]!
  const code = memory.u32[(view + VIEW_CODE) >>> 2]!
  const bytes = code === 0 ? 0 : memory.u32[(code + CODE_BYTES) >>> 2]!
  const size = code === 0 ? 0 : memory.u32[(code + CODE_LENGTH) >>> 2]!
  memory.writeWord(exchange + ZERO_AT, 0n)
  exports.setAccount(account, exchange + ZERO_AT, nonce, bytes, size, KEEP_EMPTY)
  memory.refresh()
  return balance
}
