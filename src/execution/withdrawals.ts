/** After the last transaction: withdrawals (PROTOCOL 8). */

import type { Withdrawal } from '../intake/block.js'
import { InvalidBlockError } from '../base/errors.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import { Pulse } from '../base/pulse.js'
import type { Core } from '../wasm/core.js'
import { creditAccount } from '../state/credit-account.js'
import type { EngineConfig } from '../machine/engine-parts.js'
import { rulesOf } from '../forks/rules.js'

const WEI_PER_GWEI = 1_000_000_000n

/** @throws InvalidBlockError if there are some before Shanghai: no header could commit to them */
export function checkWithdrawals(
  { environment, withdrawals }: PreparedBlock,
  { fork }: EngineConfig,
): void {
  if (rulesOf(fork).hasWithdrawals || withdrawals.length === 0) return
  throw new InvalidBlockError('withdrawals-not-in-fork', 'block refused', {
    place: { block: environment.number, field: 'withdrawals' },
    expected: `none in ${fork.name}`,
    got: `${withdrawals.length} withdrawals`,
  })
}

/**
 * EIP-4895.
 * @throws CancelledError
 */
export async function payWithdrawals(
  core: Core,
  withdrawals: readonly Withdrawal[],
  pulse: Pulse = new Pulse(),
): Promise<void> {
  await pulse.steps(withdrawals.length, (i) => {
    const { address, amount } = withdrawals[i]!
    creditAccount(core, address, amount * WEI_PER_GWEI)
  })
}
