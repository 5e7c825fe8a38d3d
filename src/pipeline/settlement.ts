/** After the last round: refunds, fees, withdrawals (PROTOCOL 2.4, 6, 8). */

import { MESSAGE_REFUND, MESSAGE_TX, TX_REFUND } from '../../assembly/abi/records.js'
import type { Withdrawal } from '../block/block.js'
import type { Core } from '../wasm/core.js'

const WEI_PER_GWEI = 1_000_000_000n
const ADDRESS_AT = 0
const AMOUNT_AT = 32

/** Refund counters add up over each tree; what is not used goes back to the sender, once. */
export function settleAll(
  core: Core,
  records: Uint32Array,
  rounds: readonly { readonly messages: Uint32Array }[],
): void {
  const { exports, memory } = core
  const { i32, u32, u64 } = memory
  for (const { messages } of rounds) {
    for (const message of messages) {
      const at = (message + MESSAGE_REFUND) >>> 2
      if (u32[at] === 0 && i32[at + 1] === 0) continue
      const tx = u32[(message + MESSAGE_TX) >>> 2]!
      u64[(tx + TX_REFUND) >>> 3]! += u64[(message + MESSAGE_REFUND) >>> 3]!
    }
  }
  for (const record of records) exports.settle(record)
}

/** EIP-4895. */
export function payWithdrawals(core: Core, withdrawals: readonly Withdrawal[]): void {
  const { exchange, exports, memory } = core
  for (const { address, amount } of withdrawals) {
    memory.writeAddress(exchange + ADDRESS_AT, address)
    memory.writeWord(exchange + AMOUNT_AT, amount * WEI_PER_GWEI)
    exports.creditAccount(exchange + ADDRESS_AT, exchange + AMOUNT_AT)
    memory.refresh()
  }
}
