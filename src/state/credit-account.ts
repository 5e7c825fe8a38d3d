/** Wei that the protocol itself gives: block rewards, withdrawals, the refund of the DAO. */

import type { Core } from '../wasm/core.js'

const AMOUNT_AT = 32

/** @param amount in wei; 0 touches the account */
export function creditAccount(core: Core, address: Uint8Array, amount: bigint): void {
  const { exchange, exports, memory } = core
  memory.writeWord(exchange + AMOUNT_AT, amount)
  exports.creditAccount(core.exchangeAddress(address), exchange + AMOUNT_AT)
  memory.refresh()
}
