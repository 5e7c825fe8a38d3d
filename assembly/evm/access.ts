// Addresses on the stack, and the price of touching what is behind them (EIP-2929).

import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { accountAt } from '../state/accounts';
import { touchAccount } from '../state/view';

export const GAS_WARM: i64 = 100;
export const GAS_COLD_ACCOUNT: i64 = 2600;

/** An address, cut to 160 bits. */
const TARGET: usize = SCRATCH_EVM;

/** Account of the address in the low 160 bits of a word. */
export function accountOfWord(word: usize): usize {
  const address = SCRATCH + TARGET;
  store<u64>(address, load<u64>(word));
  store<u64>(address, load<u64>(word, 8), 8);
  store<u64>(address, <u64>load<u32>(word, 16), 16);
  return accountAt(address);
}

/** EIP-2929 price of touching an account. */
@inline
export function accessCost(account: usize): i64 {
  return touchAccount(account) ? GAS_WARM : GAS_COLD_ACCOUNT;
}
