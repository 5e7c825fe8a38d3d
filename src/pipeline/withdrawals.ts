/** After the last transaction: withdrawals (PROTOCOL 8). */

import type { Withdrawal } from '../block/block.js'
import { Pulse } from '../pulse.js'
import type { Core } from '../wasm/core.js'

const WEI_PER_GWEI = 1_000_000_000n
const ADDRESS_AT = 0
const AMOUNT_AT = 32

/**
 * EIP-4895.
 * @throws CancelledError
 */
export async function payWithdrawals(
  core: Core,
  withdrawals: readonly Withdrawal[],
  pulse: Pulse = new Pulse(),
): Promise<void> {
  const { exchange, exports, memory } = core
  await pulse.steps(withdrawals.length, (i) => {
    const { address, amount } = withdrawals[i]!
    memory.writeAddress(exchange + ADDRESS_AT, address)
    memory.writeWord(exchange + AMOUNT_AT, amount * WEI_PER_GWEI)
    exports.creditAccount(exchange + ADDRESS_AT, exchange + AMOUNT_AT)
    memory.refresh()
  })
}
